//! The two secrets of the API, each a type of its own.

mod keys;
mod provider;

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::Error;

pub(crate) use keys::{KeyVersion, Keys};
pub use provider::ApiKeyProvider;
pub(crate) use provider::BoxError;

/// The header that carries the [`ApiKey`] (document: `securitySchemes.ApiKey`).
pub(crate) const API_KEY_HEADER: &str = "x-trackstar-api-key";
/// The header that carries the [`AccessToken`] (document: `securitySchemes.AccessToken`).
pub(crate) const ACCESS_TOKEN_HEADER: &str = "x-trackstar-access-token";

/// Two types of one behaviour, so that one cannot be given for the other.
macro_rules! credential {
    ($(#[$doc:meta])* $name:ident: $what:literal, from $variable:literal) => {
        $(#[$doc])*
        ///
        /// It cannot be given where another credential is expected, its `Debug` shows no part of it, it
        /// has no `Display`, and its memory is wiped when its last clone is dropped. Cloning is cheap.
        ///
        /// ```
        #[doc = concat!("use trackstar_api::", stringify!($name), ";")]
        ///
        #[doc = concat!("let secret = ", stringify!($name), "::new(\"secret-1\")?;")]
        #[doc = concat!("assert_eq!(format!(\"{secret:?}\"), \"", stringify!($name), "(<redacted>)\");")]
        ///
        #[doc = concat!("let error = ", stringify!($name), "::new(\"secret-1\\n\").unwrap_err();")]
        /// assert!(error.to_string().contains("line break"), "{error}");
        /// # Ok::<(), trackstar_api::Error>(())
        /// ```
        #[derive(Clone)]
        pub struct $name(Secret);

        impl $name {
            #[doc = concat!("Takes the ", $what, ", which must be such as an HTTP header may carry: visible ASCII.")]
            ///
            /// Give a `String` where you can: it is taken over and wiped, while a `&str` remains yours.
            ///
            /// # Errors
            /// When the text is empty, or holds a byte that no header may carry, or begins or ends
            /// with a space. The error names the position and never the text.
            pub fn new(text: impl Into<String>) -> Result<Self, Error> {
                Secret::new($what, text.into()).map(Self)
            }

            #[doc = concat!("Reads the ", $what, " from the environment variable `", $variable, "`.")]
            ///
            /// ```no_run
            #[doc = concat!("let secret = trackstar_api::", stringify!($name), "::from_env()?;")]
            /// # Ok::<(), trackstar_api::Error>(())
            /// ```
            ///
            /// # Errors
            /// When the variable is not set or not UTF-8, and as `new`.
            pub fn from_env() -> Result<Self, Error> {
                Self::new(read_env($what, $variable)?)
            }

            pub(crate) fn secret(&self) -> &Secret {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(<redacted>)"))
            }
        }
    };
}

credential! {
    /// The organization's API key, sent with every request.
    ApiKey: "API key", from "TRACKSTAR_API_KEY"
}

credential! {
    /// The access token of one connection: it alone says *which* connection an operation acts on,
    /// so a wrong token acts on the wrong customer.
    AccessToken: "access token", from "TRACKSTAR_ACCESS_TOKEN"
}

impl ApiKey {
    fn is(&self, other: &Self) -> bool {
        self.secret().as_bytes() == other.secret().as_bytes()
    }
}

fn read_env(what: &str, variable: &str) -> Result<String, Error> {
    std::env::var(variable).map_err(|error| {
        let problem = match error {
            std::env::VarError::NotPresent => "is not set",
            // The error's own text would print the value.
            std::env::VarError::NotUnicode(_) => "is not UTF-8",
        };
        Error::config(format!(
            "the environment variable {variable} {problem}: set it to the {what}"
        ))
    })
}

/// A header value whose one buffer is wiped when the last reference to it goes, requests in flight
/// included.
#[derive(Clone)]
pub(crate) struct Secret(HeaderValue);

impl Secret {
    fn new(what: &'static str, text: String) -> Result<Self, Error> {
        // Owned by the wiping buffer from here on, so that a refused text is wiped too.
        let bytes = Zeroizing::new(text.into_bytes());
        if let Some(problem) = problem(&bytes) {
            return Err(Error::config(format!("the {what} {problem}")));
        }
        let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes))
            .map_err(|_| Error::config(format!("the {what} is not a valid header value")))?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    /// The value for the wire, marked sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// For finding the secret in what a server echoes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

/// What is wrong with a secret, in words that do not show it.
fn problem(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return Some("is empty: give the one from the Trackstar dashboard".to_owned());
    }
    let at = bytes.iter().position(|byte| !(0x20..=0x7e).contains(byte));
    if let Some(at) = at {
        let found = match bytes[at] {
            b'\n' | b'\r' => "a line break",
            b'\t' => "a tab",
            byte if byte.is_ascii() => "a control character",
            _ => "a character outside ASCII",
        };
        return Some(format!(
            "holds {found} at byte {at}, which no header may carry: remove it (what is read from a \
             file often ends with a line break, what is copied from a page often holds more)"
        ));
    }
    if bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ') {
        return Some("begins or ends with a space, which servers cut off: remove it".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_invalid_header_bytes_without_showing_them() {
        for byte in (0u8..0x20).chain([0x7f]) {
            let text = format!("abc{}defsecret", char::from(byte));
            let error = ApiKey::new(text).expect_err("must be refused").to_string();
            assert!(error.contains("at byte 3"), "{error}");
            assert!(!error.contains("defsecret"), "{error}");
        }
        let error = AccessToken::new("tökén")
            .expect_err("must be refused")
            .to_string();
        assert!(error.contains("outside ASCII"), "{error}");
        for padded in [" a", "a ", " "] {
            assert!(ApiKey::new(padded).is_err(), "{padded:?}");
        }
    }

    #[test]
    fn the_value_for_the_wire_is_sensitive_and_unchanged() {
        let key = ApiKey::new("k e~y!").expect("valid");
        assert!(key.secret().header().is_sensitive());
        assert_eq!(key.secret().header().as_bytes(), b"k e~y!");
    }

    #[test]
    fn the_buffer_is_taken_over_and_not_copied() {
        let text = String::from("a-key-long-enough-to-be-on-the-heap");
        let before = text.as_ptr();
        let key = ApiKey::new(text).expect("valid");
        let clone = key.clone().secret().header();
        assert_eq!(key.secret().as_bytes().as_ptr(), before);
        assert_eq!(clone.as_bytes().as_ptr(), before);
    }
}
