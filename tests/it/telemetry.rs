//! The events and metrics of calls, by their documented names.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::telemetry::MetricsFacade;
use trackstar_api::{AccessToken, ApiKey, Client, Event, Metrics, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection, connection_of, response};

use crate::retries::{good, status};
use crate::spans::{Capture, Fields};

/// Keeps the values of each series, by its name and labels.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<BTreeMap<String, Vec<f64>>>>);

impl Kept {
    fn series(&self, key: &Key) -> Series {
        let mut labels: Vec<_> = key.labels().map(|it| (it.key(), it.value())).collect();
        labels.sort_unstable();
        let labels: Vec<_> = labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        Series(self.clone(), format!("{} {}", key.name(), labels.join(" ")))
    }

    fn take(&self) -> BTreeMap<String, Vec<f64>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

struct Series(Kept, String);

impl Series {
    fn add(&self, value: f64) {
        let mut kept = self.0.0.lock().unwrap();
        kept.entry(self.1.clone()).or_default().push(value);
    }
}

impl CounterFn for Series {
    fn increment(&self, value: u64) {
        self.add(f64::from(u32::try_from(value).unwrap()));
    }

    fn absolute(&self, _: u64) {
        unreachable!("counters grow by one");
    }
}

impl HistogramFn for Series {
    fn record(&self, value: f64) {
        self.add(value);
    }
}

impl Recorder for Kept {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::new(self.series(key)))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(self.series(key)))
    }
}

/// Returns the events with this field.
fn with<'a>(events: &'a [Fields], field: &str) -> Vec<&'a Fields> {
    events.iter().filter(|it| it.contains_key(field)).collect()
}

#[tokio::test(start_paused = true)]
async fn each_call_ends_with_one_event() {
    let capture = Capture::default();
    let guard = capture.begin();
    let deleted = "{\"id\":\"c-1\",\"object\":\"connection\",\"deleted\":true}";
    let fates = [
        status("429 Slow\r\nretry-after: 1"),
        Fate::Respond(response("200 OK", &["x-request-id: req-2"], deleted)),
        status("401 No\r\nx-request-id: req-3"),
        Fate::Hang(Vec::new()),
    ];
    let server = FaultServer::sequence(fates).await.unwrap();
    let connection = connection(server.base_url()).unwrap().label("customer-7");
    connection.delete_connection().send().await.unwrap();
    connection.delete_connection().send().await.unwrap_err();
    let call = connection.delete_connection().send();
    tokio::time::timeout(Duration::from_secs(2), call)
        .await
        .unwrap_err();
    drop(guard);

    let (_, events) = std::mem::take(&mut *capture.0.lock().unwrap());
    let calls = with(&events, "trackstar.duration");
    assert_eq!(calls.len(), 3, "{events:?}");
    let address = server.base_url();
    let port = address.rsplit(':').next().unwrap();
    let always = [
        ("target", "trackstar_api::call"),
        ("level", "INFO"),
        ("message", "the call ended"),
        ("http.request.method", "DELETE"),
        ("server.address", "127.0.0.1"),
        ("server.port", port),
        ("url.template", "/connections"),
        ("trackstar.operation", "delete_connection"),
        ("trackstar.connection", "customer-7"),
    ];
    for (event, own) in calls.iter().zip([
        &[
            ("http.request.resend_count", "1"),
            ("http.response.status_code", "200"),
            ("trackstar.attempts", "2"),
            ("trackstar.outcome", "success"),
            ("trackstar.request_id", "req-2"),
        ][..],
        &[
            ("http.response.status_code", "401"),
            ("error.type", "401"),
            ("trackstar.attempts", "1"),
            ("trackstar.outcome", "refused"),
            ("trackstar.request_id", "req-3"),
        ],
        &[
            ("trackstar.attempts", "1"),
            ("trackstar.outcome", "dropped"),
        ],
    ]) {
        let mut expected: BTreeMap<&str, &str> = always.into_iter().collect();
        expected.extend(own.iter().copied());
        let mut found: BTreeMap<&str, &str> = event
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let seconds: f64 = found.remove("trackstar.duration").unwrap().parse().unwrap();
        assert!((0.0..60.0).contains(&seconds));
        assert_eq!(found, expected);
    }
    let waits = with(&events, "trackstar.wait.reason");
    assert_eq!(waits[0]["target"], "trackstar_api::wait");
    assert_eq!(waits[0]["trackstar.wait.reason"], "retry_after");
}

