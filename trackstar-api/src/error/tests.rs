//! Tests the effect and the retry class for every combination of status code and method.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{Effect, Error, ErrorKind, Exchange, RetryClass};
use crate::operation::Operation;
use crate::transport::RawResponse;

/// The status codes that mean "not done". They are spelled out here so that the list can't change
/// by accident.
const NOT_DONE: [u16; 29] = [
    307, 308, 400, 401, 402, 403, 404, 405, 407, 409, 410, 411, 412, 413, 414, 415, 417, 421, 422,
    423, 425, 426, 428, 429, 431, 451, 501, 505, 511,
];

const SAFE: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];
const REPEATABLE_WRITES: [&str; 2] = ["PUT", "DELETE"];
const OTHER_WRITES: [&str; 3] = ["POST", "PATCH", "OTHER"];

/// All sorts of `Retry-After` values. None of them should make a request safe to repeat.
const WAITS: [Option<&str>; 7] = [
    None,
    Some("0"),
    Some("2"),
    Some("1.5"),
    Some("1, 120"),
    Some("99999999999999999999999999"),
    Some("soon"),
];

/// Returns the waits to test for a status code. This uses all of them if servers send `Retry-After`
/// with that code.
fn waits(status: u16) -> impl Iterator<Item = Option<&'static str>> {
    let all = matches!(status, 301 | 408 | 413 | 425 | 429 | 500..=504);
    WAITS.into_iter().take(if all { WAITS.len() } else { 1 })
}

fn operation(method: &'static str) -> &'static Operation {
    Box::leak(Box::new(Operation {
        method,
        ..Operation::BLANK
    }))
}

/// Returns the error for a response with the given status code.
fn refused(
    operation: &'static Operation,
    status: u16,
    wait: Option<&'static str>,
    body: &'static [u8],
) -> Error {
    let wait = wait.map(|wait| (header::RETRY_AFTER, HeaderValue::from_static(wait)));
    Error::refused(&Exchange {
        operation,
        secrets: &[],
        response: &RawResponse {
            status: StatusCode::from_u16(status).expect("valid"),
            headers: HeaderMap::from_iter(wait),
            body: Bytes::from_static(body),
        },
    })
}

#[test]
fn statuses_have_the_documented_kind() {
    let get = operation("GET");
    for status in (100..=999).filter(|status| !(200..=299).contains(status)) {
        let expected = match status {
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            422 => ErrorKind::Validation,
            429 => ErrorKind::RateLimited,
            501 => ErrorKind::NotSupported,
            _ => ErrorKind::Status,
        };
        let error = refused(get, status, None, b"");
        assert_eq!(error.kind(), expected, "{status}");
        let error = refused(operation("DELETE"), status, None, b"");
        let unknown = error.outcome_unknown();
        let expected = if unknown {
            ErrorKind::OutcomeUnknown
        } else {
            expected
        };
        assert_eq!(error.kind(), expected, "DELETE {status}");
    }
    let decoded = |method| refused(operation(method), 299, None, b"");
    assert_eq!(decoded("GET").kind(), ErrorKind::Decode);
    assert_eq!(decoded("POST").kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(Error::config("wrong").kind(), ErrorKind::Config);
    assert_eq!(Error::no_token(get).kind(), ErrorKind::InvalidRequest);
    let held = Error::throttled(operation("POST"), std::time::Duration::ZERO);
    assert_eq!(held.kind(), ErrorKind::Throttled);
    assert_eq!(
        Error::repeated_token(get).kind(),
        ErrorKind::RepeatedPageToken
    );
}

#[test]
fn debug_shows_the_message_or_all_fields() {
    let body = br#"{"error": "Invalid input", "detail": {"json": {"sku": ["Missing."]}}}"#;
    let error = refused(operation("POST"), 422, None, body);
    let shown = format!("{error:?}");
    assert_eq!(shown, error.to_string());
    assert!(
        shown.contains("Invalid input [json sku: Missing]"),
        "{shown}"
    );
    let fields = format!("{error:#?}");
    assert!(
        fields.starts_with("Error {\n    kind: Refused,"),
        "{fields}"
    );
    assert!(fields.contains(r"detail: Some("), "{fields}");
}

#[test]
fn statuses_have_the_documented_effect() {
    for method in SAFE.iter().chain(&REPEATABLE_WRITES).chain(&OTHER_WRITES) {
        let operation = operation(method);
        for status in 100..=999 {
            for wait in waits(status) {
                let error = refused(operation, status, wait, b"");
                let expected = match status {
                    _ if SAFE.contains(method) => Effect::NotDone,
                    200..=299 => Effect::Reported,
                    _ if NOT_DONE.contains(&status) => Effect::NotDone,
                    _ => Effect::Unknown,
                };
                assert_eq!(error.effect(), expected, "{method} {status} {wait:?}");
                let unknown = expected != Effect::NotDone;
                assert_eq!(error.outcome_unknown(), unknown, "{method} {status}");
                let text = error.to_string();
                let told = (
                    text.matches("outcome unknown").count(),
                    text.matches("before you repeat it").count(),
                );
                let times = usize::from(unknown);
                assert_eq!(told, (times, times), "{method} {status}: {text}");
            }
        }
    }
}

#[test]
fn statuses_have_the_documented_retry_class() {
    for method in SAFE.iter().chain(&REPEATABLE_WRITES).chain(&OTHER_WRITES) {
        let operation = operation(method);
        for status in 100..=999 {
            for wait in waits(status) {
                let error = refused(operation, status, wait, b"");
                let expected = match status {
                    429 => Some(RetryClass::Throttled),
                    _ if OTHER_WRITES.contains(method) => None,
                    503 if wait.is_some() => Some(RetryClass::Throttled),
                    502..=504 => Some(RetryClass::Failed),
                    _ => None,
                };
                assert_eq!(
                    error.retry_class(false),
                    expected,
                    "{method} {status} {wait:?}"
                );
            }
        }
    }
}

#[test]
fn foreign_success_has_unknown_outcome() {
    for method in REPEATABLE_WRITES.iter().chain(&OTHER_WRITES) {
        let error = refused(operation(method), 202, None, b"<html>Sign in");
        assert_eq!(error.effect(), Effect::Unknown, "{method}");
        let text = error.to_string();
        assert!(!text.contains("most likely taken effect"), "{text}");
    }
}

#[test]
fn redirect_error_first_suggests_the_base_url() {
    for status in [300, 301, 302, 303, 305, 307, 308] {
        let text = refused(operation("DELETE"), status, None, b"").to_string();
        let check = text.find("check the base URL");
        let unknown = text.find("outcome unknown");
        assert!(check.is_some(), "{text}");
        assert!(
            unknown.is_none_or(|unknown| check < Some(unknown)),
            "{text}"
        );
        assert!(text.contains("redirects are never followed"), "{text}");
    }
}
