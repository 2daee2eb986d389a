//! Tests of `trackstar-api` as a dependency, over HTTP.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a setup failure is a test failure"
)]

mod answers;
mod audit;
mod bulk;
mod callbacks;
mod configuration;
mod counts;
mod deadlines;
mod decoding;
mod document;
mod drops;
mod effects;
mod faults;
mod floods;
mod hooks;
mod hosts;
mod http2;
mod interface;
mod keys;
mod limits;
mod matrix;
mod methods;
mod mock;
mod mock_in_process;
mod options;
mod own_requests;
mod previews;
mod quotes;
mod refusals;
mod retries;
mod secrets;
mod spans;
mod success;
mod support;
mod telemetry;
mod tenants;
mod tls;
mod tolerance;
mod tower;
mod transport;

/// The service of the example `multi_tenant`.
#[path = "../examples/multi_tenant/service.rs"]
mod multi_tenant;

/// Encodings of a secret, shared with the unit tests of `trackstar-api`.
#[path = "../../trackstar-api/src/secret/redact/encoders.rs"]
mod encoders;
