//! A server that stands in for Trackstar in the tests of *your* program.
//!
//! It answers every operation of the document that this crate was built from. Where code is generated from
//! a document of yours, the server that its `mock::server()` begins answers from that. A right request
//! gets the document's example or an instance of its schema, a wrong one Trackstar's own error, which
//! says what is wrong:
//!
//! | | status |
//! | --- | --- |
//! | a header of a credential, a parameter or a body that is missing or wrong, an unknown query parameter | 422, with `detail` by location and field |
//! | an API key or an access token that the mock has not given out, or whose connection is deleted | 401 |
//! | a path, or a method of it, that the document has not | 404, 405 |
//! | more requests than the API takes, after [`MockServer::rate_limited`] | 429 |
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
//! | part of a request | what the mock does |
//! | --- | --- |
//! | `page_token` and `limit` of a list | selects the page |
//! | every other query parameter, such as filters, dates and the order of a list | validated, and without effect: the response is the same with and without it |
//! | path parameters, and bodies of writes | validated, and without effect: a record that was created or changed is not in later responses |
//! | access token | selects the connection, which all operations but its deletion leave as it is |
//!
//! A missing body and `{}` are the same to the mock, as to the API. To test a filter, look at
//! [`MockServer::requests`], or script the response.
//!
//! With the feature `httpmock`, mocks of your own by [httpmock](https://docs.rs/httpmock) respond at the
//! same address, before the document does: `MockServer::http`, and a typed mock for each operation.

mod builder;
mod in_process;
#[cfg(feature = "httpmock")]
mod mocks;
mod scripts;
mod server;
#[cfg(feature = "httpmock")]
pub(crate) mod typed;
#[cfg(feature = "webhooks")]
mod webhook;

use std::fmt;
use std::sync::{Arc, OnceLock};

use trackstar_mock::{Contract, Service};

use crate::{AccessToken, ApiKey, Client, ClientBuilder, Connection, Error};
use in_process::InProcess;
use server::Server;

#[cfg(feature = "httpmock")]
pub use crate::generated::mock::{MockServerExt, operations};
pub use builder::Builder;
pub use trackstar_mock::{Answer, Limits, Received};
#[cfg(feature = "httpmock")]
pub use typed::Content;
#[cfg(feature = "webhooks")]
pub use webhook::SampleWebhook;

/// A mock of Trackstar: a server on loopback with a thread, which stops when it is dropped, or a mock
/// [in the process](Self::in_process) of the test. See the [module](self) for an example.
pub struct MockServer {
    service: Arc<Service>,
    host: Host,
    api_key: ApiKey,
    #[cfg(feature = "httpmock")]
    mocks: mocks::Mocks,
}

/// How clients reach a mock.
enum Host {
    Server(Server),
    InProcess(Arc<InProcess>),
}

/// A document that servers answer from, as the API keeps to it. Generated code has one.
#[derive(Debug)]
pub struct Document {
    text: &'static str,
    /// Read once for all servers of the program.
    contract: OnceLock<Result<Arc<Contract>, String>>,
}

