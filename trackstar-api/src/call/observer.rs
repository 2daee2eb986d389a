//! Reports a call to metrics, the audit log and spans.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::context::CallContext;
use super::span::{CallEnd, CallSpan};
use crate::contain::contained;
use crate::error::{Drift, Effect, Error};
use crate::observe::audit::{Audit, WriteRecord, WriteResult};
use crate::observe::metrics::{Event, EventKind, Metrics, Outcome, WaitReason};
use crate::observe::middleware::AfterAttempt;
use crate::operation::Operation;
use crate::transport::RawResponse;

/// Observes a call from when it starts until it either ends or is dropped.
pub(crate) struct CallObserver {
    metrics: Option<Arc<dyn Metrics>>,
    /// This is only set for operations that change data.
    audit: Option<Arc<dyn Audit>>,
    label: Option<Arc<str>>,
    /// The host and port to report in metrics. Empty if metrics are off.
    server: (String, u16),
    operation: &'static Operation,
    began: Instant,
    attempts: u32,
    /// The effect to report if the call ended right now.
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

    /// Records that an attempt has started.
    pub(crate) fn begins(&mut self, number: u32) {
        self.attempts = number;
        self.effect = Effect::Unknown;
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn span(&self) -> &CallSpan {
        &self.span
    }

    /// Returns true if metrics are enabled.
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

    /// Records a wait. Zero-length waits are ignored.
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
