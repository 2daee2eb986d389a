//! Middleware, custom requests, and read-only connections.

use std::sync::{Arc, Mutex};

use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{AfterAttempt, BeforeAttempt, Middleware};
use trackstar_tests::{
    ACCESS_TOKEN, API_KEY, Fate, FaultServer, builder, connection, connection_of, response,
};

use crate::counts::Counts;
use crate::retries::{good, status};

type Log = Arc<Mutex<Vec<String>>>;

#[derive(Clone, Default)]
struct Notes(Log);

impl Notes {
    fn add(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Middleware for Notes {
    fn before(
        &self,
        attempt: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let headers = format!("{:?}", attempt.headers());
        assert!(!headers.contains("x-trackstar-a"), "{headers}");
        for refused in ["x-trackstar-api-key", "Host", "content-length", "\n"] {
            attempt.set_header(refused, "x").expect_err(refused);
        }
        attempt.set_header("x-attempt", &attempt.number().to_string())?;
        let id = attempt.operation_id();
        self.add(format!("before {id} {}", attempt.number()));
        Ok(())
    }

    fn after(&self, attempt: &AfterAttempt<'_>) {
        let status = attempt.status().map(|it| it.as_u16());
        let again = attempt.again_in().is_some();
        self.add(format!("after {} {status:?} {again}", attempt.number()));
    }
}

#[tokio::test(start_paused = true)]
async fn middleware_runs_per_attempt_without_credentials() {
    let fates = [status("502 Bad"), good()];
    let server = FaultServer::sequence(fates).await.unwrap();
    let notes = Notes::default();
    let client = builder(server.base_url()).unwrap();
    let client = client.middleware(notes.clone()).build().unwrap();
    let connection = connection_of(&client).unwrap();
    connection.delete_connection().send().await.unwrap();
    assert_eq!(
        notes.take(),
        [
            "before delete_connection 1",
            "after 1 Some(502) true",
            "before delete_connection 2",
            "after 2 Some(200) false",
        ]
    );
    for (head, number) in server.heads().iter().zip(1..) {
        assert!(head.contains(&format!("x-attempt: {number}\r\n")), "{head}");
        assert_eq!(head.matches(ACCESS_TOKEN).count(), 1, "{head}");
    }
}

struct Refuses;

impl Middleware for Refuses {
    fn before(
        &self,
        _: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err("not on a Sunday".into())
    }
}

#[tokio::test]
async fn middleware_error_ends_call_before_sending() {
    let server = FaultServer::always(good()).await.unwrap();
    let (counts, notes) = (Counts::default(), Notes::default());
    let client = builder(server.base_url()).unwrap().metrics(counts.clone());
    let client = client.middleware(notes.clone()).middleware(Refuses);
    let connection = connection_of(&client.build().unwrap()).unwrap();
    let error = connection.delete_connection().send().await.unwrap_err();
    assert!(error.to_string().contains("not on a Sunday"), "{error}");
    assert!(!error.outcome_unknown());
    assert_eq!(server.arrived(), 0);
    // Metrics do not count a request that was not sent as an attempt.
    assert_eq!(counts.take(), ["- call Failed 0"]);
    assert_eq!(notes.take(), ["before delete_connection 1"]);
}

/// Rejects the second attempt.
struct Once;

impl Middleware for Once {
    fn before(
        &self,
        attempt: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        match attempt.number() {
            1 => Ok(()),
            _ => Err("once is enough".into()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn call_stopped_after_ambiguous_attempt_is_ambiguous() {
    let server = FaultServer::always(status("502 Bad")).await.unwrap();
    let counts = Counts::default();
    let client = builder(server.base_url()).unwrap().metrics(counts.clone());
    let connection = connection_of(&client.middleware(Once).build().unwrap()).unwrap();
    let error = connection.delete_connection().send().await.unwrap_err();
    let text = error.to_string();
    assert!(error.outcome_unknown(), "{text}");
    for part in [
        "once is enough",
        "GET /connections",
        "attempt 1: status 502",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(server.arrived(), 1);
    assert_eq!(counts.take().last().unwrap(), "- call Unknown 1");
}

/// Records the outcome at the end of each attempt.
#[derive(Clone, Default)]
struct Outcomes(Arc<Mutex<Vec<(bool, usize)>>>);

impl Middleware for Outcomes {
    fn after(&self, attempt: &AfterAttempt<'_>) {
        let error = attempt.error().unwrap();
        let told = (error.outcome_unknown(), error.attempts().len());
        self.0.lock().unwrap().push(told);
    }
}

#[tokio::test(start_paused = true)]
async fn attempt_end_includes_previous_attempts() {
    let fates = ["429 Slow", "502 Bad", "404 Gone"].map(status);
    let server = FaultServer::sequence(fates).await.unwrap();
    let outcomes = Outcomes::default();
    let client = builder(server.base_url()).unwrap();
    let client = client.middleware(outcomes.clone()).build().unwrap();
    let connection = connection_of(&client).unwrap();
    let error = connection.delete_connection().send().await.unwrap_err();
    assert!(error.outcome_unknown() && error.is_not_found(), "{error}");
    let told = outcomes.0.lock().unwrap().clone();
    assert_eq!(told, [(false, 1), (true, 2), (true, 3)]);
}

#[tokio::test]
async fn custom_request_sends_credentials_to_the_same_host() {
    let made = Fate::Respond(response("201 Made", &[], "{\"a\":1}"));
    let server = FaultServer::always(made).await.unwrap();
    let connection = connection(format!("{}/prefix", server.base_url())).unwrap();
    let request = connection
        .request(Method::POST, "/things/a%2Fb")
        .query("limit", "1 0&")
        .header("x-mine", "yes")
        .json(&serde_json::json!({"x": [1]}));
    let made = request.send_json::<serde_json::Value>().await.unwrap();
    assert_eq!((made["a"].as_u64(), made.status().as_u16()), (Some(1), 201));
    let head = server.heads()[0].to_lowercase();
    for line in [
        "post /prefix/things/a%2fb?limit=1+0%26 http/1.1\r\n",
        "x-mine: yes\r\n",
        "content-type: application/json\r\n",
        "content-length: 9\r\n",
        "accept: application/json\r\n",
    ] {
        assert!(head.contains(line), "{head}");
    }
    assert!(head.contains(API_KEY) && head.contains(ACCESS_TOKEN));

    for path in [
        "/../x",
        "@other.host/x",
        "https://other.host/x",
        "/%2e%2e/x",
        "",
    ] {
        let error = connection.request(Method::GET, path).send().await;
        let text = error.expect_err(path).to_string();
        assert!(text.contains("the path"), "{path}: {text}");
    }
    let odd = connection.request(Method::from_bytes(b"PURGE").unwrap(), "/x");
    let odd = odd
        .header("X-HTTP-Method-Override", "DELETE")
        .header("x-trackstar-api-key", "other")
        .header("a", "b\n");
    let others = [
        "x-method-override",
        "x-http-method",
        "x-trackstar-access-token",
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "upgrade",
        "te",
    ];
    let odd = others.iter().fold(odd, |odd, name| odd.header(name, "x"));
    let text = odd.send().await.unwrap_err().to_string();
    for name in others {
        assert!(
            text.contains(&format!("the header `{name}`")),
            "{name}: {text}"
        );
    }
    for part in [
        "GET, HEAD",
        "`x-http-method-override`",
        "`x-trackstar-api-key`",
        "`a`",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(server.arrived(), 1, "no other request was sent");
}

#[tokio::test]
async fn client_request_sends_only_the_api_key() {
    let list = Fate::Respond(response("200 OK", &[], "{\"data\":[]}"));
    let server = FaultServer::always(list).await.unwrap();
    let client = builder(server.base_url()).unwrap().build().unwrap();
    let request = client.request(Method::GET, "/connections");
    let connections = request.send_json::<serde_json::Value>().await.unwrap();
    assert_eq!(*connections, serde_json::json!({"data": []}));
    let head = server.heads()[0].clone();
    assert!(head.starts_with("GET /connections HTTP/1.1\r\n"), "{head}");
    let key = format!("x-trackstar-api-key: {API_KEY}\r\n");
    assert!(
        head.contains(&key) && !head.contains("access-token"),
        "{head}"
    );
    let odd = client
        .request(Method::from_bytes(b"PURGE").unwrap(), "/x")
        .send()
        .await;
    assert!(odd.unwrap_err().to_string().contains("GET, HEAD"));
    assert_eq!(server.arrived(), 1);
}

#[tokio::test]
async fn read_only_does_not_change_the_original_connection() {
    let server = FaultServer::always(crate::retries::good()).await.unwrap();
    let original = connection(server.base_url()).unwrap();
    let reader = original.clone().label("reader").read_only();
    assert!(format!("{reader:?}").contains("reader"), "{reader:?}");
    assert!(!format!("{original:?}").contains("reader"), "{original:?}");
    reader.delete_connection().send().await.unwrap_err();
    original.delete_connection().send().await.unwrap();
    assert_eq!(server.arrived(), 1);
}

#[tokio::test]
async fn read_only_connection_sends_no_writes() {
    let server = FaultServer::always(status("200 OK")).await.unwrap();
    let reader = connection(server.base_url()).unwrap().read_only();
    let refused = |error: trackstar_api::Error| {
        let text = error.to_string();
        assert!(text.contains("is restricted to reads"), "{text}");
        assert!(!error.outcome_unknown());
    };
    refused(reader.clone().delete_connection().send().await.unwrap_err());
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        refused(reader.request(method, "/x").send().await.unwrap_err());
    }
    assert_eq!(server.arrived(), 0);
    for method in [Method::GET, Method::HEAD] {
        reader.request(method, "/x").send().await.unwrap();
    }
    assert_eq!(server.arrived(), 2);
}
