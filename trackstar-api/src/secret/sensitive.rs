//! Secrets that occur in bodies and parameters.

mod held;
mod noted;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use held::SecretValue;
pub(crate) use noted::noting;

/// A secret value in a request or response, for example an access token.
///
/// The document marks these with `format: password`. Most of them are strings, but there are also
/// `Sensitive<i64>` and `Sensitive<f64>` for numbers. If the value can have more than one type,
/// it's a `Sensitive<serde_json::Value>`.
///
/// The value isn't included in `Debug` output or in errors about values that can't be deserialized,
/// and there is no `Display` implementation. Its memory is wiped on drop. To access the value, call
/// [`expose`](Self::expose) or convert it to a credential:
///
/// ```
/// use trackstar_api::{AccessToken, Sensitive};
///
/// let received: Sensitive = serde_json::from_str("\"token-1\"")?;
/// assert_eq!(format!("{received:?}"), "Sensitive(<redacted>)");
/// assert_eq!(received.expose(), "token-1");
/// let token = AccessToken::try_from(received)?;
///
/// let pin = Sensitive::from(4711_i64);
/// assert_eq!(format!("{pin:?}"), "Sensitive(<redacted>)");
/// assert_eq!(*pin.expose(), 4711);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive<T: SecretValue = String>(T);

impl<T: SecretValue> Sensitive<T> {
    /// Returns the secret.
    ///
    /// Note that copies that you make of it aren't protected.
    #[must_use]
    pub fn expose(&self) -> &T::Exposed {
        self.0.exposed()
    }
}

impl Sensitive {
    /// Consumes this and returns the text without copying it.
    pub(crate) fn into_text(mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

impl<T: SecretValue> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl<T: SecretValue> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(<redacted>)")
    }
}

impl<T: SecretValue> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Sensitive {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

macro_rules! from_smaller {
    ($($smaller:ty => $held:ty;)*) => {$(
        impl From<$smaller> for Sensitive<$held> {
            fn from(value: $smaller) -> Self {
                Self(value.into())
            }
        }
    )*};
}

// Having these makes it possible to infer the type of number literals.
from_smaller! {
    i8 => i64;
    i16 => i64;
    i32 => i64;
    u8 => i64;
    u16 => i64;
    u32 => i64;
    f32 => f64;
    i8 => f64;
    i16 => f64;
    i32 => f64;
    u8 => f64;
    u16 => f64;
    u32 => f64;
}

impl<T: SecretValue + FromStr> FromStr for Sensitive<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.parse().map(Self)
    }
}

impl<T: SecretValue + Serialize> Serialize for Sensitive<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        noted::note(&self.0);
        self.0.serialize(serializer)
    }
}

impl<'de, T: SecretValue> Deserialize<'de> for Sensitive<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

#[cfg(feature = "schemars")]
impl<T: SecretValue> schemars::JsonSchema for Sensitive<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sensitive".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        match T::TYPE {
            Some(name) => schemars::json_schema!({"type": name, "format": "password"}),
            None => schemars::json_schema!({"format": "password"}),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::AccessToken;

    #[test]
    fn secret_round_trips_as_json_and_is_redacted_elsewhere() {
        let secret: Sensitive = serde_json::from_str("\"s3cret-text\"").expect("a text");
        assert_eq!(
            serde_json::to_string(&secret).expect("writable"),
            "\"s3cret-text\""
        );
        assert!(!format!("{secret:?}{:#?}", Some(&secret)).contains("s3cret"));
        let error = serde_json::from_str::<Sensitive>("17").expect_err("no text");
        assert_eq!(
            error.to_string(),
            "invalid type: another value, expected a string at line 1 column 2"
        );
    }

    #[test]
    fn reads_numbers_in_any_notation_without_showing_them() {
        for (text, number) in [("471147", 471_147), ("-3.0", -3), ("2e3", 2000)] {
            let pin: Sensitive<i64> = serde_json::from_str(text).expect(text);
            assert_eq!(*pin.expose(), number);
            assert_eq!(format!("{pin:?}"), "Sensitive(<redacted>)");
            assert_eq!(serde_json::to_value(&pin).expect("a number"), number);
        }
        let amount: Sensitive<f64> = serde_json::from_str("471147").expect("a number");
        assert!((amount.expose() - 471_147.0).abs() < f64::EPSILON);
        let either: Sensitive<Value> = serde_json::from_str("[\"s3cret\"]").expect("any value");
        assert_eq!(*either.expose(), json!(["s3cret"]));
        assert_eq!(format!("{either:?}"), "Sensitive(<redacted>)");
        assert_eq!(Sensitive::<i64>::from(5), Sensitive::from(5_i64));
        assert_eq!("7".parse(), Ok(Sensitive::from(7_i64)));
    }

    #[test]
    fn converts_to_token_without_copy_or_to_redacted_error() {
        let secret = Sensitive::from("a-token-long-enough-to-be-on-the-heap".to_owned());
        let before = secret.expose().as_ptr();
        let token = AccessToken::try_from(secret).expect("a token");
        assert_eq!(token.secret().as_bytes().as_ptr(), before);
        let error = AccessToken::try_from(Sensitive::from("broken-s3cret\n"));
        let error = error.expect_err("no header may carry it").to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }

    proptest! {
        #[test]
        fn errors_do_not_quote_values(
            text in "[a-z]{12}",
            integer in 100_000_i64..,
            fraction in 1_u32..999,
        ) {
            let float = format!("{integer}.{fraction:03}1");
            let quoted = json!(text).to_string();
            let values = [
                quoted.clone(),
                integer.to_string(),
                float,
                format!("[{quoted}]"),
                format!("{{{quoted}: {integer}}}"),
                "true".to_owned(),
            ];
            for value in &values {
                let errors = [
                    serde_json::from_str::<Sensitive>(value).err(),
                    serde_json::from_str::<Sensitive<i64>>(value).err(),
                    serde_json::from_str::<Sensitive<f64>>(value).err(),
                ];
                for error in errors.into_iter().flatten() {
                    let told = error.to_string();
                    prop_assert!(told.contains("expected a"), "{}", told);
                    prop_assert!(!told.contains(&text), "{}", told);
                    prop_assert!(!told.contains(&integer.to_string()[..6]), "{}", told);
                }
            }
        }
    }
}
