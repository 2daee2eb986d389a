//! The spans and events of a call. Without the `tracing` feature, everything in here is a no-op.
//!
//! See [`telemetry`](crate::telemetry) for a list of names. Note that `url.full` only has the path
//! template, since the real path and query might contain a customer's data. Custom requests don't
//! have a template.

use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use super::context::CallContext;
use crate::error::{Drift, Error};
use crate::observe::metrics::{Outcome, WaitReason};
use crate::operation::Operation;

#[cfg(feature = "tracing")]
pub(crate) use spans::CallSpan;

/// The outcome of a call.
pub(crate) struct CallEnd<'a> {
    pub(crate) outcome: Outcome,
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "used by events"))]
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: Option<&'a str>,
    #[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "used by events"))]
    pub(crate) error: Option<&'a Error>,
}

#[cfg(feature = "tracing")]
mod spans {
    use std::pin::pin;

    use tracing::Span;
    use tracing::field::Empty;

    use super::{
        CallContext, CallEnd, Drift, Duration, Error, Instant, Operation, Outcome, WaitReason,
    };
    use crate::contain::contained;
    use crate::secret::sanitize::Shown;
    use crate::transport::RawResponse;

    /// A span that survives panics in the subscriber.
    ///
    /// We catch them on every call into the subscriber, including the one that closes the span.
    struct Guarded(Option<Span>);

    impl Guarded {
        fn new(span: impl FnOnce() -> Span) -> Self {
            Self(contained(span))
        }

        fn with(&self, tell: impl FnOnce(&Span)) {
            if let Some(span) = &self.0 {
                contained(|| tell(span));
            }
        }
    }

    impl Drop for Guarded {
        fn drop(&mut self) {
            contained(|| drop(self.0.take()));
        }
    }

