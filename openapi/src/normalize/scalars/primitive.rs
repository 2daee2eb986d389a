//! Scalars after references, `allOf` and unions are resolved.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::super::casing;
use super::super::relaxed_responses::is_limit;
use super::super::walk::Fuel;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ScalarKind {
    Boolean,
    Integer,
    Number,
    Text,
}

impl ScalarKind {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "string" => Self::Text,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Text => "string",
        }
    }

    fn has(self, value: &Value) -> bool {
        match self {
            Self::Boolean => value.is_boolean(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Text => value.is_string(),
        }
    }
}
use crate::contents::items;
use crate::reference::follow;
use crate::secret;
use crate::spec::is_annotation;

/// A set of scalar values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Primitive {
    /// JSON type, or `None` for any JSON value.
    kind: Option<ScalarKind>,
    /// Listed values, if the set is an enum.
    values: Option<Vec<Value>>,
    format: Option<String>,
    /// Whether null is read. Some documents send null if the enum does not list it despite `nullable`.
    null: bool,
    /// Whether null is a valid value according to the specification, so that it can be sent.
    takes_null: bool,
    /// Whether the scalar was joined from several schemas.
    pub(super) joined: bool,
}

/// Keywords of scalars in addition to limits and annotations.
const SCALAR: [&str; 8] = [
    "allOf",
    "anyOf",
    "discriminator",
    "enum",
    "format",
    "nullable",
    "oneOf",
    "type",
];

/// The target of a reference inside a schema of a type.
type Memo = (Option<ScalarKind>, String);

/// The scalars of a document.
///
/// Each reference target is inspected once. Otherwise schemas with two references each to schemas with
/// two references each would take exponential time.
#[derive(Debug)]
pub(super) struct Primitives<'d> {
    document: &'d Value,
    known: RefCell<HashMap<Memo, Option<Primitive>>>,
}

impl<'d> Primitives<'d> {
    pub(super) fn of(document: &'d Value) -> Self {
        Self {
            document,
            known: RefCell::default(),
        }
    }

    /// Returns the scalar of a schema, or `None` for lists, objects, and scalars of several types.
    pub(super) fn primitive(&self, schema: &Value) -> Option<Primitive> {
        self.of_kind(None, schema, &Fuel::new())
    }

    /// Returns the scalar of a schema inside another schema with a type, which applies to both.
    fn of_kind(&self, outer: Option<ScalarKind>, schema: &Value, fuel: &Fuel) -> Option<Primitive> {
        let _step = fuel.step()?;
        let Some(Value::String(reference)) = schema.get("$ref") else {
            return self.written(outer, schema, fuel);
        };
        let place = (outer, reference.clone());
        if let Some(known) = self.known.borrow().get(&place) {
            return known.clone();
        }
        // A recursive schema is not a scalar, and neither is one that exceeds the depth limit.
        self.known.borrow_mut().insert(place.clone(), None);
        let schema = follow(self.document, schema);
        let found = schema.and_then(|schema| self.written(outer, schema, fuel));
        self.known.borrow_mut().insert(place, found.clone());
        found
    }

    /// Returns the scalar of a schema that is not a reference.
    fn written(&self, outer: Option<ScalarKind>, schema: &Value, fuel: &Fuel) -> Option<Primitive> {
        let fields = schema.as_object()?;
        let known = |key: &str| SCALAR.contains(&key) || is_annotation(key) || is_limit(key);
        if !fields
            .keys()
            .all(|key| known(key) && key != crate::rust_type::KEY)
        {
            return None;
        }
        let mut met = own(fields, outer)?;
        let list = |key: &str| items(fields.get(key));
        for part in list("allOf") {
            let kind = met.kind;
            met = met.meet(self.of_kind(kind, part, fuel)?)?;
        }
        for key in super::UNIONS {
            let mut union: Option<Primitive> = None;
            for branch in list(key) {
                let branch = self.of_kind(met.kind, branch, fuel)?;
                let branch = met.clone().meet(branch)?;
                union = Some(match union {
                    None => branch,
                    Some(union) => union.join(&branch)?,
                });
            }
            met = union.unwrap_or(met);
        }
        Some(met)
    }

    /// Returns true if all branches are string enums, their values are disjoint, and the values have
    /// different names in Rust.
    pub(super) fn exclude_each_other(&self, branches: &[Value]) -> bool {
        let mut all: Vec<Value> = Vec::new();
        for branch in branches {
            let Some(Primitive {
                kind: Some(ScalarKind::Text),
                values: Some(values),
                ..
            }) = self.primitive(branch)
            else {
                return false;
            };
            all.extend(values);
        }
        let texts = all.iter().filter_map(Value::as_str);
        let variants = casing::variants(texts);
        variants.is_some_and(|names| names.iter().all(|name| name != casing::UNKNOWN))
    }

    /// Returns the values that branches of a schema list and its scalar does not, as a text for readers.
    pub(super) fn unlisted(&self, scalar: &Primitive, schema: &Value) -> Option<String> {
        if scalar.values.is_some() {
            return None;
        }
        let mut all: Vec<String> = Vec::new();
        for key in super::UNIONS {
            for branch in items(schema.get(key)) {
                let values = self
                    .primitive(branch)
                    .and_then(|primitive| primitive.values);
                for value in values.into_iter().flatten().map(|value| value.to_string()) {
                    if !all.contains(&value) {
                        all.push(value);
                    }
                }
            }
        }
        (!all.is_empty()).then(|| all.join(", "))
    }
}

