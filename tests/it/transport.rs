//! A custom transport instead of the built-in HTTP client.

use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use serde_json::json;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::{HeaderMap, Method, Request, Response, header};
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::transport::{Body, Sent, Transport, TransportError};
use trackstar_api::{ApiKey, Client, Connection, Effect, Error, ErrorKind, RetryPolicy};
use trackstar_tests::{ACCESS_TOKEN, API_KEY};

use crate::support::shown;

pub(crate) const DELETED: &str = r#"{"id": "c-1", "object": "connection", "deleted": true}"#;

/// Method, path, headers and body of a request.
type Arrival = (Method, String, HeaderMap, Option<Vec<u8>>);

/// Counts the requests and calls a function for each response.
#[derive(Clone)]
struct Fake<F> {
    respond: F,
    requests: Arc<Mutex<Vec<Arrival>>>,
}

impl<F, R> Transport for Fake<F>
where
    F: Fn(usize) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response<Body>, TransportError>> + Send,
{
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let number = {
            let mut requests = self.requests.lock().unwrap();
            requests.push((
                request.method().clone(),
                request.uri().to_string(),
                request.headers().clone(),
                request.body().as_bytes().map(<[u8]>::to_vec),
            ));
            requests.len()
        };
        (self.respond)(number).await
    }
}

fn fake<F, R>(respond: F) -> Fake<F>
where
    F: Fn(usize) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response<Body>, TransportError>> + Send,
{
    Fake {
        respond,
        requests: Arc::default(),
    }
}

pub(crate) fn connection(transport: impl Transport) -> Connection {
    let builder = Client::builder(ApiKey::new(API_KEY).unwrap());
    let client = builder.body_limit(64).transport(transport).build();
    trackstar_tests::connection_of(&client.unwrap()).unwrap()
}

async fn deleted(_: usize) -> Result<Response<Body>, TransportError> {
    Ok(Response::new(Body::from(DELETED)))
}

#[tokio::test]
async fn sends_the_same_head_as_the_http_client() {
    let fake = fake(deleted);
    let connection = connection(fake.clone());
    connection.delete_connection().send().await.unwrap();
    let post = connection.request(Method::POST, "/x?a=b");
    let post = post.json(&json!({"a": 1})).with_header("x-own", "1");
    post.send().await.unwrap();

    let requests = fake.requests.lock().unwrap();
    let (method, url, headers, body) = &requests[0];
    assert_eq!(
        (method.as_str(), url.as_str()),
        ("DELETE", "https://production.trackstarhq.com/connections")
    );
    let mut names: Vec<_> = headers.keys().map(header::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "user-agent",
            "x-trackstar-access-token",
            "x-trackstar-api-key"
        ]
    );
    assert_eq!(headers["accept"], "application/json");
    assert_eq!(headers["accept-encoding"], "identity");
    assert_eq!(headers["x-trackstar-api-key"], API_KEY);
    assert_eq!(headers["x-trackstar-access-token"], ACCESS_TOKEN);
    assert!(headers["x-trackstar-api-key"].is_sensitive());
    let agent = headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("trackstar-api/"), "{agent}");
    assert_eq!(body.as_deref(), Some(&b""[..]));

    let (method, url, headers, body) = &requests[1];
    assert_eq!(
        (method.as_str(), url.as_str()),
        ("POST", "https://production.trackstarhq.com/x?a=b")
    );
    assert_eq!(
        (&headers["x-own"], &headers["content-type"]),
        (&"1".parse().unwrap(), &"application/json".parse().unwrap())
    );
    assert_eq!(body.as_deref(), Some(&br#"{"a":1}"#[..]));
}

#[tokio::test(start_paused = true)]
async fn ends_an_attempt_at_its_deadline() {
    let began = tokio::time::Instant::now();
    let silent = connection(fake(|_| pending()));
    let call = silent
        .delete_connection()
        .with_retries(RetryPolicy::never());
    let error = call
        .with_attempt_timeout(Duration::from_secs(7))
        .send()
        .await;
    let error = error.unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown(), "{error}");
    assert_eq!(began.elapsed(), Duration::from_secs(7));

    // The default is the timeout of the client.
    let call = silent
        .delete_connection()
        .with_retries(RetryPolicy::never());
    assert!(call.send().await.unwrap_err().is_timeout());
    assert_eq!(began.elapsed(), Duration::from_secs(67));

    let slow = connection(fake(|_| async {
        Ok(Response::new(Body::wrap(Chunks(|_: &mut Context<'_>| {
            Poll::Pending
        }))))
    }));
    let call = slow.delete_connection().with_retries(RetryPolicy::never());
    let error = call
        .with_attempt_timeout(Duration::from_secs(5))
        .send()
        .await;
    let error = error.unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown(), "{error}");
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(began.elapsed(), Duration::from_secs(72));
}

