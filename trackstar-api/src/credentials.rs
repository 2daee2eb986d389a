//! The two kinds of credentials.

mod keys;
mod provider;

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::secret::sensitive::Sensitive;

pub(crate) use keys::{KeyVersion, Keys};
pub use provider::ApiKeyProvider;

/// Each credential gets its own type. That way, you can't pass one where the other is expected.
macro_rules! credential {
    ($(#[$doc:meta])* $name:ident: $what:literal, from $variable:literal) => {
        $(#[$doc])*
        ///
        /// The `Debug` output doesn't include any part of the value, and there is no `Display`
        /// implementation. The memory is wiped when the last clone is dropped. Cloning is cheap.
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
            #[doc = concat!("Creates an ", $what, " from text that is valid in an HTTP header (visible ASCII).")]
            ///
            /// If possible, you should pass a `String` rather than a `&str`. It can be moved, and
            /// then its memory is wiped too.
            ///
            /// # Errors
            ///
            /// This returns an error if the text is empty, if it isn't valid in a header, or if it
            /// starts or ends with a space. The error includes the position, but never the text.
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
            ///
            /// This returns an error if the variable isn't set, isn't UTF-8, or if `new` fails.
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
    /// Your organization's API key. It's sent with every request.
    ApiKey: "API key", from "TRACKSTAR_API_KEY"
}

credential! {
    /// The access token of a connection.
    ///
    /// Note that an operation applies to whichever connection the token belongs to.
    /// If you use the wrong token, the operation affects the wrong customer.
    AccessToken: "access token", from "TRACKSTAR_ACCESS_TOKEN"
}

/// This fails if the text isn't a valid header value.
impl TryFrom<Sensitive> for AccessToken {
    type Error = Error;

    fn try_from(text: Sensitive) -> Result<Self, Error> {
        Self::new(text.into_text())
    }
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
            // The original message would contain the value.
            std::env::VarError::NotUnicode(_) => "is not UTF-8",
        };
        Error::config(format!(
            "the environment variable {variable} {problem}: set it to the {what}"
        ))
    })
}

/// A header value that is stored in a single buffer. The buffer is wiped when the last reference is
/// dropped, and that includes any requests in flight.
#[derive(Clone)]
pub(crate) struct Secret(HeaderValue);

impl Secret {
    fn new(what: &'static str, text: String) -> Result<Self, Error> {
        // This also wipes the text if we end up rejecting it.
        let bytes = Zeroizing::new(text.into_bytes());
        if let Some(problem) = problem(&bytes) {
            return Err(Error::config(format!("the {what} {problem}")));
        }
        let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes))
            .map_err(|_| Error::config(format!("the {what} is not a valid header value")))?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    /// Returns the header value, which is marked as sensitive.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// Returns the secret as bytes. We need these to look for it in text from a server.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

/// Returns what's wrong with the secret (without quoting it), if anything.
fn problem(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return Some("is empty: copy it from the Trackstar dashboard".to_owned());
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
            "contains {found} at byte {at}, which is not allowed in a header: remove it (text \
             from a file often ends with a line break, and text from a web page may contain \
             invisible characters)"
        ));
    }
    if bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ') {
        return Some(
            "starts or ends with a space, which servers would strip: remove it".to_owned(),
        );
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
    fn header_value_is_sensitive_and_unchanged() {
        let key = ApiKey::new("k e~y!").expect("valid");
        assert!(key.secret().header().is_sensitive());
        assert_eq!(key.secret().header().as_bytes(), b"k e~y!");
    }

    #[test]
    fn reuses_the_buffer_of_the_text() {
        let text = String::from("a-key-long-enough-to-be-on-the-heap");
        let before = text.as_ptr();
        let key = ApiKey::new(text).expect("valid");
        let clone = key.clone().secret().header();
        assert_eq!(key.secret().as_bytes().as_ptr(), before);
        assert_eq!(clone.as_bytes().as_ptr(), before);
    }
}
