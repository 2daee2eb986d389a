//! Tests a service of your own with the mock server.
//!
//! ```sh
//! cargo test --example testing_with_the_mock
//! ```

use trackstar_api::prelude::*;
use trackstar_api::{Connection, Error};

/// The outcome of disconnecting a customer.
#[derive(Debug, PartialEq, Eq)]
pub enum Left {
    /// The connection was deleted.
    Deleted,
    /// The connection no longer existed.
    GoneBefore,
    /// The outcome isn't known, so somebody has to check.
    Unknown,
}

/// Disconnects a customer. This is the code under test.
///
/// # Errors
///
/// This returns an error if the connection still exists.
pub async fn offboard(connection: &Connection) -> Result<Left, Error> {
    match connection.delete_connection().send().await {
        Ok(_) => Ok(Left::Deleted),
        Err(error) if error.outcome_unknown() => Ok(Left::Unknown),
        Err(error) if error.is_unauthorized() => Ok(Left::GoneBefore),
        Err(error) => Err(error),
    }
}

fn main() {}

#[cfg(test)]
mod tests {
    use trackstar_api::RetryPolicy;
    use trackstar_api::mock::{Answer, MockServer};

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[tokio::test]
    async fn disconnects_a_customer_once() -> Outcome {
        let server = MockServer::start().await?;
        let connection = server.connection()?;
        assert_eq!(offboard(&connection).await?, Left::Deleted);
        // As with the real API, the token is no longer valid once its connection is deleted.
        assert_eq!(offboard(&connection).await?, Left::GoneBefore);
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(
            (requests[0].method(), requests[0].path()),
            ("DELETE", "/connections")
        );
        Ok(())
    }

    #[tokio::test]
    async fn outcome_is_unknown_after_a_gateway_error() -> Outcome {
        let server = MockServer::start().await?;
        server.script("delete_connection", [Answer::status(502)])?;
        let client = server
            .client_builder()?
            .retries(RetryPolicy::never())
            .build()?;
        let connection = client.connection(server.new_token()?);
        assert_eq!(offboard(&connection).await?, Left::Unknown);
        Ok(())
    }

    #[tokio::test]
    async fn passes_rejections_to_the_caller() -> Outcome {
        let server = MockServer::start().await?;
        let refusal =
            serde_json::json!({"error": "This endpoint is disabled.", "origin": "trackstar"});
        server.script("delete_connection", [Answer::json(403, refusal)])?;
        let error = offboard(&server.connection()?)
            .await
            .expect_err("a refusal");
        assert!(error.is_forbidden());
        assert_eq!(error.message(), Some("This endpoint is disabled."));
        Ok(())
    }
}
