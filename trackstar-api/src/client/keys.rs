//! Clients that rotate their API key.

use super::{Client, ClientBuilder};
use crate::credentials::{ApiKey, ApiKeyProvider, Keys};
use crate::error::Error;

impl Client {
    /// Creates a builder for a client that gets its API key from `provider`.
    ///
    /// The provider can be a closure. It is called before the first request and again after the API
    /// has rejected a key. See [`ApiKeyProvider`] for details.
    ///
    /// ```
    /// use trackstar_api::{ApiKey, Client};
    ///
    /// async fn read_secret() -> Result<String, std::io::Error> {
    ///     Ok("key-1".to_owned()) // from a secret store
    /// }
    ///
    /// let client = Client::builder_with_provider(|| async {
    ///     let text = read_secret().await?;
    ///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(ApiKey::new(text)?)
    /// })
    /// .build()?;
    /// # let _ = client;
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    pub fn builder_with_provider(provider: impl ApiKeyProvider) -> ClientBuilder {
        Self::builder_with(Keys::provided(provider))
    }

    /// Replaces the API key of this client, along with all of its clones and connections.
    ///
    /// Attempts that are already running still use the old key. If one of them fails with a 401, it
    /// is repeated with the new key.
    ///
    /// ```
    /// use trackstar_api::{ApiKey, Client};
    ///
    /// let client = Client::new(ApiKey::new("key-1")?)?;
    /// let clone = client.clone();
    /// clone.set_api_key(ApiKey::new("key-2")?)?; // `client` sends it, too
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// This returns an error if the base URL contains the key.
    pub fn set_api_key(&self, api_key: ApiKey) -> Result<(), Error> {
        self.context.admit_key(&api_key)?;
        self.context.keys().replace(api_key);
        Ok(())
    }
}
