//! Decimals that are numbers in JSON.
//!
//! With `rust_decimal`, it depends on the enabled features whether a decimal is serialized as a
//! string or as a number. Since any crate in the program can enable these, generated types use the
//! functions in this module instead.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{self, Serialize, Serializer};

use super::lenient::{FromWire, TOO_LARGE};
use super::nullable::Nullable;

/// The number of significant digits that always survive a round trip through `f64`.
const DIGITS: u32 = f64::DIGITS;

/// Serializes a field that contains decimals.
///
/// # Errors
///
/// This returns an error if a decimal has more digits than fit into a JSON number.
pub fn write<S: Serializer, T: ToWire>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.to_wire().serialize(serializer)
}

/// Implemented by types that are represented differently in JSON.
pub trait ToWire: FromWire<Read: Serialize> {
    /// Returns the JSON representation.
    fn to_wire(&self) -> Self::Read;
}

/// A decimal that is a number in JSON.
#[derive(Clone, Copy, Debug)]
pub struct Number(Decimal);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl Visitor<'_> for Visit {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Decimal, E> {
                Ok(value.into())
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Decimal, E> {
                Ok(value.into())
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Decimal, E> {
                shortest(value).ok_or_else(|| E::custom(TOO_LARGE))
            }
        }
        deserializer.deserialize_f64(Visit).map(Self)
    }
}

/// Returns the shortest decimal for a number, with at most [`DIGITS`] significant digits.
///
/// Any other digits are artifacts of binary floating point, as in `0.30000000000000004`.
fn shortest(value: f64) -> Option<Decimal> {
    let read: Decimal = value.to_string().parse().ok()?;
    if significant(read) <= DIGITS {
        return Some(read);
    }
    read.round_sf(DIGITS).map(|rounded| rounded.normalize())
}

/// Returns the number of digits, not counting leading and trailing zeros.
fn significant(value: Decimal) -> u32 {
    let mut mantissa = value.mantissa().unsigned_abs();
    while mantissa != 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
    }
    mantissa.checked_ilog10().map_or(0, |log| log + 1)
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0.normalize();
        if value.scale() == 0
            && let Ok(whole) = i64::try_from(value)
        {
            return serializer.serialize_i64(whole);
        }
        if significant(value) > DIGITS {
            return Err(ser::Error::custom(format_args!(
                "a decimal with more than {DIGITS} significant digits does not fit into a JSON number: round it \
                 before you send it"
            )));
        }
        // This finds the closest `f64`, which then gets formatted with the same digits.
        let number: f64 = value.to_string().parse().map_err(ser::Error::custom)?;
        serializer.serialize_f64(number)
    }
}

impl FromWire for Decimal {
    type Read = Number;

    fn from_read(read: Number) -> Self {
        read.0
    }
}

impl ToWire for Decimal {
    fn to_wire(&self) -> Number {
        Number(*self)
    }
}

impl<T: ToWire> ToWire for Option<T> {
    fn to_wire(&self) -> Self::Read {
        self.as_ref().map(T::to_wire)
    }
}

impl<T: ToWire> ToWire for Nullable<T> {
    fn to_wire(&self) -> Self::Read {
        match self {
            Self::Unset => Nullable::Unset,
            Self::Null => Nullable::Null,
            Self::Value(value) => Nullable::Value(value.to_wire()),
        }
    }
}

impl<T: ToWire> ToWire for Vec<T> {
    fn to_wire(&self) -> Self::Read {
        self.iter().map(T::to_wire).collect()
    }
}

