//! Tests the state that is kept between requests, such as connections, pages, scripts and limits.

use std::time::Duration;

use serde_json::{Value, json};
use trackstar_mock::{Answer, Limits, Reply, Request, Service};

use crate::support::{KEY, TOKEN, ask, at, json, request, warehouse};

fn statuses(service: &Service) -> Vec<u16> {
    service
        .requests()
        .iter()
        .map(trackstar_mock::Received::status)
        .collect()
}

#[test]
fn deleted_connection_is_401_for_all_operations() {
    let service = warehouse();
    assert_eq!(ask(&service, request("DELETE", "/orders/7")).status, 200);
    assert_eq!(ask(&service, request("DELETE", "/account")).status, 204);
    for (method, target) in [
        ("DELETE", "/account"),
        ("GET", "/orders"),
        ("DELETE", "/orders/7"),
    ] {
        let reply = ask(&service, request(method, target));
        assert_eq!(reply.status, 401, "{method} {target}");
        assert_eq!(
            reply.json().unwrap()["error"],
            "Invalid access token: its connection has been deleted."
        );
    }
    // This doesn't affect other connections, or operations that don't need an access token.
    let other = service.new_token();
    let request = Request::new("GET", "/orders")
        .header("x-trackstar-api-key", KEY)
        .header("x-trackstar-access-token", other);
    assert_eq!(ask(&service, request).status, 200);
    assert_eq!(
        ask(&service, crate::support::request("POST", "/report")).status,
        202
    );
    service.admit_token(TOKEN);
    assert_eq!(
        ask(&service, crate::support::request("GET", "/orders")).status,
        200
    );
}

#[test]
fn failed_deletion_takes_effect_only_if_scripted() {
    let service = warehouse();
    let answers = [Answer::status(503), Answer::bad_gateway().taking_effect()];
    service.script("close_account", answers, false).unwrap();
    for expected in [503, 502, 401] {
        assert_eq!(
            ask(&service, request("DELETE", "/account")).status,
            expected
        );
    }
}

