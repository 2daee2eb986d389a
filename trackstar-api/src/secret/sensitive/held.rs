//! The types that can be secret.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::Value;
use zeroize::Zeroize;

/// A type that can be used with [`Sensitive`](crate::Sensitive).
///
/// This is implemented for `String`, `i64`, `f64` and `serde_json::Value`. The trait is sealed and
/// cannot be implemented for other types.
pub trait SecretValue: sealed::Held {}

impl<T: sealed::Held> SecretValue for T {}

pub(super) mod sealed {
    use serde::Deserializer;

    pub trait Held: Sized {
        /// The type that `expose` returns a reference to.
        type Exposed: ?Sized;

        /// The name of the type in JSON Schema, provided that there is exactly one.
        const TYPE: Option<&'static str>;

        fn exposed(&self) -> &Self::Exposed;

        fn wipe(&mut self);

        /// Deserializes a value. If this fails, the error doesn't contain the value.
        fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    }
}

use sealed::Held;

/// Rejects a type. Unlike the default implementation, the error doesn't contain the value.
macro_rules! refuse {
    ($told:literal: $($method:ident($ty:ty))*) => {$(
        fn $method<E: Error>(self, _: $ty) -> Result<Self::Value, E> {
            Err(E::custom(concat!("invalid type: another value, expected ", $told)))
        }
    )*};
}

impl Held for String {
    type Exposed = str;

    const TYPE: Option<&'static str> = Some("string");

    fn exposed(&self) -> &str {
        self
    }

    fn wipe(&mut self) {
        self.zeroize();
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = String;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
                Ok(text.to_owned())
            }

            fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
                Ok(text)
            }

            refuse! { "a string":
                visit_bool(bool) visit_i64(i64) visit_i128(i128) visit_u64(u64) visit_u128(u128)
                visit_f64(f64)
            }
        }
        // With `deserialize_string`, the deserializer would report other types on its own.
        deserializer.deserialize_any(Text)
    }
}

impl Held for i64 {
    type Exposed = Self;

    const TYPE: Option<&'static str> = Some("integer");

    fn exposed(&self) -> &Self {
        self
    }

    fn wipe(&mut self) {
        self.zeroize();
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Integer;
        impl Visitor<'_> for Integer {
            type Value = i64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
                Ok(value)
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
                let fits = i64::try_from(value);
                fits.map_err(|_| {
                    E::custom("invalid value: another value, expected an integer of 64 bits")
                })
            }

            // Some servers write integers as floats.
            fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "a whole number of this size is exact"
                )]
                if value.fract() == 0.0 && value.abs() < 9.2e18 {
                    Ok(value as i64)
                } else {
                    Err(E::custom(
                        "invalid value: another value, expected an integer of 64 bits",
                    ))
                }
            }

            refuse! { "an integer": visit_bool(bool) visit_str(&str) }
        }
        deserializer.deserialize_any(Integer)
    }
}

impl Held for f64 {
    type Exposed = Self;

    const TYPE: Option<&'static str> = Some("number");

    fn exposed(&self) -> &Self {
        self
    }

    fn wipe(&mut self) {
        self.zeroize();
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = f64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
                Ok(value)
            }

            #[allow(
                clippy::cast_precision_loss,
                reason = "the same as for any other float"
            )]
            fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
                Ok(value as f64)
            }

            #[allow(
                clippy::cast_precision_loss,
                reason = "the same as for any other float"
            )]
            fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
                Ok(value as f64)
            }

            refuse! { "a number": visit_bool(bool) visit_str(&str) }
        }
        deserializer.deserialize_any(Number)
    }
}

impl Held for Value {
    type Exposed = Self;

    const TYPE: Option<&'static str> = None;

    fn exposed(&self) -> &Self {
        self
    }

    fn wipe(&mut self) {
        match self {
            Self::String(text) => text.zeroize(),
            Self::Array(items) => items.iter_mut().for_each(Held::wipe),
            Self::Object(fields) => fields.values_mut().for_each(Held::wipe),
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
        }
        *self = Self::Null;
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}
