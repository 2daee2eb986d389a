//! Sends requests with either the built-in HTTP client or a custom transport.

use std::pin::Pin;

use super::dispatch;
use super::failure::{Failure, Sent, TransportError};
use super::http_client::HttpClients;
use super::own::{OwnResponse, OwnTransport};
use super::received::Received;

/// The built-in HTTP client or a custom transport.
pub(crate) enum Http {
    Reqwest(HttpClients),
    Own(OwnTransport),
}

/// A request in flight.
enum EitherFuture<'a, F> {
    Reqwest(F),
    /// This is boxed so that it doesn't increase the size of calls that use reqwest.
    Own(Pin<Box<dyn Future<Output = Result<OwnResponse, TransportError>> + Send + 'a>>),
}

impl Http {
    /// Sends a request. This fails if its URL isn't valid in HTTP.
    ///
    /// Nothing is sent until the future is polled. If it fails, it also returns whether the server
    /// might have received any of the request.
    pub(crate) fn send(
        &self,
        request: reqwest::Request,
    ) -> Result<impl Future<Output = Result<Received, (Failure, bool)>> + Send, reqwest::Error>
    {
        let sending = match self {
            Self::Reqwest(http) => EitherFuture::Reqwest(dispatch::send(http.current(), request)),
            Self::Own(transport) => EitherFuture::Own(Box::pin(transport.send(request)?)),
        };
        Ok(async move {
            match sending {
                EitherFuture::Reqwest(sending) => match sending.await {
                    Ok(response) => Ok(Received::Reqwest(response)),
                    Err((error, sent)) => Err((Failure::Reqwest(error), sent)),
                },
                EitherFuture::Own(sending) => match sending.await {
                    Ok(response) => Ok(Received::Own(Box::new(response))),
                    Err(error) => {
                        let sent = error.sent() != Sent::No;
                        Err((Failure::Own(error), sent))
                    }
                },
            }
        })
    }
}
