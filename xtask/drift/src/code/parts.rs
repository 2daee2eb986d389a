//! The parts of an `allOf`, and how they match those of another document.

use std::borrow::{Borrow, Cow};

use serde_json::{Map, Value};

use super::schema::{Kind, Reason, Schema};
use crate::canonical;

/// The components of a document.
#[derive(Clone, Copy)]
pub(super) struct Components<'a>(pub(super) Option<&'a Map<String, Value>>);

impl<'a> Components<'a> {
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name)
    }

    fn resolved<'v>(self, schema: &'v Value) -> &'v Value
    where
        'a: 'v,
    {
        let named = Schema::of(schema).reference();
        named.and_then(|name| self.get(name)).unwrap_or(schema)
    }

    fn is_object(self, schema: &Value) -> bool {
        Schema::of(self.resolved(schema)).kind() == Kind::Object
    }

    /// Returns the parts of an `allOf`. The generator uses only those alternatives of a part that have
    /// the type of the other parts.
    pub(super) fn parts<'v>(self, parts: &'v [Value]) -> Vec<Cow<'v, Value>>
    where
        'a: 'v,
    {
        if !parts.iter().any(|part| self.is_object(part)) {
            return parts.iter().map(Cow::Borrowed).collect();
        }
        parts.iter().map(|part| self.object(part)).collect()
    }

    /// Returns a schema in which its only object alternative replaces all alternatives. If there is no
    /// such alternative, returns the schema itself.
    fn object<'v>(self, schema: &'v Value) -> Cow<'v, Value>
    where
        'a: 'v,
    {
        let narrowed = || {
            let whole = Schema::of(schema);
            let (key, alternatives) = whole.alternatives()?;
            let mut objects = alternatives.iter().filter(|it| self.is_object(it));
            let (Some(only), None) = (objects.next(), objects.next()) else {
                return None;
            };
            let mut fields = whole.fields?.clone();
            fields.remove(key);
            for (key, value) in Schema::of(self.resolved(only)).fields? {
                if fields.insert(key.clone(), value.clone()).is_some() {
                    return None;
                }
            }
            Some(Value::Object(fields))
        };
        narrowed().map_or(Cow::Borrowed(schema), Cow::Owned)
    }

    /// Returns an object merged with its `allOf`, as the generator does it. Returns `None` if a part is
    /// not an object.
    pub(super) fn merged(self, schema: &Value) -> Option<Value> {
        let mut whole = schema.as_object()?.clone();
        let Some(Value::Array(parts)) = whole.remove("allOf") else {
            return Some(schema.clone());
        };
        let (mut properties, mut required) = (Map::new(), Vec::new());
        let rest = Value::Object(whole.clone());
        let parts: Vec<&Value> = parts.iter().chain([&rest]).collect();
        let any_object = parts.iter().any(|part| self.is_object(part));
        for part in parts {
            let part = match self.resolved(part) {
                part if any_object => self.object(part),
                part => Cow::Borrowed(part),
            };
            let part = part.as_ref();
            let object = Schema::of(part);
            let kept = ["allOf", "anyOf", "oneOf", "x-rust-type"];
            let simple = kept.iter().all(|key| object.get(key).is_none());
            if !(simple && matches!(object.kind(), Kind::Object | Kind::Any)) {
                return None;
            }
            for (name, property) in object.properties() {
                if properties
                    .insert(name.to_owned(), property.clone())
                    .is_some()
                {
                    return None;
                }
            }
            required.extend_from_slice(object.list("required"));
        }
        whole.insert("type".to_owned(), "object".into());
        whole.insert("properties".to_owned(), properties.into());
        whole.insert("required".to_owned(), required.into());
        Some(whole.into())
    }
}

fn name(schema: &Value) -> Option<&str> {
    title(schema).or(Schema::of(schema).reference())
}

/// Returns the title of a schema or of the schema that it wraps.
pub(super) fn title(schema: &Value) -> Option<&str> {
    let title = schema.get("title");
    title.or_else(|| Schema::of(schema).get("title"))?.as_str()
}

/// Matches parts or alternatives with those of another document: first by name or equal content, then by
/// order. Returns `gone` as the error if there are fewer.
pub(super) fn paired<'v, V: Borrow<Value>>(
    before: &'v [V],
    after: &'v [V],
    gone: &str,
) -> Result<Vec<(&'v Value, &'v Value)>, Reason> {
    let mut left: Vec<&'v Value> = after.iter().map(V::borrow).collect();
    let mut take = |fit: &dyn Fn(&Value) -> bool| {
        let at = left.iter().position(|other| fit(other))?;
        Some(left.remove(at))
    };
    let before: Vec<&'v Value> = before.iter().map(V::borrow).collect();
    let bare: Vec<Value> = before.iter().copied().map(canonical::bare).collect();
    let same = |(one, bare): (&&Value, &Value)| {
        let name = name(one);
        take(&|other| match name {
            Some(_) => self::name(other) == name,
            None => canonical::bare(other) == *bare,
        })
    };
    let found: Vec<Option<&'v Value>> = before.iter().zip(&bare).map(same).collect();
    let pairs = before.into_iter().zip(found).map(|(one, found)| {
        let partner = found.or_else(|| take(&|_| true));
        Ok((one, partner.ok_or(gone)?))
    });
    pairs.collect()
}
