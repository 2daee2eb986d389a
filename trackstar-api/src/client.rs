//! The client of one organization, and how it is set up.

mod settings;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::answer::LONGEST_SUCCESS;
use crate::base_url::{self, BaseUrl};
use crate::lanes::Lanes;
use crate::transport::{Caller, Settings, Shared};
use crate::{AccessToken, ApiKey, Connection, Error, Metrics, Middleware, RateLimit, RetryPolicy};

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
    /// A client with the defaults of [`Client::builder`].
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
        ClientBuilder {
            api_key,
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
            #[cfg(feature = "cli")]
            rehearsal: Unshown::default(),
            app_info: None,
            http: None,
        }
    }

    /// The same client on behalf of the connection that `token` names.
    ///
    /// Cheap: nothing is sent, and pool and TLS are shared.
    #[must_use]
    pub fn connection(&self, token: AccessToken) -> Connection {
        Connection::new(self.caller.with_token(token))
    }

    /// For the generated code.
    #[allow(
        dead_code,
        reason = "called where the document has an operation for the key alone"
    )]
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }
}

/// Settings of a [`Client`]; see [`Client::builder`] for an example.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    api_key: ApiKey,
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
    #[cfg(feature = "cli")]
    rehearsal: Unshown<Option<Arc<crate::transport::Show>>>,
    app_info: Option<String>,
    http: Option<reqwest::ClientBuilder>,
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
    /// When `url` is not an absolute http or https URL, or holds user info, a query or a fragment.
    pub fn base_url(mut self, url: impl AsRef<str>) -> Result<Self, Error> {
        self.base_url = Some(BaseUrl::parse(url.as_ref())?);
        Ok(self)
    }

    /// Allows plain HTTP to another machine. Both credentials then cross the network readable:
    /// for a test network alone.
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
    /// `User-Agent` are this builder's, whatever yours says; where `timeout` and `attempt_timeout`,
    /// or `connect_timeout`, are all `None`, yours is left. Proxies are yours alone, those of the
    /// environment included. Its own retries of HTTP/2 streams that were refused unread stay on.
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
        self.http = Some(builder);
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
        let tls = cfg!(any(feature = "rustls", feature = "native-tls"));
        if !tls && self.http.is_none() && base_url.is_https() {
            return Err(Error::config(
                "this build has no TLS: enable the feature `rustls` or `native-tls` of \
                 trackstar-api, or give an HTTP client of your own that has it",
            ));
        }
        let user_agent = match &self.app_info {
            Some(app) => format!("{USER_AGENT} {app}"),
            None => USER_AGENT.to_owned(),
        };
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|error| Error::config(format!("the user agent is no header: {error}")))?;
        // A redirect would carry both headers to wherever it points: to reqwest they are ordinary.
        // Verbose connections would log every byte that is written, the credentials among them.
        let mut http = self
            .http
            .unwrap_or_default()
            .redirect(reqwest::redirect::Policy::none())
            .connection_verbose(false)
            .user_agent(user_agent);
        if !base_url.is_https() && !self.allow_insecure {
            // A proxy, be it the environment's, would be sent both credentials in the clear.
            http = http.no_proxy();
        }
        let whole = self.timeout.into_iter().chain(self.attempt_timeout).min();
        if let Some(timeout) = connect_timeout(self.connect_timeout, whole) {
            http = http.connect_timeout(timeout);
        }
        if let Some(timeout) = whole {
            http = http.timeout(timeout);
        }
        let http = http.build().map_err(Error::no_http_client)?;
        let shared = Shared {
            http,
            base_url,
            api_key: self.api_key,
            lanes: Lanes::new(self.rate_limit),
            settings: Settings {
                retries: self.retries,
                timeout: self.timeout,
                attempt_timeout: self.attempt_timeout,
                body_limit: self.body_limit,
                middleware: self.middleware.0,
                metrics: self.metrics.0,
                #[cfg(feature = "cli")]
                rehearsal: self.rehearsal.0,
            },
        };
        Ok(Client {
            caller: Caller::new(Arc::new(shared)),
        })
    }
}

/// The connect timeout, less than the whole one: where both passed at once, nobody could tell
/// whether the request has been sent.
fn connect_timeout(connect: Option<Duration>, whole: Option<Duration>) -> Option<Duration> {
    match (connect, whole.map(|whole| whole.mul_f64(0.9))) {
        (Some(connect), Some(whole)) => Some(connect.min(whole)),
        (connect, whole) => connect.or(whole),
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

    #[test]
    fn timeouts_have_defaults_and_connecting_ends_before_the_whole() {
        let builder = Client::builder(ApiKey::new("key").expect("valid"));
        let seconds = Duration::from_secs;
        assert_eq!(builder.connect_timeout, Some(seconds(10)));
        assert_eq!(builder.attempt_timeout, Some(seconds(60)));
        assert_eq!(builder.timeout, Some(seconds(180)));
        for (connect, whole, expected) in [
            (Some(10), Some(60), Some(10)),
            (Some(10), Some(5), Some(4)),
            (None, Some(10), Some(9)),
            (Some(10), None, Some(10)),
            (None, None, None),
        ] {
            let found = connect_timeout(connect.map(seconds), whole.map(seconds));
            assert_eq!(
                found.map(|it| it.as_secs()),
                expected,
                "{connect:?} of {whole:?}"
            );
        }
        let builder = Client::builder(ApiKey::new("key").expect("valid")).timeout(Duration::ZERO);
        assert!(
            builder
                .build()
                .expect_err("zero")
                .to_string()
                .contains("zero")
        );
    }
}
