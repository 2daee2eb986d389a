//! Errors for the API's error responses.

use std::time::Duration;

use trackstar_api::Error;

use crate::support::answered;

/// Returns the error of a delete with this response.
async fn refusal(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
    let outcome = answered(|then| {
        let then = then
            .status(status)
            .header("x-request-id", "req-7")
            .body(body);
        headers
            .iter()
            .fold(then, |then, (name, value)| then.header(*name, *value))
    })
    .await;
    let error = outcome.expect_err("an error status is an error");
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert_eq!(error.request_id(), Some("req-7"));
    assert_eq!(error.operation_id(), Some("delete_connection"));
    // The failure happened on the way, so the delete may have taken effect.
    let failed_on_the_way = status == 408 || status >= 500 && !matches!(status, 501 | 505 | 511);
    assert_eq!(error.outcome_unknown(), failed_on_the_way);
    assert_eq!(
        error.to_string().contains("GET /connections"),
        failed_on_the_way,
        "{error}"
    );
    let text = error.to_string();
    assert!(text.contains("DELETE /connections"), "{text}");
    assert!(text.contains(&status.to_string()), "{text}");
    assert!(text.contains("req-7"), "{text}");
    assert!(!text.contains('\n'), "one paragraph: {text}");
    error
}

/// Returns the names of all predicates that are true.
fn predicates(error: &Error) -> Vec<&'static str> {
    [
        (error.is_unauthorized(), "unauthorized"),
        (error.is_forbidden(), "forbidden"),
        (error.is_not_found(), "not_found"),
        (error.is_validation(), "validation"),
        (error.is_rate_limited(), "rate_limited"),
        (error.is_not_supported(), "not_supported"),
        (error.is_timeout(), "timeout"),
        (error.is_connect(), "connect"),
        (error.is_interrupted(), "interrupted"),
        (error.is_decode(), "decode"),
    ]
    .into_iter()
    .filter_map(|(holds, name)| holds.then_some(name))
    .collect()
}

#[tokio::test]
async fn validation_errors_keep_all_messages() {
    let body = r#"{"error": "Validation failed.", "origin": "trackstar", "detail": {
        "headers": {
            "x-trackstar-access-token": ["Missing data for required field.", "Not a valid string."],
            "x-trackstar-api-key": ["Unknown key."]
        },
        "query": {"limit": ["Must be at most 1000."]}
    }}"#;
    let error = refusal(422, &[], body).await;

    assert_eq!(predicates(&error), ["validation"]);
    assert_eq!(error.message(), Some("Validation failed."));
    assert_eq!(error.origin(), Some("trackstar"));
    let detail: Vec<_> = error.detail().unwrap().iter().collect();
    let messages = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        detail,
        [
            (
                "headers",
                "x-trackstar-access-token",
                messages(&["Missing data for required field.", "Not a valid string."]).as_slice()
            ),
            (
                "headers",
                "x-trackstar-api-key",
                messages(&["Unknown key."]).as_slice()
            ),
            (
                "query",
                "limit",
                messages(&["Must be at most 1000."]).as_slice()
            ),
        ]
    );
    assert_eq!(error.body(), body.as_bytes());
    let text = error.to_string();
    for message in [
        "Validation failed",
        "Not a valid string",
        "Unknown key",
        "at most 1000",
    ] {
        assert!(text.contains(message), "{text}");
    }
    // More text follows each message, so the periods at their end are left out.
    assert!(!text.contains(".;") && !text.contains(".]"), "{text}");
}

#[tokio::test]
async fn each_status_has_one_predicate_and_instruction() {
    for (status, predicate, advice) in [
        (
            401,
            "unauthorized",
            "check the API key and the access token",
        ),
        (403, "forbidden", "read-only"),
        (404, "not_found", "already deleted"),
        (429, "rate_limited", "try again"),
        (501, "not_supported", "does not support"),
    ] {
        let error = refusal(
            status,
            &[],
            r#"{"error": "No. Öl!", "origin": "integration"}"#,
        )
        .await;
        assert_eq!(predicates(&error), [predicate]);
        assert_eq!(error.message(), Some("No. Öl!"), "unchanged");
        assert_eq!(error.origin(), Some("integration"));
        assert_eq!(error.detail(), None);
        let text = error.to_string();
        assert!(text.contains("No. Öl!") && text.contains(advice), "{text}");
    }
}

