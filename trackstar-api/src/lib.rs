//! An unofficial client for the [Trackstar API](https://docs.trackstarhq.com), generated from
//! Trackstar's OpenAPI document.
//!
//! Trackstar provides a single HTTP API on top of many warehouse, cart and carrier systems. When
//! one of your customers links an account in such a system, Trackstar calls it a *connection* and
//! identifies it with an access token. Out of the box, this crate can only delete a connection. If
//! you need more than that, see [`guide::whole_api`] for how to generate the other operations in
//! your build script.
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
//! The most important types are:
//!
//! - [`Client`] is configured with your organization's API key and manages the connection pool,
//!   rate limits and other settings. You usually create one and clone it where you need it.
//! - [`Connection`] adds the access token of one of your customers to a client. Creating one is
//!   cheap.
//! - Every operation is a method on `Connection`, or on `Client` if it only needs the API key. To
//!   bring these methods into scope, import the [`prelude`]. They return builders whose `send`
//!   method resolves to a [`Response`] or an [`Error`].
//!
//! For more information, see the [`guide`]. It covers errors and unknown outcomes, retries,
//! pagination, testing and more.
//!
//! # Credentials
//!
//! Credentials are only ever sent to the API's own host. Redirects are not followed, and plain HTTP
//! is rejected unless the host is a loopback address. Credentials also never appear in `Debug`
//! output, errors or logs. (The exception is a credential shorter than 8 bytes that a server
//! repeats in its response. It can't be told apart from ordinary words, so it isn't redacted.)
//!
//! Operations that require an access token aren't available on [`Client`], so it isn't possible to
//! call them without one:
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
//!
//! | feature | default | effect |
//! | --- | --- | --- |
//! | `rustls` | yes | Enables TLS via rustls, using the platform's certificate verifier. |
//! | `rustls-no-provider` | no | Like `rustls`, but uses the cryptography provider that your program installs, for example ring. |
//! | `native-tls` | no | Enables TLS via the operating system's own library. |
//! | `http2` | yes | Enables HTTP/2, which is used when the server supports it. |
//! | `generate` | no | Generates the operations during the build instead of compiling the recorded ones. Only useful in this repository. |
//! | `decimal` | no | Uses `rust_decimal::Decimal` for amounts in the operations of your own document ([`guide::money_and_dates`]). |
//! | `schemars` | no | Implements `schemars::JsonSchema` for all generated types. |
//! | `uploads` | no | Adds `Upload` and support for operations that send files. The vendored document doesn't contain any. |
//! | `blocking` | no | Adds `send_blocking` for programs without an async runtime, and iterators over lists. |
//! | `bulk` | no | Adds support for calling an operation many times, with limited concurrency and a journal for resuming. |
//! | `webhooks` | no | Adds webhook verification and typed events. |
//! | `mock` | no | Adds a server for tests that responds according to the document. |
//! | `httpmock` | no | Adds typed mocks with [httpmock](https://docs.rs/httpmock) to that server. |
//! | `gzip` | no | Enables compressed responses. Size limits apply after decompression. |
//! | `tower` | no | Allows a `tower::Service` to be used as the transport. |
//! | `metrics` | no | Adds [`telemetry::MetricsFacade`], which reports to the `metrics` crate. |
//! | `tracing` | no | Adds spans for calls and attempts that follow OpenTelemetry's naming, and events for responses that don't match the document. |

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

/// Re-exports of the crates whose types appear in this crate's public API.
///
/// Each name includes the crate's version. This makes it possible to support a newer version later
/// without a breaking change.
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
