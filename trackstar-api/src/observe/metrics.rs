//! Metrics of calls.

use std::time::Duration;

use http::StatusCode;

use crate::error::{Drift, Effect, Error};

/// Receives events for metrics; see [`ClientBuilder::metrics`](crate::ClientBuilder::metrics).
///
/// It runs on the caller's task and should not block. A panic in it is contained. The event is
/// lost, and the call continues. No event contains a credential, a body or the value of a
/// parameter, so every field can be used as a label.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use trackstar_api::{Event, EventKind, Metrics};
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl Metrics for Failures {
///     fn count(&self, event: &Event<'_>) {
///         if let EventKind::Call { outcome, .. } = &event.kind
///             && *outcome != trackstar_api::Outcome::Success
///         {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Metrics: Send + Sync + 'static {
    /// Records an event.
    fn count(&self, event: &Event<'_>);
}

/// An event of a call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// The `operationId`.
    pub operation_id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template. `None` for a [request by path](crate::Connection::request).
    pub url_template: Option<&'static str>,
    /// The host of the base URL.
    pub server_address: &'a str,
    /// The port of the base URL.
    pub server_port: u16,
    /// The label of the connection, if it has one.
    pub connection: Option<&'a str>,
    /// The kind of event.
    pub kind: EventKind<'a>,
}

/// The kinds of events.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventKind<'a> {
    /// A call has ended. There is exactly one such event for each call that was allowed to begin,
    /// including dropped calls.
    #[non_exhaustive]
    Call {
        /// The outcome of the call.
        outcome: Outcome,
        /// Number of attempts that were sent.
        attempts: u32,
        /// Duration of the call, including all waits.
        took: Duration,
    },
    /// An attempt has ended.
    #[non_exhaustive]
    Attempt {
        /// Number of the attempt, starting at 1.
        number: u32,
        /// The status code, if a response began to arrive.
        status: Option<StatusCode>,
        /// The reason of a failure, with few distinct values; see `error.type` in
        /// [`telemetry`](crate::telemetry).
        error_type: Option<&'a str>,
        /// Duration of the attempt.
        took: Duration,
    },
    /// A call begins a wait, or has finished one.
    #[non_exhaustive]
    Wait {
        /// The reason of the wait.
        reason: WaitReason,
        /// Duration of the wait.
        time: Duration,
    },
    /// The server sent a response that differs from the document, so a newer version of the crate
    /// is needed.
    #[non_exhaustive]
    Drift {
        /// The difference.
        drift: Drift<'a>,
    },
}

/// The outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// A response as the document specifies.
    Success,
    /// An error response.
    Refused,
    /// An error after which it is unknown whether the operation took effect
    /// ([`outcome_unknown`](crate::Error::outcome_unknown)).
    Unknown,
    /// Any other error.
    Failed,
    /// The future of the call was dropped before it completed.
    Dropped,
}

impl Outcome {
    pub(crate) fn of(error: &Error) -> Self {
        match error.effect() {
            Effect::Unknown | Effect::Reported => Self::Unknown,
            Effect::NotDone if error.status().is_some_and(|it| !it.is_success()) => Self::Refused,
            Effect::NotDone => Self::Failed,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

/// The reasons for waits of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// The rate limits of the access token.
    RateLimit,
    /// A wait between two attempts that the server requested.
    RetryAfter,
    /// A wait between two attempts according to the retry policy.
    Backoff,
    /// The provider of the API key.
    ApiKey,
}

impl WaitReason {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RateLimit => "rate_limit",
            Self::RetryAfter => "retry_after",
            Self::Backoff => "backoff",
            Self::ApiKey => "api_key",
        }
    }
}