    /// An entered span. Dropping this exits the span, even while panicking.
    struct Entered<'a>(Option<tracing::span::Entered<'a>>);

    impl Drop for Entered<'_> {
        fn drop(&mut self) {
            contained(|| drop(self.0.take()));
        }
    }

    /// The span of a call, plus the fields that are also recorded for each attempt.
    pub(crate) struct CallSpan {
        span: Guarded,
        operation: &'static Operation,
        context: CallContext,
    }

    impl CallSpan {
        pub(crate) fn new(context: &CallContext, operation: &'static Operation) -> Self {
            let span = Guarded::new(|| {
                tracing::info_span!(
                    target: "trackstar_api",
                    "trackstar_api.call",
                    otel.name = operation.id,
                    otel.kind = "internal",
                    otel.status_code = Empty,
                    trackstar.operation = operation.id,
                    trackstar.connection = context.label().map(|label| &**label),
                    trackstar.attempts = Empty,
                    trackstar.outcome = Empty,
                )
            });
            Self {
                span,
                operation,
                context: context.clone(),
            }
        }

        /// Opens the span for an attempt.
        pub(crate) fn attempt(&self, number: u32) -> AttemptSpan {
            let operation = self.operation;
            let template = operation.template();
            let (space, path) = template.map_or(("", ""), |path| (" ", path));
            // The base URL might contain the token by mistake, so we redact it. This isn't called
            // if the span is disabled.
            let shown = |text: &str| self.context.sanitize(text).into_string();
            let url = |path: &str| shown(&format!("{}{path}", self.context.base_url()));
            let parent = self.span.0.as_ref().and_then(Span::id);
            AttemptSpan(Guarded::new(|| {
                let (address, port) = self.context.server();
                tracing::info_span!(
                    target: "trackstar_api",
                    parent: parent,
                    "trackstar_api.attempt",
                    otel.name = format_args!("{}{space}{path}", operation.method),
                    otel.kind = "client",
                    otel.status_code = Empty,
                    http.request.method = operation.method,
                    http.request.resend_count = (number > 1).then(|| number - 1),
                    http.response.status_code = Empty,
                    server.address = address,
                    server.port = port,
                    url.full = template.map(url),
                    url.template = template,
                    error.r#type = Empty,
                    trackstar.attempt = number,
                    trackstar.request_id = Empty,
                )
            }))
        }

        pub(crate) fn waited(&self, reason: WaitReason, time: Duration) {
            self.span.with(|span| {
                tracing::debug!(
                    target: "trackstar_api::wait",
                    parent: span,
                    {
                        trackstar.wait.reason = reason.name(),
                        trackstar.wait.seconds = time.as_secs_f64(),
                    },
                    "waits",
                );
            });
        }

        pub(crate) fn drift(&self, drift: &Drift<'_>) {
            self.span.with(|span| {
                tracing::warn!(
                    target: "trackstar_api::drift",
                    parent: span,
                    {
                        trackstar.operation = self.operation.id,
                        trackstar.drift = %drift,
                    },
                    "the response does not match the document",
                );
            });
        }

        pub(crate) fn end(&self, end: &CallEnd<'_>, attempts: u32, began: Instant) {
            self.span.with(|span| {
                span.record("trackstar.attempts", attempts);
                span.record("trackstar.outcome", end.outcome.name());
                if !matches!(end.outcome, Outcome::Success | Outcome::Dropped) {
                    span.record("otel.status_code", "ERROR");
                }
                self.end_event(span, end, attempts, began);
            });
        }

        /// Records the event for the end of a call. The fields aren't evaluated if the event is
        /// disabled.
        fn end_event(&self, span: &Span, end: &CallEnd<'_>, attempts: u32, began: Instant) {
            let status = end.status.as_ref();
            tracing::info!(
                target: "trackstar_api::call",
                parent: span,
                {
                    http.request.method = self.operation.method,
                    http.request.resend_count = (attempts > 1).then(|| attempts - 1),
                    http.response.status_code = status.map(http::StatusCode::as_u16),
                    server.address = self.context.server().0,
                    server.port = self.context.server().1,
                    url.template = self.operation.template(),
                    error.r#type = end.error.map(|error| error.type_name(status)),
                    trackstar.operation = self.operation.id,
                    trackstar.connection = self.context.label().map(|label| &**label),
                    trackstar.attempts = attempts,
                    trackstar.outcome = end.outcome.name(),
                    trackstar.request_id = end.request_id.map(|id| Shown(id).to_string()).as_deref(),
                    trackstar.duration = began.elapsed().as_secs_f64(),
                },
                "the call ended",
            );
        }
    }

    /// The span of a single attempt.
    pub(crate) struct AttemptSpan(Guarded);

    impl AttemptSpan {
        /// Polls `future` inside the span.
        pub(crate) async fn within<F: Future>(&self, future: F) -> F::Output {
            let mut future = pin!(future);
            std::future::poll_fn(|context| {
                let span = self.0.0.as_ref();
                let _entered = Entered(span.and_then(|span| contained(|| span.enter())));
                future.as_mut().poll(context)
            })
            .await
        }

        /// Records how the attempt ended.
        pub(crate) fn record_result(&self, result: &Result<Box<RawResponse>, Error>) {
            self.0.with(|span| {
                if span.is_disabled() {
                    return;
                }
                let (status, request_id) = match result {
                    Ok(response) => (Some(response.status), response.request_id()),
                    Err(error) => (error.status(), error.request_id()),
                };
                if let Some(status) = status {
                    span.record("http.response.status_code", status.as_u16());
                }
                let request_id = request_id.map(|id| Shown(id).to_string());
                span.record("trackstar.request_id", request_id.as_deref());
                if let Err(error) = result {
                    span.record("otel.status_code", "ERROR");
                    span.record("error.type", error.type_name(status.as_ref()));
                }
            });
        }
    }
}

/// A no-op that compiles to nothing.
#[cfg(not(feature = "tracing"))]
pub(crate) struct CallSpan;

#[cfg(not(feature = "tracing"))]
#[allow(
    clippy::unused_self,
    reason = "mirrors the version with the `tracing` feature"
)]
impl CallSpan {
    pub(crate) fn new(_: &CallContext, _: &'static Operation) -> Self {
        Self
    }

    pub(crate) fn waited(&self, reason: WaitReason, _: Duration) {
        let _named = reason.name();
    }

    pub(crate) fn drift(&self, _: &Drift<'_>) {}

    pub(crate) fn end(&self, end: &CallEnd<'_>, _: u32, _: Instant) {
        let _named = end.outcome.name();
    }
}
