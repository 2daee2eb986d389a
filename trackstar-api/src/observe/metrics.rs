//! Metrics.

use std::time::Duration;

use http::StatusCode;

use crate::error::{Drift, Effect, Error};

/// A receiver for metrics.
///
/// Use [`ClientBuilder::metrics`](crate::ClientBuilder::metrics) to set one. Events are reported on
/// the task that makes the call, so this shouldn't block. If it panics, you lose the event, but the
/// call isn't affected.
///
/// Events don't contain any credentials, bodies or parameter values. You can use any of their
/// fields as a label.
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

/// Something that has happened during a call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// The `operationId`.
    pub operation_id: &'static str,
    /// The HTTP method in uppercase.
    pub method: &'static str,
    /// The path template, or `None` for a [custom request](crate::Connection::request).
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

/// The kind of an [`Event`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventKind<'a> {
    /// A call has ended.
    ///
    /// Every call that is permitted to start results in exactly one of these, even if it is
    /// dropped.
    #[non_exhaustive]
    Call {
        /// The outcome of the call.
        outcome: Outcome,
        /// The number of attempts that were sent.
        attempts: u32,
        /// The total duration of the call, including any waits.
        took: Duration,
    },
    /// An attempt has ended.
    #[non_exhaustive]
    Attempt {
        /// The number of the attempt. The first one is 1.
        number: u32,
        /// The status code, if a response has started to arrive.
        status: Option<StatusCode>,
        /// The reason why the attempt failed. There is only a small number of possible values,
        /// which are listed under `error.type` in [`telemetry`](crate::telemetry).
        error_type: Option<&'a str>,
        /// The duration of the attempt.
        took: Duration,
    },
    /// A call is about to wait, or has just finished waiting.
    #[non_exhaustive]
    Wait {
        /// The reason for waiting.
        reason: WaitReason,
        /// The duration of the wait.
        time: Duration,
    },
    /// The response doesn't match the document.
    ///
    /// You should probably update to a newer version of this crate.
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
    /// The response matches the document.
    Success,
    /// The server returned an error.
    Refused,
    /// The call failed, and it isn't known whether the operation took effect (see
    /// [`outcome_unknown`](crate::Error::outcome_unknown)).
    Unknown,
    /// The call failed for some other reason.
    Failed,
    /// The call's future was dropped before it completed.
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

/// The reason why a call has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// The access token's rate limits.
    RateLimit,
    /// The server asked the client to wait before the next attempt.
    RetryAfter,
    /// The retry policy's backoff before the next attempt.
    Backoff,
    /// The API key's provider.
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
