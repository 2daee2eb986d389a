//! What became of each attempt of a call that failed.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::{Effect, Error, Kind};
use crate::sanitize::Sanitized;

/// One attempt of a call that failed in the end; see [`Error::attempts`].
///
/// Its `Display` is a fragment such as `attempt 1: no answer in time (60 s)`.
///
/// ```
/// fn tell(error: &trackstar_api::Error) {
///     for attempt in error.attempts() {
///         println!("{attempt}: {:?} after {:?}", attempt.status(), attempt.took());
///     }
/// }
/// # let _ = tell;
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

    /// Its number; the first is 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How long it was waited before it: for a limit, or between two attempts.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// How long it took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The status of the answer, where one began to arrive.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The id that the API gave this request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_ref().map(Sanitized::as_str)
    }

    /// Returns whether this attempt, taken alone, took effect.
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
            Some(status) => write!(f, "answered {}{}", status.as_u16(), self.story)?,
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
    /// What happened, in a few words; behind a status, if there is one.
    fn story(&self) -> &'static str {
        match self {
            Self::Config(_)
            | Self::Request(_)
            | Self::RepeatedToken
            | Self::Held(_)
            | Self::NoKey { .. } => "not sent",
            Self::Connect { timeout: true, .. } => "no connection in time",
            Self::Connect { .. } => "no connection",
            Self::NotTaken => "not begun by the server",
            Self::Unanswered { timeout: true } => "no answer in time",
            Self::Unanswered { .. } => "no valid answer",
            Self::CutOff { timeout: true } => ", its body not whole in time",
            Self::CutOff { .. } => ", its body cut off",
            Self::TooLong(_) => ", its body too long",
            Self::Decode(..) => ", in a form that is not known",
            Self::Refused => "",
        }
    }
}
