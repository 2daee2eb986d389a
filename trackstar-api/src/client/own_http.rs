//! HTTP clients and transports of the user, which replace the built-in HTTP client.

use super::{ClientBuilder, Unshown, provider};
use crate::Error;
use crate::http_client::{Http, HttpClients, HttpSettings};
use crate::transport::{Boxed, Transport};

/// The user's replacement of the built-in HTTP client.
#[derive(Debug, Default)]
pub(super) struct OwnHttp {
    pub(super) transport: Unshown<Option<Boxed>>,
    pub(super) reqwest: Option<reqwest::ClientBuilder>,
    #[cfg(feature = "blocking")]
    pub(super) reqwest_blocking: Option<reqwest::ClientBuilder>,
}

impl ClientBuilder {
    /// Sends every request through `transport` instead of the built-in HTTP client; see
    /// [`transport`](crate::transport) for an example and for the requirements of a transport.
    ///
    /// Credentials, rate limits, retries, deadlines, `body_limit`, redaction, middleware, metrics
    /// and the audit work as usual. Blocking calls use the transport, too. `connect_timeout` does
    /// not apply. It cannot be combined with an HTTP client of your own (`reqwest_0_13`).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.http.transport.0 = Some(Boxed::new(transport));
        self
    }
}

impl OwnHttp {
    fn has_reqwest(&self) -> bool {
        #[cfg(feature = "blocking")]
        if self.reqwest_blocking.is_some() {
            return true;
        }
        self.reqwest.is_some()
    }

    pub(super) fn build(mut self, settings: HttpSettings) -> Result<Http, Error> {
        if let Some(transport) = self.transport.0.take() {
            if self.has_reqwest() {
                return Err(Error::config(
                    "a transport and an HTTP client of your own are both set: give one of them",
                ));
            }
            return Ok(Http::Own(
                transport.with(settings.user_agent, settings.timeout),
            ));
        }
        let tls = cfg!(any(
            feature = "rustls",
            feature = "rustls-no-provider",
            feature = "native-tls"
        ));
        if !tls && self.reqwest.is_none() && !settings.plain {
            return Err(Error::config(
                "this build has no TLS: enable the feature `rustls` or `native-tls` of \
                 trackstar-api, or give an HTTP client of your own that has it",
            ));
        }
        provider::has_provider()?;
        #[cfg(feature = "blocking")]
        let is_own = self.reqwest.is_some();
        let http = HttpClients::one(settings.build(self.reqwest)?);
        #[cfg(feature = "blocking")]
        let http = match self.reqwest_blocking {
            // A builder can create only one client.
            None if is_own => http,
            base => http.blocking(settings.build(base)?),
        };
        Ok(Http::Reqwest(http))
    }
}
