//! Creates a client from environment variables.

use std::env::VarError;

use super::{Client, ClientBuilder};
use crate::credentials::ApiKey;
use crate::error::Error;

/// The environment variable that overrides the API's address.
const BASE_URL: &str = "TRACKSTAR_BASE_URL";

impl Client {
    /// Creates a client from the `TRACKSTAR_API_KEY` and `TRACKSTAR_BASE_URL` environment
    /// variables.
    ///
    /// If `TRACKSTAR_BASE_URL` isn't set, the client uses the production API at
    /// `https://production.trackstarhq.com`.
    ///
    /// ```no_run
    /// let client = trackstar_api::Client::from_env()?;
    /// # let _ = client;
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// This returns an error if `TRACKSTAR_API_KEY` isn't set, if `TRACKSTAR_BASE_URL` is empty or
    /// isn't a valid base URL, or if [`ClientBuilder::build`] fails.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }
}

impl ClientBuilder {
    /// Creates a builder from the same environment variables as [`Client::from_env`].
    ///
    /// ```no_run
    /// use trackstar_api::{ClientBuilder, RateLimit};
    ///
    /// let client = ClientBuilder::from_env()?.rate_limit(RateLimit::default().reads(5)).build()?;
    /// # let _ = client;
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// This returns an error if `TRACKSTAR_API_KEY` isn't set, or if `TRACKSTAR_BASE_URL` is empty
    /// or isn't a valid base URL.
    pub fn from_env() -> Result<Self, Error> {
        let builder = Client::builder(ApiKey::from_env()?);
        match base_url(std::env::var(BASE_URL))? {
            Some(url) => builder.base_url(url),
            None => Ok(builder),
        }
    }
}

/// Returns the base URL if the variable is set.
///
/// An empty value is an error. We don't fall back to production here, because anyone who sets the
/// variable most likely doesn't mean production.
fn base_url(variable: Result<String, VarError>) -> Result<Option<String>, Error> {
    let problem = match variable {
        Ok(url) if !url.trim().is_empty() => return Ok(Some(url)),
        Err(VarError::NotPresent) => return Ok(None),
        Ok(_) => "is empty",
        Err(VarError::NotUnicode(_)) => "is not UTF-8",
    };
    Err(Error::config(format!(
        "the environment variable {BASE_URL} {problem}: set it to the address of the API, or unset it for \
         production"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_is_production_only_if_the_variable_is_unset() {
        assert_eq!(base_url(Err(VarError::NotPresent)).expect("unset"), None);
        let url = base_url(Ok("http://127.0.0.1:8080".to_owned())).expect("set");
        assert_eq!(url.as_deref(), Some("http://127.0.0.1:8080"));
        for (variable, problem) in [
            (Ok(String::new()), "TRACKSTAR_BASE_URL is empty"),
            (Ok(" ".to_owned()), "TRACKSTAR_BASE_URL is empty"),
            (
                Err(VarError::NotUnicode("s3cret".into())),
                "TRACKSTAR_BASE_URL is not UTF-8",
            ),
        ] {
            let error = base_url(variable).expect_err("not a URL").to_string();
            assert!(
                error.contains(problem) && !error.contains("s3cret"),
                "{error}"
            );
        }
    }
}
