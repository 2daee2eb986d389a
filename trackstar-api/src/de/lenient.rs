//! Lenient deserialization of responses, so that one unusual value does not fail a list of a thousand records. The
//! generated types refer to these functions.
#![allow(
    dead_code,
    reason = "which fields a document has decides what is called"
)]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use crate::de::nullable::Nullable;

/// Deserializes a field that has a default. Null counts as absent.
///
/// # Errors
/// Returns the error of the value.
pub fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

thread_local! {
    /// The enums with an unknown value since [`noting`] began, or `None` outside of it.
    static UNKNOWN: RefCell<Option<Vec<&'static str>>> = const { RefCell::new(None) };
}

thread_local! {
    /// Whether the value will be sent, so that reading is strict.
    static STRICT: Cell<bool> = const { Cell::new(false) };
}

/// Error for a text that is not a date and should be sent.
pub(crate) const NO_DATE: &str = "it is no date: write it as in 2026-11-23T08:30:00Z";

/// Error for a text that is not a value of its enum.
const NO_SUCH_VALUE: &str = "the enum has no such value";

/// Error for an integer that is too large or too small.
const OUT_OF_RANGE: &str = "an integer is out of its type's range";

/// Error for a number that a decimal cannot represent.
pub(crate) const TOO_LARGE: &str = "a number is too large for a decimal";

/// The errors of this crate's own types. They quote no values.
pub(crate) const TEXTS: [&str; 4] = [NO_DATE, NO_SUCH_VALUE, OUT_OF_RANGE, TOO_LARGE];

/// Runs `read` with enums and dates as strict as their setters.
pub fn strictly<T>(read: impl FnOnce() -> T) -> T {
    /// Restores the outer setting, even if `read` panics, because the thread will read responses later.
    struct Outside(bool);
    impl Drop for Outside {
        fn drop(&mut self) {
            STRICT.set(self.0);
        }
    }
    let _outside = Outside(STRICT.replace(true));
    read()
}

/// Returns true if a text that is not a date, or not a value of its enum, is an error.
pub(crate) fn is_strict() -> bool {
    STRICT.get()
}

/// Deserializes an unknown value of the enum `T`, and records the enum.
///
/// # Errors
/// Returns the error of the value.
pub fn unknown<'de, D, T>(deserializer: D) -> Result<String, D::Error>
where
    D: Deserializer<'de>,
{
    if is_strict() {
        return Err(de::Error::custom(NO_SUCH_VALUE));
    }
    let text = String::deserialize(deserializer)?;
    let name = std::any::type_name::<T>();
    note(name.rsplit("::").next().unwrap_or(name));
    Ok(text)
}

/// Deserializes a value of an enum of texts. Records an unknown value, and stores it with `other`.
///
/// # Errors
/// Returns an error if the value is not a text, or if it is unknown and will be sent.
pub fn text<'de, D, T>(deserializer: D, other: fn(String) -> T) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
{
    let text = String::deserialize(deserializer)?;
    if let Ok(value) = text.parse() {
        return Ok(value);
    }
    if is_strict() {
        return Err(de::Error::custom(NO_SUCH_VALUE));
    }
    let name = std::any::type_name::<T>();
    note(name.rsplit("::").next().unwrap_or(name));
    Ok(other(text))
}

/// Records an enum with an unknown value.
pub(crate) fn note(name: &'static str) {
    UNKNOWN.with_borrow_mut(|names| {
        if let Some(names) = names.as_mut().filter(|names| !names.contains(&name)) {
            names.push(name);
        }
    });
}

/// Runs `read`, and returns its result with the enums that had unknown values. A nested call reports nothing to the
/// outer one, because its result may be discarded.
pub(crate) fn noting<T>(read: impl FnOnce() -> T) -> (T, Vec<&'static str>) {
    /// Restores the outer list, even if `read` panics.
    struct Outside(Option<Vec<&'static str>>);
    impl Drop for Outside {
        fn drop(&mut self) {
            UNKNOWN.set(self.0.take());
        }
    }
    let _outside = Outside(UNKNOWN.replace(Some(Vec::new())));
    let value = read();
    (value, UNKNOWN.take().unwrap_or_default())
}

/// Deserializes a field whose values have another form on the wire, such as integers, which some servers write as
/// `1.0`.
///
/// An integer outside the range of its type is an error, because no value of the type represents it. The document must
/// specify a larger type (`format: uint64`, or `type: number`).
///
/// # Errors
/// Returns the error of the value.
pub fn converted<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromWire,
{
    let read = T::Read::deserialize(deserializer)?;
    Ok(T::from_read(read))
}

/// Deserializes like [`converted`]. Null counts as absent.
///
/// # Errors
/// Returns the error of the value.
pub fn converted_or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromWire + Default,
{
    let read: Option<T::Read> = Option::deserialize(deserializer)?;
    Ok(read.map(T::from_read).unwrap_or_default())
}

/// A type that is read from another form on the wire.
pub trait FromWire {
    /// The form on the wire.
    type Read: for<'de> Deserialize<'de>;

    /// Returns the value.
    fn from_read(read: Self::Read) -> Self;
}

/// An integer that may be written with a zero fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Whole<T>(T);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = i128;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<i128, E> {
                Ok(value.into())
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<i128, E> {
                Ok(value.into())
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<i128, E> {
                // The cast of a whole number within ±2^63 is exact.
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "checked in the line before"
                )]
                if value.fract() == 0.0 && value.abs() < 9.3e18 {
                    Ok(value as i128)
                } else {
                    Err(E::invalid_value(de::Unexpected::Float(value), &self))
                }
            }
        }
        let value = deserializer.deserialize_any(Number)?;
        T::try_from(value)
            .map(Self)
            .map_err(|_| de::Error::custom(OUT_OF_RANGE))
    }
}

