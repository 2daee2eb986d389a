//! Tests for requests that can't be built a second time.

use http::Method;
use trackstar_test_server::response;

use super::*;
use crate::call::context::HasContext as _;
use crate::wire::serve;
use crate::{Attempt, Effect};

static PUT: Operation = Operation {
    id: "put_it",
    method: "PUT",
    ..Operation::BLANK
};

#[tokio::test]
async fn failed_rebuild_of_a_request_keeps_earlier_attempts() {
    let (connection, server) = serve(response("503 Service Unavailable", &[], "")).await;
    let context = connection.context();
    let url = server.base_url().parse().expect("a URL");
    let first = reqwest::Request::new(Method::PUT, url);
    let again = || Err(context.invalid_request(&PUT)("the file is gone"));
    let requests = Requests::new(first, Some(&again));
    let options = Options::default();
    let error = execute(context, requests, &PUT, &options).await;
    let error = error.map(drop).expect_err("it is not made again");
    let statuses: Vec<_> = error.attempts().iter().map(Attempt::status).collect();
    assert_eq!(
        statuses,
        [Some(http::StatusCode::SERVICE_UNAVAILABLE), None]
    );
    assert_eq!(error.effect(), Effect::Unknown);
}
