//! The HTTP clients behind a client, and what is the same for all of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::HeaderValue;

use crate::Error;

/// The name that counts as this machine (RFC 6761, 6.3).
pub(crate) const LOCALHOST: &str = "localhost";

/// Addresses of this machine. The port is taken from the URL.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// What this crate insists on, whatever else an HTTP client is set to.
pub(crate) struct HttpSettings {
    pub(crate) user_agent: HeaderValue,
    /// Whether the base URL is plain HTTP. Without a client of the user's own it is reached directly,
    /// whatever the environment says: a proxy would be sent both credentials in the clear.
    pub(crate) plain: bool,
    /// Whether plain HTTP is allowed for loopback alone, and the host is the name `localhost`.
    pub(crate) localhost: bool,
    pub(crate) connect_timeout: Option<Duration>,
    /// Of a whole attempt.
    pub(crate) timeout: Option<Duration>,
}

impl HttpSettings {
    /// An HTTP client of what `own` has been set to, and of this.
    pub(crate) fn build(
        &self,
        own: Option<reqwest::ClientBuilder>,
    ) -> Result<reqwest::Client, Error> {
        // What may be repeated is for the retries of calls to say, which know what was sent.
        // A redirect would carry both headers to wherever it points: to reqwest they are ordinary.
        // Verbose connections would log every byte that is written, the credentials among them.
        let direct = self.plain && own.is_none();
        let mut http = own
            .unwrap_or_default()
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .connection_verbose(false)
            .user_agent(self.user_agent.clone());
        if direct {
            http = http.no_proxy();
        }
        if self.localhost {
            // A resolver of the user's own, or a hosts file, could have the name mean another machine.
            http = http.resolve_to_addrs(LOCALHOST, &LOOPBACK);
        }
        if let Some(timeout) = self.connect_timeout {
            http = http.connect_timeout(timeout);
        }
        if let Some(timeout) = self.timeout {
            http = http.timeout(timeout);
        }
        http.build().map_err(|error| Error::no_http_client(&error))
    }
}

/// The HTTP clients of one client: each has a pool.
pub(crate) struct HttpClients {
    http: reqwest::Client,
    /// For blocking calls. A connection belongs to the runtime in which it was made, and stands still
    /// with it: a blocking call that was given one of the user's might wait for itself.
    #[cfg(feature = "blocking")]
    blocking: reqwest::Client,
}

impl HttpClients {
    /// One for everything.
    pub(crate) fn one(http: reqwest::Client) -> Self {
        Self {
            #[cfg(feature = "blocking")]
            blocking: http.clone(),
            http,
        }
    }

    /// The same, with another for blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) fn blocking(mut self, http: reqwest::Client) -> Self {
        self.blocking = http;
        self
    }

    /// The one for the call that is being made.
    pub(crate) fn current(&self) -> &reqwest::Client {
        #[cfg(feature = "blocking")]
        if crate::blocking::waits() {
            return &self.blocking;
        }
        &self.http
    }
}
