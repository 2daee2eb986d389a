//! The context in which calls are made, and the code that makes a single attempt.
//!
//! An attempt starts with a complete request and ends once the whole response has been read.

mod secrets;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use tokio::time::Instant;

use crate::credentials::{AccessToken, ApiKey, KeyVersion, Keys};
use crate::error::{Error, Exchange};
use crate::observe::audit::Audit;
use crate::observe::metrics::Metrics;
use crate::observe::middleware::Middleware;
use crate::operation::Operation;
use crate::rate_limit::tokens::{TokenState, TokenStates};
use crate::retry::policy::RetryPolicy;
use crate::transport::base_url::BaseUrl;
use crate::transport::either::Http;
use crate::transport::headers::{ACCESS_TOKEN_HEADER, API_KEY_HEADER};
use crate::transport::{RawResponse, Received};

/// We create these at compile time because they are needed for every request.
const API_KEY_NAME: HeaderName = HeaderName::from_static(API_KEY_HEADER);
const ACCESS_TOKEN_NAME: HeaderName = HeaderName::from_static(ACCESS_TOKEN_HEADER);

/// The state shared by all connections of a client.
pub(crate) struct Shared {
    pub(crate) http: Http,
    pub(crate) base_url: BaseUrl,
    pub(crate) keys: Keys,
    pub(crate) settings: Settings,
    pub(crate) tokens: TokenStates,
}

pub(crate) struct Settings {
    pub(crate) retries: RetryPolicy,
    /// The timeout for the whole call.
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    /// The maximum size of a successful response body, in bytes.
    pub(crate) body_limit: usize,
    pub(crate) middleware: Vec<Arc<dyn Middleware>>,
    pub(crate) metrics: Option<Arc<dyn Metrics>>,
    pub(crate) audit: Option<Arc<dyn Audit>>,
}

impl Settings {
    /// Returns the timeout to set on the HTTP client itself. It applies to every request that
    /// doesn't have its own.
    pub(crate) fn http_timeout(&self) -> Option<Duration> {
        self.timeout.into_iter().chain(self.attempt_timeout).min()
    }
}

/// A client and, for calls on a connection, the access token.
///
/// Each call has its own copy, so this should be cheap to clone. In particular, it should increment
/// few reference counts, since concurrent calls contend for them.
#[derive(Clone)]
pub struct CallContext {
    connection: Arc<ConnectionContext>,
    /// The API key that the call uses now, together with any that it used before.
    key: Option<KeyVersion>,
    earlier_keys: Vec<ApiKey>,
}

/// The part of the context that is the same for all calls on a connection.
#[derive(Clone)]
struct ConnectionContext {
    shared: Arc<Shared>,
    token: Option<AccessToken>,
    token_state: Arc<TokenState>,
    read_only: bool,
    label: Option<Arc<str>>,
}

/// Implemented by [`Client`](crate::Client) and [`Connection`](crate::Connection).
///
/// This trait is sealed and cannot be implemented outside of this crate.
pub trait HasContext: sealed::Sealed {
    /// Returns the context in which calls are made.
    fn context(&self) -> &CallContext;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

impl CallContext {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self::of(ConnectionContext {
            shared,
            token: None,
            token_state: Arc::new(TokenState::unlimited()),
            read_only: false,
            label: None,
        })
    }

    fn of(connection: ConnectionContext) -> Self {
        Self {
            connection: Arc::new(connection),
            key: None,
            earlier_keys: Vec::new(),
        }
    }

    /// Returns a context for the connection with this access token.
    pub(crate) fn with_token(&self, token: AccessToken) -> Self {
        Self::of(ConnectionContext {
            shared: Arc::clone(self.shared()),
            token_state: self.shared().tokens.of(&token),
            token: Some(token),
            read_only: self.connection.read_only,
            label: None,
        })
    }

    pub(crate) fn read_only(mut self) -> Self {
        Arc::make_mut(&mut self.connection).read_only = true;
        self
    }

