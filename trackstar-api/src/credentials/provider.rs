//! Providers of API keys that change.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::credentials::ApiKey;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A request to a provider. It is kept if the call that began it is dropped.
pub(super) type Pending = Pin<Box<dyn Future<Output = Result<ApiKey, BoxError>> + Send>>;

/// A provider, called to request a key.
pub(super) type Ask = dyn Fn() -> Pending + Send + Sync;

/// Supplies the API key of a client; see
/// [`Client::builder_with_provider`](crate::Client::builder_with_provider).
///
/// A closure that returns a future is a provider. A provider that needs no `await` returns
/// `std::future::ready(…)`.
///
/// # When it is called
/// - Before the first request of the client.
/// - After the API rejects a request with 401. If the provider returns another key, the call sends its
///   request again with that key. This counts as an attempt of the [`RetryPolicy`](crate::RetryPolicy). A
///   body that is a stream cannot be sent again.
///
/// There is one request to the provider at a time, which all calls wait for, and after a 401 at most one
/// every 30 seconds. If the provider returns the rejected key again, the access token is taken to be the
/// cause, because the API does not say which of the two it rejects. Later rejections of that key do not
/// call the provider, unless the request had no access token. If a newer key is not available yet, return
/// an error: the provider is then called again after 30 seconds.
///
/// # Failures
/// The timeout of the call covers the provider. A call that is dropped or times out leaves the request to
/// the calls that wait for it. An error or a panic of the provider fails a call only if the client has
/// not received any key yet. Errors contain the text of the provider's error, without known credentials.
///
/// A provider runs on the caller's task. It should not block, and must not call the client that it supplies.
///
/// ```
/// use trackstar_api::{ApiKey, ApiKeyProvider, Client};
///
/// struct SecretStore;
///
/// impl ApiKeyProvider for SecretStore {
///     async fn api_key(&self) -> Result<ApiKey, Box<dyn std::error::Error + Send + Sync>> {
///         let text = std::future::ready("key-1").await; // read from the secret store
///         Ok(ApiKey::new(text)?)
///     }
/// }
///
/// let client = Client::builder_with_provider(SecretStore).build()?;
/// let same = Client::builder_with_provider(|| std::future::ready(ApiKey::from_env())).build()?;
/// # let _ = (client, same);
/// # Ok::<(), trackstar_api::Error>(())
/// ```
pub trait ApiKeyProvider: Send + Sync + 'static {
    /// Returns the current API key.
    ///
    /// # Errors
    /// Returns an error if the key cannot be read, or if the current one is known to be out of date.
    fn api_key(&self) -> impl Future<Output = Result<ApiKey, BoxError>> + Send;
}

impl<P, F, E> ApiKeyProvider for P
where
    P: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<ApiKey, E>> + Send,
    E: Into<BoxError>,
{
    async fn api_key(&self) -> Result<ApiKey, BoxError> {
        self().await.map_err(Into::into)
    }
}

/// Erases the type of a provider.
pub(super) fn erased(provider: impl ApiKeyProvider) -> Box<Ask> {
    let provider = Arc::new(provider);
    Box::new(move || {
        let provider = Arc::clone(&provider);
        Box::pin(async move { provider.api_key().await })
    })
}
