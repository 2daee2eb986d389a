//! Lenient deserialization. A single odd value shouldn't make a list of a thousand records
//! unreadable.
//!
//! These functions are used by generated types.
#![allow(dead_code, reason = "depends on the fields in the document")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use crate::de::nullable::Nullable;

/// Deserializes a field that has a default, which is also used for null.
///
/// # Errors
///
/// This fails if the value can't be deserialized.
pub fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

thread_local! {
    /// The enums for which we've found an unknown value. This is `None` outside of [`noting`].
    static UNKNOWN: RefCell<Option<Vec<&'static str>>> = const { RefCell::new(None) };
}

thread_local! {
    /// Whether we're reading a value that is going to be sent, in which case we have to be strict.
    static STRICT: Cell<bool> = const { Cell::new(false) };
}

/// The error for text that isn't a valid date and is going to be sent.
pub(crate) const NO_DATE: &str = "invalid date: use the format 2026-11-23T08:30:00Z";

/// The error for text that isn't a known enum value and is going to be sent.
const NO_SUCH_VALUE: &str = "unknown enum value";

/// The error for an integer that doesn't fit its type.
const OUT_OF_RANGE: &str = "integer out of range";

/// The error for a number that doesn't fit into a decimal.
pub(crate) const TOO_LARGE: &str = "number too large for a decimal";

/// All of our own error messages. They never quote a value.
pub(crate) const TEXTS: [&str; 4] = [NO_DATE, NO_SUCH_VALUE, OUT_OF_RANGE, TOO_LARGE];

/// Calls `read`, treating enums and dates as strictly as their setters do.
pub fn strictly<T>(read: impl FnOnce() -> T) -> T {
    /// Restores the previous setting. We need this even if `read` panics, because this thread will
    /// go on to read responses.
    struct Outside(bool);
    impl Drop for Outside {
        fn drop(&mut self) {
            STRICT.set(self.0);
        }
    }
    let _outside = Outside(STRICT.replace(true));
    read()
}

/// Returns true if invalid dates and unknown enum values are errors.
pub(crate) fn is_strict() -> bool {
    STRICT.get()
}

/// Deserializes an unknown value of the enum `T` and records that there was one.
///
/// # Errors
///
/// This fails if the value can't be deserialized.
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

/// Deserializes a string enum. If the value is unknown, it's recorded and wrapped with `other`.
///
/// # Errors
///
/// This fails if the value isn't a string. Unknown values are also an error if they're going to be
/// sent.
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

/// Records that an enum had an unknown value.
pub(crate) fn note(name: &'static str) {
    UNKNOWN.with_borrow_mut(|names| {
        if let Some(names) = names.as_mut().filter(|names| !names.contains(&name)) {
            names.push(name);
        }
    });
}

/// Calls `read` and returns which enums had unknown values.
///
/// If these calls are nested, the inner one doesn't report anything to the outer one. Its result
/// might get thrown away, after all.
pub(crate) fn noting<T>(read: impl FnOnce() -> T) -> (T, Vec<&'static str>) {
    /// Restores the previous list, even if `read` panics.
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

/// Deserializes a field that is represented differently in JSON.
///
/// For example, some servers write integers as `1.0`. It's an error if an integer doesn't fit its
/// type. To fix that, the document needs to use a larger type, such as `format: uint64` or `type:
/// number`.
///
/// # Errors
///
/// This fails if the value can't be deserialized.
pub fn converted<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromWire,
{
    let read = T::Read::deserialize(deserializer)?;
    Ok(T::from_read(read))
}

/// Like [`converted`], but uses the default for null.
///
/// # Errors
///
/// This fails if the value can't be deserialized.
pub fn converted_or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromWire + Default,
{
    let read: Option<T::Read> = Option::deserialize(deserializer)?;
    Ok(read.map(T::from_read).unwrap_or_default())
}

/// Implemented by types that are represented differently in JSON.
pub trait FromWire {
    /// The JSON representation.
    type Read: for<'de> Deserialize<'de>;

    /// Converts from the JSON representation.
    fn from_read(read: Self::Read) -> Self;
}

/// An integer that may have been written with a fraction of zero.
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
                // We know that this is a whole number within ±2^63, so the cast is exact.
                #[allow(clippy::cast_possible_truncation, reason = "checked above")]
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
    fn panic_while_reading_does_not_affect_later_reads() {
        let panics = |read: &mut dyn FnMut()| {
            let read = std::panic::AssertUnwindSafe(read);
            std::panic::catch_unwind(read).expect_err("it panics");
        };
        panics(&mut || strictly(|| panic!("in a reader")));
        assert!(!is_strict());
        strictly(|| {
            panics(&mut || strictly(|| panic!("in a reader")));
            assert!(is_strict(), "the outer setting is restored");
            strictly(|| ());
            assert!(is_strict(), "even if the reader returns");
        });
        let ((), outside) = noting(|| {
            note("Outer");
            panics(&mut || drop(noting(|| panic!("in a reader"))));
            note("After");
        });
        assert_eq!(outside, ["Outer", "After"]);
    }

    #[test]
    fn rejects_values_that_do_not_fit_the_integer_type() {
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
