//! Panics in callbacks are contained, and every call ends exactly once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use trackstar_api::prelude::*;
use trackstar_api::{
    AfterAttempt, BeforeAttempt, Error, Event, EventKind, Metrics, Middleware, Outcome, RetryPolicy,
};
use trackstar_tests::{Fate, FaultServer, Request, builder, connection_of};

use crate::retries::{good, status};

/// Counts the ends of calls, and optionally panics.
#[derive(Clone, Default)]
struct Ends {
    told: Arc<Mutex<Vec<Outcome>>>,
    panics: bool,
}

impl Metrics for Ends {
    fn count(&self, event: &Event<'_>) {
        if let EventKind::Call { outcome, .. } = &event.kind {
            self.told.lock().unwrap().push(*outcome);
        }
        assert!(!self.panics, "metrics are broken");
    }
}

struct PanicsBefore;

impl Middleware for PanicsBefore {
    fn before(
        &self,
        _: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        panic!("middleware is broken, and names a s3cret-of-its-own")
    }
}

struct PanicsAfter;

impl Middleware for PanicsAfter {
    fn after(&self, _: &AfterAttempt<'_>) {
        panic!("middleware is broken")
    }
}

/// Records whether it was called.
#[derive(Clone, Default)]
struct Called(Arc<AtomicBool>);