impl<T: ToWire> ToWire for BTreeMap<String, T> {
    fn to_wire(&self) -> Self::Read {
        let values = self.iter();
        values
            .map(|(name, value)| (name.clone(), value.to_wire()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lenient::{converted, converted_or_default};
    use super::*;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(transparent)]
    struct Price(#[serde(deserialize_with = "converted", serialize_with = "write")] Decimal);

    fn price(text: &str) -> Price {
        Price(text.parse().expect("valid"))
    }

    fn read_text(text: &str) -> Result<Price, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_the_shortest_text_of_a_number() {
        for (json, text) in [
            ("19.99", "19.99"),
            ("19.990", "19.99"),
            ("-0.1", "-0.1"),
            ("0", "0"),
            ("-0.0", "0"),
            ("20", "20"),
            ("20.0", "20"),
            ("1e3", "1000"),
            ("12.5E-3", "0.0125"),
            ("123456789012.345", "123456789012.345"),
            ("999999999999999", "999999999999999"),
            ("0.1234567890123456", "0.123456789012346"),
            ("0.30000000000000004", "0.3"),
            ("5e-324", "0"),
            ("9007199254740993", "9007199254740993"),
            ("18446744073709551615", "18446744073709551615"),
            ("1e28", "10000000000000000000000000000"),
        ] {
            assert_eq!(read_text(json), Ok(price(text)), "{json}");
        }
    }

    #[test]
    fn rejects_values_that_are_not_decimals() {
        for json in ["\"19.99\"", "null", "true", "[]", "{}", "1e29", "-1e300"] {
            read_text(json).expect_err(json);
        }
        let error = read_text("1e300").expect_err("too large");
        assert!(error.starts_with(TOO_LARGE), "{error}");
    }

    #[test]
    fn writes_a_number_or_an_error() {
        let written = |text: &str| serde_json::to_string(&price(text)).map_err(|it| it.to_string());
        for (text, json) in [
            ("19.990", "19.99"),
            ("-0.10", "-0.1"),
            ("20.00", "20"),
            ("-0", "0"),
            ("9007199254740993", "9007199254740993"),
            ("0.0000000000000000000000000001", "1e-28"),
        ] {
            assert_eq!(written(text).as_deref(), Ok(json), "{text}");
        }
        for text in [
            "0.3333333333333333",
            "1234567890123.4567",
            "79228162514264337593543950335",
        ] {
            let error = written(text).expect_err(text);
            assert!(error.contains("round it before you send it"), "{error}");
        }
    }

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Prices {
        #[serde(default, deserialize_with = "converted", serialize_with = "write")]
        one: Option<Decimal>,
        #[serde(default, deserialize_with = "converted", serialize_with = "write")]
        cleared: Nullable<Decimal>,
        #[serde(
            default,
            deserialize_with = "converted_or_default",
            serialize_with = "write"
        )]
        list: Vec<Option<Decimal>>,
        #[serde(
            default,
            deserialize_with = "converted_or_default",
            serialize_with = "write"
        )]
        map: BTreeMap<String, Decimal>,
    }

    #[test]
    fn decimals_in_other_types_are_numbers() {
        let json = r#"{"one":0.5,"cleared":null,"list":[1.5,null],"map":{"a":2.25}}"#;
        let prices: Prices = serde_json::from_str(json).expect("valid");
        assert_eq!(prices.list, [Some(Decimal::new(15, 1)), None]);
        assert_eq!(prices.cleared, Nullable::Null);
        assert_eq!(serde_json::to_string(&prices).expect("valid"), json);
        let empty: Prices = serde_json::from_str(r#"{"one": null, "list": null}"#).expect("valid");
        assert_eq!((empty.one, empty.list.len(), empty.map.len()), (None, 0, 0));
        assert_eq!(empty.cleared, Nullable::Unset);
    }

    proptest! {
        #[test]
        fn fifteen_digits_round_trip(
            mantissa in -999_999_999_999_999_i64..=999_999_999_999_999,
            scale in 0_u32..=28,
        ) {
            let sent = Price(Decimal::new(mantissa, scale));
            let json = serde_json::to_string(&sent).expect("valid");
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json).expect("valid").is_number());
            prop_assert_eq!(read_text(&json), Ok(sent));
        }
    }
}