#[tokio::test(start_paused = true)]
async fn facade_records_the_documented_metrics() {
    let kept = Kept::default();
    let guard = metrics::set_default_local_recorder(&kept);
    let fates = [
        status("429 Slow\r\nretry-after: 1"),
        good(),
        Fate::Close(Vec::new()),
        status("200 OK"),
    ];
    let server = FaultServer::sequence(fates).await.unwrap();
    let client = builder(server.base_url())
        .unwrap()
        .metrics(MetricsFacade::new());
    let connection = connection_of(&client.build().unwrap()).unwrap();
    connection.delete_connection().send().await.unwrap();
    let own = connection.request(Method::POST, "/secret-path");
    own.send().await.unwrap_err();
    let once = connection
        .delete_connection()
        .with_retries(RetryPolicy::never());
    once.send().await.unwrap_err();
    drop(guard);
    let address = server.base_url();
    let port = address.rsplit(':').next().unwrap();
    let server = format!("server.address=127.0.0.1 server.port={port}");
    let recorded = kept.take();
    // How long the rate limiter waits after the 429 is not the point here.
    let names: Vec<&str> = recorded.keys().map(String::as_str).collect();
    let names: Vec<&str> = names
        .into_iter()
        .filter(|it| !it.ends_with("=rate_limit"))
        .collect();
    let attempt = "http.client.request.duration";
    let delete = "http.request.method=DELETE";
    let call = "trackstar.client.call";
    assert_eq!(
        names,
        [
            &format!(
                "{attempt} error.type=429 {delete} http.response.status_code=429 {server} url.template=/connections"
            ),
            &format!("{attempt} error.type=interrupted http.request.method=POST {server}"),
            &format!(
                "{attempt} {delete} http.response.status_code=200 {server} url.template=/connections"
            ),
            &format!("{call}.attempts trackstar.operation=delete_connection"),
            &format!("{call}.attempts trackstar.operation=request"),
            &format!(
                "{call}.duration trackstar.operation=delete_connection trackstar.outcome=success"
            ),
            &format!(
                "{call}.duration trackstar.operation=delete_connection trackstar.outcome=unknown"
            ),
            &format!("{call}.duration trackstar.operation=request trackstar.outcome=unknown"),
            "trackstar.client.drift trackstar.drift=a body that does not match its type \
             trackstar.operation=delete_connection",
            "trackstar.client.wait.duration trackstar.operation=delete_connection trackstar.wait.reason=retry_after",
        ]
    );
    assert_eq!(
        recorded[names[2]].len(),
        2,
        "the second could not be decoded"
    );
    assert_eq!(recorded[names[3]], [2.0, 1.0]);
    assert_eq!(recorded[names[8]], [1.0]);
    let wait = recorded[names[9]][0];
    assert!((1.0..1.3).contains(&wait), "in seconds: {wait}");
}

/// Keeps the text of each event.
#[derive(Clone, Default)]
struct Texts(Arc<Mutex<String>>);

impl Metrics for Texts {
    fn count(&self, event: &Event<'_>) {
        writeln!(self.0.lock().unwrap(), "{event:?}").unwrap();
        MetricsFacade::new().count(event);
    }
}

/// Sends requests with these values to a server that sends them back. Returns all spans, events and metrics.
async fn told(secrets: &[String], line: &'static str, in_url: bool) -> String {
    let [key, token, path, query, header, body] = secrets else {
        unreachable!("six values");
    };
    let (capture, kept, texts) = (Capture::default(), Kept::default(), Texts::default());
    let (guard, recorder) = (capture.begin(), metrics::set_default_local_recorder(&kept));
    let quoted = secrets.join(" ");
    let told = serde_json::json!({"error": quoted, "id": quoted}).to_string();
    // The id belongs to the server, but a credential in it is not shown.
    let id = format!("x-request-id: {}", quoted.split(' ').next().unwrap());
    let fate = Fate::Respond(response(line, &[&id], told));
    let server = FaultServer::always(fate).await.unwrap();
    let mut address = server.base_url();
    if in_url {
        address = format!("{address}/{token}");
    }
    let client = Client::builder(ApiKey::new(key.as_str()).unwrap());
    let client = client.base_url(address).unwrap().metrics(texts.clone());
    let client = client.retries(RetryPolicy::never()).build().unwrap();
    let connection = client.connection(AccessToken::new(token.as_str()).unwrap());
    let connection = connection.label(format!("customer {key} {token}"));
    let request = connection.request(Method::POST, format!("/things/{path}"));
    let request = request.query("name", query).header("x-mine", header);
    drop(request.json(body).send().await);
    drop(
        connection
            .delete_connection()
            .with_header("x-mine", header)
            .send()
            .await,
    );
    drop((guard, recorder));
    let captured = capture.0.lock().unwrap();
    let texts = texts.0.lock().unwrap();
    format!("{captured:?} {:?} {texts}", kept.take())
}

#[test]
fn telemetry_contains_no_values_of_calls() {
    let mut runner = TestRunner::new(Config::with_cases(48));
    let values = proptest::collection::vec("[a-zA-Z0-9]{16,24}", 6);
    let lines = prop_oneof![
        Just("200 OK"),
        Just("401 Unauthorized"),
        Just("422 Unprocessable"),
        Just("503 Unavailable"),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runner
        .run(&(values, lines, any::<bool>()), |(values, line, in_url)| {
            let told = runtime.block_on(told(&values, line, in_url));
            prop_assert!(told.contains("trackstar.client.call.duration"));
            prop_assert!(told.contains("customer <redacted> <redacted>"), "{}", told);
            for value in &values {
                prop_assert!(!told.contains(value.as_str()), "{} in {}", value, told);
            }
            Ok(())
        })
        .unwrap();
}
