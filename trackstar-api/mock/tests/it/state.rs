//! Connections, pages, scripts and limits: what one request leaves for the next.

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
fn a_connection_that_is_deleted_is_gone_for_every_operation() {
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
    // Another one is untouched, and what needs no token works.
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
fn a_deletion_that_is_answered_with_a_failure_has_an_effect_only_when_the_script_says_so() {
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
fn a_token_that_an_answer_tells_is_one_that_works() {
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
fn scripts_are_given_in_order_and_then_the_document_or_the_last_one() {
    let service = warehouse();
    let wrong = request("GET", "/orders?x=1");
    let answers = || [Answer::status(503), Answer::json(200, json!({"data": []}))];
    service.script("list_orders", answers(), false).unwrap();
    // What is wrong is told and takes nothing of the script.
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
    assert!(error.contains("at least one"), "{error}");
}

#[test]
fn a_scripted_answer_has_its_delay_its_headers_and_its_bytes() {
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
fn a_list_has_pages_that_end() {
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
fn a_page_token_wants_the_filters_of_its_list_and_no_other_is_taken() {
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
    assert!(refused(&format!("/orders?page_token={next}")).contains("repeat every filter"));
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
fn limits_are_kept_for_each_token_by_the_second_and_told() {
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
    // Others of the same token have a limit of their own, and so has another token.
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
fn what_has_arrived_is_kept_without_its_secrets() {
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
fn a_script_that_cannot_be_sent_is_refused_when_it_is_given() {
    let service = warehouse();
    for (answer, expected) in [
        (Answer::status(0), "0 is no status"),
        (Answer::json(100, Value::Null), "100 is no status"),
        (Answer::content(1000, "", ""), "1000 is no status"),
        (
            Answer::documented().header("a b", "c"),
            "\"a b\" is no name",
        ),
        (Answer::documented().header("", "c"), "\"\" is no name"),
        (
            Answer::documented().header("a", "secret\r\nb: c"),
            "\"a\" is to hold cannot be sent",
        ),
        (
            Answer::content(200, "text/\n", ""),
            "\"content-type\" is to hold",
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
fn what_a_test_answers_is_sent_as_it_is_though_it_quotes_a_credential() {
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
fn a_new_token_is_none_that_a_test_has_named_already() {
    let service = warehouse();
    service.admit_token("mock-access-token-1");
    assert_eq!(service.new_token(), "mock-access-token-2");
}
