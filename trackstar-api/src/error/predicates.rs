//! Predicates for code that decides by the kind of failure.

use http::StatusCode;

use super::{Error, Kind};

impl Error {
    fn has_status(&self, status: StatusCode) -> bool {
        self.status() == Some(status)
    }

    /// 401: the API key or the access token is wrong, revoked or deleted.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// 403: the endpoint is disabled for this organization or connection, or the key is read-only.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// 404: the record is not in Trackstar's copy, where the API itself says so. A wrong base URL and
    /// a proxy answer 404 as well: do not take it for "deleted" where [`message`](Self::message) is
    /// `None`.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// 422: the request is not valid; see [`detail`](Self::detail).
    #[must_use]
    pub fn is_validation(&self) -> bool {
        self.has_status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// 429: too many requests on this access token; see [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// 501: this integration does not implement the operation. A capability gap: no retry helps.
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
            Kind::Held(_)
                | Kind::NoKey { timeout: true }
                | Kind::Connect { timeout: true, .. }
                | Kind::Unanswered { timeout: true }
                | Kind::CutOff { timeout: true }
        )
    }

    /// No connection could be made (address, refusal, TLS): nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect { .. })
    }

    /// The API reported success with a body of more than 32 MiB (or what was set), which was not
    /// read to its end.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        matches!(self.0.kind, Kind::TooLong(_))
    }

    /// The connection broke before the answer was complete, or an HTTP/2 server refused the request before
    /// it began with it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::NotTaken | Kind::Unanswered { timeout: false } | Kind::CutOff { timeout: false }
        )
    }

    /// Returns true if the API reported success in a form that the document does not promise. Of a
    /// call that changes something the [outcome is unknown](Self::outcome_unknown) then.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(..))
    }
}
