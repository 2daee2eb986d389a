//! The errors of requests.

use std::fmt;

use crate::contain::contained;

/// An error of any type.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Whether any byte of a failed request may have reached the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sent {
    /// Nothing was sent. The operation was not done, and the client may repeat it.
    No,
    /// Something may have been sent. The outcome of a write is unknown.
    #[default]
    Maybe,
}

/// An error of a [`Transport`](super::Transport).
///
/// Its text and those of its sources are redacted before they become part of an
/// [`Error`](crate::Error).
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
    /// Creates an error of a request that may have been sent ([`Sent::Maybe`]).
    pub fn new(source: impl Into<BoxError>) -> Self {
        Self {
            source: source.into(),
            sent: Sent::default(),
            timeout: false,
        }
    }

    /// Sets whether anything may have been sent.
    #[must_use]
    pub fn with_sent(mut self, sent: Sent) -> Self {
        self.sent = sent;
        self
    }

    /// Marks the error as a timeout ([`Error::is_timeout`](crate::Error::is_timeout)).
    #[must_use]
    pub fn with_timeout(mut self) -> Self {
        self.timeout = true;
        self
    }

    /// Returns whether anything may have been sent.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// Returns true if the error is a timeout.
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

/// An error of the built-in HTTP client, or of a custom transport.
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

    /// Returns true if no connection could be made.
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

    /// Returns the error, or its source if the error only says whether anything was sent.
    pub(crate) fn cause(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Reqwest(error) => error,
            Self::Own(error) => error.cause(),
        }
    }
}

/// The error is a user's type, whose destructor may panic.
impl Drop for Failure {
    fn drop(&mut self) {
        if let Self::Own(error) = self {
            let none: BoxError = "".into();
            let source = std::mem::replace(&mut error.source, none);
            contained(|| drop(source));
        }
    }
}
