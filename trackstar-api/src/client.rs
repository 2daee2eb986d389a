//! An organization's client, and the builder used to configure it.

pub(crate) mod connection;
mod env;
mod keys;
mod own_http;
mod provider;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method};

use crate::call::context::{CallContext, HasContext, Settings, Shared, admit_key, sealed};
use crate::call::request::Request;
use crate::credentials::{AccessToken, ApiKey, Keys};
use crate::error::Error;
use crate::observe::audit::Audit;
use crate::observe::metrics::Metrics;
use crate::observe::middleware::Middleware;
use crate::rate_limit::limiter::RateLimit;
use crate::rate_limit::tokens::TokenStates;
use crate::retry::policy::RetryPolicy;
use crate::transport::LONGEST_SUCCESS;
use crate::transport::base_url::{self, BaseUrl};
use crate::transport::http_client::HttpSettings;

use connection::Connection;
use own_http::{OwnHttp, Unshown};

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// This is three times the default timeout of a single attempt.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(180);

/// A client for making requests on behalf of an organization.
///
/// A `Client` owns the API key, a connection pool, the TLS configuration and the timeouts. All of
/// this is shared between clones, so you should create one client and clone it as needed.
///
/// To call operations on one of your customers' connections, see [`Connection`].
///
/// ```
/// use trackstar_api::{AccessToken, ApiKey, Client};
///
/// let client = Client::new(ApiKey::new("key-1")?)?;
/// let one = client.connection(AccessToken::new("token-1")?);
/// let other = client.connection(AccessToken::new("token-2")?);
/// # let _ = (one, other);
/// # Ok::<(), trackstar_api::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    context: CallContext,
}

impl Client {
    /// Creates a client for the production API with default settings.
    ///
    /// This is equivalent to `Client::builder(api_key).build()`.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    pub fn new(api_key: ApiKey) -> Result<Self, Error> {
        Self::builder(api_key).build()
    }

    /// Creates a [`ClientBuilder`], which can be used to change the default settings.
    ///
    /// ```
    /// use std::time::Duration;
    /// use trackstar_api::{ApiKey, Client};
    ///
    /// let client = Client::builder(ApiKey::new("key-1")?)
    ///     .base_url("http://127.0.0.1:8080")?
    ///     .timeout(Duration::from_secs(20))
    ///     .app_info("my-service", "1.2.0")?
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    pub fn builder(api_key: ApiKey) -> ClientBuilder {
        Self::builder_with(Keys::fixed(api_key))
    }

    fn builder_with(keys: Keys) -> ClientBuilder {
        ClientBuilder {
            keys,
            base_url: None,
            allow_insecure: false,
            connect_timeout: Some(DEFAULT_CONNECT_TIMEOUT),
            attempt_timeout: Some(DEFAULT_ATTEMPT_TIMEOUT),
            timeout: Some(DEFAULT_TIMEOUT),
            retries: RetryPolicy::default(),
            rate_limit: RateLimit::default(),
            body_limit: LONGEST_SUCCESS,
            middleware: Unshown::default(),
            metrics: Unshown::default(),
            audit: Unshown::default(),
            app_info: None,
            http: OwnHttp::default(),
        }
    }

    /// Returns the connection that `token` identifies.
    ///
    /// This doesn't send anything and is cheap, because the new connection shares this client's
    /// connection pool and TLS configuration.
    #[must_use]
    pub fn connection(&self, token: AccessToken) -> Connection {
        Connection::new(self.context.with_token(token))
    }

    /// Starts building a custom request that is sent with the API key, but without an access token.
    ///
    /// This is like [`Connection::request`], but for endpoints that belong to the whole
    /// organization. It is useful, for example, when a delete has failed with an unknown outcome
    /// and you want to look up whether the connection still exists.
    ///
    /// ```no_run
    /// use trackstar_api::reexports::http_1::Method;
    ///
    /// # async fn example(client: &trackstar_api::Client) -> Result<(), trackstar_api::Error> {
    /// let request = client.request(Method::GET, "/connections");
    /// let connections: trackstar_api::Response<serde_json::Value> = request.send_json().await?;
    /// println!("{}", *connections);
    /// # Ok(())
    /// # }
    /// ```
    #[allow(
        clippy::needless_pass_by_value,
        reason = "callers usually pass a constant, as with other HTTP clients"
    )]
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> Request {
        Request::of_client(&self.context, &method, path.as_ref())
    }
}

impl sealed::Sealed for Client {}

impl HasContext for Client {
    fn context(&self) -> &CallContext {
        &self.context
    }
}