#[tokio::test(start_paused = true)]
async fn names_the_timeout_that_expired() {
    let silent = connection(fake(|_| pending()));
    for (call, attempt, expected) in [
        (7, 5, "in time: the attempt timed out;"),
        (5, 7, "in time: the timeout of the call expired;"),
    ] {
        let sending = silent
            .delete_connection()
            .with_retries(RetryPolicy::never())
            .with_timeout(Duration::from_secs(call))
            .with_attempt_timeout(Duration::from_secs(attempt));
        let error = sending.send().await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// A body that calls a function for each chunk.
pub(crate) struct Chunks<F>(pub(crate) F);

impl<F> trackstar_api::reexports::http_body_1::Body for Chunks<F>
where
    F: FnMut(&mut Context<'_>) -> Poll<Option<Result<Vec<u8>, std::io::Error>>> + Unpin,
{
    type Data = std::collections::VecDeque<u8>;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<trackstar_api::reexports::http_body_1::Frame<Self::Data>, Self::Error>>>
    {
        let chunk = std::task::ready!((self.0)(context));
        let frame =
            |bytes: Vec<u8>| trackstar_api::reexports::http_body_1::Frame::data(bytes.into());
        Poll::Ready(chunk.map(|chunk| chunk.map(frame)))
    }
}

#[tokio::test]
async fn reads_bodies_up_to_the_limit() {
    let read = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&read);
    let endless = connection(fake(move |_| {
        let counted = Arc::clone(&counted);
        let body = Body::wrap(Chunks(move |_: &mut Context<'_>| {
            *counted.lock().unwrap() += 1;
            Poll::Ready(Some(Ok(vec![b' '; 30])))
        }));
        async { Ok(Response::new(body)) }
    }));
    let error = endless.delete_connection().send().await.unwrap_err();
    assert!(error.is_too_long(), "{error}");
    assert_eq!(error.effect(), Effect::Reported);
    // The limit is 64 bytes.
    assert_eq!(*read.lock().unwrap(), 3);

    let cut = connection(fake(|_| {
        let mut chunks = vec![Err(std::io::Error::other("torn")), Ok(b"{".to_vec())];
        let body = Chunks(move |_: &mut Context<'_>| Poll::Ready(chunks.pop()));
        async { Ok(Response::new(Body::wrap(body))) }
    }));
    let call = cut.delete_connection().with_retries(RetryPolicy::never());
    let error = call.send().await.unwrap_err();
    assert!(error.is_interrupted() && error.outcome_unknown(), "{error}");
    assert!(error.to_string().contains("torn"), "{error}");
}

#[tokio::test]
async fn redacts_the_errors_of_a_transport() {
    let leaky = connection(fake(|_| async {
        let text = format!("{API_KEY} and {ACCESS_TOKEN}\n\u{1b}[31m");
        Err(TransportError::new(text))
    }));
    let call = leaky.delete_connection().with_retries(RetryPolicy::never());
    let error = call.send().await.unwrap_err();
    let text = shown(&error);
    assert!(text.contains("<redacted> and <redacted>"), "{text}");
    assert!(!text.contains(API_KEY) && !text.contains(ACCESS_TOKEN) && !text.contains('\u{1b}'));
}

async fn post(transport: impl Transport) -> Result<(), Error> {
    let request = connection(transport).request(Method::POST, "/x");
    request.json(&json!({})).send().await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn repeats_a_write_only_if_nothing_was_sent() {
    let unsent = || TransportError::new("no route").with_sent(Sent::No);
    let twice = fake(move |number| async move {
        if number < 3 {
            Err(unsent())
        } else {
            deleted(number).await
        }
    });
    post(twice.clone()).await.unwrap();
    assert_eq!(twice.requests.lock().unwrap().len(), 3);

    let never = fake(move |_| async move { Err(unsent()) });
    let error = post(never).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.effect()),
        (ErrorKind::Connect, Effect::NotDone)
    );
    assert!(
        error.to_string().contains("nothing was sent: no route"),
        "{error}"
    );

    let perhaps = fake(|_| async { Err(TransportError::new("no route")) });
    let error = post(perhaps.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(perhaps.requests.lock().unwrap().len(), 1);
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "dropped");
    }
}

