//! Answers whose values JSON cannot carry.

use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serializer};

use super::*;
use crate::Effect;
use crate::call::Call;
use crate::operation::Operation as Known;
use crate::wire::{connection, serve};

/// A number that only an odd type refuses to write.
#[derive(Deserialize)]
struct Odd(u32);

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 == 7 {
            return Err(serde::ser::Error::custom("s3cret"));
        }
        serializer.serialize_u32(self.0)
    }
}

static WRITE: Known = Known {
    id: "make_thing",
    method: "POST",
    path: "/things",
    ..Known::BLANK
};

static LIST: Known = Known {
    id: "list_things",
    path: "/things",
    ..Known::BLANK
};

fn answer(value: u32) -> Response<Odd> {
    let id = ("x-request-id", HeaderValue::from_static("req-1"));
    let head = Head {
        status: StatusCode::CREATED,
        headers: HeaderMap::from_iter([(id.0.parse().expect("a name"), id.1)]),
        kept: None,
    };
    Response::from_parts(Odd(value), head)
}

#[test]
fn a_call_whose_value_cannot_be_written_is_done() {
    let connection = connection("http://127.0.0.1:9");
    match one(connection.caller(), &WRITE, answer(8)) {
        Ok(Answered::One(answer)) => assert_eq!(*answer.into_inner(), 8),
        _ => panic!("a number is JSON"),
    }
    let error = one(connection.caller(), &WRITE, answer(7)).map(drop);
    let error = error.expect_err("it cannot be written");
    assert!(error.is_decode() && error.outcome_unknown());
    assert_eq!(error.effect(), Effect::Reported);
    assert_eq!(error.request_id(), Some("req-1"));
    assert_eq!(
        error.to_string(),
        "make_thing (POST /things): the server returned 201 Created, but its value cannot be written as \
         JSON; call the typed method, which returns the value as it is (request id req-1); outcome \
         unknown: the server reported success, so the operation has most likely taken effect; before \
         you repeat it, check the current state (for example with GET /things)"
    );
}

#[derive(Deserialize)]
struct Odds(Vec<Odd>);

impl Page for Odds {
    type Item = Odd;

    fn items(&self) -> &[Odd] {
        &self.0
    }

    fn into_items(self) -> Vec<Odd> {
        self.0
    }

    fn next_token(&self) -> Option<&str> {
        None
    }
}

#[tokio::test]
async fn items_before_one_that_cannot_be_written_are_handed_out() {
    let (connection, server) = serve("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n[1,7,2]").await;
    let mut items = Vec::new();
    let mut each = |item: Answer| {
        items.push(item.into_inner());
        ControlFlow::Continue(())
    };
    let pages = Pages::<Odds>::new(Call::new(connection.caller(), &LIST));
    let error = all(pages, &mut each).await.map(drop);
    server.await.expect("no panic");
    let error = error.expect_err("one cannot be written");
    assert_eq!(items, [serde_json::json!(1)]);
    assert!(error.is_decode() && !error.outcome_unknown());
    assert_eq!(
        error.to_string(),
        "list_things (GET /things): the server returned 200 OK, but its value cannot be written as JSON; \
         call the typed method, which returns the value as it is (no request id)"
    );
}