/// A `ClientBuilder` can be used to create a [`Client`] with custom settings.
///
/// See [`Client::builder`] for an example.
#[derive(Debug)]
#[must_use = "builders do nothing unless `build` is called"]
pub struct ClientBuilder {
    keys: Keys,
    base_url: Option<BaseUrl>,
    allow_insecure: bool,
    connect_timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    timeout: Option<Duration>,
    retries: RetryPolicy,
    rate_limit: RateLimit,
    body_limit: usize,
    middleware: Unshown<Vec<Arc<dyn Middleware>>>,
    metrics: Unshown<Option<Arc<dyn Metrics>>>,
    audit: Unshown<Option<Arc<dyn Audit>>>,
    app_info: Option<String>,
    http: OwnHttp,
}

impl ClientBuilder {
    /// Sets the base URL. The path of each request is appended to it.
    ///
    /// By default, this is `https://production.trackstarhq.com`.
    ///
    /// # Errors
    ///
    /// This returns an error if `url` isn't an absolute `http` or `https` URL, if it has user info,
    /// a query or a fragment, or if it contains the API key.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Result<Self, Error> {
        let url = BaseUrl::parse(url.as_ref()).map_err(Error::config)?;
        if let Some(known) = self.keys.known() {
            admit_key(&url, &known.key)?;
        }
        self.base_url = Some(url);
        Ok(self)
    }

    /// Allows plain HTTP connections to other machines.
    ///
    /// Note that this sends both credentials unencrypted, so you should only use it in a test
    /// network. For plain HTTP, any proxies set in the environment are ignored.
    ///
    /// ```
    /// use trackstar_api::{ApiKey, Client};
    ///
    /// let builder = || Client::builder(ApiKey::new("key-1")?).base_url("http://staging:8080");
    /// let error = builder()?.build().unwrap_err();
    /// assert!(error.to_string().contains("HTTPS"), "{error}");
    /// assert!(builder()?.allow_insecure().build().is_ok());
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    pub fn allow_insecure(mut self) -> Self {
        self.allow_insecure = true;
        self
    }

    /// Adds the name and version of your program to the `User-Agent` header.
    ///
    /// They are added after the name of this crate. For example: `trackstar-api/0.1.0
    /// my-service/1.2.0`.
    ///
    /// # Errors
    ///
    /// This returns an error if the name or version is empty, or if it contains anything other than
    /// letters, digits and ``!#$%&'*+-.^_`|~``.
    pub fn app_info(
        mut self,
        name: impl AsRef<str>,
        version: impl AsRef<str>,
    ) -> Result<Self, Error> {
        let (name, version) = (name.as_ref(), version.as_ref());
        if !is_token(name) || !is_token(version) {
            return Err(Error::config(
                "invalid name or version passed to `app_info`: use only letters, digits and -._",
            ));
        }
        self.app_info = Some(format!("{name}/{version}"));
        Ok(self)
    }

    /// Uses your own `reqwest` (0.13) builder to create the HTTP client.
    ///
    /// This can be used to configure proxies, TLS roots, client certificates, DNS or the size of
    /// the connection pool. Some of your settings are overridden:
    ///
    /// - Redirects, `connection_verbose` (it logs every byte) and reqwest's own retries are always
    ///   disabled. Only the retry policy of a call knows whether a request is safe to repeat.
    /// - `User-Agent` and the timeouts are taken from this builder. If you want to keep the timeout
    ///   that you set on yours, set both `timeout` and `attempt_timeout` to `None`. Likewise, your
    ///   connect timeout is kept if `connect_timeout` is `None`.
    ///
    /// # Proxies
    ///
    /// By default, a plain HTTP connection never goes through a proxy. That changes with this
    /// method: your builder then decides about proxies, even for plain HTTP and loopback addresses.
    /// Unless you call `no_proxy` on it, it uses the proxies set in the environment. Be careful
    /// with plain HTTP, because such a proxy can read both credentials.
    ///
    /// Also note that `http://localhost` always refers to this machine, even if your resolver says
    /// otherwise, unless you call `allow_insecure`.
    ///
    /// Aside from `reqwest_0_13_blocking`, this is the only method that exposes a `reqwest` type.
    /// Since its name includes the version, a method for the next version can be added without a
    /// breaking change.
    ///
    /// ```
    /// use trackstar_api::reexports::reqwest_0_13 as reqwest;
    /// use trackstar_api::{ApiKey, Client};
    ///
    /// let proxied = reqwest::Client::builder().proxy(reqwest::Proxy::https("http://proxy:3128")?);
    /// let client = Client::builder(ApiKey::new("key-1")?).reqwest_0_13(proxied).build()?;
    /// # let _ = client;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reqwest_0_13(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http.reqwest = Some(builder);
        self
    }

    /// Uses a separate `reqwest` (0.13) builder for blocking calls.
    ///
    /// Blocking calls have their own connection pool. If you only set
    /// [`reqwest_0_13`](Self::reqwest_0_13), that client is used for them too.
    ///
    /// You should set this if you also use the client asynchronously on a current-thread runtime. A
    /// pooled connection opened by that runtime can't make progress while the runtime is blocked,
    /// and otherwise a blocking call could end up waiting for one.
    ///
    /// ```
    /// use trackstar_api::reexports::reqwest_0_13 as reqwest;
    /// use trackstar_api::{ApiKey, Client};
    ///
    /// let http = || reqwest::Client::builder().tcp_nodelay(false);
    /// let builder = Client::builder(ApiKey::new("key-1")?).reqwest_0_13(http());
    /// let client = builder.reqwest_0_13_blocking(http()).build()?;
    /// # let _ = client;
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    #[cfg(feature = "blocking")]
    pub fn reqwest_0_13_blocking(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.http.reqwest_blocking = Some(builder);
        self
    }

    /// Returns a [`Client`] that uses this configuration.
    ///
    /// This doesn't send anything.
    ///
    /// # Errors
    ///
    /// This returns an error if the base URL uses plain HTTP to another machine without
    /// [`allow_insecure`], if a timeout or a rate limit is zero, or if TLS isn't available or can't
    /// be initialized.
    ///
    /// [`allow_insecure`]: ClientBuilder::allow_insecure
    pub fn build(self) -> Result<Client, Error> {
        let base_url = match self.base_url {
            Some(url) => url,
            None => BaseUrl::parse(base_url::DEFAULT).map_err(Error::config)?,
        };
        if !base_url.is_secure() && !self.allow_insecure {
            return Err(Error::config(format!(
                "the base URL {} is not HTTPS, so both credentials would be sent unencrypted: use \
                 https, or call `allow_insecure` in a test network",
                base_url.as_str()
            )));
        }
        let zero = Some(Duration::ZERO);
        if [self.connect_timeout, self.attempt_timeout, self.timeout].contains(&zero) {
            return Err(Error::config(
                "a timeout of zero would make every request fail: use a longer one, or None to \
                 disable it",
            ));
        }
        if [self.rate_limit.reads, self.rate_limit.writes].contains(&Some(0)) {
            return Err(Error::config(
                "a rate limit of zero would block every request: use a higher one, or None to \
                 disable it",
            ));
        }
        let user_agent = match &self.app_info {
            Some(app) => format!("{USER_AGENT} {app}"),
            None => USER_AGENT.to_owned(),
        };
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|error| Error::config(format!("invalid user agent: {error}")))?;
        let settings = Settings {
            retries: self.retries,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            body_limit: self.body_limit,
            middleware: self.middleware.0,
            metrics: self.metrics.0,
            audit: self.audit.0,
        };
        let http = HttpSettings {
            user_agent,
            plain: !base_url.is_https(),
            localhost: !base_url.is_https() && !self.allow_insecure && base_url.is_localhost(),
            connect_timeout: self.connect_timeout,
            timeout: settings.http_timeout(),
        };
        let http = self.http.build(http)?;
        let shared = Shared {
            http,
            base_url,
            keys: self.keys,
            tokens: TokenStates::new(self.rate_limit),
            settings,
        };
        Ok(Client {
            context: CallContext::new(Arc::new(shared)),
        })
    }
}

/// Returns true if `text` is a valid HTTP token (see RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sets = fn(ClientBuilder, Duration) -> ClientBuilder;

    #[test]
    fn default_timeouts_are_not_zero() {
        let builder = Client::builder(ApiKey::new("key").expect("valid"));
        let seconds = Duration::from_secs;
        assert_eq!(builder.connect_timeout, Some(seconds(10)));
        assert_eq!(builder.attempt_timeout, Some(seconds(60)));
        assert_eq!(builder.timeout, Some(seconds(180)));
        let setters: [Sets; 3] = [
            |builder, zero| builder.timeout(zero),
            |builder, zero| builder.attempt_timeout(zero),
            |builder, zero| builder.connect_timeout(zero),
        ];
        for set in setters {
            let builder = Client::builder(ApiKey::new("key").expect("valid"));
            let error = set(builder, Duration::ZERO).build().expect_err("zero");
            assert!(error.to_string().contains("zero"), "{error}");
        }
    }
}
