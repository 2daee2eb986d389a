//! Calls that wait for the provider of a key.

use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use trackstar_api::prelude::*;
use trackstar_api::{ApiKey, ErrorKind};
use trackstar_tests::connection_of;

use super::{FIRST, Failure, SECOND, Service, delete};

#[tokio::test(start_paused = true)]
async fn deadline_of_the_call_covers_the_provider() {
    let service = Service::start(SECOND).await;
    let client = service.client(std::future::pending::<Result<ApiKey, Failure>>);
    let connection = connection_of(&client).unwrap();
    let call = connection.delete_connection();
    let began = Instant::now();
    let call = call.with_timeout(Duration::from_secs(5)).send();
    let error = call.await.unwrap_err();
    assert!(began.elapsed() <= Duration::from_secs(5));
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.kind(), ErrorKind::ApiKeyProvider);
    assert!(service.received().is_empty());
}

#[tokio::test(start_paused = true)]
async fn provider_request_survives_its_call() {
    let service = Service::start(FIRST).await;
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let client = service.client(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async {
            sleep(Duration::from_secs(3)).await;
            ApiKey::new(FIRST)
        }
    });
    {
        let call = pin!(delete(&client));
        timeout(Duration::from_secs(2), call).await.unwrap_err();
    }
    let began = Instant::now();
    delete(&client).await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 1, "what was left of it");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn provider_request_without_waiting_calls_is_dropped() {
    let service = Service::start(FIRST).await;
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let client = service.client(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            if number == 0 {
                std::future::pending::<()>().await;
            }
            ApiKey::new(FIRST)
        }
    });
    let soon = Duration::from_secs(1);
    timeout(soon, delete(&client)).await.unwrap_err();
    sleep(Duration::from_secs(31)).await;
    timeout(soon, delete(&client)).await.unwrap().unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn failed_renewal_is_shown_and_repeated_after_30_seconds() {
    let service = Service::start(FIRST).await;
    let calls = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&calls);
    let client = service.client(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        ready(match number {
            0 => ApiKey::new(FIRST).map_err(Failure::from),
            1 => Err(format!("vault is sealed for {FIRST}").into()),
            _ => ApiKey::new(SECOND).map_err(Failure::from),
        })
    });
    delete(&client).await.unwrap();
    service.accept(SECOND);
    let error = delete(&client).await.unwrap_err();
    assert!(error.is_unauthorized());
    let text = error.to_string();
    assert!(text.contains("vault is sealed for <redacted>"), "{text}");
    // Until then, the client has no other key.
    delete(&client).await.unwrap_err();
    assert_eq!(service.received(), [FIRST; 3]);
    sleep(Duration::from_secs(30)).await;
    delete(&client).await.unwrap();
    assert_eq!(service.received(), [SECOND]);
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}