impl Middleware for Called {
    fn after(&self, _: &AfterAttempt<'_>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A subscriber that panics in one of its methods, for this crate's spans only.
struct PanicsWithin(&'static str);

impl PanicsWithin {
    fn at(&self, method: &str) {
        assert!(self.0 != method, "the subscriber is broken");
    }
}

impl<S> Layer<S> for PanicsWithin
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        _: &tracing::Id,
        _: Context<'_, S>,
    ) {
        if is_ours(attributes.metadata()) {
            self.at("new");
        }
    }

    fn on_record(&self, id: &tracing::Id, _: &tracing::span::Record<'_>, context: Context<'_, S>) {
        if context.metadata(id).is_some_and(is_ours) {
            self.at("record");
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if is_ours(event.metadata()) {
            self.at("event");
        }
    }

    fn on_enter(&self, id: &tracing::Id, context: Context<'_, S>) {
        if context.metadata(id).is_some_and(is_ours) {
            self.at("enter");
        }
    }

    fn on_exit(&self, id: &tracing::Id, context: Context<'_, S>) {
        if context.metadata(id).is_some_and(is_ours) {
            self.at("exit");
        }
    }

    fn on_close(&self, id: tracing::Id, context: Context<'_, S>) {
        if context.metadata(&id).is_some_and(is_ours) {
            self.at("close");
        }
    }
}

fn is_ours(metadata: &'static tracing::Metadata<'static>) -> bool {
    metadata.target().starts_with("trackstar_api")
}

/// How a call in the child process ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Success,
    Failure,
    Dropped,
    /// The task panics during the call.
    Unwound,
}

fn fate(arrival: &Request, end: End) -> Fate {
    match (end, arrival.number) {
        (_, 0) => status("429 Slow\r\nretry-after: 1"),
        (End::Success, _) => good(),
        (End::Failure, _) => status("403 No"),
        (End::Dropped | End::Unwound, _) => Fate::Hang(Vec::new()),
    }
}

/// Makes a call in a task. Returns its result and the number of recorded ends.
async fn call(
    end: End,
    ends: Ends,
    with: impl FnOnce(trackstar_api::ClientBuilder) -> trackstar_api::ClientBuilder,
) -> (Option<Result<(), Error>>, Vec<Outcome>) {
    let server = FaultServer::start(move |arrival| fate(arrival, end))
        .await
        .unwrap();
    let client = with(builder(server.base_url()).unwrap().metrics(ends.clone()));
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let task = tokio::spawn(async move {
        let call = connection.delete_connection().send();
        match end {
            End::Success | End::Failure => Some(call.await.map(|_| ())),
            End::Dropped => {
                let late = tokio::time::timeout(Duration::from_secs(5), call).await;
                late.ok().map(|sent| sent.map(|_| ()))
            }
            End::Unwound => {
                let mut call = std::pin::pin!(call);
                let late = tokio::time::timeout(Duration::from_secs(5), call.as_mut()).await;
                assert!(late.is_ok(), "the task panics, and unwinds the call");
                late.ok().map(|sent| sent.map(|_| ()))
            }
        }
    });
    let came = task.await.ok().flatten();
    let told = ends.told.lock().unwrap().clone();
    (came, told)
}

const ENDS: [(End, Outcome); 4] = [
    (End::Success, Outcome::Success),
    (End::Failure, Outcome::Refused),
    (End::Dropped, Outcome::Dropped),
    (End::Unwound, Outcome::Dropped),
];

fn assert_came(end: End, came: Option<&Result<(), Error>>, within: &str) {
    match end {
        End::Success => assert!(matches!(came, Some(Ok(()))), "{within}: {came:?}"),
        End::Failure => {
            let forbidden = came.is_some_and(|it| it.as_ref().is_err_and(Error::is_forbidden));
            assert!(forbidden, "{within}: {came:?}");
        }
        End::Dropped | End::Unwound => assert!(came.is_none(), "{within}: {came:?}"),
    }
}

/// Environment variable that is set in a child process, which a panic might abort.
const CHILD: &str = "TRACKSTAR_TESTS_CALLBACKS";

/// Runs the test `name` in a child process. Returns true in that process.
fn in_a_child(name: &str) -> bool {
    if std::env::var_os(CHILD).is_some() {
        return true;
    }
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--test-threads=1"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stdout).into_owned();
    let error = String::from_utf8_lossy(&child.stderr).into_owned();
    let passed = child.status.success() && text.contains("1 passed");
    assert!(passed, "{:?} {text} {error}", child.status);
    false
}

#[test]
fn panic_in_metrics_loses_only_the_event() {
    if in_a_child("callbacks::panic_in_metrics_loses_only_the_event") {
        paused(async {
            for (end, expected) in ENDS {
                let ends = Ends {
                    panics: true,
                    ..Ends::default()
                };
                let (came, told) = call(end, ends, |client| client).await;
                assert_came(end, came.as_ref(), "metrics");
                assert_eq!(told, [expected], "{end:?}");
            }
        });
    }
}

#[test]
fn panic_after_an_attempt_is_contained() {
    if in_a_child("callbacks::panic_after_an_attempt_is_contained") {
        paused(async {
            for (end, expected) in ENDS {
                let called = Called::default();
                let behind = called.clone();
                let (came, told) = call(end, Ends::default(), |client| {
                    client.middleware(PanicsAfter).middleware(behind)
                })
                .await;
                assert_came(end, came.as_ref(), "after");
                assert_eq!(told, [expected], "{end:?}");
                assert!(
                    called.0.load(Ordering::SeqCst),
                    "later middleware is called"
                );
            }
        });
    }
}

#[test]
fn panic_before_an_attempt_stops_the_call() {
    if in_a_child("callbacks::panic_before_an_attempt_stops_the_call") {
        paused(async {
            let with = |client: trackstar_api::ClientBuilder| client.middleware(PanicsBefore);
            let (came, told) = call(End::Success, Ends::default(), with).await;
            let error = came.unwrap().unwrap_err();
            let text = error.to_string();
            assert!(
                text.contains("a middleware rejected the request before it was sent"),
                "{text}"
            );
            assert!(!format!("{text} {error:?}").contains("s3cret"), "{text}");
            assert!(!error.outcome_unknown());
            assert_eq!(told, [Outcome::Failed]);
        });
    }
}

#[test]
fn panic_in_a_subscriber_is_contained() {
    if in_a_child("callbacks::panic_in_a_subscriber_is_contained") {
        for method in ["new", "record", "event", "enter", "exit", "close"] {
            let layer = PanicsWithin(method);
            let subscriber = tracing_subscriber::registry().with(layer);
            tracing::subscriber::with_default(subscriber, || {
                paused(async {
                    for (end, expected) in ENDS {
                        let (came, told) = call(end, Ends::default(), |client| client).await;
                        assert_came(end, came.as_ref(), method);
                        assert_eq!(told, [expected], "{method}: {end:?}");
                    }
                });
            });
        }
    }
}

#[test]
fn simultaneous_panics_do_not_abort() {
    if in_a_child("callbacks::simultaneous_panics_do_not_abort") {
        let subscriber = tracing_subscriber::registry().with(PanicsWithin("record"));
        tracing::subscriber::with_default(subscriber, || {
            paused(async {
                for (end, expected) in ENDS {
                    let ends = Ends {
                        panics: true,
                        ..Ends::default()
                    };
                    let with = |client: trackstar_api::ClientBuilder| {
                        let once = RetryPolicy::default().attempts(2);
                        client.middleware(PanicsAfter).retries(once)
                    };
                    let (came, told) = call(end, ends, with).await;
                    assert_came(end, came.as_ref(), "everywhere");
                    assert_eq!(told, [expected], "{end:?}");
                }
            });
        });
    }
}

fn paused(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(test);
}
