//! The attempts of a failed call.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::{Effect, Error, Kind};
use crate::sanitize::Sanitized;

/// One attempt of a failed call; see [`Error::attempts`].
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
    number: u32,
    waited: Duration,
    took: Duration,
    status: Option<StatusCode>,
    request_id: Option<Sanitized>,
    story: &'static str,
    effect: Effect,
}

impl Attempt {
    pub(crate) fn new(number: u32, waited: Duration, took: Duration, error: &Error) -> Self {
        Self {
            number,
            waited,
            took,
            status: error.status(),
            request_id: error
                .0
                .answer
                .as_ref()
                .and_then(|answer| answer.request_id.clone()),
            story: error.0.kind.story(),
            effect: error.own_effect(),
        }
    }

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

impl Kind {
    /// Returns a fragment that describes the end of the attempt. It follows the status code, if there is one.
    fn story(&self) -> &'static str {
        match self {
            Self::Config(_)
            | Self::Request(_)
            | Self::RepeatedToken
            | Self::Held(_)
            | Self::NoKey { .. } => "not sent",
            Self::Connect { timeout: true, .. } => "no connection in time",
            Self::Connect { .. } => "no connection",
            Self::NotTaken => "not processed by the server",
            Self::Unanswered { timeout: true } => "no response in time",
            Self::Unanswered { .. } => "no valid response",
            Self::CutOff { timeout: true } => ", body incomplete in time",
            Self::CutOff { .. } => ", body cut off",
            Self::TooLong(_) => ", body too long",
            Self::Decode(..) => ", in an unknown form",
            Self::Refused => "",
        }
    }
}
