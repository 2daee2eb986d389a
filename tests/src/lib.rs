//! Shared parts of the tests of `trackstar-api`: credentials that are easy to find in output, and the
//! test server.

use trackstar_api::{AccessToken, ApiKey, Client, ClientBuilder, Connection, Error};

pub use trackstar_test_server::{Fate, FaultServer, Request, response};

/// The API key of every test. It must appear only in requests.
pub const API_KEY: &str = "api-key-2b1f07d6c9e84a35";
/// The access token of every test. It must appear only in requests.
pub const ACCESS_TOKEN: &str = "access-token-77e0c4a1f3b9";

/// Returns a client builder with [`API_KEY`] for the server at `base_url`.
///
/// # Errors
/// Returns an error if `base_url` is not a valid base URL.
pub fn builder(base_url: impl AsRef<str>) -> Result<ClientBuilder, Error> {
    Client::builder(ApiKey::new(API_KEY)?).base_url(base_url)
}

/// Returns a connection with [`ACCESS_TOKEN`] and default settings to the server at `base_url`.
///
/// # Errors
/// Returns an error if `base_url` is not a valid base URL.
pub fn connection(base_url: impl AsRef<str>) -> Result<Connection, Error> {
    connection_of(&builder(base_url)?.build()?)
}

/// Returns the connection of `client` with [`ACCESS_TOKEN`].
///
/// # Errors
/// Never fails while [`ACCESS_TOKEN`] is a valid token.
pub fn connection_of(client: &Client) -> Result<Connection, Error> {
    Ok(client.connection(AccessToken::new(ACCESS_TOKEN)?))
}

/// The examples of the README, compiled as doctests.
#[cfg(all(doctest, feature = "mock"))]
#[doc = include_str!("../../README.md")]
struct Readme;
