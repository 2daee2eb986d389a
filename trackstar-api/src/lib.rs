//! Client for the [Trackstar API](https://docs.trackstarhq.com), generated from its OpenAPI
//! document.
//!
//! ```no_run
//! use trackstar_api::prelude::*;
//! use trackstar_api::{AccessToken, ApiKey, Client};
//!
//! # async fn example() -> Result<(), trackstar_api::Error> {
//! let client = Client::builder(ApiKey::from_env()?).build()?; // TRACKSTAR_API_KEY
//! let connection = client.connection(AccessToken::new("…the connection's token…")?);
//! let deleted = connection.delete_connection().send().await?;
//! assert!(deleted.deleted);
//! println!("{} (request {:?})", deleted.id, deleted.request_id());
//! # Ok(())
//! # }
//! ```
//!
//! - [`Client`] is one organization: its key, a connection pool, TLS, timeouts. Make one, clone it
//!   freely.
//! - [`Connection`] is one customer's connection: a client and an access token. Cheap to make, one
//!   a token.
//! - Operations are methods of [`Connection`] (and of [`Client`] where the key alone is needed), which
//!   [`prelude`] brings into scope; each answers a builder, whose `send` answers a [`Response`] or an [`Error`].
//!
//! Credentials go to the API's host and nowhere else: redirects are never followed, plain HTTP is
//! refused but for loopback, and no `Debug`, error or log shows them. (Where a server quotes them,
//! those of less than 8 bytes are excepted: they cannot be told from ordinary words.) An operation
//! that needs an access token is not a method of [`Client`], so it cannot be sent without one:
//!
//! ```compile_fail,E0599
//! use trackstar_api::prelude::*;
//!
//! # fn example(client: &trackstar_api::Client) {
//! let _ = client.delete_connection();
//! # }
//! ```
//!
//! # Features
//! | feature | default | what it does |
//! | --- | --- | --- |
//! | `rustls` | yes | TLS by rustls with the platform's certificate verifier |
//! | `rustls-no-provider` | no | the same with the cryptography that your program installs, such as ring |
//! | `native-tls` | no | TLS by the operating system's library |
//! | `http2` | yes | HTTP/2 where the server offers it |
//! | `generate` | no | generates the operations in the build instead of compiling the recorded ones, which are the same |
//! | `schemars` | no | `schemars::JsonSchema` on every generated type |
//! | `uploads` | no | operations that send files, and `Upload`; the vendored document has none yet |
//! | `blocking` | no | every operation for threads without an async runtime: `send_blocking`, and lists as iterators |
//! | `bulk` | no | many calls of one operation, with bounded concurrency and a journal to resume from |
//! | `webhooks` | no | webhooks that are verified, and read as typed events |
//! | `dynamic` | no | operations by name, with JSON arguments and answers, for tools |
//! | `cli` | no | the program `trackstar`, with every operation as a subcommand |
//! | `mock` | no | a server that stands in for the API in tests, answering from the document that this crate was built from |
//! | `gzip` | no | asks for compressed answers; they are capped behind decompression |
//! | `tower` | no | a `tower::Service` as the transport of requests |
//! | `metrics` | no | [`telemetry::MetricsFacade`], which records with the crate `metrics` |
//! | `tracing` | no | a span a call and one an attempt, by OpenTelemetry's conventions for HTTP, and events for what the document does not promise |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __rt;
mod alternatives;
mod answer;
mod attempts;
mod audit;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod budget;
#[cfg(feature = "bulk")]
pub mod bulk;
mod by_name;
mod call;
mod caller;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod client;
mod connection;
mod contain;
mod credentials;
mod date_time;
#[cfg(feature = "dynamic")]
pub mod dynamic;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod generated;
pub mod guide;
mod http_client;
mod include;
mod lanes;
mod limit;
mod middleware;
#[cfg(feature = "mock")]
pub mod mock;
mod nullable;
mod observe;
mod operation;
mod options;
mod own_header;
mod pages;
mod parameters;
mod preview;
mod redact;
mod repair;
mod request;
mod requests;
mod response;
mod retry;
mod sanitize;
mod sending;
mod sensitive;
pub mod telemetry;
mod tolerant;
mod trace;
pub mod transport;
#[cfg(feature = "uploads")]
mod upload;
#[cfg(feature = "webhooks")]
pub mod webhooks;
mod wiped;
#[cfg(test)]
mod wire;

pub use audit::{Audit, WriteRecord, WriteResult};
pub use client::{Client, ClientBuilder};
pub use connection::Connection;
pub use credentials::{AccessToken, ApiKey, ApiKeyProvider};
pub use date_time::{DateTime, Timestamp};
pub use error::{Attempt, Detail, Effect, Error, ErrorKind};
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{ClientOperations, ConnectionOperations, builder, prelude, types};
pub use limit::RateLimit;
pub use middleware::{AfterAttempt, BeforeAttempt, Middleware};
pub use nullable::Nullable;
pub use observe::{Drift, Event, EventKind, Metrics, Outcome, WaitReason};
pub use options::CallOptions;
pub use pages::{Checkpoint, Items, Page, Pages};
pub use preview::RequestPreview;
pub use request::Request;
pub use response::Response;
pub use retry::RetryPolicy;
pub use sensitive::{SecretValue, Sensitive};
#[cfg(feature = "uploads")]
pub use upload::{Upload, UploadProgress};

/// The crates whose types show in this interface, under names that carry their versions, so that a
/// new version of one gets a name beside it.
///
/// ```
/// use trackstar_api::reexports::http_1::StatusCode;
/// assert_eq!(StatusCode::OK.as_u16(), 200);
/// ```
pub mod reexports {
    #[cfg(feature = "httpmock")]
    pub use ::httpmock as httpmock_0_9;
    pub use http as http_1;
    pub use http_body as http_body_1;
    pub use reqwest as reqwest_0_13;
    #[cfg(feature = "schemars")]
    pub use schemars as schemars_1;
}
