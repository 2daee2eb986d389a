//! Checks that a cryptography provider for TLS is installed.

use crate::error::Error;

/// Returns an error if the program hasn't installed a cryptography provider.
///
/// Without one, reqwest panics when the client is built. This happens even for plain HTTP.
#[cfg(all(
    feature = "rustls-no-provider",
    not(any(feature = "rustls", feature = "native-tls"))
))]
pub(super) fn has_provider() -> Result<(), Error> {
    match rustls::crypto::CryptoProvider::get_default() {
        Some(_) => Ok(()),
        None => Err(Error::config(
            "no cryptography provider is installed for TLS: call `install_default()` on a \
             provider of rustls, \
             such as `rustls::crypto::ring::default_provider()`, when the program starts, or enable the \
             feature `rustls` of trackstar-api",
        )),
    }
}

/// Always succeeds, since reqwest comes with its own provider.
#[cfg(not(all(
    feature = "rustls-no-provider",
    not(any(feature = "rustls", feature = "native-tls"))
)))]
#[allow(clippy::unnecessary_wraps, reason = "mirrors the fallible version")]
pub(super) fn has_provider() -> Result<(), Error> {
    Ok(())
}
