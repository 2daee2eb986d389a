//! Support for API keys that change.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::credentials::ApiKey;
use crate::transport::BoxError;

/// A request to a provider. It outlives the call that started it.
pub(super) type Pending = Pin<Box<dyn Future<Output = Result<ApiKey, BoxError>> + Send>>;

/// A type-erased provider.
pub(super) type Ask = dyn Fn() -> Pending + Send + Sync;

/// A source of API keys, for clients whose key changes while they are running.
///
/// Pass one to [`Client::builder_with_provider`](crate::Client::builder_with_provider). You can use
/// any closure that returns a future. If your provider doesn't need to `await` anything, wrap its
/// result in `std::future::ready(…)`.
///
/// # When the provider is called
///
/// The provider is called before the client's first request, and again after the API has rejected a
/// request with a 401. If it then returns a different key, the request is sent again. This counts
/// as an attempt of the [`RetryPolicy`](crate::RetryPolicy), and isn't possible if the body is a
/// stream.
///
/// There is only ever one request to the provider at a time, which is shared between calls. After a
/// 401, it's called at most once every 30 seconds.
///
/// The API doesn't say whether it rejects the key or the access token. Because of that, if the
/// provider returns the rejected key again, the token is assumed to be at fault, and the provider
/// isn't called for that key anymore. (Requests without a token are an exception.) This means that
/// if you know that a new key will be available soon, you should return an error instead of the old
/// one. You'll be asked again after 30 seconds.
///
/// # Errors and timeouts
///
/// Time spent in the provider counts toward the timeout of the call. If a call times out or is
/// dropped, other calls that are waiting carry on with the request. Errors and panics in the
/// provider only make a call fail if the client hasn't got any key so far. In that case, the call's
/// error includes the provider's message, with known credentials redacted.
///
/// Note that the provider runs as part of the call. It shouldn't block, and must not use the client
/// that it provides the key for.
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
    /// Returns the API key to use.
    ///
    /// # Errors
    ///
    /// This should return an error if the key can't be retrieved, or if you know that it's out of
    /// date.
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
