//! Predicates that tell you what kind of error occurred.

use http::StatusCode;

use super::{Error, Kind};

impl Error {
    fn has_status(&self, status: StatusCode) -> bool {
        self.status() == Some(status)
    }

    /// Returns true if the status code is 401.
    ///
    /// This means that the API key or the access token is wrong or has been revoked, or that the
    /// connection has been deleted.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// Returns true if the status code is 403.
    ///
    /// This means that the endpoint isn't enabled for your organization or the connection, or that
    /// the API key is read-only.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// Returns true if the status code is 404.
    ///
    /// Note that you also get a 404 if the base URL is wrong, or from a proxy. If
    /// [`message`](Self::message) returns `None`, the response didn't come from the API, so it
    /// doesn't mean that the record is missing.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// Returns true if the status code is 422, which means that the request is invalid.
    ///
    /// Use [`detail`](Self::detail) to find out which fields are affected.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        self.has_status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Returns true if the status code is 429, which means that there were too many requests with
    /// this access token.
    ///
    /// See also [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns true if the status code is 501.
    ///
    /// This integration doesn't support the operation, so there is no point in retrying.
    #[must_use]
    pub fn is_not_supported(&self) -> bool {
        self.has_status(StatusCode::NOT_IMPLEMENTED)
    }

    /// Returns true if a timeout expired.
    ///
    /// This doesn't just cover the time spent waiting for the response and its body, but also
    /// waiting for a rate limit, for the API key's provider, or for a connection.
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

    /// Returns true if the client failed to connect, for example because of a DNS, TCP or TLS
    /// error. Nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect { .. })
    }

    /// Returns true if a successful response was larger than the limit. The rest of it wasn't read.
    ///
    /// The limit is 32 MiB by default. Use [`body_limit`](crate::ClientBuilder::body_limit) to
    /// change it.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        matches!(self.0.kind, Kind::TooLong(_))
    }

    /// Returns true if the connection was closed before the whole response arrived.
    ///
    /// This is also true if an HTTP/2 server refused to process the request.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Unprocessed
                | Kind::Unanswered { timeout: false }
                | Kind::CutOff { timeout: false }
        )
    }

    /// Returns true if the API reported success, but the response doesn't match the document.
    ///
    /// For a write, this means that the [outcome is unknown](Self::outcome_unknown).
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(..))
    }
}
