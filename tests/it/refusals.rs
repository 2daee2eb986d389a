//! Answers that the API gives on purpose, and what the error makes of them.

use std::time::Duration;

use trackstar_api::Error;

use crate::support::answered;

/// The error of a delete that is answered with this status, these headers and this body.
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
    let error = outcome.expect_err("a refusal is an error");
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert_eq!(error.request_id(), Some("req-7"));
    assert_eq!(error.operation_id(), Some("delete_connection"));
    // Somebody failed on the way: a delete may have taken effect all the same.
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

/// Which of the predicates hold, by name.
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
async fn a_422_keeps_every_message() {
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
        "Validation failed.",
        "Not a valid string.",
        "Unknown key.",
        "at most 1000",
    ] {
        assert!(text.contains(message), "{text}");
    }
}

#[tokio::test]
async fn each_status_is_one_predicate_and_says_what_to_do() {
    for (status, predicate, advice) in [
        (
            401,
            "unauthorized",
            "check the API key and the access token",
        ),
        (403, "forbidden", "read-only"),
        (404, "not_found", "already deleted"),
        (429, "rate_limited", "try again"),
        (501, "not_supported", "does not implement"),
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
async fn a_404_that_is_not_the_apis_own_says_nothing_of_what_exists() {
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
async fn a_gateway_that_gave_up_leaves_the_outcome_unknown_and_one_that_refused_does_not() {
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
    // The handler of a server that ran out of time is told so, too.
    let late = refusal(408, &[], "").await.to_string();
    assert!(!late.contains("try again"), "{late}");
    // Without the API's own text a 501 is some server's, not the integration's.
    assert!(
        !refusal(501, &[], "<html>")
            .await
            .to_string()
            .contains("integration")
    );
}

#[tokio::test]
async fn an_error_longer_than_what_is_kept_is_still_read_whole() {
    let filler = "x".repeat(100_000);
    let body = format!(r#"{{"filler": "{filler}", "error": "too much", "origin": "trackstar"}}"#);
    let error = refusal(400, &[], &body).await;
    assert_eq!(error.message(), Some("too much"));
    assert_eq!(error.body(), &body.as_bytes()[..64 * 1024]);
}

#[tokio::test]
async fn a_500_is_told_as_the_servers_fault_and_no_predicate_claims_it() {
    let error = refusal(500, &[], r#"{"error": "boom", "trace": ["a", "b"]}"#).await;
    assert_eq!(predicates(&error), [""; 0]);
    assert_eq!(error.message(), Some("boom"));
    assert!(error.to_string().contains("GET /connections"), "{error}");
}

#[tokio::test]
async fn a_429_says_how_long_to_wait_in_seconds_and_as_a_date() {
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
async fn the_vendors_sample_of_a_501_has_only_an_error() {
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
async fn a_gateways_html_keeps_status_and_request_id_and_is_quoted_briefly() {
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
async fn an_error_without_a_body_and_one_of_another_shape_still_tell_what_they_can() {
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
async fn a_text_that_would_move_a_terminals_cursor_is_shown_escaped_and_kept_unchanged() {
    let error = refusal(404, &[], r#"{"error": "gone\u001b[2J\nforged line"}"#).await;
    assert_eq!(error.message(), Some("gone\u{1b}[2J\nforged line"));
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
}
