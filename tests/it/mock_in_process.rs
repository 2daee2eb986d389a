//! The mock in the process of a test: on the transport of the client, without a socket.

use std::time::{Duration, SystemTime};

use trackstar_api::mock::{Answer, Limits, MockServer};
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::{AccessToken, ApiKey, RetryPolicy};

/// Without sockets, which panic in such a runtime.
fn without_io<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(test)
}

#[test]
fn takes_20_seconds_of_paused_time_for_1000_deletes() {
    without_io(async {
        let token = AccessToken::new("token-of-the-test").unwrap();
        let builder = MockServer::builder().rate_limit(Limits::default());
        let mock = builder.token(token.clone()).in_process().unwrap();
        let connection = mock.client().unwrap().connection(token.clone());
        let began = (SystemTime::now(), tokio::time::Instant::now());
        for _ in 0..1000 {
            connection.delete_connection().send().await.unwrap();
            mock.admit(&token);
        }
        let virtually = began.1.elapsed().as_secs_f64();
        assert!((19.0..22.0).contains(&virtually), "{virtually}");
        assert!(began.0.elapsed().unwrap() < Duration::from_secs(15));
        let requests = mock.requests();
        assert_eq!(requests.len(), 1000);
        assert!(requests.iter().all(|it| it.status() == 200));
    });
}

#[test]
fn limits_follow_the_paused_clock() {
    without_io(async {
        let limits = Limits {
            reads: 1,
            writes: 1,
        };
        let mock = MockServer::builder().rate_limit(limits).in_process();
        let mock = mock.unwrap();
        let token = mock.new_token().unwrap();
        let delete = async || {
            // A client that has seen the limit would wait.
            let connection = mock.client().unwrap().connection(token.clone());
            let call = connection.delete_connection();
            let status = match call.with_retries(RetryPolicy::never()).send().await {
                Ok(deleted) => deleted.status(),
                Err(error) => error.status().unwrap(),
            };
            mock.admit(&token);
            status.as_u16()
        };
        assert_eq!((delete().await, delete().await), (200, 429));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!((delete().await, delete().await), (200, 429));
    });
}

#[test]
fn keeps_the_same_journal_as_a_server() {
    without_io(async {
        let mock = MockServer::in_process().unwrap();
        let url = "https://trackstar-mock.test";
        assert_eq!(mock.base_url(), url);
        let connection = mock.connection().unwrap();
        connection.delete_connection().send().await.unwrap();
        let gone = connection.delete_connection().send().await.unwrap_err();
        assert!(gone.is_unauthorized());
        let request = connection.request(Method::POST, "/nowhere?a=b");
        let request = request.json(&serde_json::json!({"a": [1]}));
        let lost = request.send().await.unwrap_err();
        assert!(
            lost.to_string()
                .contains("the document has no path /nowhere"),
            "{lost}"
        );

        let requests = mock.requests();
        let heads = requests
            .iter()
            .map(|it| (it.method(), it.path(), it.status()));
        assert_eq!(
            heads.collect::<Vec<_>>(),
            [
                ("DELETE", "/connections", 200),
                ("DELETE", "/connections", 401),
                ("POST", "/nowhere", 404)
            ]
        );
        assert_eq!(
            requests[0].header("x-trackstar-api-key"),
            Some("<redacted>")
        );
        assert_eq!(requests[2].json().unwrap(), serde_json::json!({"a": [1]}));
        assert_eq!(lost.request_id(), Some("mock-request-3"));
    });
}

#[test]
fn scripts_delays_and_lost_responses_like_a_server() {
    without_io(async {
        let mock = MockServer::in_process().unwrap();
        let slow = Answer::documented().delay(Duration::from_secs(100));
        let lost = Answer::hang_up().taking_effect();
        mock.script("delete_connection", [slow, lost]).unwrap();
        let connection = mock.connection().unwrap();
        let call = connection
            .delete_connection()
            .with_timeout(Duration::from_secs(3));
        let error = call
            .with_retries(RetryPolicy::never())
            .send()
            .await
            .unwrap_err();
        assert!(error.is_timeout() && error.outcome_unknown(), "{error}");

        let connection = mock.connection().unwrap();
        let call = connection
            .delete_connection()
            .with_retries(RetryPolicy::never());
        let error = call.send().await.unwrap_err();
        assert!(error.is_interrupted() && error.outcome_unknown(), "{error}");
        let error = connection.delete_connection().send().await.unwrap_err();
        assert!(error.is_unauthorized(), "{error}");
    });
}

#[test]
fn sends_blocking_calls_to_the_mock() {
    let builder = MockServer::builder().api_key(ApiKey::new("key-of-the-test").unwrap());
    let mock = builder.in_process().unwrap();
    let deleted = mock
        .connection()
        .unwrap()
        .delete_connection()
        .send_blocking();
    assert!(deleted.unwrap().deleted);
    assert_eq!(mock.requests().len(), 1);
}

#[tokio::test]
async fn uses_httpmock_like_a_server() {
    let mock = MockServer::in_process().unwrap();
    let teapot = mock.http().mock_async(|when, then| {
        when.path("/connections").host("trackstar-mock.test");
        then.status(418);
    });
    let teapot = teapot.await;
    let error = mock.connection().unwrap().delete_connection().send().await;
    assert_eq!(error.unwrap_err().status().unwrap(), 418);
    teapot.assert_async().await;
}

/// Returns the message of the panic.
fn panic_of(test: impl FnOnce() + std::panic::UnwindSafe) -> Option<String> {
    let payload = std::panic::catch_unwind(test).err()?;
    payload.downcast::<String>().ok().map(|text| *text)
}

#[test]
fn unused_scripted_responses_fail_the_test() {
    let scripted = || {
        let mock = MockServer::in_process().unwrap();
        let answers = [Answer::status(403), Answer::status(503)];
        mock.script("delete_connection", answers).unwrap();
        mock
    };
    let expected = "the mock has scripted responses that were never used (2 of delete_connection): make \
                    the calls, or remove the responses with `script(operation, [])`";
    let dropped = panic_of(move || drop(scripted()));
    assert_eq!(dropped.as_deref(), Some(expected));
    let finished = panic_of(move || scripted().finish());
    assert_eq!(finished.as_deref(), Some(expected));
    // A test that fails for another reason does not abort.
    let other = panic_of(move || {
        let _mock = scripted();
        panic!("{}", "another reason");
    });
    assert_eq!(other.as_deref(), Some("another reason"));
    let used = panic_of(move || {
        let mock = scripted();
        let error = mock
            .connection()
            .unwrap()
            .delete_connection()
            .send_blocking();
        assert_eq!(error.unwrap_err().status().unwrap(), 403);
        mock.script("delete_connection", []).unwrap();
        mock.finish();
    });
    assert_eq!(used, None);
}
