//! The entry point for fuzzing. It passes arbitrary bytes through everything between receiving a
//! response and formatting an error.
//!
//! See `trackstar-api/fuzz` for the target and its seeds. The test below replays the seeds.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{HeaderName, HeaderValue, Request, Response};
use serde::Deserialize;

use crate::call::Call;
use crate::call::context::HasContext as _;
use crate::client::Client;
use crate::client::connection::Connection;
use crate::credentials::{AccessToken, ApiKey};
use crate::de::date_time::DateTime;
use crate::de::nullable::Nullable;
use crate::error::Error;
use crate::operation::Operation;
use crate::retry::policy::RetryPolicy;
use crate::transport::{Body, Transport, TransportError};

const KEY: &str = "fuzzed-api-key-0123456789";
const TOKEN: &str = "fuzzed-access-token-9876543210";

static OPERATION: Operation = Operation {
    id: "fuzzed",
    method: "DELETE",
    path: "/fuzzed",
    needs_token: true,
    parameters: &[],
    body: None,
    successes: &[(200, 204)],
    content: &[(200, 200)],
    accept: Some("application/json"),
    page_token: None,
};

/// Resembles a generated type.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only deserialized")]
struct Sample {
    #[serde(default, deserialize_with = "crate::de::lenient::or_default")]
    name: String,
    #[serde(default, deserialize_with = "crate::de::lenient::converted_or_default")]
    count: Option<i64>,
    #[serde(default)]
    note: Nullable<String>,
    at: Option<DateTime>,
}

/// Treats `input` as a response, which consists of a line with the status code, lines with headers,
/// a blank line and the body.
///
/// # Panics
///
/// This panics if it finds a bug, for example if an error contains a credential or is too long.
pub fn answer(input: &[u8]) {
    let Some(response) = read(input) else { return };
    let call = Call::new(connection(response).context(), &OPERATION);
    let sending = pin!(call.send::<Sample>());
    // The whole response is in memory, so this never has to wait.
    match sending.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Err(error)) => look_at(&error),
        Poll::Ready(Ok(record)) => {
            let _shown = format!("{record:?} {:?}", record.at.as_ref().map(DateTime::as_str));
        }
        Poll::Pending => panic!("nothing is left to wait for"),
    }
}

fn read(input: &[u8]) -> Option<Response<Vec<u8>>> {
    let end = input.windows(2).position(|it| it == b"\n\n");
    let (head, body) = match end {
        Some(end) => (&input[..end], &input[end + 2..]),
        None => (input, &b""[..]),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = std::str::from_utf8(lines.next()?).ok()?;
    let mut response = Response::new(body.to_vec());
    *response.status_mut() = status.trim().parse().ok()?;
    for line in lines {
        let at = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..at]).ok()?;
        let value = HeaderValue::from_bytes(line[at + 1..].trim_ascii()).ok()?;
        response.headers_mut().append(name, value);
    }
    Some(response)
}

/// Sends the same response to every request.
struct Fixed(Response<Vec<u8>>);

impl Transport for Fixed {
    async fn send(&self, _: Request<Body>) -> Result<Response<Body>, TransportError> {
        Ok(self.0.clone().map(Body::from))
    }
}

/// Returns a connection that never uses a timer.
fn connection(response: Response<Vec<u8>>) -> Connection {
    let make = || {
        let client = Client::builder(ApiKey::new(KEY)?)
            .base_url("http://127.0.0.1:9")?
            .transport(Fixed(response))
            .retries(RetryPolicy::never())
            .timeout(None)
            .attempt_timeout(None);
        Ok::<_, Error>(client.build()?.connection(AccessToken::new(TOKEN)?))
    };
    make().expect("valid settings")
}

fn look_at(error: &Error) {
    let texts = [
        error.to_string(),
        format!("{error:?}"),
        String::from_utf8_lossy(error.body()).into_owned(),
        format!("{:?} {:?}", error.message(), error.origin()),
        format!("{:?} {:?}", error.request_id(), error.detail()),
        format!("{:?} {:?}", error.retry_after(), error.attempts()),
        format!("{} {:?}", error.outcome_unknown(), error.retry_class(false)),
    ];
    let mut source = std::error::Error::source(error);
    let mut texts = texts.to_vec();
    while let Some(cause) = source {
        texts.push(format!("{cause} {cause:?}"));
        source = cause.source();
    }
    for text in &texts {
        assert!(!text.contains(KEY), "the key is visible: {text}");
        assert!(!text.contains(TOKEN), "the token is visible: {text}");
    }
    // Escaping turns a control character into as many as nine characters.
    assert!(texts[0].len() < 100_000, "{} bytes", texts[0].len());
    assert!(!texts[0].chars().any(char::is_control), "{:?}", texts[0]);
    assert!(error.body().len() <= 64 * 1024);
}

#[cfg(test)]
mod tests {
    #[test]
    fn fuzzer_seeds_and_their_prefixes_do_not_panic() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/answer");
        let mut seeds = 0;
        for entry in std::fs::read_dir(folder).expect("the corpus") {
            let seed = std::fs::read(entry.expect("a seed").path()).expect("readable");
            assert!(
                super::read(&seed).is_some(),
                "this seed should be a valid response"
            );
            seeds += 1;
            // A fuzzer would shorten these, too.
            let short = seed.len().min(500);
            for end in (0..short).step_by((short / 20).max(1)) {
                super::answer(&seed[..end]);
            }
            super::answer(&seed);
        }
        assert!(seeds >= 10, "{seeds} seeds");
    }
}