/// Returns the scalar of a schema without its members and alternatives.
fn own(fields: &Map<String, Value>, outer: Option<ScalarKind>) -> Option<Primitive> {
    let nullable = fields.get("nullable") == Some(&json!(true));
    let mut null = nullable;
    // Without a type only an enum rejects null.
    let mut takes_null = nullable || !fields.contains_key("type");
    let mut kind = match fields.get("type").map(Value::as_str) {
        None => outer,
        Some(name) => Some(ScalarKind::of(name?)?),
    };
    let mut values = fields.get("enum").and_then(Value::as_array).cloned();
    if let Some(values) = &mut values {
        takes_null = values.contains(&Value::Null);
        null |= takes_null;
        values.retain(|value| !value.is_null());
        if let Some(kind) = kind {
            values.retain(|value| kind.has(value));
        } else {
            let kinds = [
                ScalarKind::Text,
                ScalarKind::Integer,
                ScalarKind::Number,
                ScalarKind::Boolean,
            ];
            kind = Some(
                kinds
                    .into_iter()
                    .find(|kind| values.iter().all(|it| kind.has(it)))?,
            );
        }
    }
    let format = fields.get("format").and_then(Value::as_str);
    // Another pass repairs empty enums.
    if !null && values.as_ref().is_some_and(Vec::is_empty) {
        return None;
    }
    Some(Primitive {
        kind,
        values,
        // Without a type a format is ignored, except on branches of a typed schema.
        format: format.map(str::to_owned),
        null,
        takes_null,
        joined: false,
    })
}

impl Primitive {
    /// Returns true unless every JSON value is accepted.
    pub(super) fn is_typed(&self) -> bool {
        self.kind.is_some()
    }

    /// Returns the intersection of two scalars, or `None` if it is empty.
    fn meet(self, other: Self) -> Option<Self> {
        let kind = match (self.kind, other.kind) {
            (Some(ScalarKind::Integer), Some(ScalarKind::Number))
            | (Some(ScalarKind::Number), Some(ScalarKind::Integer)) => Some(ScalarKind::Integer),
            (Some(one), Some(other)) if one != other => return None,
            (one, other) => one.or(other),
        };
        let values = match (self.values, other.values) {
            (Some(one), Some(other)) => {
                let both: Vec<Value> = one
                    .into_iter()
                    .filter(|value| other.contains(value))
                    .collect();
                if both.is_empty() {
                    return None;
                }
                Some(both)
            }
            (one, other) => one.or(other),
        };
        Some(Self {
            kind,
            values,
            format: match (self.format, other.format) {
                (Some(one), _) if one == secret::FORMAT => Some(one),
                (one, other) => other.or(one),
            },
            null: self.null || other.null,
            takes_null: self.takes_null && other.takes_null,
            joined: self.joined || other.joined,
        })
    }

    /// Returns the smallest scalar that accepts the values of both. Returns `None` if they have different
    /// types, or if no type of the generator can represent it.
    pub(super) fn join(&self, other: &Self) -> Option<Self> {
        let null = self.null || other.null;
        let takes_null = self.takes_null || other.takes_null;
        for (one, other) in [(self, other), (other, self)] {
            if one.is_null() {
                return Some(Self {
                    null,
                    takes_null,
                    joined: true,
                    ..other.clone()
                });
            }
        }
        let formats = [self.format.as_deref(), other.format.as_deref()];
        // A value that is secret in one branch is always secret.
        let secret = formats
            .contains(&Some(secret::FORMAT))
            .then(|| secret::FORMAT.to_owned());
        let (Some(one), Some(two)) = (self.kind, other.kind) else {
            return Some(Self {
                kind: None,
                values: None,
                format: secret,
                null,
                takes_null,
                joined: true,
            });
        };
        let kind = match (one, two) {
            (ScalarKind::Integer, ScalarKind::Number)
            | (ScalarKind::Number, ScalarKind::Integer) => ScalarKind::Number,
            (one, two) if one == two => one,
            _ => return None,
        };
        let values = match (&self.values, &other.values) {
            (Some(one), Some(two)) if kind != ScalarKind::Boolean => {
                let mut all = one.clone();
                all.extend(two.iter().filter(|value| !one.contains(value)).cloned());
                Some(all)
            }
            _ => None,
        };
        let format = secret.or_else(|| {
            let same = formats[0].filter(|format| formats[1] == Some(format));
            same.map(str::to_owned)
        });
        // No integer type represents both the values of this one and negative values.
        if kind == ScalarKind::Integer && format.is_none() && formats.contains(&Some("uint64")) {
            return None;
        }
        Some(Self {
            kind: Some(kind),
            values,
            format,
            null,
            takes_null,
            joined: true,
        })
    }

    /// Returns true if null is the only value.
    fn is_null(&self) -> bool {
        self.null && self.values.as_ref().is_some_and(Vec::is_empty)
    }

    pub(super) fn into_schema(self) -> Map<String, Value> {
        let mut schema = Map::new();
        let Some(kind) = self.kind else {
            // Without a type other formats are ignored.
            if let Some(format) = self.format.filter(|format| format == secret::FORMAT) {
                schema.insert("format".to_owned(), json!(format));
            }
            return schema;
        };
        schema.insert("type".to_owned(), json!(kind.name()));
        if let Some(mut values) = self.values {
            if self.takes_null {
                values.push(Value::Null);
            }
            schema.insert("enum".to_owned(), Value::Array(values));
        }
        if let Some(format) = self.format {
            schema.insert("format".to_owned(), json!(format));
        }
        if self.null {
            schema.insert("nullable".to_owned(), json!(true));
        }
        schema
    }
}
