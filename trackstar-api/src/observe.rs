//! Observability of calls: metrics through a trait, and spans and events with the feature
//! `tracing`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use crate::audit::{Audit, WriteRecord, WriteResult};
use crate::contain::contained;
use crate::context::CallContext;
use crate::error::{Drift, Effect, Error};
use crate::middleware::AfterAttempt;
use crate::operation::Operation;
use crate::trace::CallSpan;
use crate::transport::RawResponse;

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

/// The result of a call.
pub(crate) struct CallEnd<'a> {
    pub(crate) outcome: Outcome,
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "for events"))]
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: Option<&'a str>,
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "for events"))]
    pub(crate) error: Option<&'a Error>,
}

/// An observed call, from its beginning until it ends or is dropped.
pub(crate) struct CallObserver {
    metrics: Option<Arc<dyn Metrics>>,
    /// Present for operations that change data.
    audit: Option<Arc<dyn Audit>>,
    label: Option<Arc<str>>,
    /// The host and the port, for metrics. Empty without metrics.
    server: (String, u16),
    operation: &'static Operation,
    began: Instant,
    attempts: u32,
    /// The effect of the operation if the call ends now.
    effect: Effect,
    ended: bool,
    span: CallSpan,
}

impl CallObserver {
    pub(crate) fn new(
        context: &CallContext,
        operation: &'static Operation,
        began: Instant,
    ) -> Self {
        let audit = context.settings().audit.as_ref();
        Self {
            server: match &context.settings().metrics {
                Some(_) => context.server(),
                None => (String::new(), 0),
            },
            metrics: context.settings().metrics.clone(),
            audit: audit.filter(|_| !operation.is_safe()).cloned(),
            label: context.label().cloned(),
            operation,
            began,
            attempts: 0,
            effect: Effect::NotDone,
            ended: false,
            span: CallSpan::new(context, operation),
        }
    }

    /// Records the beginning of an attempt.
    pub(crate) fn begins(&mut self, number: u32) {
        self.attempts = number;
        self.effect = Effect::Unknown;
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn span(&self) -> &CallSpan {
        &self.span
    }

    /// Returns true if metrics are recorded.
    pub(crate) fn counts(&self) -> bool {
        self.metrics.is_some()
    }

    pub(crate) fn attempted(&mut self, after: &AfterAttempt<'_>) {
        if let Some(error) = after.error() {
            self.effect = error.effect();
        }
        let status = after.error().and_then(Error::status);
        self.count(EventKind::Attempt {
            number: after.number(),
            status: after.status(),
            error_type: after.error().map(|error| error.type_name(status.as_ref())),
            took: after.took(),
        });
        if let Some(error) = after.error()
            && let Some(drift) = error.drift()
        {
            self.drift(drift);
        }
    }

    /// Records a wait, unless it has no duration.
    pub(crate) fn waited(&self, reason: WaitReason, time: Duration) {
        if time >= Duration::from_millis(1) {
            self.span.waited(reason, time);
            self.count(EventKind::Wait { reason, time });
        }
    }

    pub(crate) fn drift(&self, drift: Drift<'_>) {
        self.span.drift(&drift);
        self.count(EventKind::Drift { drift });
    }

    /// Records that the call succeeded.
    pub(crate) fn succeed(&mut self, response: &RawResponse) {
        let end = CallEnd {
            outcome: Outcome::Success,
            status: Some(response.status),
            request_id: response.request_id(),
            error: None,
        };
        self.end(&end, WriteResult::Done);
    }

    /// Records that the call failed.
    pub(crate) fn fail(&mut self, error: &Error) {
        let end = CallEnd {
            outcome: Outcome::of(error),
            status: error.status(),
            request_id: error.request_id(),
            error: Some(error),
        };
        self.end(&end, error.effect().into());
    }

    fn end(&mut self, end: &CallEnd<'_>, result: WriteResult) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        self.span.end(end, self.attempts, self.began);
        if let Some(audit) = &self.audit {
            let label = self.label.as_deref();
            let write =
                WriteRecord::new(self.operation, label, end.request_id, self.attempts, result);
            contained(|| audit.record(&write));
        }
        if !self.counts() {
            return;
        }
        self.count(EventKind::Call {
            outcome: end.outcome,
            attempts: self.attempts,
            took: self.began.elapsed(),
        });
    }

    fn count(&self, kind: EventKind<'_>) {
        if let Some(metrics) = &self.metrics {
            let event = Event {
                operation_id: self.operation.id,
                method: self.operation.method,
                url_template: self.operation.template(),
                server_address: &self.server.0,
                server_port: self.server.1,
                connection: self.label.as_deref(),
                kind,
            };
            contained(|| metrics.count(&event));
        }
    }
}

impl Drop for CallObserver {
    fn drop(&mut self) {
        let end = CallEnd {
            outcome: Outcome::Dropped,
            status: None,
            request_id: None,
            error: None,
        };
        self.end(&end, self.effect.into());
    }
}

impl fmt::Debug for CallObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallObserver")
            .field("operation", &self.operation.id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
