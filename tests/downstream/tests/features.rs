//! Uses each feature as a dependency. `.ci/downstream` runs these tests with the feature `every`,
//! and tests the program of the feature `cli` itself.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use trackstar_api::prelude::*;
use trackstar_api::mock::{Answer, MockServer};
use trackstar_api::webhooks::{headers, Event, Verifier, WebhookSecret};
use trackstar_api::Upload;

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::test]
async fn mock_responds_and_gzip_is_requested() -> Outcome {
    let server = MockServer::start().await?;
    server.script("delete_connection", [Answer::bad_gateway()])?;
    assert!(server.connection()?.delete_connection().send().await?.deleted);
    let requests = server.requests();
    assert_eq!(requests.iter().map(|it| it.status()).collect::<Vec<_>>(), [502, 200]);
    assert!(requests[0].header("accept-encoding").is_some_and(|it| it.contains("gzip")));
    Ok(())
}

#[test]
fn blocking_needs_no_runtime() -> Outcome {
    let server = MockServer::start_blocking()?;
    assert!(server.connection()?.delete_connection().send_blocking()?.deleted);
    Ok(())
}

#[test]
fn schemars_has_the_schema_of_each_type() {
    let schemas = serde_json::to_value(trackstar_api::schemas()).expect("JSON");
    assert!(schemas.to_string().contains("DeleteConnectionResponse"));
}

#[test]
fn uploads_has_a_type_for_files() {
    assert_eq!(Upload::from("label").file_name("label.zpl").len(), Some(5));
}

/// Uses a secret and a signature that were made with another language's standard library.
#[test]
fn webhooks_are_verified_and_typed() -> Outcome {
    let body = r#"{"event_type":"connection.deleted","connection_id":"c-1","integration_name":"sandbox","integration_type":"general","data":{"deleted_date":"2025-11-24T16:00:00Z","new":{"x":[1]}},"added":"later"}"#;
    let verifier = Verifier::new(WebhookSecret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?);
    let signed = |signature: &str| {
        headers([
            ("svix-id", "msg_1"),
            ("svix-timestamp", "1764000000"),
            ("svix-signature", signature),
        ])
    };
    let now = UNIX_EPOCH + Duration::from_secs(1_764_000_000);
    let good = signed("v1,oILQS46/BqOjsW4UTwbND9XzVgC07+T1ssfJKA9Oo9s=");
    let delivery = verifier.verify_at(body.as_bytes(), &good, now)?;
    assert_eq!(delivery.id(), "msg_1");
    assert!(matches!(delivery.event()?, Event::ConnectionDeleted(_)));
    let forged = signed("v1,AAAAS46/BqOjsW4UTwbND9XzVgC07+T1ssfJKA9Oo9s=");
    assert!(verifier.verify_at(body.as_bytes(), &forged, now).is_err());
    Ok(())
}

#[derive(Clone, Default)]
struct Console(Arc<Mutex<Vec<u8>>>);

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "current_thread")]
async fn tracing_records_calls_without_credentials() -> Outcome {
    let console = Console::default();
    let writer = console.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    // A global subscriber is needed. With a subscriber for one thread only, tracing would cache a
    // span that another thread reaches first as disabled.
    tracing::subscriber::set_global_default(subscriber)?;
    tracing::callsite::rebuild_interest_cache();
    let server = MockServer::builder()
        .token(trackstar_api::AccessToken::new("token-of-downstream")?)
        .start()
        .await?;
    let token = trackstar_api::AccessToken::new("token-of-downstream")?;
    server.client()?.connection(token).delete_connection().send().await?;
    let text = String::from_utf8(console.0.lock().expect("no panic").clone())?;
    assert!(text.contains("trackstar_api.attempt"), "{text}");
    assert!(!text.contains("token-of-downstream"), "{text}");
    Ok(())
}
