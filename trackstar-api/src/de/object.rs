//! Deserializes generated types from objects.
//!
//! We don't use serde's derive, because it supports lists and other formats that we don't need. For
//! a whole document, that code accounts for half of the time spent in the compiler.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::Error as NoValue;
use serde::de::{self, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::lenient::FromWire;

/// A type that can be deserialized from an object. This is implemented by `__rt::object!`.
pub trait Object<'de>: Sized {
    /// The name of the type.
    const NAME: &'static str;
    /// The names of its fields.
    const FIELDS: &'static [&'static str];

    /// Deserializes the fields.
    ///
    /// # Errors
    ///
    /// This returns an error if a field is missing, occurs twice or has an invalid value.
    fn fields<A: MapAccess<'de>>(entries: &mut Entries<A>) -> Result<Self, A::Error>;
}

/// Deserializes a value from an object.
///
/// # Errors
///
/// This returns an error if the value isn't an object. See also [`Object::fields`].
pub fn read<'de, D: Deserializer<'de>, T: Object<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_struct(T::NAME, T::FIELDS, Read(PhantomData))
}

struct Read<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for Read<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::fields(&mut Entries {
            map,
            names: T::FIELDS,
            next: 0,
            seen: 0,
        })
    }
}

/// The entries of an object. Fields are identified by their index.
#[derive(Debug)]
pub struct Entries<A> {
    map: A,
    names: &'static [&'static str],
    /// The field after the previous one. Servers usually send fields in the same order as in the
    /// type, so we try this first.
    next: usize,
    /// A bit for each field that we've seen. Types with more fields than that use serde's derive.
    seen: u128,
}

impl<'de, A: MapAccess<'de>> Entries<A> {
    /// Returns the index of the next field, skipping over unknown ones.
    ///
    /// # Errors
    ///
    /// This returns an error if the field occurs twice.
    pub fn skip_unknown(&mut self) -> Result<Option<usize>, A::Error> {
        loop {
            match self.key(|_| ())? {
                Some(Ok(index)) => return self.first(index),
                Some(Err(())) => {
                    self.map.next_value::<IgnoredAny>()?;
                }
                None => return Ok(None),
            }
        }
    }

    /// Returns the index of the next field.
    ///
    /// # Errors
    ///
    /// This returns an error if the field is unknown or occurs twice.
    pub fn deny_unknown(&mut self) -> Result<Option<usize>, A::Error> {
        match self.key(str::to_owned)? {
            Some(Ok(index)) => self.first(index),
            Some(Err(name)) => Err(A::Error::unknown_field(&name, self.names)),
            None => Ok(None),
        }
    }

    /// Returns the index of the next field, collecting unknown ones in `rest`.
    ///
    /// # Errors
    ///
    /// This returns an error if the field occurs twice.
    pub fn keep_unknown(
        &mut self,
        rest: &mut Map<String, Value>,
    ) -> Result<Option<usize>, A::Error> {
        loop {
            match self.key(str::to_owned)? {
                Some(Ok(index)) => return self.first(index),
                Some(Err(name)) => {
                    rest.insert(name, self.map.next_value()?);
                }
                None => return Ok(None),
            }
        }
    }

    fn key<U>(&mut self, unknown: fn(&str) -> U) -> Result<Option<Result<usize, U>>, A::Error> {
        self.map.next_key_seed(Key {
            names: self.names,
            next: self.next,
            unknown,
        })
    }

    fn first(&mut self, index: usize) -> Result<Option<usize>, A::Error> {
        let bit = 1 << index;
        if self.seen & bit != 0 {
            return Err(A::Error::duplicate_field(self.names[index]));
        }
        self.seen |= bit;
        self.next = index + 1;
        Ok(Some(index))
    }

    /// Deserializes the value of the current field.
    ///
    /// # Errors
    ///
    /// This fails if the value can't be deserialized.
    pub fn read<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>) -> Result<(), A::Error> {
        *slot = Some(self.map.next_value()?);
        Ok(())
    }

    /// Deserializes a value that has a default, which is also used for null.
    ///
    /// # Errors
    ///
    /// This fails if the value can't be deserialized.
    pub fn or_default<T>(&mut self, slot: &mut Option<T>) -> Result<(), A::Error>
    where
        T: Deserialize<'de> + Default,
    {
        let value: Option<T> = self.map.next_value()?;
        *slot = Some(value.unwrap_or_default());
        Ok(())
    }

    /// Deserializes a value that is represented differently in JSON.
    ///
    /// # Errors
    ///
    /// This fails if the value can't be deserialized.
    pub fn converted<T: FromWire>(&mut self, slot: &mut Option<T>) -> Result<(), A::Error> {
        let value: T::Read = self.map.next_value()?;
        *slot = Some(T::from_read(value));
        Ok(())
    }

    /// Like [`converted`](Self::converted), but uses the default for null.
    ///
    /// # Errors
    ///
    /// This fails if the value can't be deserialized.
    pub fn converted_or_default<T>(&mut self, slot: &mut Option<T>) -> Result<(), A::Error>
    where
        T: FromWire + Default,
    {
        let value: Option<T::Read> = self.map.next_value()?;
        *slot = Some(value.map(T::from_read).unwrap_or_default());
        Ok(())
    }

    /// Returns the value of a required field.
    ///
    /// # Errors
    ///
    /// This returns an error if the field is missing.
    pub fn required<T>(&self, name: &'static str, slot: Option<T>) -> Result<T, A::Error> {
        slot.ok_or_else(|| A::Error::missing_field(name))
    }

    /// Returns the value of a field. If it's missing, it's treated as null.
    ///
    /// # Errors
    ///
    /// This returns an error if the field is missing and its type doesn't accept null.
    pub fn present<T>(&self, name: &'static str, slot: Option<T>) -> Result<T, A::Error>
    where
        T: Deserialize<'de>,
    {
        slot.map_or_else(
            || T::deserialize(Missing).map_err(|_| A::Error::missing_field(name)),
            Ok,
        )
    }
}

/// Deserializes the name of a field.
struct Key<U> {
    names: &'static [&'static str],
    next: usize,
    unknown: fn(&str) -> U,
}

impl<'de, U> DeserializeSeed<'de> for Key<U> {
    type Value = Result<usize, U>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<U> Visitor<'_> for Key<U> {
    type Value = Result<usize, U>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        let expected = self.names.get(self.next).is_some_and(|it| *it == name);
        let index = if expected {
            Some(self.next)
        } else {
            self.names.iter().position(|it| *it == name)
        };
        Ok(index.ok_or_else(|| (self.unknown)(name)))
    }
}

/// Stands in for a missing value. A type that accepts null reads this as null.
struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = NoValue;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoValue> {
        Err(NoValue::custom(""))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoValue> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
