//! Converts values to text that can be used in a URL, header or form.
//!
//! We can't just use JSON for this. It turns NaN into null, in which case the parameter would
//! silently be dropped. It also writes whole numbers as `5.0`, and an `f32` of `0.1` as
//! `0.10000000149011612`.

use std::fmt::Display;
use std::num::FpCategory;

use serde::ser::{self, Serialize, Serializer};

/// A value that has been converted to text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Written {
    /// Null, which means that the parameter is left out.
    Nothing,
    Text(String),
    List(Vec<Written>),
    Object(Vec<(String, Written)>),
}

/// Serializes a value.
///
/// If it can't be represented as text, this returns an error that doesn't contain the value.
pub(crate) fn write(value: &(impl Serialize + ?Sized)) -> Result<Written, String> {
    let written = value.serialize(Writer { keep: true });
    written.map_err(|Unwritable(why)| why)
}

/// Checks whether a value can be represented as text, without copying it.
pub(crate) fn check(value: &(impl Serialize + ?Sized)) -> Result<(), String> {
    let written = value.serialize(Writer { keep: false });
    written.map(drop).map_err(|Unwritable(why)| why)
}

/// The reason why a value can't be serialized.
#[derive(Debug)]
struct Unwritable(String);

impl Display for Unwritable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

#[derive(Clone, Copy)]
struct Writer {
    /// Whether to keep the text. If not, we only check the value.
    keep: bool,
}

impl Writer {
    fn text(self, value: impl Display) -> Written {
        if self.keep {
            Written::Text(value.to_string())
        } else {
            Written::Nothing
        }
    }

    /// Formats a number so that any server can parse it. Whole numbers don't get a fraction, and we
    /// never use an exponent.
    fn number(self, value: f64, shortest: impl Display) -> Result<Written, Unwritable> {
        match value.classify() {
            FpCategory::Nan | FpCategory::Infinite => Err(Unwritable(
                "the number is not finite: use a finite one, or omit the value".to_owned(),
            )),
            // Drop the sign of a negative zero. It's valid JSON, but some integer parsers reject
            // it.
            FpCategory::Zero => Ok(self.text(0)),
            FpCategory::Subnormal | FpCategory::Normal => Ok(self.text(shortest)),
        }
    }
}

macro_rules! as_text {
    ($($method:ident: $ty:ty),*) => {$(
        fn $method(self, value: $ty) -> Result<Written, Unwritable> {
            Ok(self.text(value))
        }
    )*};
}

impl Serializer for Writer {
    type Ok = Written;
    type Error = Unwritable;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = Variant<List>;
    type SerializeMap = WrittenFields;
    type SerializeStruct = WrittenFields;
    type SerializeStructVariant = Variant<WrittenFields>;