    pub(crate) fn labelled(mut self, label: &str) -> Self {
        let label = self.for_call().sanitize(label).as_str().into();
        Arc::make_mut(&mut self.connection).label = Some(label);
        self
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.connection.shared
    }

    pub(crate) fn label(&self) -> Option<&Arc<str>> {
        self.connection.label.as_ref()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared().settings
    }

    pub(crate) fn token_state(&self) -> &TokenState {
        &self.connection.token_state
    }

    /// Records that a call has started.
    pub(crate) fn begins(&self, now: Instant) {
        self.shared().tokens.used(&self.connection.token_state, now);
    }

    /// Returns the host (without any user info) and port of the base URL.
    pub(crate) fn server(&self) -> (String, u16) {
        let (host, port) = self.shared().base_url.server();
        (self.sanitize(host).into_string(), port)
    }

    /// Returns the base URL. We strip the trailing slash because paths start with one.
    pub(crate) fn base_url(&self) -> &str {
        self.shared().base_url.as_str()
    }

    /// Returns the URL for an operation's path.
    pub(crate) fn url_of(
        &self,
        path: &str,
    ) -> Result<reqwest::Url, impl std::error::Error + use<>> {
        self.shared().base_url.with_path(path)
    }

    /// Returns the URL for a custom path.
    pub(crate) fn join(&self, path: &str) -> Result<reqwest::Url, String> {
        self.shared().base_url.join(path)
    }

    /// Checks whether `operation` may be called at all. This happens before anything is sent.
    pub(crate) fn admits(&self, operation: &'static Operation) -> Result<(), Error> {
        if operation.needs_token && self.connection.token.is_none() {
            return Err(Error::no_token(operation));
        }
        if self.connection.read_only && !operation.is_read() {
            return Err(Error::read_only(operation));
        }
        Ok(())
    }

    /// Makes a single attempt and reads the entire response.
    ///
    /// Only the credentials that `operation` actually needs are added to the request. If the
    /// document doesn't list the response's status code, this returns an error.
    pub(crate) fn send(
        &self,
        mut request: reqwest::Request,
        operation: &'static Operation,
    ) -> impl Future<Output = Result<Box<RawResponse>, Error>> + Send {
        let ready = self.authorize(&mut request, operation);
        // This only creates the future. The request isn't sent until we poll it.
        let sending = ready.and_then(|()| {
            let sending = self.shared().http.send(request);
            sending.map_err(self.unbuildable(operation))
        });
        async move {
            // With `?`, this would store the future twice.
            let response = match sending {
                Ok(sending) => sending.await,
                Err(error) => return Err(error),
            };
            let mut response = response.map_err(|(error, sent)| {
                Error::unanswered(operation, &self.secrets(), self.base_url(), &error, sent)
            })?;
            self.token_state()
                .learn(operation, response.status(), response.headers());
            self.receive(&mut response, operation).await
        }
    }

    /// Reads the entire response.
    pub(crate) async fn receive(
        &self,
        response: &mut Received,
        operation: &'static Operation,
    ) -> Result<Box<RawResponse>, Error> {
        let (mut response, end) = RawResponse::read(response, self.settings().body_limit).await;
        let secrets = &*self.secrets();
        response.sanitize_request_id(secrets);
        let exchange = Exchange {
            operation,
            secrets,
            response: &response,
        };
        match end {
            Err(reason) => Err(Error::incomplete(&exchange, &reason)),
            Ok(()) if operation.promises(response.status) => Ok(response),
            Ok(()) => Err(Error::refused(&exchange)),
        }
    }

