//! Documents and services that the tests use.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use trackstar_mock::{Contract, Reply, Request, Service};
use trackstar_openapi::{Preparation, Source, vendored};

pub(crate) const KEY: &str = "api-key-2b1f07d6c9e8";
pub(crate) const TOKEN: &str = "access-token-77e0c4a1f3b9";

/// Prepares a document in the same way as the mock server.
pub(crate) fn document(name: &str, text: &str) -> Value {
    let source = Source { name, text };
    let preparation = Preparation::new(source).lenient();
    let prepared = preparation
        .clone()
        .overlays(vendored::OVERLAYS)
        .run()
        .unwrap();
    let corrected = preparation.overlays(vendored::CORRECTIONS);
    corrected.contract(&prepared).unwrap()
}

/// Creates a service for the test document, which accepts [`KEY`] and [`TOKEN`].
pub(crate) fn warehouse() -> Service {
    service(document("warehouse.yaml", include_str!("warehouse.yaml")))
}

pub(crate) fn service(document: Value) -> Service {
    let service = Service::new(Arc::new(Contract::new(document).unwrap()));
    service.admit_key(KEY);
    service.admit_token(TOKEN);
    service
}

/// Creates a request with both credentials.
pub(crate) fn request(method: &str, target: &str) -> Request {
    Request::new(method, target)
        .header("x-trackstar-api-key", KEY)
        .header("x-trackstar-access-token", TOKEN)
}

pub(crate) fn json(method: &str, target: &str, body: &Value) -> Request {
    request(method, target)
        .header("content-type", "application/json")
        .body(body.to_string())
}

/// Returns 2026-11-25 12:00 UTC, plus the given number of milliseconds.
pub(crate) fn at(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_608_000) + Duration::from_millis(milliseconds)
}

pub(crate) fn ask(service: &Service, request: Request) -> Reply {
    service.answer(request, at(0))
}