impl Document {
    /// For generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            contract: OnceLock::new(),
        }
    }

    /// Begins a server that answers from this document; see [`MockServer::builder`].
    pub fn server(&'static self) -> Builder {
        Builder::of(self)
    }

    pub(crate) fn contract(&self) -> Result<Arc<Contract>, Error> {
        let made = self.contract.get_or_init(|| {
            let document = serde_json::from_str(self.text).map_err(|error| error.to_string())?;
            let contract = Contract::new(document).map_err(|error| error.to_string())?;
            Ok(Arc::new(contract))
        });
        made.clone().map_err(|reason| {
            Error::config(format!(
                "the mock server cannot answer from the document of this build: {reason}"
            ))
        })
    }
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
    /// Starts a server with a key of its own and no connection.
    ///
    /// # Errors
    /// When there is no free port on loopback, or the document cannot be answered from.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// As [`start`](Self::start), for tests that are not async. Inside async code it blocks.
    ///
    /// ```
    /// let server = trackstar_api::mock::MockServer::start_blocking()?;
    /// assert!(server.base_url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_blocking() -> Result<Self, Error> {
        Self::builder().start_blocking()
    }

    /// Creates a mock in this process, without a socket and without a thread.
    ///
    /// Only its own clients reach it: those of [`client`](Self::client),
    /// [`client_builder`](Self::client_builder) and [`connection`](Self::connection). It is
    /// their [transport](crate::transport), so retries, limits and deadlines work as with a server. All of
    /// its time is tokio's. If a test pauses the clock (`start_paused`, with tokio's feature `test-util`),
    /// retries, limits and delays take no real time. The limits of the mock follow that clock, too.
    ///
    /// ```
    /// use std::time::Duration;
    /// use trackstar_api::mock::{Answer, MockServer};
    /// use trackstar_api::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), trackstar_api::Error> {
    /// // In a test: `#[tokio::test(start_paused = true)]`.
    /// let mock = MockServer::in_process()?;
    /// mock.script("delete_connection", [Answer::rate_limited(Duration::from_secs(30))])?;
    /// let began = tokio::time::Instant::now();
    /// assert!(mock.connection()?.delete_connection().send().await?.deleted);
    /// assert!(began.elapsed() >= Duration::from_secs(30)); // of a paused clock
    /// assert_eq!(mock.requests().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns an error if the document cannot be used.
    pub fn in_process() -> Result<Self, Error> {
        Self::builder().in_process()
    }

    /// Begins a server with settings: credentials that your program is set up with, say.
    ///
    /// ```
    /// use trackstar_api::mock::{Limits, MockServer};
    /// use trackstar_api::{AccessToken, ApiKey};
    ///
    /// let server = MockServer::builder()
    ///     .api_key(ApiKey::new("key-of-the-test")?)
    ///     .token(AccessToken::new("token-of-the-test")?)
    ///     .rate_limit(Limits::default())
    ///     .start_blocking()?;
    /// # drop(server);
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    pub fn builder() -> Builder {
        crate::generated::mock::DOCUMENT.server()
    }

    /// Returns the address of the server, `http://127.0.0.1:port`, for [`ClientBuilder::base_url`]. That of a
    /// mock [in the process](Self::in_process) can only be reached by the mock's own clients.
    #[must_use]
    pub fn base_url(&self) -> String {
        match &self.host {
            Host::Server(server) => format!("http://{}", server.address),
            Host::InProcess(_) => in_process::BASE_URL.to_owned(),
        }
    }

    /// The one API key that it knows.
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// A client of it, with the defaults of [`Client`].
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client, Error> {
        self.client_builder()?.build()
    }

    /// Begins a client of it, for settings of your own.
    ///
    /// # Errors
    /// As [`ClientBuilder::base_url`].
    pub fn client_builder(&self) -> Result<ClientBuilder, Error> {
        let builder = Client::builder(self.api_key.clone()).base_url(self.base_url())?;
        Ok(match &self.host {
            Host::Server(_) => builder,
            Host::InProcess(transport) => builder.transport(Arc::clone(transport)),
        })
    }

    /// A new connection that it knows, by a [`client`](Self::client) of its own.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn connection(&self) -> Result<Connection, Error> {
        Ok(self.client()?.connection(self.new_token()?))
    }

    /// The access token of a new connection that it knows.
    ///
    /// # Errors
    /// None: tokens of its own are such as a header may carry.
    pub fn new_token(&self) -> Result<AccessToken, Error> {
        AccessToken::new(self.service.new_token())
    }

    /// Makes a token known to it, of a connection that exists; one that was deleted exists again.
    pub fn admit(&self, token: &AccessToken) {
        self.service.admit_token(text(token.secret().as_bytes()));
    }

    /// What has arrived, the first one first; credentials are `<redacted>`. All of it, bodies
    /// included, is kept for as long as the server is.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.service.requests()
    }

    /// Keeps from now on to the limits of the API: for each access token 10 reads and 50 others a
    /// second. What is too much gets 429 with `retry-after`; every answer has `x-ratelimit-limit`,
    /// `-remaining` and `-reset`.
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
