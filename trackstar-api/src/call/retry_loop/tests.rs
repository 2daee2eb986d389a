//! Tests for requests that can't be built a second time.

use std::io::{Read, Write};

use http::Method;

use super::*;
use crate::call::context::HasContext as _;
use crate::{ApiKey, Attempt, Client, Effect};

static PUT: Operation = Operation {
    id: "put_it",
    method: "PUT",
    ..Operation::BLANK
};

#[tokio::test]
async fn keeps_the_attempts_before_a_request_that_cannot_be_made() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let read = stream.read(&mut [0; 4096]).expect("a request");
        assert!(read > 0);
        let answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).expect("an answer");
    });
    let client = Client::builder(ApiKey::new("key-1").expect("a key"));
    let client = client.base_url(&url).expect("a URL");
    let client = client.build().expect("a client");
    let context = client.context();
    let url = url.parse().expect("a URL");
    let first = reqwest::Request::new(Method::PUT, url);
    let again = || Err(context.invalid_request(&PUT)("the file is gone"));
    let requests = Requests::new(first, Some(&again));
    let error = execute(context, requests, &PUT, &Options::default()).await;
    let error = error.map(drop).expect_err("it is not made again");
    server.join().expect("one answer");
    let statuses: Vec<_> = error.attempts().iter().map(Attempt::status).collect();
    assert_eq!(
        statuses,
        [Some(http::StatusCode::SERVICE_UNAVAILABLE), None]
    );
    assert_eq!(error.effect(), Effect::Unknown);
}
