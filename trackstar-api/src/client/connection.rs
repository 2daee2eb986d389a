//! The client of one customer's connection.

use http::Method;

use crate::call::context::{CallContext, HasContext, sealed};
use crate::call::request::Request;

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

    /// Creates a request to an endpoint that this crate does not describe yet. It has the same
    /// credentials, limits, retries, size limits and host as the operations.
    ///
    /// `path` is appended to the base URL, and must be percent-encoded where necessary. Every 2xx
    /// status is a success.
    ///
    /// ```no_run
    /// use trackstar_api::reexports::http_1::Method;
    ///
    /// # async fn example(connection: &trackstar_api::Connection) -> Result<(), trackstar_api::Error> {
    /// let request = connection.request(Method::GET, "/wms/new-things").query("limit", "10");
    /// let things: trackstar_api::Response<serde_json::Value> = request.send_json().await?;
    /// println!("{} (request {:?})", *things, things.request_id());
    /// # Ok(())
    /// # }
    /// ```
    #[allow(
        clippy::needless_pass_by_value,
        reason = "it is a constant where it is called, and every HTTP client takes it so"
    )]
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> Request {
        Request::of_connection(&self.context, &method, path.as_ref())
    }
}

impl sealed::Sealed for Connection {}

impl HasContext for Connection {
    fn context(&self) -> &CallContext {
        &self.context
    }
}
