//! Tests for decoding responses, including those that lack the expected content.

use trackstar_test_server::response;

use crate::call::Call;
use crate::call::context::HasContext as _;
use crate::operation::Operation;
use crate::wire::serve;
use crate::{Effect, Nullable};

/// Makes a call that gets an empty response with the given status line.
async fn empty(operation: &'static Operation, status: &str) -> Call {
    let (connection, server) = serve(response(status, &[], "")).await;
    // The server runs until the end of the test.
    std::mem::forget(server);
    Call::new(connection.context(), operation)
}

static WRITE: Operation = Operation {
    id: "make_thing",
    method: "POST",
    path: "/things",
    successes: &[(200, 204)],
    content: &[(200, 201), (204, 204)],
    ..Operation::BLANK
};

static READ: Operation = Operation {
    id: "get_things",
    path: "/things",
    ..Operation::BLANK
};

static LOOK: Operation = Operation {
    id: "look_at_things",
    method: "HEAD",
    path: "/things",
    ..Operation::BLANK
};

const TOLD: &str = "make_thing (POST /things): the server returned 201 Created, but this client cannot read it (an \
    empty body; the document requires a body); upgrade this crate, or generate your operations \
    from a newer \
    document (no request id); outcome unknown: the server reported success, so the operation has most likely \
    taken effect; before you repeat it, check the current state (for example with GET /things)";

#[tokio::test]
async fn empty_success_is_an_error_if_content_is_documented() {
    let bytes = empty(&WRITE, "201 Created").await.send_bytes().await;
    let json = empty(&WRITE, "201 Created")
        .await
        .send::<serde_json::Value>();
    let nothing = empty(&WRITE, "201 Created").await.send::<Nullable<u8>>();
    for error in [
        bytes.map(drop).expect_err("bytes"),
        json.await.map(drop).expect_err("JSON"),
        nothing.await.map(drop).expect_err("null"),
    ] {
        assert_eq!(error.to_string(), TOLD);
        assert!(error.is_decode() && error.outcome_unknown());
        assert_eq!(error.effect(), Effect::Reported);
        assert_eq!(error.attempts().len(), 1);
    }
}

#[tokio::test]
async fn empty_success_of_a_read_is_a_decode_error() {
    let answer = empty(&READ, "200 OK").await;
    let answer = answer.send::<serde_json::Value>().await;
    let error = answer.map(drop).expect_err("no JSON");
    assert!(error.is_decode() && !error.outcome_unknown());
    assert_eq!(
        error.to_string(),
        "get_things (GET /things): the server returned 200 OK, but this client cannot read it (an empty body; \
         the document requires a body); upgrade this crate, or generate your operations from a \
         newer \
         document (no request id)"
    );
}

#[tokio::test]
async fn downloaded_file_may_be_empty() {
    let bytes = empty(&READ, "200 OK").await.send_bytes().await;
    assert_eq!(bytes.expect("a file").into_inner(), b"");
}

#[tokio::test]
async fn empty_success_is_empty_bytes_or_null_without_content() {
    for (operation, status) in [
        // The status is a success, but the document doesn't specify any content for it.
        (&WRITE, "202 Accepted"),
        // HTTP doesn't permit any content here.
        (&WRITE, "204 No Content"),
        (&LOOK, "200 OK"),
    ] {
        let bytes = empty(operation, status).await.send_bytes().await;
        assert_eq!(bytes.expect(status).into_inner(), b"");
        let json = empty(operation, status).await;
        let json = json.send::<serde_json::Value>().await.expect(status);
        assert_eq!(json.into_inner(), serde_json::Value::Null);
    }
}
