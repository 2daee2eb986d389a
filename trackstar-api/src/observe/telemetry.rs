//! Names of all spans, events and metrics, and an adapter for the `metrics` facade.
//!
//! Names follow the [semantic conventions] of OpenTelemetry for HTTP clients. Names that begin with
//! `trackstar.` are this crate's. All of them are stable: a change is a breaking change of this crate.
//!
//! No span, event or metric contains a credential, a body, the value of a parameter, or the path of a
//! [request by path](crate::Connection::request). `url.full` contains the path template.
//!
//! [semantic conventions]: https://opentelemetry.io/docs/specs/semconv/http/
//!
//! # Spans (feature `tracing`)
//!
//! Target `trackstar_api`, level INFO.
//!
//! | span | one for each | fields |
//! | --- | --- | --- |
//! | `trackstar_api.call` | call | `otel.name` (operation id), `otel.kind` (`internal`), `otel.status_code`, `trackstar.operation`, `trackstar.connection`, `trackstar.attempts`, `trackstar.outcome` |
//! | `trackstar_api.attempt` | attempt, within its call | `otel.name`, `otel.kind` (`client`), `otel.status_code`, `http.request.method`, `http.request.resend_count` (from the second attempt), `http.response.status_code`, `server.address`, `server.port`, `url.full`, `url.template`, `error.type`, `trackstar.attempt`, `trackstar.request_id` |
//!
//! # Events (feature `tracing`)
//!
//! | target | level | one for each | fields |
//! | --- | --- | --- | --- |
//! | `trackstar_api::call` | INFO | call, at its end, also if it is dropped | `http.request.method`, `http.request.resend_count` (if there was a second attempt), `http.response.status_code`, `server.address`, `server.port`, `url.template`, `error.type`, `trackstar.operation`, `trackstar.connection`, `trackstar.attempts`, `trackstar.outcome`, `trackstar.request_id`, `trackstar.duration` (seconds) |
//! | `trackstar_api::wait` | DEBUG | wait of at least a millisecond | `trackstar.wait.reason`, `trackstar.wait.seconds` |
//! | `trackstar_api::drift` | WARN | response that differs from the document | `trackstar.operation`, `trackstar.drift` |
//!
//! # Metrics (feature `metrics`)
//!
//! [`MetricsFacade`] records these. A program without that feature gets the same data from
//! [`Metrics`](crate::Metrics).
//!
//! | metric | kind | labels |
//! | --- | --- | --- |
//! | `http.client.request.duration` | histogram, seconds: each attempt | `http.request.method`, `http.response.status_code`, `server.address`, `server.port`, `url.template`, `error.type` |
//! | `trackstar.client.call.duration` | histogram, seconds: each call, with all its attempts and waits | `trackstar.operation`, `trackstar.outcome` |
//! | `trackstar.client.call.attempts` | histogram: the number of attempts of each call | `trackstar.operation` |
//! | `trackstar.client.wait.duration` | histogram, seconds: each wait | `trackstar.operation`, `trackstar.wait.reason` |
//! | `trackstar.client.drift` | counter: responses that differ from the document | `trackstar.operation`, `trackstar.drift` |
//!
//! Labels without a value are left out. The label of a connection is not among them, because a metrics
//! system keeps a series for each value.
//!
//! # Values
//!
//! | field | values |
//! | --- | --- |
//! | `error.type` | the status code if the response is not a success, otherwise `timeout`, `connect`, `interrupted`, `too_long`, `decode` or `request` |
//! | `trackstar.outcome` | `success`, `refused`, `unknown`, `failed`, `dropped` ([`Outcome`](crate::Outcome)) |
//! | `trackstar.wait.reason` | `rate_limit`, `retry_after`, `backoff`, `api_key` ([`WaitReason`](crate::WaitReason)) |
//! | `trackstar.connection` | the [label](crate::Connection::label) of the connection |
//! | `trackstar.drift` | the text of a [`Drift`](crate::Drift) |
//!
//! # Progress of uploads
//!
//! `Upload::on_progress` (feature `uploads`) reports how many bytes the HTTP client has taken.

#[cfg(feature = "metrics")]
mod facade;

#[cfg(feature = "metrics")]
pub use facade::MetricsFacade;
