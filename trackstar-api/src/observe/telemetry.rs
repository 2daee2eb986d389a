//! The names of all spans, events and metrics.
//!
//! Where possible, these follow OpenTelemetry's [semantic conventions] for HTTP clients. Names that
//! are specific to this crate start with `trackstar.`. You can rely on all of them, since changing
//! a name is considered a breaking change.
//!
//! Note that none of these contain credentials, bodies, parameter values or the path of a [custom
//! request](crate::Connection::request). In particular, `url.full` only has the path template.
//!
//! [semantic conventions]: https://opentelemetry.io/docs/specs/semconv/http/
//!
//! # Spans
//!
//! This requires the `tracing` feature. The target is `trackstar_api`, and the level is INFO.
//!
//! | span | one for each | fields |
//! | --- | --- | --- |
//! | `trackstar_api.call` | call | `otel.name` (operation id), `otel.kind` (`internal`), `otel.status_code`, `trackstar.operation`, `trackstar.connection`, `trackstar.attempts`, `trackstar.outcome` |
//! | `trackstar_api.attempt` | attempt, within its call | `otel.name`, `otel.kind` (`client`), `otel.status_code`, `http.request.method`, `http.request.resend_count` (from the second attempt), `http.response.status_code`, `server.address`, `server.port`, `url.full`, `url.template`, `error.type`, `trackstar.attempt`, `trackstar.request_id` |
//!
//! # Events
//!
//! This requires the `tracing` feature as well.
//!
//! | target | level | one for each | fields |
//! | --- | --- | --- | --- |
//! | `trackstar_api::call` | INFO | call that has ended or was dropped | `http.request.method`, `http.request.resend_count` (if there was a second attempt), `http.response.status_code`, `server.address`, `server.port`, `url.template`, `error.type`, `trackstar.operation`, `trackstar.connection`, `trackstar.attempts`, `trackstar.outcome`, `trackstar.request_id`, `trackstar.duration` (seconds) |
//! | `trackstar_api::wait` | DEBUG | wait of at least a millisecond | `trackstar.wait.reason`, `trackstar.wait.seconds` |
//! | `trackstar_api::drift` | WARN | response that doesn't match the document | `trackstar.operation`, `trackstar.drift` |
//!
//! # Metrics
//!
//! With the `metrics` feature, you can use [`MetricsFacade`] to record these. If you need something
//! else, implement [`Metrics`](crate::Metrics), which gets the same data.
//!
//! | metric | kind | labels |
//! | --- | --- | --- |
//! | `http.client.request.duration` | histogram, seconds: each attempt | `http.request.method`, `http.response.status_code`, `server.address`, `server.port`, `url.template`, `error.type` |
//! | `trackstar.client.call.duration` | histogram, seconds: each call, including its attempts and waits | `trackstar.operation`, `trackstar.outcome` |
//! | `trackstar.client.call.attempts` | histogram: the number of attempts of each call | `trackstar.operation` |
//! | `trackstar.client.wait.duration` | histogram, seconds: each wait | `trackstar.operation`, `trackstar.wait.reason` |
//! | `trackstar.client.drift` | counter: responses that don't match the document | `trackstar.operation`, `trackstar.drift` |
//!
//! If a label doesn't have a value, it is left out. There is no label for the connection, because
//! most metrics systems create a new time series for every value.
//!
//! # Values
//!
//! | field | values |
//! | --- | --- |
//! | `error.type` | the status code if it indicates failure, otherwise `timeout`, `connect`, `interrupted`, `too_long`, `decode` or `request` |
//! | `trackstar.outcome` | `success`, `refused`, `unknown`, `failed`, `dropped` (see [`Outcome`](crate::Outcome)) |
//! | `trackstar.wait.reason` | `rate_limit`, `retry_after`, `backoff`, `api_key` (see [`WaitReason`](crate::WaitReason)) |
//! | `trackstar.connection` | the [label](crate::Connection::label) of the connection |
//! | `trackstar.drift` | the text of a [`Drift`](crate::Drift) |
//!
//! # Upload progress
//!
//! To find out how much of an upload the HTTP client has read so far, use `Upload::on_progress`
//! (requires the `uploads` feature).

#[cfg(feature = "metrics")]
mod facade;

#[cfg(feature = "metrics")]
pub use facade::MetricsFacade;
