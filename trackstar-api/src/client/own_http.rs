//! Support for replacing the built-in HTTP client with the user's own client or transport.

use std::fmt;

use super::provider;
use crate::error::Error;
use crate::transport::either::Http;
use crate::transport::http_client::{HttpClients, HttpSettings};
use crate::transport::own::Boxed;

/// Wraps a user's value that might not implement `Debug`.
#[derive(Default)]
pub(super) struct Unshown<T>(pub(super) T);

impl<T> fmt::Debug for Unshown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The user's replacement for the built-in HTTP client, if any.
#[derive(Debug, Default)]
pub(super) struct OwnHttp {
    pub(super) transport: Unshown<Option<Boxed>>,
    pub(super) reqwest: Option<reqwest::ClientBuilder>,
    #[cfg(feature = "blocking")]
    pub(super) reqwest_blocking: Option<reqwest::ClientBuilder>,
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
                    "a transport and a custom HTTP client are both set: use only one of them",
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
                "this build does not support TLS: enable the feature `rustls` or `native-tls` of \
                 trackstar-api, or use a custom HTTP client with TLS",
            ));
        }
        provider::has_provider()?;
        let build = |own| {
            let http = settings.build(own);
            http.map_err(|error| Error::no_http_client(&error))
        };
        #[cfg(feature = "blocking")]
        let is_own = self.reqwest.is_some();
        let http = HttpClients::one(build(self.reqwest)?);
        #[cfg(feature = "blocking")]
        let http = match self.reqwest_blocking {
            // We can't clone a reqwest builder, so it only works for one client.
            None if is_own => http,
            base => http.blocking(build(base)?),
        };
        Ok(Http::Reqwest(http))
    }
}