    as_text!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_i128: i128, serialize_u8: u8, serialize_u16: u16,
        serialize_u32: u32, serialize_u64: u64, serialize_u128: u128, serialize_char: char,
        serialize_str: &str
    );

    fn serialize_f32(self, value: f32) -> Result<Written, Unwritable> {
        self.number(value.into(), value)
    }

    fn serialize_f64(self, value: f64) -> Result<Written, Unwritable> {
        self.number(value, value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Written, Unwritable> {
        let items = value.iter().map(|byte| self.text(byte));
        Ok(Written::List(items.collect()))
    }

    fn serialize_none(self) -> Result<Written, Unwritable> {
        Ok(Written::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Written, Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Written, Unwritable> {
        Ok(Written::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Written, Unwritable> {
        Ok(Written::Nothing)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Written, Unwritable> {
        Ok(self.text(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Written, Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Written, Unwritable> {
        let value = value.serialize(self)?;
        Ok(Written::Object(vec![(variant.to_owned(), value)]))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List, Unwritable> {
        Ok(List {
            items: Vec::new(),
            writer: self,
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<List, Unwritable> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<List, Unwritable> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        length: usize,
    ) -> Result<Variant<List>, Unwritable> {
        let inner = self.serialize_seq(Some(length))?;
        Ok(Variant { name, inner })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<WrittenFields, Unwritable> {
        Ok(WrittenFields::of(self, false))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<WrittenFields, Unwritable> {
        Ok(WrittenFields::of(self, name == NUMBER))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Variant<WrittenFields>, Unwritable> {
        let inner = WrittenFields::of(self, false);
        Ok(Variant { name, inner })
    }
}

/// This is what `serde_json` calls a number if some other crate has enabled arbitrary precision.
const NUMBER: &str = "$serde_json::private::Number";

fn nested() -> Unwritable {
    Unwritable("it contains an object, which is not supported".to_owned())
}

struct List {
    items: Vec<Written>,
    writer: Writer,
}

macro_rules! list {
    ($($of:ident: $method:ident),*) => {$(
        impl ser::$of for List {
            type Ok = Written;
            type Error = Unwritable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
                let value = value.serialize(self.writer)?;
                if self.writer.keep {
                    self.items.push(value);
                }
                Ok(())
            }

            fn end(self) -> Result<Written, Unwritable> {
                Ok(Written::List(self.items))
            }
        }
    )*};
}

list!(SerializeSeq: serialize_element, SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field);

struct WrittenFields {
    fields: Vec<(String, Written)>,
    key: Option<String>,
    writer: Writer,
    /// Whether this is really a number.
    number: bool,
}

impl WrittenFields {
    fn of(writer: Writer, number: bool) -> Self {
        Self {
            fields: Vec::new(),
            key: None,
            writer,
            number,
        }
    }

    fn push(&mut self, key: String, value: Written) {
        if self.writer.keep {
            self.fields.push((key, value));
        }
    }
}

impl ser::SerializeMap for WrittenFields {
    type Ok = Written;
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unwritable> {
        match key.serialize(self.writer)? {
            Written::Text(key) => self.key = Some(key),
            _ if !self.writer.keep => self.key = Some(String::new()),
            _ => return Err(nested()),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        let key = self.key.take().ok_or_else(nested)?;
        let value = value.serialize(self.writer)?;
        self.push(key, value);
        Ok(())
    }

    fn end(self) -> Result<Written, Unwritable> {
        Ok(Written::Object(self.fields))
    }
}

impl ser::SerializeStruct for WrittenFields {
    type Ok = Written;
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        let value = value.serialize(self.writer)?;
        self.push(key.to_owned(), value);
        Ok(())
    }

    fn end(mut self) -> Result<Written, Unwritable> {
        if !self.number {
            return Ok(Written::Object(self.fields));
        }
        match self.fields.pop() {
            Some((_, Written::Text(text))) if text.contains(['.', 'e', 'E']) => {
                let value: f64 = text.parse().map_err(ser::Error::custom)?;
                self.writer.number(value, value)
            }
            Some((_, text)) => Ok(text),
            None => Ok(Written::Nothing),
        }
    }
}

/// A variant with more than one value, along with its name.
struct Variant<T> {
    name: &'static str,
    inner: T,
}

impl ser::SerializeTupleVariant for Variant<List> {
    type Ok = Written;
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        ser::SerializeSeq::serialize_element(&mut self.inner, value)
    }

    fn end(self) -> Result<Written, Unwritable> {
        let inner = ser::SerializeSeq::end(self.inner)?;
        Ok(Written::Object(vec![(self.name.to_owned(), inner)]))
    }
}

impl ser::SerializeStructVariant for Variant<WrittenFields> {
    type Ok = Written;
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        ser::SerializeStruct::serialize_field(&mut self.inner, key, value)
    }

    fn end(self) -> Result<Written, Unwritable> {
        let inner = ser::SerializeStruct::end(self.inner)?;
        Ok(Written::Object(vec![(self.name.to_owned(), inner)]))
    }
}

#[cfg(test)]
mod tests;
