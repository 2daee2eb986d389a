//! Does the same for types that the user has defined, by wrapping the deserializer at every level.

use std::fmt;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

/// Deserializes JSON, rejecting lists for structs at any depth.
///
/// There is an exception. If a type buffers its input (`flatten` and `untagged`), we can't check
/// what's inside of it.
pub(crate) fn from_slice<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = T::deserialize(Deep(&mut reader))?;
    reader.end()?;
    Ok(value)
}

/// A wrapper that is also applied to everything nested inside.
struct Deep<T>(T);

/// The visitor for nested values. Depending on `LISTS`, it accepts lists.
struct Visit<V, const LISTS: bool>(V);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Deep<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0
            .deserialize_struct(name, fields, Visit::<_, false>(visitor))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Visit::<_, true>(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0
            .deserialize_enum(name, variants, Visit::<_, true>(visitor))
    }

    forward_requests!(Visit::<_, true>);
}

impl<'de, V: Visitor<'de>, const LISTS: bool> Visitor<'de> for Visit<V, LISTS> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        if LISTS {
            self.0.visit_seq(Deep(list))
        } else {
            Err(A::Error::invalid_type(Unexpected::Seq, &self))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Deep(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Deep(data))
    }

    forward_scalars!();

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Deep(deserializer))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Deep(deserializer))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Deep<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Deep(deserializer))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Deep<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Deep(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Deep<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(Deep(seed))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Deep(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Deep<A> {
    type Error = A::Error;
    type Variant = Deep<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (name, variant) = self.0.variant_seed(Deep(seed))?;
        Ok((name, Deep(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Deep<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(Deep(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(length, Visit::<_, true>(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, Visit::<_, false>(visitor))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Own {
        id: String,
        #[serde(default)]
        pair: Option<(i64, String)>,
        #[serde(default)]
        inner: Vec<Own>,
        #[serde(default)]
        map: BTreeMap<String, Box<Own>>,
        #[serde(default)]
        shape: Option<Shape>,
        #[serde(default)]
        any: Value,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Shape {
        Point,
        Circle { radius: f64 },
        Line(i64, i64),
        Wrapped(Size),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Size(u8);

    fn read<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
        from_slice(value.to_string().as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_user_types_like_serde() {
        for value in [
            json!({"id": "a"}),
            json!({"id": "a", "pair": [1, "b"], "inner": [{"id": "c"}], "new": [{}]}),
            json!({"id": "a", "map": {"k": {"id": "d"}}, "shape": "Point", "any": [1, {"a": null}]}),
            json!({"id": "a", "shape": {"Circle": {"radius": 1.5}}}),
            json!({"id": "a", "shape": {"Line": [1, 2]}}),
            json!({"id": "a", "shape": {"Wrapped": 7}}),
        ] {
            let expected: Own = serde_json::from_value(value.clone()).expect("readable");
            assert_eq!(read::<Own>(&value), Ok(expected), "{value}");
        }
        assert_eq!(read::<Value>(&json!([1, [2]])), Ok(json!([1, [2]])));
        assert_eq!(read::<(i64, bool)>(&json!([1, true])), Ok((1, true)));
        from_slice::<Value>(b"1 2").expect_err("there is trailing text");
    }

    #[test]
    fn rejects_arrays_for_user_types() {
        for value in [
            json!(["a"]),
            json!({"id": "a", "inner": [["c"]]}),
            json!({"id": "a", "map": {"k": ["d"]}}),
            json!({"id": "a", "shape": {"Circle": [1.5]}}),
        ] {
            let told = read::<Own>(&value).expect_err("a list");
            assert!(told.contains("invalid type: sequence"), "{told}");
            let text = value.to_string();
            serde_json::from_str::<Own>(&text).expect("serde reads it by position");
        }
    }
}
