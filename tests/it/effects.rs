//! The effect of a write for every status, over HTTP. Tokio's time is paused.

use trackstar_api::reexports::http_1::Method;
use trackstar_api::{Effect, RateLimit, RetryPolicy};
use trackstar_tests::{Fate, FaultServer, builder, connection_of};

/// Statuses that mean that the write was not performed. The list is literal so that a change is
/// deliberate.
const NOT_DONE: [u16; 29] = [
    307, 308, 400, 401, 402, 403, 404, 405, 407, 409, 410, 411, 412, 413, 414, 415, 417, 421, 422,
    423, 425, 426, 428, 429, 431, 451, 501, 505, 511,
];

#[tokio::test(start_paused = true)]
async fn write_is_unknown_for_unlisted_statuses() {
    let server = FaultServer::start(|arrival| {
        let status = arrival.header("x-status").unwrap();
        let head = format!("HTTP/1.1 {status} Any\r\ncontent-length: 0\r\n\r\n");
        Fate::Close(head.into_bytes())
    });
    let server = server.await.unwrap();
    let client = builder(server.base_url()).unwrap();
    let client = client.rate_limit(RateLimit::off());
    let client = client.retries(RetryPolicy::never()).build().unwrap();
    let connection = connection_of(&client).unwrap();
    let writes = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let reads = [Method::GET, Method::HEAD];
    let mut sent = 0;
    for status in (100..=199).chain(300..=999) {
        for method in writes.iter().chain(&reads) {
            let request = connection.request(method.clone(), "/things");
            let request = request.header("x-status", status.to_string());
            let error = request.send().await.expect_err("no success");
            sent += 1;
            let expected = if reads.contains(method) || NOT_DONE.contains(&status) {
                Effect::NotDone
            } else {
                Effect::Unknown
            };
            assert_eq!(error.effect(), expected, "{method} {status}: {error}");
            let unknown = expected == Effect::Unknown;
            assert_eq!(error.outcome_unknown(), unknown, "{method} {status}");
            let attempt = &error.attempts()[0];
            assert_eq!(attempt.effect(), expected, "{method} {status}");
        }
    }
    assert_eq!(server.arrived(), sent);
}
