//! Writing a document so that its text depends on nothing but what it says.

use std::cmp::Ordering;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value};

use crate::Source;
use crate::error::{Error, Problem};
use crate::spec::{Kind, Order, Shape, Version, visit_mut};

/// Writes a document as YAML in one fixed form.
///
/// - The fields of each object of OpenAPI stand in the order in which a reader looks for them;
///   names that the document chooses (paths, properties, components) and extensions are sorted.
/// - Lists that are sets are sorted: `required`, `enum` (but where an extension such as
///   `x-enum-varnames` goes along with it), lists of types, tags, parameters (by place and name),
///   scopes of security requirements. All other lists mean something by their order, or are the
///   document's own data, and stay: alternatives (`oneOf`), servers, examples.
/// - No text is changed.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::canonical;
///
/// let document = json!({
///     "info": {"version": "1", "title": "T"},
///     "components": {"schemas": {"A": {"required": ["b", "a"], "type": "object"}}},
///     "openapi": "3.1.0",
/// });
/// let text = "\
/// openapi: 3.1.0
/// info:
///   title: T
///   version: '1'
/// components:
///   schemas:
///     A:
///       type: object
///       required:
///       - a
///       - b
/// ";
/// assert_eq!(canonical(&document).unwrap(), text);
/// ```
///
/// # Errors
///
/// The text is read again, and is an error where it does not say what the document says.
pub fn canonical(document: &Value) -> Result<String, Error> {
    let refuse = |message: String| -> Error {
        let advice = "report the document: it holds something that this tool cannot write as YAML";
        Problem::new("the canonical form", None, message, advice).into()
    };
    let mut sorted = document.clone();
    sort_sets(&mut sorted);
    let ordered = Ordered {
        value: &sorted,
        shape: Shape::Node(Kind::Document),
        version: version(document),
    };
    let text = serde_norway::to_string(&ordered)
        .map_err(|error| refuse(format!("the document cannot be written: {error}")))?;
    let again = crate::parse(Source {
        name: "the canonical form",
        text: &text,
    })?;
    if again != sorted {
        return Err(refuse(
            "the document reads differently once it is written".to_owned(),
        ));
    }
    Ok(text)
}

/// Sorts the lists of a document whose order says nothing, as [`canonical`] does.
///
/// ```
/// use serde_json::json;
///
/// let mut one = json!({"openapi": "3.1.0", "tags": [{"name": "b"}, {"name": "a"}]});
/// trackstar_openapi::sort_sets(&mut one);
/// assert_eq!(one["tags"], json!([{"name": "a"}, {"name": "b"}]));
/// ```
pub fn sort_sets(document: &mut Value) {
    let version = version(document);
    let how = (version, Order::ParentsFirst);
    visit_mut(document, how, &mut |kind, value, _| {
        let Some(fields) = value.as_object_mut() else {
            return;
        };
        let paired = fields.keys().any(|key| key.starts_with("x-enum"));
        for (key, value) in fields.iter_mut() {
            match (kind, key.as_str()) {
                (Kind::Schema, "enum") if paired => {}
                (Kind::Schema, "required" | "enum" | "type")
                | (Kind::ServerVariable, "enum")
                | (Kind::Operation, "tags") => sort(value, |item| vec![item]),
                (Kind::SecurityRequirement, _) => sort(value, |item| vec![item]),
                (Kind::Document, "tags") => sort(value, |tag| vec![&tag["name"], tag]),
                (Kind::Operation | Kind::PathItem, "parameters") => {
                    sort(value, |it| vec![&it["$ref"], &it["in"], &it["name"], it]);
                }
                (Kind::Schema, "dependentRequired") => {
                    for names in value.as_object_mut().into_iter().flat_map(Map::values_mut) {
                        sort(names, |item| vec![item]);
                    }
                }
                _ => {}
            }
        }
    });
}

fn sort(list: &mut Value, key: impl for<'a> Fn(&'a Value) -> Vec<&'a Value>) {
    if let Value::Array(items) = list {
        items.sort_by(|one, other| {
            let pairs = key(one).into_iter().zip(key(other));
            pairs.fold(Ordering::Equal, |order, (one, other)| {
                order.then_with(|| compare(one, other))
            })
        });
    }
}

/// A total order of values: by kind, then by size or letters.
fn compare(one: &Value, other: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    };
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Number(a), Value::Number(b)) => {
            let sizes = a.as_f64().zip(b.as_f64());
            let order = sizes.and_then(|(a, b)| a.partial_cmp(&b));
            // What is one number to a float may still be two.
            order
                .unwrap_or(Ordering::Equal)
                .then_with(|| a.to_string().cmp(&b.to_string()))
        }
        _ => rank(one)
            .cmp(&rank(other))
            .then_with(|| text(one).cmp(&text(other))),
    }
}

/// The text of a value, the same whatever order its keys came in.
fn text(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string()
}

fn version(document: &Value) -> Version {
    let version = document.get("openapi").and_then(Value::as_str);
    version.and_then(Version::of).unwrap_or(Version::V31)
}

/// A value at a place of the document, for its fields to be written in their order.
#[derive(Clone, Copy)]
struct Ordered<'a> {
    value: &'a Value,
    shape: Shape,
    version: Version,
}

impl<'a> Ordered<'a> {
    /// What stands below, at a place of the given shape.
    fn below(self, value: &'a Value, shape: Shape) -> Self {
        Self {
            value,
            shape,
            ..self
        }
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Array(items) => {
                let shape = self.shape.below(self.value, "", self.version);
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&self.below(item, shape))?;
                }
                list.end()
            }
            Value::Object(fields) => {
                let kind = self.shape.node().map(|kind| kind.as_written(self.value));
                let mut keys: Vec<&String> = fields.keys().collect();
                keys.sort_by_key(|key| (kind.map_or(usize::MAX, |kind| rank(kind, key)), *key));
                let mut map = serializer.serialize_map(Some(keys.len()))?;
                for key in keys {
                    let shape = self.shape.below(self.value, key, self.version);
                    map.serialize_entry(key, &self.below(&fields[key], shape))?;
                }
                map.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

/// What a reader of a schema looks for first; the table has it grouped by version.
const FIRST_OF_SCHEMA: [&str; 8] = [
    "$ref",
    "title",
    "description",
    "type",
    "nullable",
    "format",
    "const",
    "enum",
];

/// Where a field of a kind comes among its neighbours.
fn rank(kind: Kind, key: &str) -> usize {
    // Statuses sort before `default` by their letters.
    if kind == Kind::Responses {
        return usize::MAX;
    }
    let first: &[&str] = if kind == Kind::Schema {
        &FIRST_OF_SCHEMA
    } else {
        &[]
    };
    let listed = first.iter().position(|name| *name == key);
    let table = || kind.fields().iter().position(|field| field.name == key);
    listed
        .or_else(|| table().map(|at| first.len() + at))
        .unwrap_or(usize::MAX)
}