    /// Adds the credentials that the operation needs, and no others.
    pub(crate) fn authorize(
        &self,
        request: &mut reqwest::Request,
        operation: &'static Operation,
    ) -> Result<(), Error> {
        let headers = request.headers_mut();
        let key = self
            .key
            .as_ref()
            .ok_or_else(|| Error::no_key(operation, None))?;
        headers.insert(API_KEY_NAME, key.key.secret().header());
        if operation.needs_token {
            let token = self
                .connection
                .token
                .as_ref()
                .ok_or_else(|| Error::no_token(operation))?;
            headers.insert(ACCESS_TOKEN_NAME, token.secret().header());
        }
        Ok(())
    }
}

/// Returns an error if the key is part of the base URL.
pub(crate) fn admit_key(base_url: &BaseUrl, key: &ApiKey) -> Result<(), Error> {
    if !base_url.contains(key.secret().as_bytes()) {
        return Ok(());
    }
    Err(Error::config(
        "the base URL contains the API key, which would appear in spans and errors: remove it, \
         because the client sends the key in a header",
    ))
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field(
                "base_url",
                &self.for_call().sanitize(self.base_url()).as_str(),
            )
            .field("api_key", &self.shared().keys)
            .field("access_token", &self.connection.token)
            .field("label", &self.connection.label)
            .field("read_only", &self.connection.read_only)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::http_client::HttpClients;

    const NEEDS_TOKEN: Operation = Operation {
        id: "remove",
        method: "DELETE",
        path: "/things",
        needs_token: true,
        ..Operation::BLANK
    };

    fn context() -> CallContext {
        let shared = Shared {
            http: Http::Reqwest(HttpClients::one(reqwest::Client::new())),
            base_url: BaseUrl::parse("http://127.0.0.1:9").expect("valid"),
            keys: Keys::fixed(ApiKey::new("key-1").expect("valid")),
            settings: Settings {
                retries: RetryPolicy::default(),
                timeout: None,
                attempt_timeout: None,
                body_limit: 0,
                middleware: Vec::new(),
                metrics: None,
                audit: None,
            },
            tokens: TokenStates::new(crate::RateLimit::default()),
        };
        CallContext::new(Arc::new(shared))
    }

    fn request() -> reqwest::Request {
        reqwest::Client::new()
            .delete("http://127.0.0.1:9/things")
            .build()
            .expect("valid")
    }

    #[test]
    fn missing_token_fails_before_sending() {
        let error = context().admits(&NEEDS_TOKEN).expect_err("must fail");
        assert!(
            error.to_string().contains("needs an access token"),
            "{error}"
        );
    }

    #[test]
    fn sends_only_required_credentials() {
        static KEY_ALONE: Operation = Operation {
            id: "list",
            method: "GET",
            path: "/things",
            ..Operation::BLANK
        };
        let context = context().with_token(AccessToken::new("token-1").expect("valid"));
        let context = context.for_call();

        let mut both = request();
        context
            .authorize(&mut both, &NEEDS_TOKEN)
            .expect("authorized");
        assert_eq!(both.headers()[API_KEY_HEADER], "key-1");
        assert_eq!(both.headers()[ACCESS_TOKEN_HEADER], "token-1");
        assert!(both.headers().values().all(http::HeaderValue::is_sensitive));

        let mut one = request();
        context.authorize(&mut one, &KEY_ALONE).expect("authorized");
        assert!(one.headers().contains_key(API_KEY_HEADER));
        assert!(!one.headers().contains_key(ACCESS_TOKEN_HEADER));
    }

    #[test]
    fn read_only_connection_rejects_writes_before_sending() {
        let context = context().with_token(AccessToken::new("token-1").expect("valid"));
        let context = context.read_only();
        for (method, allowed) in [
            ("GET", true),
            ("HEAD", true),
            ("OPTIONS", false),
            ("TRACE", false),
            ("POST", false),
            ("PUT", false),
            ("PATCH", false),
            ("DELETE", false),
        ] {
            let operation = Box::leak(Box::new(Operation {
                method,
                ..Operation::BLANK
            }));
            assert_eq!(context.admits(operation).is_ok(), allowed, "{method}");
        }
    }
}
