//! Requests that are inspected and not sent, and bodies that are kept.

use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde_json::{Value, json};
use trackstar_api::mock::{Answer, MockServer};
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::{Method, Request, Response};
use trackstar_api::transport::{Body, Transport, TransportError};
use trackstar_api::{
    AccessToken, ApiKey, BeforeAttempt, Client, Connection, Middleware, Sensitive,
};

/// Counts requests.
#[derive(Clone, Default)]
struct Counting(Arc<Mutex<u32>>);

impl Transport for Counting {
    async fn send(&self, _: Request<Body>) -> Result<Response<Body>, TransportError> {
        *self.0.lock().unwrap() += 1;
        Err(TransportError::new("it is sent"))
    }
}

impl Middleware for Counting {
    fn before(
        &self,
        _: &mut BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        *self.0.lock().unwrap() += 1;
        Ok(())
    }
}

fn connection(counting: &Counting) -> Connection {
    let builder = Client::builder(ApiKey::new("key-0123456789").unwrap());
    let builder = builder
        .transport(counting.clone())
        .middleware(counting.clone());
    let token = AccessToken::new("token-0123456789").unwrap();
    builder.build().unwrap().connection(token)
}

#[derive(Clone, Serialize)]
struct Login {
    user: &'static str,
    pin: Sensitive<i64>,
    codes: Vec<Sensitive>,
    other: Sensitive<Value>,
}

fn login() -> Login {
    Login {
        user: "kim",
        pin: 4711.into(),
        codes: vec!["s3cret-1".into(), "s3cret \"2\"".into()],
        other: json!({"deep": ["s3cret-3"]}).into(),
    }
}

#[test]
fn previews_a_request_without_its_secrets_and_sends_nothing() {
    let counting = Counting::default();
    let connection = connection(&counting);
    let request = connection.request(Method::POST, "/login?a=token-0123456789&b=2");
    let request = request
        .json(&login())
        .with_header("x-note", "of key-0123456789");
    let preview = request.preview_request().unwrap();
    assert_eq!(preview.method(), "POST");
    assert_eq!(
        preview.to_string(),
        "POST https://production.trackstarhq.com/login?a=<redacted>&b=2\n\
         content-type: application/json\n\
         x-note: of <redacted>\n\
         x-trackstar-access-token: <redacted>\n\
         x-trackstar-api-key: <redacted>\n\n\
         {\"codes\":[\"<redacted>\",\"<redacted>\"],\"other\":\"<redacted>\",\"pin\":\"<redacted>\",\"user\":\"kim\"}"
    );
    let shown = format!("{preview:?}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("0123456789"),
        "{shown}"
    );

    let client = Client::builder(ApiKey::new("key-0123456789").unwrap());
    let client = client.transport(counting.clone()).build().unwrap();
    let preview = client
        .request(Method::GET, "/connections")
        .preview_request();
    let preview = preview.unwrap();
    assert!(!preview.headers().contains_key("x-trackstar-access-token"));
    assert_eq!(
        (preview.url(), preview.body()),
        ("https://production.trackstarhq.com/connections", None)
    );
    assert_eq!(*counting.0.lock().unwrap(), 0);
}

#[test]
fn previews_a_body_that_is_not_json() {
    let connection = connection(&Counting::default());
    let post = || connection.request(Method::POST, "/x");
    let text = post()
        .body("text/plain", "key-0123456789 and more")
        .preview_request();
    assert_eq!(text.unwrap().body(), Some("<redacted> and more"));
    let bytes = post().body("image/png", vec![0xff, 0xfe]).preview_request();
    assert_eq!(bytes.unwrap().body(), None);
    // A body replaces the secrets of the previous body, too.
    let json = post()
        .json(&login())
        .json(&json!({"pin": 4711}))
        .preview_request();
    assert_eq!(json.unwrap().body(), Some(r#"{"pin":4711}"#));
}

#[test]
fn rejects_preview_of_an_invalid_request() {
    let counting = Counting::default();
    let call = connection(&counting).delete_connection();
    let error = call
        .clone()
        .with_header("host", "x")
        .preview_request()
        .unwrap_err();
    assert!(error.to_string().contains("host"), "{error}");
    let read_only = connection(&counting).read_only();
    let error = read_only.delete_connection().preview_request().unwrap_err();
    assert!(error.to_string().contains("read_only"), "{error}");
    assert_eq!(*counting.0.lock().unwrap(), 0);
}

#[tokio::test]
async fn keeps_the_response_body_next_to_its_value() {
    let json = r#"{"id": "c-1", "object": "s3cret", "deleted": true, "new": [1]}"#;
    let mock = MockServer::in_process().unwrap();
    let answer = Answer::content(200, "application/json", json);
    mock.script_repeating("delete_connection", [answer])
        .unwrap();

    let plain = mock
        .connection()
        .unwrap()
        .delete_connection()
        .send()
        .await
        .unwrap();
    assert_eq!(plain.body(), None);
    let call = mock.connection().unwrap().delete_connection().keep_body();
    let kept = call.send().await.unwrap();
    assert_eq!(kept.body(), Some(json.as_bytes()));
    let mapped = kept.clone().map(|deleted| deleted.id);
    assert_eq!(
        (mapped.as_str(), mapped.body()),
        ("c-1", Some(json.as_bytes()))
    );
    assert!(!format!("{mapped:?}").contains("s3cret"), "{mapped:?}");

    let own = mock
        .connection()
        .unwrap()
        .request(Method::DELETE, "/connections");
    let own = own.keep_body().send_json::<Value>().await.unwrap();
    assert_eq!(own.body(), Some(json.as_bytes()));
    // An error keeps its body in any case.
    mock.script("delete_connection", [Answer::status(403)])
        .unwrap();
    let call = mock.connection().unwrap().delete_connection().keep_body();
    assert!(!call.send().await.unwrap_err().body().is_empty());
}
