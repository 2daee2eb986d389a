//! Helpers for tests that make one delete against a mock.

use httpmock::{Method, MockServer, Then};
use trackstar_api::prelude::*;
use trackstar_api::types::DeleteConnectionResponse;
use trackstar_api::{ApiKey, Client, Error, Response, RetryPolicy};
use trackstar_tests::{ACCESS_TOKEN, API_KEY};

pub(crate) type Outcome = Result<Response<DeleteConnectionResponse>, Error>;

/// Makes a delete without retries, to which `respond` defines the response. Checks that exactly one
/// request arrived.
pub(crate) async fn answered(respond: impl FnOnce(Then) -> Then) -> Outcome {
    answered_to(API_KEY, respond).await
}

/// Does the same as [`answered`], with another API key.
pub(crate) async fn answered_to(key: &str, respond: impl FnOnce(Then) -> Then) -> Outcome {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::DELETE)
                .path("/connections")
                .header("x-trackstar-api-key", key)
                .header("x-trackstar-access-token", ACCESS_TOKEN);
            respond(then);
        })
        .await;
    let builder = Client::builder(ApiKey::new(key)?).base_url(server.base_url())?;
    let client = builder.retries(RetryPolicy::never()).build()?;
    let connection = trackstar_tests::connection_of(&client)?;
    let outcome = connection.delete_connection().send().await;
    mock.assert_async().await;
    outcome
}

/// Returns all text of an error, except for its body.
pub(crate) fn shown(error: &Error) -> String {
    let mut shown = vec![format!(
        "{error} {error:?} {error:#?} {:?}",
        error.attempts()
    )];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        shown.push(format!("{cause} {cause:?}"));
        source = cause.source();
    }
    shown.join(" ")
}
