//! The client of one customer's connection.

use crate::context::CallContext;

/// A client for one connection, which its access token identifies.
///
/// Its operations are generated from the document. [`Client::connection`] creates it. It shares the
/// connection pool and TLS configuration of the client. Create one for each token, and clone it
/// freely.
///
/// ```
/// use trackstar_api::{AccessToken, ApiKey, Client};
///
/// let client = Client::new(ApiKey::new("key-1")?)?;
/// let connection = client.connection(AccessToken::new("token-1")?);
/// assert!(!format!("{connection:?}").contains("token-1"));
/// # Ok::<(), trackstar_api::Error>(())
/// ```
///
/// [`Client::connection`]: crate::Client::connection
#[derive(Clone, Debug)]
pub struct Connection {
    #[allow(
        dead_code,
        reason = "read where the document has an operation for a connection"
    )]
    context: CallContext,
}

impl Connection {
    pub(crate) fn new(context: CallContext) -> Self {
        Self { context }
    }

    /// Returns the same connection, restricted to GET and HEAD. Other methods fail before anything
    /// is sent. The restriction also applies to clones, and cannot be removed.
    ///
    /// ```
    /// # use trackstar_api::prelude::*;
    /// # use trackstar_api::{AccessToken, ApiKey, Client};
    /// # async fn example(client: Client) -> Result<(), trackstar_api::Error> {
    /// let reader = client.connection(AccessToken::new("token-1")?).read_only();
    /// let error = reader.delete_connection().send().await.unwrap_err();
    /// assert!(error.to_string().contains("nothing was sent"), "{error}");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn read_only(self) -> Self {
        Self::new(self.context.read_only())
    }

    /// Returns the same connection with a label, which spans, events and metrics show. Use your own
    /// id of the customer, for example, but never a credential.
    #[must_use]
    pub fn label(self, label: impl AsRef<str>) -> Self {
        Self::new(self.context.labelled(label.as_ref()))
    }

    /// For generated code.
    #[allow(
        dead_code,
        reason = "called where the document has an operation for a connection"
    )]
    pub(crate) fn context(&self) -> &CallContext {
        &self.context
    }
}
