//! Reports metrics to the `metrics` crate.

use metrics::{Label, counter, histogram};

use crate::observe::metrics::{Event, EventKind, Metrics};

/// Reports the metrics in the [module documentation](super) to the `metrics` crate (0.24).
///
/// You'll also need to install a recorder, for example an exporter for Prometheus or OpenTelemetry.
///
/// ```
/// use trackstar_api::telemetry::MetricsFacade;
/// use trackstar_api::{ApiKey, Client};
///
/// let client = Client::builder(ApiKey::new("key-1")?).metrics(MetricsFacade::new()).build()?;
/// # let _ = client;
/// # Ok::<(), trackstar_api::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct MetricsFacade(());

impl MetricsFacade {
    /// Creates an adapter.
    ///
    /// You can do this before installing a recorder, since it's looked up for each event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Metrics for MetricsFacade {
    fn count(&self, event: &Event<'_>) {
        let operation = Label::from_static_parts("trackstar.operation", event.operation_id);
        match &event.kind {
            EventKind::Call {
                outcome,
                attempts,
                took,
            } => {
                let outcome = Label::from_static_parts("trackstar.outcome", outcome.name());
                let labels = vec![operation.clone(), outcome];
                histogram!("trackstar.client.call.duration", labels).record(took.as_secs_f64());
                histogram!("trackstar.client.call.attempts", vec![operation]).record(*attempts);
            }
            EventKind::Attempt {
                status,
                error_type,
                took,
                ..
            } => {
                let mut labels = vec![
                    Label::from_static_parts("http.request.method", event.method),
                    Label::new("server.address", event.server_address.to_owned()),
                    Label::new("server.port", event.server_port.to_string()),
                ];
                let status = status.map(|status| status.as_u16().to_string());
                labels.extend(status.map(|it| Label::new("http.response.status_code", it)));
                let template = event.url_template;
                labels.extend(template.map(|it| Label::from_static_parts("url.template", it)));
                labels.extend(error_type.map(|it| Label::new("error.type", it.to_owned())));
                histogram!("http.client.request.duration", labels).record(took.as_secs_f64());
            }
            EventKind::Wait { reason, time } => {
                let reason = Label::from_static_parts("trackstar.wait.reason", reason.name());
                let labels = vec![operation, reason];
                histogram!("trackstar.client.wait.duration", labels).record(time.as_secs_f64());
            }
            EventKind::Drift { drift } => {
                let labels = vec![operation, Label::new("trackstar.drift", drift.to_string())];
                counter!("trackstar.client.drift", labels).increment(1);
            }
        }
    }
}
