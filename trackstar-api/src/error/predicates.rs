//! Predicates of an error.

use http::StatusCode;

use super::{Error, Kind};

impl Error {
    fn has_status(&self, status: StatusCode) -> bool {
        self.status() == Some(status)
    }

    /// Returns true for status 401: the API key or the access token is wrong or revoked, or the connection is
    /// deleted.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// Returns true for status 403: the endpoint is disabled for this organization or connection, or the key is
    /// read-only.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// Returns true for status 404.
    ///
    /// The record does not exist only if [`message`](Self::message) returns a text, which means that the
    /// response comes from the API. A wrong base URL and a proxy also result in 404.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// Returns true for status 422: the request is invalid. [`detail`](Self::detail) lists the fields.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        self.has_status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Returns true for status 429: too many requests on this access token. See
    /// [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns true for status 501: this integration does not implement the operation. A retry does not help.
    #[must_use]
    pub fn is_not_supported(&self) -> bool {
        self.has_status(StatusCode::NOT_IMPLEMENTED)
    }

    /// Returns true if a timeout passed while the call waited for a limit, for the provider of the API
    /// key, for a connection, or for the response and its body.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Throttled(_)
                | Kind::NoKey { timeout: true }
                | Kind::Connect { timeout: true, .. }
                | Kind::Unanswered { timeout: true }
                | Kind::CutOff { timeout: true }
        )
    }

    /// Returns true if no connection could be made (DNS, TCP or TLS). Nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect { .. })
    }

    /// Returns true if the API reported success with a body that exceeds the limit
    /// ([`body_limit`](crate::ClientBuilder::body_limit), 32 MiB by default). The rest of the body was not read.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        matches!(self.0.kind, Kind::TooLong(_))
    }

    /// Returns true if the connection broke before the response was complete, or if an HTTP/2 server rejected
    /// the request before processing it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Unprocessed
                | Kind::Unanswered { timeout: false }
                | Kind::CutOff { timeout: false }
        )
    }

    /// Returns true if the API reported success in a form that differs from the document. For a write, the
    /// [outcome is unknown](Self::outcome_unknown) then.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(..))
    }
}
