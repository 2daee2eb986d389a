//! One customer's connection.

use crate::caller::Caller;

/// A client on behalf of one connection, the one that its access token names.
///
/// Its operations are generated from the document. It is made by [`Client::connection`], and shares
/// the client's pool and TLS: make one a token, clone it freely.
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
    caller: Caller,
}

impl Connection {
    pub(crate) fn new(caller: Caller) -> Self {
        Self { caller }
    }

    /// The same connection, which refuses every method but GET and HEAD before anything is sent.
    /// Its clones refuse them too, and there is no way back.
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
        Self::new(self.caller.read_only())
    }

    /// The same connection under a name of yours, which spans, events and counters show: an id of
    /// your own for the customer, say. Never a credential.
    #[must_use]
    pub fn label(self, label: impl AsRef<str>) -> Self {
        Self::new(self.caller.labelled(label.as_ref()))
    }

    /// For the generated code.
    #[allow(
        dead_code,
        reason = "called where the document has an operation for a connection"
    )]
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }
}
