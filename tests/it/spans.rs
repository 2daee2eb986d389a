//! Spans and events of `tracing`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer, connection, response};

use crate::retries::{good, status};

pub(crate) type Fields = BTreeMap<String, String>;
pub(crate) type Captured = (BTreeMap<u64, Fields>, Vec<Fields>);

/// Everything recorded under `trackstar_api`: spans by their numbers, and events.
#[derive(Clone, Default)]
pub(crate) struct Capture(pub(crate) Arc<Mutex<Captured>>);

impl Capture {
    /// Records this thread's spans and events until the guard is dropped.
    pub(crate) fn begin(&self) -> (tracing::Dispatch, tracing::subscriber::DefaultGuard) {
        // With only one subscriber, a thread without a subscriber may disable a span for all
        // threads.
        let second = tracing::Dispatch::new(tracing_subscriber::registry());
        let subscriber = tracing_subscriber::registry().with(self.clone());
        (second, tracing::subscriber::set_default(subscriber))
    }
}

struct Into<'a>(&'a mut Fields);

impl Visit for Into<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: tracing::Subscriber> Layer<S> for Capture {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        if attributes.metadata().target().starts_with("trackstar_api") {
            let mut fields =
                Fields::from([("name".to_owned(), attributes.metadata().name().to_owned())]);
            if let Some(parent) = attributes.parent() {
                fields.insert("parent".to_owned(), parent.into_u64().to_string());
            }
            attributes.record(&mut Into(&mut fields));
            self.0.lock().unwrap().0.insert(id.into_u64(), fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        if let Some(fields) = self.0.lock().unwrap().0.get_mut(&id.into_u64()) {
            values.record(&mut Into(fields));
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("trackstar_api") {
            let metadata = event.metadata();
            let mut fields = Fields::from([
                ("target".to_owned(), metadata.target().to_owned()),
                ("level".to_owned(), metadata.level().to_string()),
            ]);
            event.record(&mut Into(&mut fields));
            self.0.lock().unwrap().1.push(fields);
        }
    }
}

fn expect(fields: &Fields, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(
            fields.get(*name).map(String::as_str),
            Some(*value),
            "{name} of {fields:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn calls_and_attempts_are_spans_without_secrets() {
    let capture = Capture::default();
    let guard = capture.begin();
    let secret = "{\"body-secret\": 1234}";
    let fates = [
        status("429 Slow\r\nx-request-id: req-1\r\nretry-after: 1"),
        Fate::Respond(response("200 OK", &["x-request-id: req-2"], secret)),
        good(),
    ];
    let server = FaultServer::sequence(fates).await.unwrap();
    let connection = connection(server.base_url()).unwrap().label("acme");
    connection.delete_connection().send().await.unwrap_err();
    let request = connection.request(Method::POST, "/things/path-secret");
    let request = request.query("name", "query-secret").json(&"sent-secret");
    request.send().await.unwrap();
    drop(guard);

    let (spans, events) = std::mem::take(&mut *capture.0.lock().unwrap());
    let text = format!("{spans:?} {events:?}");
    for secret in [
        API_KEY,
        ACCESS_TOKEN,
        "body-secret",
        "query-secret",
        "sent-secret",
        "path-secret",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let all: Vec<&Fields> = spans.values().collect();
    let named = |name: &str| {
        all.iter()
            .filter(|it| it["name"] == name)
            .collect::<Vec<_>>()
    };
    let calls = named("trackstar_api.call");
    assert_eq!(calls.len(), 2, "{spans:?}");
    expect(
        calls[0],
        &[
            ("otel.name", "delete_connection"),
            ("otel.kind", "internal"),
            ("trackstar.operation", "delete_connection"),
            ("trackstar.connection", "acme"),
            ("trackstar.attempts", "2"),
            ("trackstar.outcome", "unknown"),
            ("otel.status_code", "ERROR"),
        ],
    );
    let attempts = named("trackstar_api.attempt");
    assert_eq!(attempts.len(), 3, "{spans:?}");
    let address = server.base_url();
    let port = address.rsplit(':').next().unwrap();
    let full = format!("{address}/connections");
    expect(
        attempts[0],
        &[
            ("otel.name", "DELETE /connections"),
            ("otel.kind", "client"),
            ("http.request.method", "DELETE"),
            ("http.response.status_code", "429"),
            ("error.type", "429"),
            ("server.address", "127.0.0.1"),
            ("server.port", port),
            ("url.full", &full),
            ("url.template", "/connections"),
            ("trackstar.attempt", "1"),
            ("trackstar.request_id", "req-1"),
        ],
    );
    assert!(!attempts[0].contains_key("http.request.resend_count"));
    expect(
        attempts[1],
        &[
            ("http.request.resend_count", "1"),
            ("http.response.status_code", "200"),
            ("trackstar.request_id", "req-2"),
        ],
    );
    // The path of a custom request may contain secrets, so it is not recorded.
    expect(attempts[2], &[("otel.name", "POST")]);
    for name in ["url.full", "url.template"] {
        assert!(!attempts[2].contains_key(name), "{spans:?}");
    }
    let parent: u64 = attempts[1]["parent"].parse().unwrap();
    assert_eq!(spans[&parent]["otel.name"], "delete_connection");

    let reasons: Vec<_> = events
        .iter()
        .filter_map(|it| it.get("trackstar.wait.reason"))
        .collect();
    assert_eq!(reasons[0], "retry_after");
    let drift = events
        .iter()
        .find(|it| it.contains_key("trackstar.drift"))
        .unwrap();
    expect(
        drift,
        &[("trackstar.drift", "a body that does not match its type")],
    );
}

#[tokio::test]
async fn redacts_token_in_base_url() {
    let capture = Capture::default();
    let guard = capture.begin();
    let server = FaultServer::always(good()).await.unwrap();
    let address = server.base_url();
    let connection = connection(format!("{address}/{ACCESS_TOKEN}")).unwrap();
    connection.delete_connection().send().await.unwrap();
    drop(guard);

    let (spans, events) = std::mem::take(&mut *capture.0.lock().unwrap());
    let text = format!("{spans:?} {events:?}");
    assert!(!text.contains(ACCESS_TOKEN), "{text}");
    let full = format!("{address}/<redacted>/connections");
    let mut attempts = spans.values().filter(|it| it.contains_key("url.full"));
    expect(attempts.next().unwrap(), &[("url.full", &full)]);
}
