//! Tests of a service of one's own, against a server that knows the document.
//!
//! ```sh
//! cargo test --example testing_with_the_mock
//! ```

use trackstar_api::prelude::*;
use trackstar_api::{Connection, Error};

/// What the service makes of a customer who leaves.
#[derive(Debug, PartialEq, Eq)]
pub enum Left {
    /// The connection is deleted.
    Deleted,
    /// There was none any more.
    GoneBefore,
    /// Nobody knows: somebody has to look.
    Unknown,
}

/// The code under test.
///
/// # Errors
/// When the connection is there still.
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
    async fn a_customer_who_leaves_is_disconnected_once() -> Outcome {
        let server = MockServer::start().await?;
        let connection = server.connection()?;
        assert_eq!(offboard(&connection).await?, Left::Deleted);
        // The mock's connection is gone as the real one would be: its token is dead.
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
    async fn a_gateway_that_fails_leaves_it_unknown() -> Outcome {
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
    async fn a_refusal_is_the_callers_to_handle() -> Outcome {
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
