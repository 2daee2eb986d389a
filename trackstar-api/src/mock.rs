//! A server that replaces Trackstar in the tests of your program.
//!
//! The mock implements every operation of the document from which this crate was built. If code is
//! generated from your own document, its `mock::server()` returns a builder for that document. The
//! response to a valid request is the document's example or an instance of its schema. An invalid
//! request receives the same error as from Trackstar, with a description of the problem:
//!
//! | request | status |
//! | --- | --- |
//! | a missing or invalid credential header, parameter or body, or an unknown query parameter | 422, with `detail` by location and field |
//! | an API key or an access token that the mock did not issue, or the token of a deleted connection | 401 |
//! | a path or a method that the document does not contain | 404, 405 |
//! | more requests than the API allows, after [`MockServer::rate_limited`] | 429 |
//!
//! The test of a service that deletes a customer's connection:
//!
//! ```
//! use trackstar_api::prelude::*;
//! use trackstar_api::mock::{Answer, MockServer};
//! use trackstar_api::{Connection, Error};
//!
//! /// The service: deletes a connection; `false` where it was refused, so that somebody looks.
//! async fn offboard(connection: &Connection) -> Result<bool, Error> {
//!     match connection.delete_connection().send().await {
//!         Ok(deleted) => Ok(deleted.deleted),
//!         // First: a dead token may be what an attempt before has left.
//!         Err(error) if error.outcome_unknown() => Err(error),
//!         Err(error) if error.is_unauthorized() => Ok(false),
//!         Err(error) => Err(error),
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let server = MockServer::start().await?;
//! let connection = server.connection()?;
//!
//! assert!(offboard(&connection).await?);
//! // The connection is gone, as it would be: its token is dead from now on.
//! assert!(!offboard(&connection).await?);
//!
//! let requests = server.requests();
//! assert_eq!((requests[0].method(), requests[0].path()), ("DELETE", "/connections"));
//! assert_eq!(requests[1].status(), 401);
//!
//! // What happens when a gateway is in the way?
//! server.script("delete_connection", [Answer::status(403)])?;
//! let error = offboard(&server.connection()?).await.unwrap_err();
//! assert_eq!(error.status().map(|it| it.as_u16()), Some(403));
//! # Ok(())
//! # }
//! ```
//!
//! # What the mock ignores
//! | part of a request | effect in the mock |
//! | --- | --- |
//! | `page_token` and `limit` of a list | selects the page |
//! | every other query parameter, such as filters, dates and the order of a list | validated, and without effect: the response is the same with and without it |
//! | path parameters, and bodies of writes | validated, and without effect: a record that was created or changed is not in later responses |
//! | access token | selects the connection, which only its deletion changes |
//!
//! The mock treats a missing body and `{}` alike, as the API does. To test a filter, inspect
//! [`MockServer::requests`], or script the response.
//!
//! With the feature `httpmock`, your own mocks by [httpmock](https://docs.rs/httpmock) respond at
//! the same address, and take precedence over the document: `MockServer::http`, and a typed mock
//! for each operation.

mod builder;
mod document;
#[cfg(feature = "httpmock")]
mod http_server;
mod in_process;
#[cfg(feature = "httpmock")]
mod mocks;
mod reply;
mod scripts;
mod server;
#[cfg(feature = "httpmock")]
pub(crate) mod typed;
#[cfg(feature = "webhooks")]
mod webhook;

use std::fmt;
use std::sync::Arc;

use trackstar_mock::Service;

use crate::client::connection::Connection;
use crate::client::{Client, ClientBuilder};
use crate::credentials::{AccessToken, ApiKey};
use crate::error::Error;
use in_process::InProcess;
use server::Server;

#[cfg(feature = "httpmock")]
pub use crate::generated::mock::{MockServerExt, operations};
pub use builder::Builder;
pub use document::Document;
pub use trackstar_mock::{Answer, Limits, Received};
#[cfg(feature = "httpmock")]
pub use typed::Content;
#[cfg(feature = "webhooks")]
pub use webhook::SampleWebhook;

/// A mock of Trackstar: a server thread on loopback that stops when the mock is dropped, or a mock
/// [in the process](Self::in_process) of the test. See the [module](self) for an example.
pub struct MockServer {
    service: Arc<Service>,
    host: Host,
    api_key: ApiKey,
    #[cfg(feature = "httpmock")]
    mocks: mocks::Mocks,
}

/// The way in which clients reach a mock.
enum Host {
    Server(Server),
    InProcess(Arc<InProcess>),
}

fn text(secret: &[u8]) -> String {
    String::from_utf8_lossy(secret).into_owned()
}

impl From<trackstar_mock::Error> for Error {
    fn from(error: trackstar_mock::Error) -> Self {
        Self::config(error.to_string())
    }
}

impl MockServer {
    /// Returns the address of the server, `http://127.0.0.1:port`, for [`ClientBuilder::base_url`].
    /// The address of a mock [in the process](Self::in_process) only works for the mock's own
    /// clients.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.host {
            Host::Server(server) => format!("http://{}", server.address),
            Host::InProcess(_) => in_process::BASE_URL.to_owned(),
        }
    }

    /// Returns the only API key that the mock accepts.
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// Creates a client of the mock with the defaults of [`Client`].
    ///
    /// # Errors
    /// Returns the errors of [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client, Error> {
        self.client_builder()?.build()
    }

    /// Creates a builder of a client of the mock, to change the settings.
    ///
    /// # Errors
    /// Returns the errors of [`ClientBuilder::base_url`].
    pub fn client_builder(&self) -> Result<ClientBuilder, Error> {
        let builder = Client::builder(self.api_key.clone()).base_url(self.base_url())?;
        Ok(match &self.host {
            Host::Server(_) => builder,
            Host::InProcess(transport) => builder.transport(Arc::clone(transport)),
        })
    }

    /// Creates a connection that the mock accepts, with a separate [`client`](Self::client).
    ///
    /// # Errors
    /// Returns the errors of [`ClientBuilder::build`].
    pub fn connection(&self) -> Result<Connection, Error> {
        Ok(self.client()?.connection(self.new_token()?))
    }

    /// Creates a connection and returns its access token.
    ///
    /// # Errors
    /// Never returns an error, because the mock's tokens are valid header values.
    pub fn new_token(&self) -> Result<AccessToken, Error> {
        AccessToken::new(self.service.new_token())
    }

    /// Registers an access token whose connection exists. Registering a deleted connection restores
    /// it.
    pub fn admit(&self, token: &AccessToken) {
        self.service.admit_token(text(token.secret().as_bytes()));
    }

    /// Returns all requests in the order of their arrival, with credentials as `<redacted>`. The
    /// server keeps them, including their bodies, until it is dropped.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.service.requests()
    }

    /// Enforces the limits of the API from now on: 10 reads and 50 other requests per second for
    /// each access token. The response to an excess request is 429 with `retry-after`. Every
    /// response has `x-ratelimit-limit`, `-remaining` and `-reset`.
    pub fn rate_limited(&self) {
        self.service.limit(Some(Limits::default()));
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockServer")
            .field("base_url", &self.base_url())
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}
