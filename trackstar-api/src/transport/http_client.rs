//! Creates reqwest clients with the settings that all of them need.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::HeaderValue;
#[cfg(not(feature = "gzip"))]
use http::{HeaderMap, header};

/// The host name of this machine (RFC 6761, section 6.3).
pub(crate) const LOCALHOST: &str = "localhost";

/// The addresses of this machine. The port is taken from the URL.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// Settings that take precedence over the user's.
pub(crate) struct HttpSettings {
    pub(crate) user_agent: HeaderValue,
    /// Whether the base URL uses plain HTTP. If it does, the built-in client never uses a proxy,
    /// regardless of the environment, since it would be able to read both credentials.
    pub(crate) plain: bool,
    /// Whether the host is `localhost` and plain HTTP isn't permitted to any other machine.
    pub(crate) localhost: bool,
    pub(crate) connect_timeout: Option<Duration>,
    /// The timeout for a whole attempt.
    pub(crate) timeout: Option<Duration>,
}

impl HttpSettings {
    /// Builds a reqwest client, starting from `own` if there is one.
    pub(crate) fn build(
        &self,
        own: Option<reqwest::ClientBuilder>,
    ) -> Result<reqwest::Client, reqwest::Error> {
        // We have our own retries, which know what is safe to repeat. Redirects are off because
        // reqwest doesn't know that our headers are credentials, so it would send them to the
        // target. Verbose connections would log every byte, and that includes the credentials.
        let is_own = own.is_some();
        let direct = self.plain && !is_own;
        let mut http = own
            .unwrap_or_default()
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .connection_verbose(false)
            .user_agent(self.user_agent.clone());
        if direct {
            http = http.no_proxy();
        }
        // A request that doesn't mention any encoding accepts all of them (RFC 9110, section
        // 12.5.3). We don't do this for a user's client, since that might be able to decode some.
        #[cfg(not(feature = "gzip"))]
        if !is_own {
            let identity = HeaderValue::from_static("identity");
            http =
                http.default_headers(HeaderMap::from_iter([(header::ACCEPT_ENCODING, identity)]));
        }
        if self.localhost {
            // Otherwise, a resolver or hosts file could point this name to some other machine.
            http = http.resolve_to_addrs(LOCALHOST, &LOOPBACK);
        }
        if let Some(timeout) = self.connect_timeout {
            http = http.connect_timeout(timeout);
        }
        if let Some(timeout) = self.timeout {
            http = http.timeout(timeout);
        }
        http.build()
    }
}

/// The reqwest clients that belong to a client. Each of them has its own connection pool.
pub(crate) struct HttpClients {
    http: reqwest::Client,
    /// The client for blocking calls. Every connection belongs to the runtime that opened it, and
    /// doesn't make progress while that runtime is blocked. If a blocking call used such a
    /// connection, it could end up in a deadlock.
    #[cfg(feature = "blocking")]
    blocking: reqwest::Client,
}

impl HttpClients {
    /// Uses the same reqwest client for all calls.
    pub(crate) fn one(http: reqwest::Client) -> Self {
        Self {
            #[cfg(feature = "blocking")]
            blocking: http.clone(),
            http,
        }
    }

    /// Uses another reqwest client for blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) fn blocking(mut self, http: reqwest::Client) -> Self {
        self.blocking = http;
        self
    }

    /// Returns the reqwest client to use for the current call.
    pub(crate) fn current(&self) -> &reqwest::Client {
        #[cfg(feature = "blocking")]
        if super::waits::waits() {
            return &self.blocking;
        }
        &self.http
    }
}
