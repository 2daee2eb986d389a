//! A client without a cryptography provider.

use trackstar_api::{ApiKey, Client};

#[test]
fn client_without_provider_is_an_error() {
    let key = ApiKey::new("key").expect("a valid key");
    let error = Client::new(key).expect_err("nothing is installed");
    assert!(error.to_string().contains("install_default()"), "{error}");
}
