//! Builds mock servers.

use std::io;
use std::sync::Arc;

use trackstar_mock::{Limits, Service};

use super::document::Document;
use super::in_process::InProcess;
#[cfg(feature = "httpmock")]
use super::mocks;
use super::server::{Server, ServerState};
use super::{Host, MockServer, text};
use crate::credentials::{AccessToken, ApiKey};
use crate::error::Error;

/// The default API key.
const API_KEY: &str = "mock-api-key";

/// A builder for a [`MockServer`]. See [`MockServer::builder`] for an example.
#[derive(Debug)]
#[must_use = "builders do nothing unless started"]
pub struct Builder {
    document: &'static Document,
    api_key: Option<ApiKey>,
    tokens: Vec<AccessToken>,
    limits: Option<Limits>,
    variation: Option<u64>,
    port: u16,
}

impl Builder {
    pub(super) fn of(document: &'static Document) -> Self {
        Self {
            document,
            api_key: None,
            tokens: Vec::new(),
            limits: None,
            variation: None,
            port: 0,
        }
    }

    /// Sets the API key that the mock accepts.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.api_key = Some(key);
        self
    }

    /// Adds a connection with the given access token.
    ///
    /// You can also use [`MockServer::new_token`] once the mock is running.
    pub fn token(mut self, token: AccessToken) -> Self {
        self.tokens.push(token);
        self
    }

    /// Sets the rate limits. Use [`Limits::default`] for the API's own limits.
    pub fn rate_limit(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Sets the port to listen on.
    ///
    /// By default, the mock uses any free port.
    ///
    /// ```
    /// let server = trackstar_api::mock::MockServer::builder().port(0).start_blocking()?;
    /// assert!(!server.base_url().ends_with(":0"));
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Varies the responses, based on a seed.
    ///
    /// This is useful for testing how your program deals with incomplete data. Optional values may
    /// be missing, nullable values may be null, and lists may be empty. All responses still match
    /// the document. If you use the same seed and make the same calls, you get the same responses.
    ///
    /// ```
    /// use trackstar_api::mock::MockServer;
    ///
    /// // Print the seed, so that a failure can be repeated.
    /// let mock = MockServer::builder().vary(4711).in_process()?;
    /// # drop(mock);
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    pub fn vary(mut self, seed: u64) -> Self {
        self.variation = Some(seed);
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// This returns an error if it can't listen on the port, or if the document can't be used.
    pub async fn start(self) -> Result<MockServer, Error> {
        let (told, hears) = tokio::sync::oneshot::channel();
        self.launch(move |started| drop(told.send(started)))?;
        hears.await.map_err(|_| gone())?
    }

    /// Starts the server, for tests that aren't async. Like [`start`](Self::start), but blocking.
    ///
    /// # Errors
    ///
    /// See [`start`](Self::start).
    pub fn start_blocking(self) -> Result<MockServer, Error> {
        let (told, hears) = std::sync::mpsc::channel();
        self.launch(move |started| drop(told.send(started)))?;
        hears.recv().map_err(|_| gone())?
    }

    /// We do all of this on the server's thread, since it takes a while to parse a large document.
    fn launch(
        self,
        started: impl FnOnce(Result<MockServer, Error>) + Send + 'static,
    ) -> Result<(), Error> {
        let thread = std::thread::Builder::new().name("trackstar-mock".to_owned());
        let port = self.port;
        let run = move || {
            let prepared = match self.prepared() {
                Ok(prepared) => prepared,
                Err(error) => return started(Err(error)),
            };
            Server::run(prepared.shared(), port, |server| {
                let server = server.map_err(|error| unstarted(&error));
                started(server.map(|server| prepared.at(Host::Server(server))));
            });
        };
        let running = thread.spawn(run).map_err(|error| unstarted(&error));
        running.map(drop)
    }

    /// Creates a mock that runs in the same process. See [`MockServer::in_process`].
    ///
    /// # Errors
    ///
    /// This returns an error if the document can't be used.
    pub fn in_process(self) -> Result<MockServer, Error> {
        let prepared = self.prepared()?;
        let transport = InProcess::new(prepared.shared());
        Ok(prepared.at(Host::InProcess(Arc::new(transport))))
    }

    fn prepared(self) -> Result<Prepared, Error> {
        let service = Service::new(self.document.contract()?);
        let api_key = match self.api_key {
            Some(key) => key,
            None => ApiKey::new(API_KEY)?,
        };
        service.admit_key(text(api_key.secret().as_bytes()));
        for token in &self.tokens {
            service.admit_token(text(token.secret().as_bytes()));
        }
        service.limit(self.limits);
        if let Some(seed) = self.variation {
            service.vary(seed);
        }
        Ok(Prepared {
            service: Arc::new(service),
            api_key,
            #[cfg(feature = "httpmock")]
            mocks: mocks::Mocks::default(),
        })
    }
}

impl Document {
    /// Creates a builder for a mock of this document. See [`MockServer::builder`].
    pub fn server(&'static self) -> Builder {
        Builder::of(self)
    }
}

impl MockServer {
    /// Starts a server with default settings. It doesn't have any connections yet.
    ///
    /// # Errors
    ///
    /// This returns an error if it can't find a free port, or if the document can't be used.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Starts a server, for tests that aren't async. Like [`start`](Self::start), but blocking.
    ///
    /// ```
    /// let server = trackstar_api::mock::MockServer::start_blocking()?;
    /// assert!(server.base_url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`start`](Self::start).
    pub fn start_blocking() -> Result<Self, Error> {
        Self::builder().start_blocking()
    }

    /// Creates a mock that runs in the same process, without a socket or a thread.
    ///
    /// Only its own clients can reach it, which you get from [`client`](Self::client),
    /// [`client_builder`](Self::client_builder),
    /// [`client_builder_with_provider`](Self::client_builder_with_provider) and
    /// [`connection`](Self::connection). Under the hood, the mock is their [transport](crate::transport), so everything else works as usual.
    ///
    /// The main advantage is that it only uses tokio's clock. If you pause the clock (with
    /// `start_paused`, which needs tokio's `test-util` feature), then retries, rate limits and
    /// delays don't take any real time. This also applies to the mock's own rate limits.
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
    ///
    /// This returns an error if the document can't be used.
    pub fn in_process() -> Result<Self, Error> {
        Self::builder().in_process()
    }

    /// Creates a builder. You can use this to set the credentials that your program is configured
    /// with, for example.
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
}

/// A mock that can't be reached yet.
struct Prepared {
    service: Arc<Service>,
    api_key: ApiKey,
    #[cfg(feature = "httpmock")]
    mocks: mocks::Mocks,
}

impl Prepared {
    fn shared(&self) -> ServerState {
        ServerState {
            service: Arc::clone(&self.service),
            #[cfg(feature = "httpmock")]
            mocks: self.mocks.address.clone(),
        }
    }

    fn at(self, host: Host) -> MockServer {
        MockServer {
            service: self.service,
            host,
            api_key: self.api_key,
            #[cfg(feature = "httpmock")]
            mocks: self.mocks,
        }
    }
}

fn unstarted(error: &io::Error) -> Error {
    Error::config(format!(
        "failed to start the mock server ({error}): it needs a thread and a loopback port"
    ))
}

fn gone() -> Error {
    Error::config("the thread of the mock server exited before it was ready: try again")
}
