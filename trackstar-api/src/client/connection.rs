//! A client for one of the customers' connections.

use http::Method;

use crate::call::context::{CallContext, HasContext, sealed};
use crate::call::request::Request;

/// A client for making requests on behalf of one of your customers.
///
/// A `Connection` consists of a [`Client`] and the access token of the customer's connection. Use
/// [`Client::connection`] to create one for each token. Since it shares the client's connection
/// pool and TLS configuration, this is cheap, and so is cloning it.
///
/// The methods for the operations themselves are generated from the document.
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
/// [`Client`]: crate::Client
/// [`Client::connection`]: crate::Client::connection
#[derive(Clone, Debug)]
pub struct Connection {
    context: CallContext,
}

impl Connection {
    pub(crate) fn new(context: CallContext) -> Self {
        Self { context }
    }

    /// Restricts this connection to GET and HEAD.
    ///
    /// Calls with any other method then fail without sending a request. The restriction carries
    /// over to clones of the connection, and there is no way to lift it.
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

    /// Sets a label that identifies this connection in spans, events and metrics.
    ///
    /// This is useful for finding the calls of a particular customer. For example, you could use
    /// your own customer id. Don't use a credential.
    #[must_use]
    pub fn label(self, label: impl AsRef<str>) -> Self {
        Self::new(self.context.labelled(label.as_ref()))
    }

    /// Starts building a request to an endpoint that this crate doesn't support yet.
    ///
    /// The request is treated just like any other operation. In particular, it uses the same host,
    /// credentials, rate limits, retries and size limits. Any 2xx status is considered a success.
    ///
    /// `path` is appended to the base URL as is, so percent-encode it if necessary.
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
        reason = "callers usually pass a constant, as with other HTTP clients"
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
