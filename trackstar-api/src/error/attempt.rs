//! The attempts of a call that failed.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::effect::Effect;
use crate::secret::sanitize::Sanitized;

/// An attempt of a call that has failed.
///
/// Use [`Error::attempts`](crate::Error::attempts) to get a list of these. The `Display` output is
/// a short summary, for example `attempt 1: no response in time (60.0 s)`.
///
/// ```
/// fn log(error: &trackstar_api::Error) {
///     for attempt in error.attempts() {
///         println!("{attempt}: {:?} after {:?}", attempt.status(), attempt.took());
///     }
/// }
/// # let _ = log;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub(super) number: u32,
    pub(super) waited: Duration,
    pub(super) took: Duration,
    pub(super) status: Option<StatusCode>,
    pub(super) request_id: Option<Sanitized>,
    pub(super) story: &'static str,
    pub(super) effect: Effect,
}

/// The reason for not making another attempt after a failure that could have been retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GaveUp {
    /// The policy doesn't allow any more attempts.
    Attempts,
    /// There wasn't enough time.
    Time,
    /// The server asked for a longer wait than the policy allows.
    RetryAfter,
    /// The connection's retry budget is used up.
    Budget,
    /// The body is a stream, which can only be sent once.
    Stream,
    /// After a 401, the API key's provider failed.
    Key,
}

impl Attempt {
    /// Returns the number of this attempt. The first one is 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns how long the call waited before this attempt, whether for a rate limit or as
    /// backoff.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Returns how long this attempt took, excluding any wait before it.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Returns the status code, if a response has started to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns the request id, if there is one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_ref().map(Sanitized::as_str)
    }

    /// Returns the effect of this attempt, ignoring any others.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Returns true if this attempt failed but may have taken effect regardless.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.effect.is_open()
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attempt {}: ", self.number)?;
        match self.status {
            Some(status) => write!(f, "status {}{}", status.as_u16(), self.story)?,
            None => f.write_str(self.story)?,
        }
        write!(f, " ({:.1} s", self.took.as_secs_f64())?;
        match &self.request_id {
            Some(id) => write!(f, ", request id {id})"),
            None => f.write_str(")"),
        }
    }
}
