//! Errors returned by transports.

use std::fmt;

use crate::contain::contained;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Whether the server might have received any part of a request that has failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sent {
    /// Nothing was sent.
    ///
    /// This means that the operation wasn't done. The client is free to repeat the request.
    No,
    /// The request may have been sent. For a write, this means that its outcome is unknown.
    #[default]
    Maybe,
}

/// The error returned by a [`Transport`](super::Transport).
///
/// When this is converted to an [`Error`](crate::Error), its message and those of its sources are
/// redacted.
///
/// ```
/// use trackstar_api::transport::{Sent, TransportError};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(refused).with_sent(Sent::No);
/// assert_eq!(error.sent(), Sent::No);
/// ```
#[derive(Debug)]
pub struct TransportError {
    source: BoxError,
    sent: Sent,
    timeout: bool,
}

impl TransportError {
    /// Creates an error for a request that may have been sent ([`Sent::Maybe`]).
    pub fn new(source: impl Into<BoxError>) -> Self {
        Self {
            source: source.into(),
            sent: Sent::default(),
            timeout: false,
        }
    }

    /// Sets whether the request may have been sent.
    #[must_use]
    pub fn with_sent(mut self, sent: Sent) -> Self {
        self.sent = sent;
        self
    }

    /// Marks this error as a timeout (see [`Error::is_timeout`](crate::Error::is_timeout)).
    #[must_use]
    pub fn with_timeout(mut self) -> Self {
        self.timeout = true;
        self
    }

    /// Returns whether the request may have been sent.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// Returns true if this is a timeout.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.timeout
    }

    fn cause(&self) -> &(dyn std::error::Error + 'static) {
        &*self.source
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = match self.sent {
            Sent::No => "the request was not sent",
            Sent::Maybe => "the request may have been sent",
        };
        f.write_str(sent)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause())
    }
}

/// An error from either the built-in HTTP client or a custom transport.
#[derive(Debug)]
pub(crate) enum Failure {
    Reqwest(reqwest::Error),
    Own(TransportError),
}

impl Failure {
    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            Self::Reqwest(error) => error.is_timeout(),
            Self::Own(error) => error.is_timeout(),
        }
    }

    /// Returns true if we failed to connect.
    pub(crate) fn is_connect(&self) -> bool {
        match self {
            Self::Reqwest(error) => error.is_connect(),
            Self::Own(error) => error.sent() == Sent::No,
        }
    }

    /// Returns true if the request itself is invalid.
    pub(crate) fn is_builder(&self) -> bool {
        match self {
            Self::Reqwest(error) => error.is_builder(),
            Self::Own(_) => false,
        }
    }

    /// Returns the error. If all it says is whether the request was sent, this returns its source
    /// instead.
    pub(crate) fn cause(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Reqwest(error) => error,
            Self::Own(error) => error.cause(),
        }
    }
}

/// The error might be a user's type that panics when it's dropped.
impl Drop for Failure {
    fn drop(&mut self) {
        if let Self::Own(error) = self {
            let none: BoxError = "".into();
            let source = std::mem::replace(&mut error.source, none);
            contained(|| drop(source));
        }
    }
}