macro_rules! integers {
    ($($name:ty),*) => {$(
        impl FromWire for $name {
            type Read = Whole<Self>;

            fn from_read(read: Self::Read) -> Self {
                read.0
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl<T: FromWire> FromWire for Option<T> {
    type Read = Option<T::Read>;

    fn from_read(read: Self::Read) -> Self {
        read.map(T::from_read)
    }
}

impl<T: FromWire> FromWire for Nullable<T> {
    type Read = Nullable<T::Read>;

    fn from_read(read: Self::Read) -> Self {
        match read {
            Nullable::Unset => Self::Unset,
            Nullable::Null => Self::Null,
            Nullable::Value(value) => Self::Value(T::from_read(value)),
        }
    }
}

impl<T: FromWire> FromWire for Vec<T> {
    type Read = Vec<T::Read>;

    fn from_read(read: Self::Read) -> Self {
        read.into_iter().map(T::from_read).collect()
    }
}

impl<T: FromWire> FromWire for BTreeMap<String, T> {
    type Read = BTreeMap<String, T::Read>;

    fn from_read(read: Self::Read) -> Self {
        let read = read.into_iter();
        read.map(|(name, value)| (name, T::from_read(value)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Record {
        #[serde(deserialize_with = "converted")]
        count: i64,
        #[serde(default, deserialize_with = "converted")]
        maybe: Option<u32>,
        #[serde(default, deserialize_with = "converted_or_default")]
        list: Vec<i64>,
        #[serde(default, deserialize_with = "or_default")]
        texts: Vec<String>,
        #[serde(default, deserialize_with = "converted_or_default")]
        map: BTreeMap<String, i32>,
        #[serde(default, deserialize_with = "converted")]
        cleared: Nullable<u8>,
    }

    fn read(text: &str) -> Result<Record, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_integers_in_any_notation_and_null_as_absent() {
        let full = read(
            r#"{"count": 1.0, "maybe": 2e0, "list": [1, 2.0], "texts": ["a"], "map": {"a": -3.0}, "cleared": 7.0}"#,
        );
        assert_eq!(
            full,
            Ok(Record {
                count: 1,
                maybe: Some(2),
                list: vec![1, 2],
                texts: vec!["a".to_owned()],
                map: BTreeMap::from([("a".to_owned(), -3)]),
                cleared: Nullable::Value(7),
            })
        );
        let nulls = r#"{"count": -9223372036854775808, "maybe": null, "list": null, "texts": null, "map": null}"#;
        let empty = Record {
            count: i64::MIN,
            maybe: None,
            list: Vec::new(),
            texts: Vec::new(),
            map: BTreeMap::new(),
            cleared: Nullable::Unset,
        };
        assert_eq!(read(nulls), Ok(empty));
        assert_eq!(read(r#"{"count": -9223372036854775808}"#), read(nulls));
        let cleared = read(r#"{"count": 1, "cleared": null}"#).map(|record| record.cleared);
        assert_eq!(cleared, Ok(Nullable::Null));
    }

    #[test]
    fn a_panic_while_reading_leaves_the_thread_as_it_was() {
        let panics = |read: &mut dyn FnMut()| {
            let read = std::panic::AssertUnwindSafe(read);
            std::panic::catch_unwind(read).expect_err("it panics");
        };
        panics(&mut || strictly(|| panic!("in a reader")));
        assert!(!is_strict());
        strictly(|| {
            panics(&mut || strictly(|| panic!("in a reader")));
            assert!(is_strict(), "what was set outside counts again");
            strictly(|| ());
            assert!(is_strict(), "also after a reader that returns");
        });
        let ((), outside) = noting(|| {
            note("Outer");
            panics(&mut || drop(noting(|| panic!("in a reader"))));
            note("After");
        });
        assert_eq!(outside, ["Outer", "After"]);
    }

    #[test]
    fn what_is_no_integer_of_the_type_is_an_error() {
        for wrong in [
            "1.5",
            "1e300",
            "\"1\"",
            "null",
            "18446744073709551615",
            "{}",
        ] {
            read(&format!(r#"{{"count": {wrong}}}"#)).expect_err(wrong);
        }
        read(r#"{"count": 1, "maybe": -1}"#).expect_err("below its range");
    }
}
