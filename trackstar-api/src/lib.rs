//! A client for the [Trackstar API](https://docs.trackstarhq.com), generated from its OpenAPI document.
//!
//! Trackstar is one HTTP API for many warehouse, cart and carrier systems. A *connection* is one customer's account
//! in one of those systems, identified by an access token. The vendored document has one operation, which deletes a
//! connection. [`guide::whole_api`] shows how to generate the others in your build script.
//!
//! ```no_run
//! use trackstar_api::prelude::*;
//! use trackstar_api::{AccessToken, Client};
//!
//! # async fn example() -> Result<(), trackstar_api::Error> {
//! let client = Client::from_env()?; // TRACKSTAR_API_KEY, and TRACKSTAR_BASE_URL if it is set
//! let connection = client.connection(AccessToken::from_env()?); // TRACKSTAR_ACCESS_TOKEN
//! let response = connection.delete_connection().send().await?;
//! println!("{} deleted: {}", response.id, response.deleted);
//! # Ok(())
//! # }
//! ```
//!
//! - A [`Client`] contains the organization's API key, the connection pool, the limits and the settings. Create one,
//!   and clone it freely.
//! - A [`Connection`] is a client with the access token of one customer's connection. It is cheap to create.
//! - Operations are methods of `Connection`, or of `Client` if they need only the API key. [`prelude`] brings them into
//!   scope. Each method returns a builder, and `send` returns a [`Response`] or an [`Error`].
//!
//! The [`guide`] has a page for each topic: errors and unknown outcomes, retries, pagination, testing, and more.
//!
//! The client sends credentials only to the host of the API. It never follows a redirect, rejects plain HTTP except for
//! loopback addresses, and never shows credentials in `Debug`, errors or logs. (Credentials shorter than 8 bytes are not
//! redacted in texts of a server, because they cannot be distinguished from words.) An operation that needs an access
//! token is not a method of [`Client`], so it cannot be sent without one:
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
//! | feature | default | effect |
//! | --- | --- | --- |
//! | `rustls` | yes | TLS by rustls with the platform's certificate verifier |
//! | `rustls-no-provider` | no | the same with the cryptography that your program installs, such as ring |
//! | `native-tls` | no | TLS by the operating system's library |
//! | `http2` | yes | HTTP/2 if the server supports it |
//! | `generate` | no | generates the operations in the build instead of compiling the recorded ones (for this repository) |
//! | `decimal` | no | `rust_decimal::Decimal` for amounts, in operations of your own document ([`guide::money_and_dates`]) |
//! | `schemars` | no | `schemars::JsonSchema` on every generated type |
//! | `uploads` | no | operations that send files, and `Upload` (the vendored document has none) |
//! | `blocking` | no | `send_blocking` for programs without an async runtime, and lists as iterators |
//! | `bulk` | no | many calls of one operation, with bounded concurrency and a journal to resume from |
//! | `webhooks` | no | verification of webhooks, and typed events |
//! | `mock` | no | a server for tests, which responds as the document specifies |
//! | `gzip` | no | compressed responses (the size limit applies after decompression) |
//! | `tower` | no | a `tower::Service` as the transport of requests |
//! | `metrics` | no | [`telemetry::MetricsFacade`], which records with the crate `metrics` |
//! | `tracing` | no | a span for each call and each attempt with OpenTelemetry's names, and events for responses that differ from the document |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __rt;
#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "bulk")]
pub mod bulk;
mod call;
mod client;
mod contain;
mod credentials;
mod de;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod generated;
pub mod guide;
mod include;
#[cfg(feature = "mock")]
pub mod mock;
mod observe;
mod operation;
mod pages;
mod rate_limit;
mod retry;
mod secret;
pub mod transport;
#[cfg(feature = "uploads")]
mod upload;
#[cfg(feature = "webhooks")]
pub mod webhooks;
#[cfg(test)]
mod wire;

pub use call::options::CallOptions;
pub use call::preview::RequestPreview;
pub use call::request::Request;
pub use call::response::Response;
pub use client::connection::Connection;
pub use client::{Client, ClientBuilder};
pub use credentials::{AccessToken, ApiKey, ApiKeyProvider};
pub use de::date_time::{DateTime, Timestamp};
pub use de::nullable::Nullable;
pub use error::{Attempt, Detail, Drift, Effect, Error, ErrorKind};
#[cfg(feature = "schemars")]
pub use generated::schemas;
pub use generated::{ClientOperations, ConnectionOperations, builder, prelude, types};
pub use observe::audit::{Audit, WriteRecord, WriteResult};
pub use observe::metrics::{Event, EventKind, Metrics, Outcome, WaitReason};
pub use observe::middleware::{AfterAttempt, BeforeAttempt, Middleware};
pub use observe::telemetry;
pub use pages::{Checkpoint, Items, Page, Pages};
pub use rate_limit::limiter::RateLimit;
pub use retry::policy::RetryPolicy;
pub use secret::sensitive::{SecretValue, Sensitive};
#[cfg(feature = "uploads")]
pub use upload::{Upload, UploadProgress};

/// The crates whose types are part of this interface. The names contain the versions, so that a new
/// version can be added under another name.
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
    #[cfg(feature = "decimal")]
    pub use rust_decimal as rust_decimal_1;
    #[cfg(feature = "schemars")]
    pub use schemars as schemars_1;
}
