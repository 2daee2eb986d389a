//! Secrets in bodies: what an operation hands out once, and nobody should find in a log.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{AccessToken, Error};

/// A text in a request or an answer that is a secret, such as the access token that an authorization
/// code is exchanged for (document: `format: password`).
///
/// Its `Debug` shows no part of it, it has no `Display`, and its memory is wiped when it is dropped.
/// To use it, ask for it by name, or make the credential of it:
///
/// ```
/// use trackstar_api::{AccessToken, Sensitive};
///
/// let answered: Sensitive = serde_json::from_str("\"token-1\"")?;
/// assert_eq!(format!("{answered:?}"), "Sensitive(<redacted>)");
/// assert_eq!(answered.expose(), "token-1");
/// let token = AccessToken::try_from(answered)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive(Zeroizing<String>);

impl Sensitive {
    /// The secret itself. What you make of it is no longer guarded.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(<redacted>)")
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Sensitive {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl FromStr for Sensitive {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

/// Fails where the text is none that a header may carry.
impl TryFrom<Sensitive> for AccessToken {
    type Error = Error;

    fn try_from(text: Sensitive) -> Result<Self, Error> {
        // The buffer changes hands, and is not copied.
        let Sensitive(mut text) = text;
        Self::new(std::mem::take(&mut *text))
    }
}

impl Serialize for Sensitive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Sensitive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Sensitive {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sensitive".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "password"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_through_json_unchanged_and_shows_nowhere_else() {
        let secret: Sensitive = serde_json::from_str("\"s3cret-text\"").expect("a text");
        assert_eq!(
            serde_json::to_string(&secret).expect("writable"),
            "\"s3cret-text\""
        );
        assert!(!format!("{secret:?}{:#?}", Some(&secret)).contains("s3cret"));
        let error = serde_json::from_str::<Sensitive>("17").expect_err("no text");
        assert!(error.to_string().contains("expected a string"), "{error}");
    }

    #[test]
    fn it_becomes_a_token_without_a_copy_or_an_error_that_does_not_show_it() {
        let secret = Sensitive::from("a-token-long-enough-to-be-on-the-heap".to_owned());
        let before = secret.expose().as_ptr();
        let token = AccessToken::try_from(secret).expect("a token");
        assert_eq!(token.secret().as_bytes().as_ptr(), before);
        let error = AccessToken::try_from(Sensitive::from("broken-s3cret\n"));
        let error = error.expect_err("no header may carry it").to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}
