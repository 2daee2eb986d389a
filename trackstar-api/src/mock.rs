//! A mock of Trackstar's API for your tests.
//!
//! The mock supports every operation of the document that this crate was built from. If you
//! generate operations from your own document, use the `mock::server()` function of the generated
//! module instead.
//!
//! For a valid request, the mock responds with the example from the document, or else with made-up
//! data that matches its schema. For an invalid request, you get the same error as from the real
//! API, along with a description of what's wrong:
//!
//! | request | status |
//! | --- | --- |
//! | a missing or malformed credential header, a missing or invalid parameter or body, or an unknown query parameter | 422, with `detail` by location and field |
//! | an API key or access token that the mock doesn't know, or the token of a deleted connection | 401 |
//! | a path or method that isn't in the document | 404, 405 |
//! | more requests than the API allows, after calling [`MockServer::rate_limited`] | 429 |
//!
//! For example, this tests a service that deletes a customer's connection:
//!
//! ```
//! use trackstar_api::prelude::*;
//! use trackstar_api::mock::{Answer, MockServer};
//! use trackstar_api::{Connection, Error};
//!
//! /// Deletes a connection. Returns false if the API didn't delete it or rejects the credentials.
//! async fn offboard(connection: &Connection) -> Result<bool, Error> {
//!     match connection.delete_connection().send().await {
//!         Ok(deleted) => Ok(deleted.deleted),
//!         // Check this first. A 401 may just mean that an earlier attempt has worked.
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
//! // The connection has been deleted, so its token is rejected from now on.
//! assert!(!offboard(&connection).await?);
//!
//! let requests = server.requests();
//! assert_eq!((requests[0].method(), requests[0].path()), ("DELETE", "/connections"));
//! assert_eq!(requests[1].status(), 401);
//!
//! // What happens if the API forbids it?
//! server.script("delete_connection", [Answer::status(403)])?;
//! let error = offboard(&server.connection()?).await.unwrap_err();
//! assert_eq!(error.status().map(|it| it.as_u16()), Some(403));
//! # Ok(())
//! # }
//! ```
//!
//! # Limitations
//!
//! Aside from deleting connections, the mock doesn't keep track of state. In particular:
//!
//! | part of a request | effect |
//! | --- | --- |
//! | `page_token` and `limit` of a list | select the page |
//! | any other query parameter, such as filters, dates and sorting | validated, but doesn't change the response |
//! | path parameters and request bodies | validated, but you won't see the records that you create or change in later responses |
//! | access token | selects the connection, which only changes when it's deleted |
//!
//! Like the API, the mock treats a missing JSON body as `{}` and validates it, unless the body is
//! optional and can't be an object. If you want to test a filter, have a look
//! at [`MockServer::requests`] or script the response.
//!
//! With the `httpmock` feature, you can also add your own mocks with
//! [httpmock](https://docs.rs/httpmock). They use the same address and take precedence over the
//! document. See `MockServer::http`, and the typed mock that exists for each operation.

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
use crate::credentials::{AccessToken, ApiKey, ApiKeyProvider};
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

/// A mock of Trackstar's API. See the [module documentation](self) for an example.
///
/// This is either a server on a loopback address, which runs on its own thread and stops when it's
/// dropped, or a mock that runs [in the same process](Self::in_process) as the test.
pub struct MockServer {
    service: Arc<Service>,
    host: Host,
    api_key: ApiKey,
    #[cfg(feature = "httpmock")]
    mocks: mocks::Mocks,
}

/// The kind of a mock, which determines how clients reach it.
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
    /// Returns the address of the server, for example `http://127.0.0.1:8080`.
    ///
    /// Pass this to [`ClientBuilder::base_url`]. For a mock that runs [in the same
    /// process](Self::in_process), only the mock's own clients can use it.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.host {
            Host::Server(server) => format!("http://{}", server.address),
            Host::InProcess(_) => in_process::BASE_URL.to_owned(),
        }
    }

    /// Returns the API key. The mock doesn't accept any other.
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// Creates a client for this mock, with default settings.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client, Error> {
        self.client_builder()?.build()
    }

    /// Creates a builder for a client of this mock. Use this to change the settings.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::base_url`].
    pub fn client_builder(&self) -> Result<ClientBuilder, Error> {
        self.reached_by(Client::builder(self.api_key.clone()))
    }

    /// Creates a builder for a client of this mock whose API keys come from `provider`.
    ///
    /// Use this to test what happens when a key changes. The mock only accepts its own
    /// [`api_key`](Self::api_key), so it responds to all other keys with a 401.
    ///
    /// ```
    /// use std::future::ready;
    /// use std::sync::atomic::{AtomicBool, Ordering};
    /// use trackstar_api::ApiKey;
    /// use trackstar_api::mock::MockServer;
    /// use trackstar_api::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), trackstar_api::Error> {
    /// // In a test: `#[tokio::test(start_paused = true)]`.
    /// let mock = MockServer::in_process()?;
    /// let current = mock.api_key().clone();
    /// let expired = AtomicBool::new(true);
    /// let client = mock.client_builder_with_provider(move || {
    ///     ready(match expired.swap(false, Ordering::Relaxed) {
    ///         true => ApiKey::new("key-of-yesterday"),
    ///         false => Ok(current.clone()),
    ///     })
    /// })?;
    /// let connection = client.build()?.connection(mock.new_token()?);
    /// assert!(connection.delete_connection().send().await?.deleted);
    /// let statuses: Vec<u16> = mock.requests().iter().map(|request| request.status()).collect();
    /// assert_eq!(statuses, [401, 200]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::base_url`].
    pub fn client_builder_with_provider(
        &self,
        provider: impl ApiKeyProvider,
    ) -> Result<ClientBuilder, Error> {
        self.reached_by(Client::builder_with_provider(provider))
    }

    /// Points a client to this mock.
    fn reached_by(&self, builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        let builder = builder.base_url(self.base_url())?;
        Ok(match &self.host {
            Host::Server(_) => builder,
            Host::InProcess(transport) => builder.transport(Arc::clone(transport)),
        })
    }

    /// Creates a new connection that exists in this mock, with a [`client`](Self::client) of its
    /// own.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    pub fn connection(&self) -> Result<Connection, Error> {
        Ok(self.client()?.connection(self.new_token()?))
    }

    /// Adds a connection to the mock and returns its access token.
    ///
    /// # Errors
    ///
    /// In practice, this never fails.
    pub fn new_token(&self) -> Result<AccessToken, Error> {
        AccessToken::new(self.service.new_token())
    }

    /// Adds a connection with the given access token. If it was deleted, this restores it.
    pub fn admit(&self, token: &AccessToken) {
        self.service.admit_token(text(token.secret().as_bytes()));
    }

    /// Returns all requests received so far, in order. Credentials are replaced with `<redacted>`.
    ///
    /// Note that the mock keeps all requests in memory (including their bodies) until it is
    /// dropped.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.service.requests()
    }

    /// Turns on the API's rate limits, which are 10 reads and 50 other requests per second for each
    /// access token.
    ///
    /// Requests beyond that get a 429 with a `retry-after` header. All responses also have the
    /// `x-ratelimit-limit`, `-remaining` and `-reset` headers.
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