#[tokio::test]
async fn foreign_404_does_not_mean_not_found() {
    for body in ["<html>Not Found", r#"{"detail": "Not Found"}"#, ""] {
        let error = refusal(404, &[], body).await;
        assert!(error.is_not_found() && error.message().is_none());
        let text = error.to_string();
        assert!(text.contains("check the base URL and the proxy"), "{text}");
        assert!(
            text.contains("does not show whether the resource exists"),
            "{text}"
        );
        assert!(!text.contains("already deleted"), "{text}");
        assert!(!text.contains("the record"), "{text}");
    }
}

#[tokio::test]
async fn outcome_depends_on_gateway_status() {
    for status in [502, 503, 504, 520, 524] {
        refusal(status, &[], "").await;
    }
    for status in [501, 505, 511] {
        refusal(status, &[], "").await;
    }
    for wait in ["2", "0", "1.5", "soon"] {
        let busy = refusal(503, &[("retry-after", wait)], "").await;
        assert!(!busy.to_string().contains("try again"), "{wait}: {busy}");
    }
    // A 408 may come from a handler that ran out of time.
    let late = refusal(408, &[], "").await.to_string();
    assert!(!late.contains("try again"), "{late}");
    // Without the API's error format, a 501 comes from some server instead of the integration.
    assert!(
        !refusal(501, &[], "<html>")
            .await
            .to_string()
            .contains("integration")
    );
}

#[tokio::test]
async fn parses_errors_longer_than_the_kept_body() {
    let filler = "x".repeat(100_000);
    let body = format!(r#"{{"filler": "{filler}", "error": "too much", "origin": "trackstar"}}"#);
    let error = refusal(400, &[], &body).await;
    assert_eq!(error.message(), Some("too much"));
    assert_eq!(error.body(), &body.as_bytes()[..64 * 1024]);
}

#[tokio::test]
async fn reports_500_as_server_error_without_predicate() {
    let error = refusal(500, &[], r#"{"error": "boom", "trace": ["a", "b"]}"#).await;
    assert_eq!(predicates(&error), [""; 0]);
    assert_eq!(error.message(), Some("boom"));
    assert!(error.to_string().contains("GET /connections"), "{error}");
}

#[tokio::test]
async fn reads_retry_after_as_seconds_and_date() {
    let error = refusal(429, &[("retry-after", "7")], r#"{"error": "slow down"}"#).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.to_string().contains("wait 7 seconds"), "{error}");

    let date = [
        ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("retry-after", "Sun, 06 Nov 1994 08:49:49 GMT"),
    ];
    let error = refusal(429, &date, "").await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(12)));

    assert_eq!(refusal(429, &[], "").await.retry_after(), None);
}

#[tokio::test]
async fn reads_documented_501_with_only_an_error() {
    let error = refusal(
        501,
        &[],
        r#"{"error": "Not implemented for this integration."}"#,
    )
    .await;
    assert_eq!(predicates(&error), ["not_supported"]);
    assert_eq!(
        error.message(),
        Some("Not implemented for this integration.")
    );
    assert_eq!((error.origin(), error.detail()), (None, None));
}

#[tokio::test]
async fn gateway_html_is_quoted_briefly() {
    let page = format!(
        "<html><body>{}</body></html>",
        "502 Bad Gateway ".repeat(10_000)
    );
    let error = refusal(502, &[("content-type", "text/html")], &page).await;
    assert_eq!(predicates(&error), [""; 0]);
    assert_eq!(error.message(), None);
    assert_eq!(error.body().len(), 64 * 1024, "bounded");
    let text = error.to_string();
    assert!(
        text.contains("text/html") && text.contains("<html><body>502 Bad"),
        "{text}"
    );
    assert!(text.len() < 1000, "{}", text.len());
}

#[tokio::test]
async fn reads_empty_and_unexpected_error_bodies() {
    let error = refusal(503, &[("retry-after", "3")], "").await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    assert!(error.body().is_empty());
    assert!(error.to_string().contains("an empty body"), "{error}");

    let error = refusal(403, &[], r#"{"message": "Forbidden"}"#).await;
    assert_eq!(predicates(&error), ["forbidden"]);
    assert!(error.to_string().contains("Forbidden"), "{error}");

    let error = refusal(400, &[], r#"["not", "an", "object"]"#).await;
    assert_eq!(predicates(&error), [""; 0]);
    assert_eq!(error.message(), None);
}

#[tokio::test]
async fn escapes_control_characters_only_for_display() {
    let error = refusal(404, &[], r#"{"error": "gone\u001b[2J\nforged line"}"#).await;
    assert_eq!(error.message(), Some("gone\u{1b}[2J\nforged line"));
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
}