#[test]
fn tokens_in_responses_are_valid() {
    let service = warehouse();
    let exchange = || {
        let reply = ask(
            &service,
            json("POST", "/exchange", &json!({"auth_code": "c"})),
        );
        reply.json().unwrap()["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (one, other) = (exchange(), exchange());
    assert_ne!(one, other);
    let request = Request::new("GET", "/orders")
        .header("x-trackstar-api-key", KEY)
        .header("x-trackstar-access-token", one);
    assert_eq!(ask(&service, request).status, 200);
}

#[test]
fn scripts_run_in_order_then_repeat_or_end() {
    let service = warehouse();
    let wrong = request("GET", "/orders?x=1");
    let answers = || [Answer::status(503), Answer::json(200, json!({"data": []}))];
    service.script("list_orders", answers(), false).unwrap();
    // Invalid requests don't use up a scripted response.
    assert_eq!(ask(&service, wrong).status, 422);
    let got = |service: &Service| ask(service, request("GET", "/orders"));
    assert_eq!(got(&service).status, 503);
    assert_eq!(got(&service).json(), Some(json!({"data": []})));
    assert_eq!(
        got(&service).json().unwrap()["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    service.script("list_orders", answers(), true).unwrap();
    let seen: Vec<u16> = (0..4).map(|_| got(&service).status).collect();
    assert_eq!(seen, [503, 200, 200, 200]);
    service.script("list_orders", [], false).unwrap();
    assert_eq!(
        got(&service).json().unwrap()["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let error = service
        .script("list_order", [], false)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no operation \"list_order\"") && error.contains("list_orders"),
        "{error}"
    );
    let error = service
        .script("list_orders", [], true)
        .unwrap_err()
        .to_string();
    assert!(error.contains("at least one response"), "{error}");
}

#[test]
fn scripted_responses_have_delay_headers_and_body() {
    let service = warehouse();
    let answers = [
        Answer::rate_limited(Duration::from_millis(1500)).delay(Duration::from_secs(9)),
        Answer::bad_gateway().header("X-Request-Id", "gateway-1"),
        Answer::content(200, "", ""),
        Answer::hang_up(),
    ];
    service.script("list_orders", answers, false).unwrap();
    let reply = ask(&service, request("GET", "/orders"));
    assert_eq!((reply.status, reply.delay), (429, Duration::from_secs(9)));
    let header = |name| reply.get(name).map(str::to_owned);
    assert_eq!(header("retry-after").as_deref(), Some("2"));
    assert_eq!(header("x-ratelimit-limit").as_deref(), Some("10"));
    assert_eq!(header("x-ratelimit-remaining").as_deref(), Some("0"));
    assert_eq!(header("x-ratelimit-reset").as_deref(), Some("1795608002"));
    assert_eq!(reply.json().unwrap()["error"], "Too many requests.");
    let reply = ask(&service, request("GET", "/orders"));
    assert_eq!(
        (reply.status, reply.get("content-type")),
        (502, Some("text/html"))
    );
    assert_eq!(reply.get("x-request-id"), Some("gateway-1"));
    assert!(reply.body.starts_with(b"<html>"));
    let reply = ask(&service, request("GET", "/orders"));
    assert_eq!(
        (reply.status, reply.body.len(), reply.get("content-type")),
        (200, 0, None)
    );
    assert_eq!(ask(&service, request("GET", "/orders")).status, 0);
    assert_eq!(statuses(&service), [429, 502, 200, 0]);
}

fn page(service: &Service, target: &str) -> (Vec<String>, Value) {
    let reply: Reply = ask(service, request("GET", target));
    let page = reply.json().unwrap();
    assert_eq!(reply.status, 200, "{page}");
    assert_eq!(page["total_count"], 5);
    let ids = page["data"].as_array().unwrap().iter();
    let ids = ids
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    (ids, page["next_token"].clone())
}

#[test]
fn lists_have_a_last_page() {
    let service = warehouse();
    let (mut target, mut pages) = ("/orders".to_owned(), Vec::new());
    loop {
        let (ids, next) = page(&service, &target);
        pages.push(ids);
        match next {
            Value::Null => break,
            next => target = format!("/orders?page_token={}", next.as_str().unwrap()),
        }
    }
    assert_eq!(
        pages,
        [
            vec!["o-1-1", "o-1-2"],
            vec!["o-1-3", "o-1-4"],
            vec!["o-1-5"]
        ]
    );
    let (ids, next) = page(&service, "/orders?limit=3");
    assert_eq!(ids.len(), 3);
    let (ids, next) = page(
        &service,
        &format!("/orders?limit=3&page_token={}", next.as_str().unwrap()),
    );
    assert_eq!(
        (ids, next),
        (vec!["o-1-4".to_owned(), "o-1-5".to_owned()], Value::Null)
    );
}

#[test]
fn page_tokens_require_the_same_filters() {
    let service = warehouse();
    let (_, next) = page(&service, "/orders?since=2026-01-01");
    let next = next.as_str().unwrap();
    page(
        &service,
        &format!("/orders?page_token={next}&since=2026-01-01&limit=1"),
    );
    let refused = |target: &str| {
        let reply = ask(&service, request("GET", target));
        assert_eq!(reply.status, 422);
        reply.json().unwrap()["detail"]["query"]["page_token"][0]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(refused(&format!("/orders?page_token={next}")).contains("Repeat all filters"));
    assert_eq!(
        refused("/orders?page_token=page-99-0"),
        "Not a page token of this list."
    );
    assert_eq!(
        refused("/orders?page_token=nonsense"),
        "Not a page token of this list."
    );
}

#[test]
fn enforces_limits_per_token_and_second() {
    let service = warehouse();
    service.limit(Some(Limits::default()));
    let get = |time: u64| service.answer(request("GET", "/orders"), at(time));
    for count in 1..=10_u64 {
        let reply = get(count * 90);
        assert_eq!(reply.status, 200);
        assert_eq!(reply.get("x-ratelimit-limit"), Some("10"));
        assert_eq!(
            reply.get("x-ratelimit-remaining"),
            Some((10 - count).to_string().as_str())
        );
        assert_eq!(reply.get("x-ratelimit-reset"), Some("1795608001"));
        assert_eq!(reply.get("retry-after"), None);
    }
    let reply = get(999);
    assert_eq!((reply.status, reply.get("retry-after")), (429, Some("1")));
    assert_eq!(reply.get("x-ratelimit-remaining"), Some("0"));
    // Writes have their own limit, and so do other tokens.
    let reply = service.answer(request("DELETE", "/orders/7"), at(999));
    assert_eq!(
        (reply.status, reply.get("x-ratelimit-limit")),
        (200, Some("50"))
    );
    let other = Request::new("GET", "/orders")
        .header("x-trackstar-api-key", KEY)
        .header("x-trackstar-access-token", service.new_token());
    assert_eq!(service.answer(other, at(999)).status, 200);
    assert_eq!(get(1000).status, 200);
    service.limit(None);
    assert_eq!(get(1000).get("x-ratelimit-limit"), None);
}

#[test]
fn records_requests_without_secrets() {
    let service = warehouse();
    let body = json!({"auth_code": "code-that-is-secret", "name": "Ann"});
    let request_with = json("POST", "/exchange?x=a%20b", &body);
    let bearer = "Bearer of-something-else";
    ask(&service, request_with.header("Authorization", bearer));
    let all = service.requests();
    let [one] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (one.operation(), one.method(), one.path()),
        (Some("exchange"), "POST", "/exchange")
    );
    assert_eq!(one.query(), [("x".to_owned(), "a b".to_owned())]);
    assert_eq!(one.header("X-Trackstar-Api-Key"), Some("<redacted>"));
    assert_eq!(one.json(), Some(body));
    assert!(one.is_by(TOKEN.as_bytes()) && !one.is_by(b"another"));
    let shown = format!("{one:?} {service:?} {:?}", request("GET", "/orders"));
    for secret in [KEY, TOKEN, "code-that-is-secret", bearer] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(
        shown.contains("\"name\":\"Ann\"") && shown.contains("422"),
        "{shown}"
    );
}

#[test]
fn rejects_invalid_scripted_responses() {
    let service = warehouse();
    for (answer, expected) in [
        (Answer::status(0), "0 is not a valid response status"),
        (
            Answer::json(100, Value::Null),
            "100 is not a valid response status",
        ),
        (
            Answer::content(1000, "", ""),
            "1000 is not a valid response status",
        ),
        (
            Answer::documented().header("a b", "c"),
            "\"a b\" is not a valid header name",
        ),
        (
            Answer::documented().header("", "c"),
            "\"\" is not a valid header name",
        ),
        (
            Answer::documented().header("a", "secret\r\nb: c"),
            "header \"a\" cannot be sent",
        ),
        (
            Answer::content(200, "text/\n", ""),
            "header \"content-type\" cannot be sent",
        ),
    ] {
        let error = service.script("get_order", [answer], false).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains(expected) && !error.contains("secret"),
            "{error}"
        );
    }
    let answers = [
        Answer::status(200).header("X-Any_1", "ü\t"),
        Answer::status(599),
    ];
    service.script("get_order", answers, false).unwrap();
}

#[test]
fn sends_scripted_bodies_unchanged() {
    let service = warehouse();
    let body = json!({"error": format!("no connection of {TOKEN}")});
    let answers = [400, 500].map(|status| Answer::json(status, body.clone()));
    service.script("close_account", answers, false).unwrap();
    for _ in 0..2 {
        let reply = ask(&service, request("DELETE", "/account"));
        assert_eq!(reply.json(), Some(body.clone()));
    }
}

#[test]
fn new_tokens_differ_from_registered_ones() {
    let service = warehouse();
    service.admit_token("mock-access-token-1");
    assert_eq!(service.new_token(), "mock-access-token-2");
}
