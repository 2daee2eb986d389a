//! The attempts of a failed call.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::effect::Effect;
use crate::secret::sanitize::Sanitized;

/// One attempt of a failed call; see [`Error::attempts`](crate::Error::attempts).
///
/// `Display` writes a fragment such as `attempt 1: no response in time (60.0 s)`.
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

/// The reason that no attempt followed a failure that allows one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GaveUp {
    /// All attempts of the policy have been made.
    Attempts,
    /// No time was left.
    Time,
    /// The server requested a longer wait than the policy allows.
    RetryAfter,
    /// The retry budget of the connection is spent.
    Budget,
    /// The body was a stream, which cannot be sent again.
    Stream,
    /// The provider of the API key failed after a 401.
    Key,
}

impl Attempt {
    /// Returns the number of the attempt, starting at 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the wait before the attempt, for a rate limit or as backoff.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Returns the duration of the attempt, without the wait.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Returns the status code, if a response began to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns the id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_ref().map(Sanitized::as_str)
    }

    /// Returns the effect of this attempt only.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Returns true if this attempt may have taken effect although it failed.
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
