//! What a running service sees of its calls: counters through a trait, spans and events with the
//! feature `tracing`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use crate::answer::Head;
use crate::audit::{Audit, WriteRecord, WriteResult};
use crate::caller::Caller;
use crate::contain::contained;
use crate::error::{Effect, Error};
use crate::middleware::AfterAttempt;
use crate::operation::Operation;
use crate::trace::CallSpan;

/// Counts what happens; see [`ClientBuilder::metrics`](crate::ClientBuilder::metrics).
///
/// It is called from the caller's task and should not block. A panic in it is contained: the event is
/// lost, the call goes on. No event holds a credential, a body or the value of a parameter, so that all
/// of it can be a label.
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
    /// Something has happened.
    fn count(&self, event: &Event<'_>);
}

/// Something that happened in a call.
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
    /// The label of the connection, where the caller gave it one.
    pub connection: Option<&'a str>,
    /// What it was.
    pub kind: EventKind<'a>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventKind<'a> {
    /// A call came to its end. There is exactly one of these for each call that was allowed to
    /// begin, those that were dropped included.
    #[non_exhaustive]
    Call {
        /// How it ended.
        outcome: Outcome,
        /// How many attempts were sent.
        attempts: u32,
        /// How long it took, with all waits.
        took: Duration,
    },
    /// An attempt came to its end.
    #[non_exhaustive]
    Attempt {
        /// The number of the attempt; the first is 1.
        number: u32,
        /// The status, where an answer began to arrive.
        status: Option<StatusCode>,
        /// Why it failed, by a name of few values: see `error.type` in [`telemetry`](crate::telemetry).
        error_type: Option<&'a str>,
        /// How long it took.
        took: Duration,
    },
    /// A call waits, or has waited.
    #[non_exhaustive]
    Wait {
        /// For what.
        reason: WaitReason,
        /// How long.
        time: Duration,
    },
    /// The server sent what the document does not promise: it is time for a newer version.
    #[non_exhaustive]
    Drift {
        /// What it was.
        drift: Drift<'a>,
    },
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// As the document promises.
    Success,
    /// With an answer that is a refusal.
    Refused,
    /// With an error that leaves open whether the operation took effect
    /// ([`outcome_unknown`](crate::Error::outcome_unknown)).
    Unknown,
    /// With any other error.
    Failed,
    /// Its future was dropped before it came to an end.
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

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// For its turn within the limits of the access token.
    RateLimit,
    /// Between two attempts, for as long as the server asked.
    RetryAfter,
    /// Between two attempts, for as long as the policy says.
    Backoff,
    /// For the provider of the API key.
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

/// What the document does not promise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift<'a> {
    /// A success of another status than those that are documented.
    Status(StatusCode),
    /// A success whose body does not fit its type.
    Undecodable,
    /// A value that an enum does not have; by the name of its type in [`types`](crate::types).
    EnumValue(&'a str),
    /// A JSON text with half of a surrogate pair, which is read as U+FFFD.
    LoneSurrogate,
    /// A JSON object with several members of one name, of which the last is read.
    DuplicateKey,
}

impl fmt::Display for Drift<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "undocumented status {}", status.as_u16()),
            Self::Undecodable => f.write_str("a body that does not fit its type"),
            Self::EnumValue(name) => write!(f, "a new value of `{name}`"),
            Self::LoneSurrogate => f.write_str("a text with half of a surrogate pair"),
            Self::DuplicateKey => f.write_str("an object with several members of one name"),
        }
    }
}

/// How a call ended.
pub(crate) struct CallEnd<'a> {
    pub(crate) outcome: Outcome,
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "for events"))]
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: Option<&'a str>,
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "for events"))]
    pub(crate) error: Option<&'a Error>,
}

/// A call that is watched from its beginning to its end, which may be its being dropped.
pub(crate) struct Watch {
    metrics: Option<Arc<dyn Metrics>>,
    /// For an operation that changes something.
    audit: Option<Arc<dyn Audit>>,
    label: Option<Arc<str>>,
    /// For metrics. Empty without them.
    server: (String, u16),
    operation: &'static Operation,
    began: Instant,
    attempts: u32,
    /// What it means if the call ends now.
    effect: Effect,
    ended: bool,
    span: CallSpan,
}

impl Watch {
    pub(crate) fn new(caller: &Caller, operation: &'static Operation, began: Instant) -> Self {
        let audit = caller.settings().audit.as_ref();
        Self {
            server: match &caller.settings().metrics {
                Some(_) => caller.server(),
                None => (String::new(), 0),
            },
            metrics: caller.settings().metrics.clone(),
            audit: audit.filter(|_| !operation.is_safe()).cloned(),
            label: caller.label().cloned(),
            operation,
            began,
            attempts: 0,
            effect: Effect::NotDone,
            ended: false,
            span: CallSpan::new(caller, operation),
        }
    }

    /// An attempt begins.
    pub(crate) fn begins(&mut self, number: u32) {
        self.attempts = number;
        self.effect = Effect::Unknown;
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn span(&self) -> &CallSpan {
        &self.span
    }

    /// Whether anybody counts.
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

    /// A wait that takes no time at all is none.
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

    /// The call has succeeded.
    pub(crate) fn succeed(&mut self, head: &Head) {
        let end = CallEnd {
            outcome: Outcome::Success,
            status: Some(head.status),
            request_id: head.request_id(),
            error: None,
        };
        self.end(&end, WriteResult::Done);
    }

    /// The call has failed.
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

impl Drop for Watch {
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

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("operation", &self.operation.id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
