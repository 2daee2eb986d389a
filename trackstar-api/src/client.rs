//! The client of one organization, and how it is set up.

mod env;
mod keys;
mod own_http;
mod provider;
mod settings;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::answer::LONGEST_SUCCESS;
use crate::base_url::{self, BaseUrl};
use crate::caller::{Caller, Settings, Shared};
use crate::credentials::Keys;
use crate::http_client::HttpSettings;
use crate::lanes::Lanes;
use crate::{
    AccessToken, ApiKey, Audit, Connection, Error, Metrics, Middleware, RateLimit, RetryPolicy,
};
use own_http::OwnHttp;

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// Three attempts of the longest.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(180);

/// The client of one organization: its API key, one pool of HTTP connections, TLS, timeouts.
///
/// Make one and clone it freely: clones share everything. Operations that act on a customer's
/// connection are methods of [`Connection`].
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
    caller: Caller,
}

impl Client {
    /// Creates a client that talks to production, with the defaults of [`Client::builder`].
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn new(api_key: ApiKey) -> Result<Self, Error> {
        Self::builder(api_key).build()
    }

    /// Begins a client with settings of your own.
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

    /// The same client on behalf of the connection that `token` names.
    ///
    /// Cheap: nothing is sent, and pool and TLS are shared.
    #[must_use]
    pub fn connection(&self, token: AccessToken) -> Connection {
        Connection::new(self.caller.with_token(token))
    }

    /// For what is called on it.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }
}

/// Settings of a [`Client`]; see [`Client::builder`] for an example.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
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

/// Code of the user's, which need not know how to show itself.
#[derive(Default)]
struct Unshown<T>(T);

impl<T> fmt::Debug for Unshown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl ClientBuilder {
    /// The address that paths are appended to. Default: `https://production.trackstarhq.com`.
    ///
    /// # Errors
    /// Returns an error if `url` is not an absolute http or https URL, if it has user info, a query or a
    /// fragment, or if it contains the API key.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Result<Self, Error> {
        let url = BaseUrl::parse(url.as_ref())?;
        if let Some(known) = self.keys.known() {
            url.admits_key(&known.key)?;
        }
        self.base_url = Some(url);
        Ok(self)
    }

    /// Allows plain HTTP to another machine. Both credentials then cross the network readable:
    /// for a test network alone. No proxy of the environment is used for plain HTTP.
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

    /// Names your program in the header `User-Agent`, behind this crate: `trackstar-api/0.1.0
    /// my-service/1.2.0`.
    ///
    /// # Errors
    /// When the name or the version is empty or holds anything but letters, digits and
    /// ``!#$%&'*+-.^_`|~``.
    pub fn app_info(
        mut self,
        name: impl AsRef<str>,
        version: impl AsRef<str>,
    ) -> Result<Self, Error> {
        let (name, version) = (name.as_ref(), version.as_ref());
        if !is_token(name) || !is_token(version) {
            return Err(Error::config(
                "the name or the version given to `app_info` is no HTTP token: use letters, \
                 digits and -._ alone",
            ));
        }
        self.app_info = Some(format!("{name}/{version}"));
        Ok(self)
    }

    /// Builds on a `reqwest` (0.13) client of your own: proxies, TLS roots, client certificates,
    /// DNS, pool sizes.
    ///
    /// Redirects and `connection_verbose` (which logs every byte) stay off, and timeouts and
    /// `User-Agent` are this builder's, whatever yours says; where `timeout` and `attempt_timeout` are
    /// both `None`, or `connect_timeout` is, yours is left. Its retries are off: those of calls know what
    /// may be repeated.
    ///
    /// Your client decides on proxies, also for plain HTTP and for loopback. A proxy of plain HTTP reads
    /// both credentials, and a client that you have not told `no_proxy` takes those of the environment.
    /// Without a client of your own, plain HTTP goes through no proxy.
    ///
    /// Unless `allow_insecure` is called, the name `localhost` in a plain HTTP base URL means this
    /// machine, whatever your resolver says.
    ///
    /// This is the one method that names a type of `reqwest`. Its name carries the version, so that
    /// the next one gets a method beside it instead of a breaking release.
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

    /// As [`reqwest_0_13`](Self::reqwest_0_13), for blocking calls alone, which have a pool of HTTP
    /// connections of their own.
    ///
    /// Where only `reqwest_0_13` is given, blocking calls have to share its pool. Give this one, too,
    /// when the same client sends asynchronously from a current-thread runtime: a connection that was
    /// made there stands still while that runtime does, and a blocking call could be given it.
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

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// When the base URL is plain HTTP to another machine and [`allow_insecure`] was not called, when
    /// a timeout or a rate is zero, and when TLS is missing or cannot be set up.
    ///
    /// [`allow_insecure`]: ClientBuilder::allow_insecure
    pub fn build(self) -> Result<Client, Error> {
        let base_url = match self.base_url {
            Some(url) => url,
            None => BaseUrl::parse(base_url::DEFAULT)?,
        };
        if !base_url.is_secure() && !self.allow_insecure {
            return Err(Error::config(format!(
                "the base URL {} is not HTTPS, and would carry both credentials readable over the \
                 network: use https, or say `allow_insecure` on a test network",
                base_url.as_str()
            )));
        }
        let zero = Some(Duration::ZERO);
        if [self.connect_timeout, self.attempt_timeout, self.timeout].contains(&zero) {
            return Err(Error::config(
                "a timeout of zero fails every request: give a longer one, or None for no limit",
            ));
        }
        if [self.rate_limit.reads, self.rate_limit.writes].contains(&Some(0)) {
            return Err(Error::config(
                "a rate limit of zero lets nothing pass: give a higher one, or None for no limit",
            ));
        }
        let user_agent = match &self.app_info {
            Some(app) => format!("{USER_AGENT} {app}"),
            None => USER_AGENT.to_owned(),
        };
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|error| Error::config(format!("the user agent is no header: {error}")))?;
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
            lanes: Lanes::new(self.rate_limit),
            settings,
        };
        Ok(Client {
            caller: Caller::new(Arc::new(shared)),
        })
    }
}

/// Whether `text` is a token of HTTP (RFC 9110, 5.6.2).
fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sets = fn(ClientBuilder, Duration) -> ClientBuilder;

    #[test]
    fn timeouts_have_defaults_and_none_of_them_is_zero() {
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
