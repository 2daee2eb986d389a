//! Makes sure that structs are only deserialized from objects.
//!
//! By default, serde's derive also accepts a list that has the fields in declaration order. This
//! means that a response could be accepted even though it's completely wrong.

#![allow(dead_code, reason = "unused without objects")]

/// Forwards the methods of a deserializer, except for structs, enums and `deserialize_any`.
/// Visitors are wrapped in `$wrap`.
macro_rules! forward_requests {
    ($wrap:expr) => {
        forward_requests! { $wrap;
            deserialize_bool();
            deserialize_i8();
            deserialize_i16();
            deserialize_i32();
            deserialize_i64();
            deserialize_i128();
            deserialize_u8();
            deserialize_u16();
            deserialize_u32();
            deserialize_u64();
            deserialize_u128();
            deserialize_f32();
            deserialize_f64();
            deserialize_char();
            deserialize_str();
            deserialize_string();
            deserialize_bytes();
            deserialize_byte_buf();
            deserialize_option();
            deserialize_unit();
            deserialize_unit_struct(name: &'static str);
            deserialize_newtype_struct(name: &'static str);
            deserialize_seq();
            deserialize_tuple(length: usize);
            deserialize_tuple_struct(name: &'static str, length: usize);
            deserialize_map();
            deserialize_identifier();
            deserialize_ignored_any();
        }

        fn is_human_readable(&self) -> bool {
            self.0.is_human_readable()
        }
    };
    ($wrap:expr; $($method:ident($($argument:ident: $ty:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $ty,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method($($argument,)* $wrap(visitor))
        }
    )*};
}

/// Forwards all types that can't contain other values.
macro_rules! forward_scalars {
    () => {
        forward_scalars! {
            visit_bool(value: bool);
            visit_i64(value: i64);
            visit_i128(value: i128);
            visit_u64(value: u64);
            visit_u128(value: u128);
            visit_f64(value: f64);
            visit_str(value: &str);
            visit_borrowed_str(value: &'de str);
            visit_string(value: String);
            visit_bytes(value: &[u8]);
            visit_borrowed_bytes(value: &'de [u8]);
            visit_byte_buf(value: Vec<u8>);
            visit_none();
            visit_unit();
        }
    };
    ($($method:ident($($value:ident: $ty:ty)?);)*) => {$(
        fn $method<E: Error>(self $(, $value: $ty)?) -> Result<V::Value, E> {
            self.0.$method($($value)?)
        }
    )*};
}

pub(crate) mod deep;

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, VariantAccess, Visitor,
};

/// A deserializer that rejects lists for structs and tagged enums.
///
/// The `Deserialize` implementation of each generated type wraps its own deserializer in this. It
/// isn't enough to wrap the outermost one, because types that buffer their input (`flatten` and
/// `untagged`) would lose the wrapper.
#[derive(Debug)]
pub struct ByName<D>(pub D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ByName<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, NoList(visitor))
    }

    // This is what internally tagged enums call.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(NoList(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, NoList(visitor))
    }

    forward_requests!(std::convert::identity);
}

/// Forwards to another visitor, but rejects lists.
struct NoList<V>(V);

// We don't implement `visit_seq`, since the default implementation returns an error.
impl<'de, V: Visitor<'de>> Visitor<'de> for NoList<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(map)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(NoListIn(data))
    }

    forward_scalars!();

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(deserializer)
    }
}

/// Provides access to an enum variant, but rejects lists for its fields.
struct NoListIn<A>(A);

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for NoListIn<A> {
    type Error = A::Error;
    type Variant = NoListIn<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (name, variant) = self.0.variant_seed(seed)?;
        Ok((name, NoListIn(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for NoListIn<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, NoList(visitor))
    }
}

#[cfg(test)]
mod tests;
