//! Replaced API keys and keys from a provider, as the server receives them.

mod waiting;

use std::future::ready;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{
    AccessToken, ApiKey, ApiKeyProvider, Client, ClientBuilder, Error, ErrorKind, RateLimit,
    RetryPolicy,
};
use trackstar_tests::{ACCESS_TOKEN, Fate, FaultServer, builder, connection_of};

use crate::retries::good;
use crate::support::shown;

type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(crate) const FIRST: &str = "first-key-5d1c40e2";
pub(crate) const SECOND: &str = "second-key-98b7f3aa";
const THIRD: &str = "third-key-0e6ac471";

/// A server that accepts one key. If it rejects a key, it quotes all keys that it received.
struct Service {
    server: FaultServer,
    accepted: Arc<Mutex<&'static str>>,
    received: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn start(accepted: &'static str) -> Self {
        let accepted = Arc::new(Mutex::new(accepted));
        let received = Arc::<Mutex<Vec<String>>>::default();
        let (expected, log) = (Arc::clone(&accepted), Arc::clone(&received));
        let server = FaultServer::start(move |arrival| {
            let key = arrival.header("x-trackstar-api-key").unwrap().to_owned();
            let is_accepted = key == *expected.lock().unwrap();
            let mut received = log.lock().unwrap();
            received.push(key);
            if is_accepted {
                return good();
            }
            unauthorized(&received.join(" "))
        });
        Self {
            server: server.await.unwrap(),
            accepted,
            received,
        }
    }

    fn accept(&self, key: &'static str) {
        *self.accepted.lock().unwrap() = key;
    }

    /// Returns the keys of the requests since the last call.
    fn received(&self) -> Vec<String> {
        std::mem::take(&mut self.received.lock().unwrap())
    }

    fn builder(&self, provider: impl ApiKeyProvider) -> ClientBuilder {
        let builder = Client::builder_with_provider(provider);
        let builder = builder.base_url(self.server.base_url()).unwrap();
        builder.rate_limit(RateLimit::off())
    }

    fn client(&self, provider: impl ApiKeyProvider) -> Client {
        self.builder(provider).build().unwrap()
    }
}

pub(crate) fn unauthorized(text: &str) -> Fate {
    let body = format!("{{\"error\":\"not {text}\"}}");
    let length = body.len();
    let head = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {length}\r\n\r\n");
    Fate::Respond((head + &body).into_bytes())
}

/// Returns a provider that returns these keys in order and repeats the last one.
pub(crate) fn keys(keys: &'static [&'static str]) -> (impl ApiKeyProvider, Arc<AtomicUsize>) {
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let provider = move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        ready(ApiKey::new(keys[number.min(keys.len() - 1)]))
    };
    (provider, calls)
}

