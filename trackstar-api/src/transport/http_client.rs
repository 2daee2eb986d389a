//! The HTTP clients of a client, and the settings that all of them share.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::HeaderValue;
#[cfg(not(feature = "gzip"))]
use http::{HeaderMap, header};

/// The host name of this machine (RFC 6761, 6.3).
pub(crate) const LOCALHOST: &str = "localhost";

/// Addresses of this machine. The port is that of the URL.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// The settings that override those of an HTTP client.
pub(crate) struct HttpSettings {
    pub(crate) user_agent: HeaderValue,
    /// Whether the base URL is plain HTTP. The built-in HTTP client then uses no proxy, whatever
    /// the environment specifies, because a proxy would receive both credentials unencrypted.
    pub(crate) plain: bool,
    /// Whether plain HTTP is only allowed to loopback addresses, and the host is the name
    /// `localhost`.
    pub(crate) localhost: bool,
    pub(crate) connect_timeout: Option<Duration>,
    /// The timeout of a whole attempt.
    pub(crate) timeout: Option<Duration>,
}

impl HttpSettings {
    /// Builds an HTTP client from `own`, if it is present, with these settings.
    pub(crate) fn build(
        &self,
        own: Option<reqwest::ClientBuilder>,
    ) -> Result<reqwest::Client, reqwest::Error> {
        // reqwest's retries are disabled, because only the retry policy of a call knows which
        // requests may be repeated. A redirect would send both headers to its target, because
        // reqwest does not treat them as credentials. Verbose connections would log every byte,
        // including the credentials.
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
        // A request that names no encoding accepts all (RFC 9110, 12.5.3). A user's HTTP client may
        // be able to decode some.
        #[cfg(not(feature = "gzip"))]
        if !is_own {
            let identity = HeaderValue::from_static("identity");
            http =
                http.default_headers(HeaderMap::from_iter([(header::ACCEPT_ENCODING, identity)]));
        }
        if self.localhost {
            // A user's resolver or a hosts file could map the name to another machine.
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

/// The HTTP clients of one client. Each has its own connection pool.
pub(crate) struct HttpClients {
    http: reqwest::Client,
    /// For blocking calls. A connection belongs to the runtime in which it was made, and makes no
    /// progress while that runtime is blocked. A blocking call that used a connection of the user's
    /// runtime could deadlock.
    #[cfg(feature = "blocking")]
    blocking: reqwest::Client,
}

impl HttpClients {
    /// Uses one HTTP client for all calls.
    pub(crate) fn one(http: reqwest::Client) -> Self {
        Self {
            #[cfg(feature = "blocking")]
            blocking: http.clone(),
            http,
        }
    }

    /// Sets another HTTP client for blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) fn blocking(mut self, http: reqwest::Client) -> Self {
        self.blocking = http;
        self
    }

    /// Returns the HTTP client for the current call.
    pub(crate) fn current(&self) -> &reqwest::Client {
        #[cfg(feature = "blocking")]
        if super::waits::waits() {
            return &self.blocking;
        }
        &self.http
    }
}

#[cfg(all(test, not(feature = "gzip")))]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use crate::{ApiKey, Client};

    #[tokio::test]
    async fn asks_for_no_encoding_and_names_the_one_that_came() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.expect("a head"));
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                content-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\x08\x00";
            stream.write_all(answer).await.expect("written");
            String::from_utf8(head).expect("text")
        });
        let client = Client::builder(ApiKey::new("key-1").expect("a key"));
        let client = client.base_url(&base_url).expect("a URL").build();
        let request = client.expect("a client").request(http::Method::GET, "/x");
        let answer = request.send_json::<serde_json::Value>().await;
        let error = answer.expect_err("it is encoded").to_string();
        let head = server.await.expect("no panic");
        assert!(head.contains("\r\naccept-encoding: identity\r\n"), "{head}");
        assert_eq!(
            error,
            "request (GET of one's own): the server returned 200 OK, but this client cannot read it (a body of \
             type application/json, 4 bytes, encoded as gzip; not decoded); the client did not request \
             that encoding: enable the feature `gzip` for gzip, or make the server \
             or proxy respect `accept-encoding` (no request id)"
        );
    }
}
