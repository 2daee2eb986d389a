//! The HTTP clients behind a client, and what is the same for all of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::HeaderValue;
#[cfg(not(feature = "gzip"))]
use http::{HeaderMap, header};

use crate::Error;
use crate::transport::OwnTransport;

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
        // A request that names no encoding allows every one (RFC 9110, 12.5.3). A client of the user's own
        // may be able to decode some.
        #[cfg(not(feature = "gzip"))]
        if !is_own {
            let identity = HeaderValue::from_static("identity");
            http =
                http.default_headers(HeaderMap::from_iter([(header::ACCEPT_ENCODING, identity)]));
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

/// How the requests of a client are sent.
pub(crate) enum Http {
    Reqwest(HttpClients),
    Own(OwnTransport),
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