pub(crate) async fn delete(client: &Client) -> Result<(), Error> {
    let connection = connection_of(client)?;
    connection.delete_connection().send().await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn sends_again_with_the_next_key_after_a_401() {
    let service = Service::start(SECOND).await;
    let (provider, calls) = keys(&[FIRST, SECOND]);
    let client = service.client(provider);
    assert_eq!(calls.load(Ordering::SeqCst), 0, "nothing was sent");
    let began = Instant::now();
    delete(&client).await.unwrap();
    assert!(began.elapsed() < Duration::from_millis(10), "at once");
    assert_eq!(
        service.received(),
        ["first-key-5d1c40e2", "second-key-98b7f3aa"]
    );
    delete(&client).await.unwrap();
    assert_eq!(service.received(), ["second-key-98b7f3aa"]);
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn error_lists_both_attempts_and_shows_neither_key() {
    let service = Service::start("none").await;
    let (provider, calls) = keys(&[FIRST, SECOND, THIRD]);
    let error = delete(&service.client(provider)).await.unwrap_err();
    assert_eq!(service.received(), [FIRST, SECOND], "once in 30 seconds");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.attempts().len(), 2, "{error}");
    assert_eq!(
        error.message(),
        Some("not <redacted> <redacted>"),
        "the server quoted both"
    );
    let text = shown(&error) + &String::from_utf8_lossy(error.body());
    for secret in [FIRST, SECOND, ACCESS_TOKEN] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn provider_is_called_at_most_every_30_seconds() {
    let service = Service::start("none").await;
    let (provider, calls) = keys(&[FIRST, SECOND, THIRD]);
    let client = service.client(provider);
    delete(&client).await.unwrap_err();
    for _ in 0..20 {
        delete(&client).await.unwrap_err();
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    service.received();
    service.accept(THIRD);
    sleep(Duration::from_secs(29)).await;
    delete(&client).await.unwrap_err();
    assert_eq!(service.received(), [SECOND]);
    sleep(Duration::from_secs(1)).await;
    delete(&client).await.unwrap();
    assert_eq!(service.received(), [THIRD], "the rejected key is not sent");
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn calls_share_one_request_to_the_provider() {
    let service = Service::start(FIRST).await;
    let (source, calls) = keys(&[FIRST, SECOND]);
    let source = Arc::new(source);
    let open = Arc::<AtomicUsize>::default();
    let now_open = Arc::clone(&open);
    let client = service.client(move || {
        let (source, open) = (Arc::clone(&source), Arc::clone(&open));
        async move {
            assert_eq!(open.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
            sleep(Duration::from_secs(1)).await;
            open.fetch_sub(1, Ordering::SeqCst);
            source.api_key().await
        }
    });
    for (accepted, received) in [
        (FIRST, vec![FIRST; 20]),
        (SECOND, [FIRST, SECOND].repeat(20)),
    ] {
        service.accept(accepted);
        let mut under_way = tokio::task::JoinSet::new();
        for number in 0..20 {
            let token = AccessToken::new(format!("token-of-customer-{number}")).unwrap();
            let connection = client.connection(token);
            under_way.spawn(async move { connection.delete_connection().send().await });
        }
        for result in under_way.join_all().await {
            assert!(result.unwrap().deleted);
        }
        let mut sent = service.received();
        sent.sort();
        let mut received = received;
        received.sort_unstable();
        assert_eq!(sent, received);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(now_open.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn dead_access_token_calls_the_provider_once() {
    let service = Service::start("none").await;
    let (provider, calls) = keys(&[FIRST]);
    let client = service.client(provider);
    for _ in 0..10 {
        let error = delete(&client).await.unwrap_err();
        assert!(error.is_unauthorized() && error.attempts().len() == 1);
        sleep(Duration::from_secs(40)).await;
    }
    assert_eq!(service.received(), [FIRST; 10]);
    assert_eq!(calls.load(Ordering::SeqCst), 2, "the first, and one after");
    // Without an access token, the API key is invalid.
    for expected in [3, 3, 4] {
        let request = client.request(Method::GET, "/connections");
        request.send().await.unwrap_err();
        assert_eq!(calls.load(Ordering::SeqCst), expected);
        sleep(Duration::from_secs(16)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn later_401_does_not_clear_an_unknown_outcome() {
    for (last, is_done) in [(unauthorized("yours"), false), (good(), true)] {
        let fates = [Fate::Close(Vec::new()), unauthorized("yours"), last];
        let server = FaultServer::sequence(fates).await.unwrap();
        let (provider, _) = keys(&[FIRST, SECOND]);
        let builder = Client::builder_with_provider(provider);
        let builder = builder.base_url(server.base_url()).unwrap();
        let result = delete(&builder.build().unwrap()).await;
        assert_eq!(server.arrived(), 3);
        match result {
            Ok(()) => assert!(is_done),
            Err(error) => {
                assert!(!is_done && error.outcome_unknown(), "{error}");
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
                let unknown: Vec<bool> = error
                    .attempts()
                    .iter()
                    .map(trackstar_api::Attempt::outcome_unknown)
                    .collect();
                assert_eq!(unknown, [true, false, false]);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_with_a_new_key_count_as_attempts() {
    let service = Service::start(SECOND).await;
    let (provider, calls) = keys(&[FIRST, SECOND]);
    let client = service.builder(provider).retries(RetryPolicy::never());
    let client = client.build().unwrap();
    let error = delete(&client).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(service.received(), [FIRST]);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    delete(&client).await.unwrap();
    assert_eq!(service.received(), [SECOND], "the next call begins with it");
}

#[tokio::test(start_paused = true)]
async fn set_api_key_reaches_all_clones_and_connections() {
    let service = Service::start(SECOND).await;
    let base_url = service.server.base_url();
    let client = Client::builder(ApiKey::new(FIRST).unwrap());
    let client = client.base_url(&base_url).unwrap().build().unwrap();
    let (clone, connection) = (client.clone(), connection_of(&client).unwrap());
    let built = connection.delete_connection();
    delete(&client).await.unwrap_err();
    clone.set_api_key(ApiKey::new(SECOND).unwrap()).unwrap();
    delete(&client).await.unwrap();
    built.send().await.unwrap();
    assert_eq!(service.received(), [FIRST, SECOND, SECOND]);
    let text = format!("{client:?} {connection:?}");
    assert!(!text.contains(FIRST) && !text.contains(SECOND), "{text}");

    let quoted = ApiKey::new("127.0.0.1").unwrap();
    let error = client.set_api_key(quoted).unwrap_err().to_string();
    assert!(
        error.contains("the base URL contains the API key"),
        "{error}"
    );
    delete(&client).await.unwrap();
    assert_eq!(service.received(), [SECOND], "the one before is kept");
}

#[tokio::test(start_paused = true)]
async fn key_replaced_during_an_attempt_is_used_after_its_401() {
    let received = Arc::<Mutex<Vec<String>>>::default();
    let client = Arc::<Mutex<Option<Client>>>::default();
    let (log, sets) = (Arc::clone(&received), Arc::clone(&client));
    let server = FaultServer::start(move |arrival| {
        let key = arrival.header("x-trackstar-api-key").unwrap();
        log.lock().unwrap().push(key.to_owned());
        let client = sets.lock().unwrap().take();
        match client {
            Some(client) => client.set_api_key(ApiKey::new(SECOND).unwrap()).unwrap(),
            None => return good(),
        }
        unauthorized(key)
    });
    let server = server.await.unwrap();
    let made = builder(server.base_url()).unwrap().build().unwrap();
    made.set_api_key(ApiKey::new(FIRST).unwrap()).unwrap();
    *client.lock().unwrap() = Some(made.clone());
    delete(&made).await.unwrap();
    assert_eq!(*received.lock().unwrap(), [FIRST, SECOND]);
}

#[tokio::test(start_paused = true)]
async fn provider_failures_send_nothing_and_show_no_secret() {
    let service = Service::start(FIRST).await;
    let failures = [
        "vault \u{1b}[31m is sealed",
        "panic",
        "panic later",
        "panic while it is dropped",
    ];
    for failure in failures {
        let client = service.client(move || {
            assert_ne!(failure, "panic", "a broken provider");
            let bomb = Bomb(failure == "panic while it is dropped");
            async move {
                let _bomb = &bomb;
                assert_ne!(failure, "panic later", "a broken provider");
                Err::<ApiKey, Failure>(format!("{failure} {ACCESS_TOKEN}").into())
            }
        });
        let error = delete(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ApiKeyProvider);
        assert!(!error.outcome_unknown() && !error.is_timeout());
        let text = shown(&error);
        assert!(text.contains("the provider of the API key"), "{text}");
        assert!(
            !text.contains(ACCESS_TOKEN) && !text.contains('\u{1b}'),
            "{text}"
        );
        let reason = if failure.starts_with("panic") {
            "it panicked"
        } else {
            "is sealed <redacted>"
        };
        assert!(text.contains(reason), "{text}");
    }
    assert!(service.received().is_empty());
}

/// Panics when it is dropped.
struct Bomb(bool);

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!self.0, "a broken destructor");
    }
}

#[tokio::test(start_paused = true)]
async fn rejects_provider_key_contained_in_the_base_url() {
    let service = Service::start("127.0.0.1").await;
    let error = delete(&service.client(|| ready(ApiKey::new("127.0.0.1")))).await;
    let text = error.unwrap_err().to_string();
    assert!(text.contains("the base URL contains the API key"), "{text}");
    assert!(service.received().is_empty());
}

#[tokio::test(start_paused = true)]
async fn set_key_overrides_a_pending_provider_request() {
    let service = Service::start(THIRD).await;
    let client = service.client(|| async {
        sleep(Duration::from_secs(1)).await;
        ApiKey::new(FIRST)
    });
    let mut call = pin!(delete(&client));
    let first = timeout(Duration::from_millis(500), call.as_mut()).await;
    first.unwrap_err();
    client.set_api_key(ApiKey::new(THIRD).unwrap()).unwrap();
    call.await.unwrap();
    assert_eq!(service.received(), [THIRD]);
}

/// A provider is a type as well, and its future may borrow it.
struct Store(String);

impl ApiKeyProvider for Store {
    async fn api_key(&self) -> Result<ApiKey, Failure> {
        Ok(ApiKey::new(self.0.as_str())?)
    }
}

#[tokio::test(start_paused = true)]
async fn provider_can_be_a_type() {
    let service = Service::start(FIRST).await;
    delete(&service.client(Store(FIRST.to_owned())))
        .await
        .unwrap();
    assert_eq!(service.received(), ["first-key-5d1c40e2"]);
}