impl std::fmt::Debug for Bomb {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("debug")
    }
}

impl std::fmt::Display for Bomb {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("display")
    }
}

impl std::error::Error for Bomb {}

struct PanicsAtOnce;

impl Transport for PanicsAtOnce {
    #[allow(clippy::manual_async_fn, reason = "it panics before there is a future")]
    fn send(
        &self,
        _: Request<Body>,
    ) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send {
        assert!(std::thread::panicking(), "at once");
        async { Err(TransportError::new("")) }
    }
}

#[tokio::test]
async fn contains_panics_of_a_transport() {
    async fn once(transport: impl Transport) -> Error {
        let connection = connection(transport);
        let call = connection.delete_connection();
        let call = call.with_retries(RetryPolicy::never()).send().await;
        call.unwrap_err()
    }
    let later = fake(|_| async {
        tokio::task::yield_now().await;
        panic!("later")
    });
    let body = fake(|_| async {
        let body = Chunks(|_: &mut Context<'_>| panic!("in the body"));
        Ok(Response::new(Body::wrap(body)))
    });
    for error in [
        once(PanicsAtOnce).await,
        once(later).await,
        once(body).await,
    ] {
        assert!(error.outcome_unknown(), "{error}");
        assert!(
            error.to_string().contains("the transport panicked"),
            "{error}"
        );
    }
    let unshown = once(fake(|_| async { Err(TransportError::new(Bomb)) })).await;
    assert!(
        unshown
            .to_string()
            .contains("an error that cannot be shown"),
        "{unshown}"
    );

    // The future is dropped at the deadline.
    let dropped = connection(fake(|_| async {
        let _bomb = Bomb;
        pending().await
    }));
    let call = dropped
        .delete_connection()
        .with_retries(RetryPolicy::never());
    let call = call.with_attempt_timeout(Duration::from_millis(20));
    assert!(call.send().await.unwrap_err().is_timeout());
}

#[test]
fn transport_requires_https_and_no_other_http_client() {
    let builder = || Client::builder(ApiKey::new(API_KEY).unwrap()).transport(fake(deleted));
    let error = builder().reqwest_0_13(reqwest::Client::builder()).build();
    let error = error.unwrap_err().to_string();
    assert!(error.contains("use only one of them"), "{error}");
    let error = builder().base_url("http://elsewhere").unwrap().build();
    assert!(error.unwrap_err().to_string().contains("is not HTTPS"));
}

#[test]
fn sends_blocking_calls_by_the_transport() {
    let fake = fake(deleted);
    let deleted = connection(fake.clone()).delete_connection().send_blocking();
    assert_eq!(deleted.unwrap().id, "c-1");
    assert_eq!(fake.requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn reads_request_bodies_as_streams() {
    let body = Body::from("text");
    assert_eq!(format!("{body:?}"), "Body(4 bytes)");
    assert_eq!(body.collect().await.unwrap(), "text");
    let mut chunks = vec![Ok(b"b".to_vec()), Ok(b"a".to_vec())];
    let mut body = Body::wrap(Chunks(move |_: &mut Context<'_>| Poll::Ready(chunks.pop())));
    assert_eq!(body.as_bytes(), None);
    let frame = poll_fn(|context| {
        let body = std::pin::Pin::new(&mut body);
        trackstar_api::reexports::http_body_1::Body::poll_frame(body, context)
    });
    assert_eq!(frame.await.unwrap().unwrap().into_data().unwrap(), "a");
    assert_eq!(body.collect().await.unwrap(), "b");
}
