//! The canonical form of a document, which depends only on the contents of the document.

use std::cmp::Ordering;

use serde_json::Value;

use crate::Source;
use crate::error::{Error, Problem};
use crate::spec::{Kind, Order, Shape, Version, visit_mut};
use crate::yaml;

/// Writes a document as YAML in canonical form.
///
/// - The fields of OpenAPI objects appear in the order that readers expect. Names that the document
///   chooses (paths, properties, components) and extensions are sorted.
/// - Arrays that represent sets are sorted: `required`, `enum` (unless an extension such as
///   `x-enum-varnames` accompanies it), arrays of types, tags, parameters (by location and name), and
///   the scopes of security requirements. All other arrays keep their order, because the order has a
///   meaning or the array is data: alternatives (`oneOf`), servers, examples.
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
/// Returns an error if parsing the written text does not return the same document.
pub fn canonical(document: &Value) -> Result<String, Error> {
    let refuse = |message: String| -> Error {
        let advice = "this is a bug in trackstar-openapi; please report it with the document";
        Problem::new("the canonical form", None, message, advice).into()
    };
    let mut sorted = document.clone();
    sort_sets(&mut sorted);
    let ordered = Ordered {
        value: &sorted,
        shape: Shape::Node(Kind::Document),
        version: version(document),
    };
    let mut text = String::new();
    ordered.write(&mut text, 0);
    let again = crate::parse(Source {
        name: "the canonical form",
        text: &text,
    })?;
    if again != sorted {
        return Err(refuse(
            "the written YAML parses as a different document".to_owned(),
        ));
    }
    Ok(text)
}

/// Sorts the arrays of a document that represent sets, as [`canonical`] does.
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
            if is_sorted(kind, key) && !(paired && key == "enum") {
                match value {
                    Value::Object(lists) => lists.values_mut().for_each(sort),
                    list => sort(list),
                }
            }
        }
    });
}

/// Returns true for sets, except for alternatives, whose order code depends on.
fn is_sorted(kind: Kind, key: &str) -> bool {
    const ALTERNATIVES: [Shape; 2] = [
        Shape::List(Kind::Schema),
        Shape::List(Kind::SecurityRequirement),
    ];
    let mut rows = kind.fields().iter();
    kind == Kind::SecurityRequirement
        || rows.any(|row| row.name == key && row.set && !ALTERNATIVES.contains(&row.shape))
}

fn sort(list: &mut Value) {
    if let Value::Array(items) = list {
        items.sort_by(|one, other| {
            let named = ["$ref", "in", "name"].map(|key| compare(&one[key], &other[key]));
            let named = named.into_iter().fold(Ordering::Equal, Ordering::then);
            named.then_with(|| compare(one, other))
        });
    }
}

/// Compares two values by type, then by number or text. The order is total.
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
            // Different numbers may be equal as floats.
            order
                .unwrap_or(Ordering::Equal)
                .then_with(|| a.to_string().cmp(&b.to_string()))
        }
        _ => rank(one)
            .cmp(&rank(other))
            .then_with(|| text(one).cmp(&text(other))),
    }
}

/// Returns the text of a value, independent of the order of its keys.
fn text(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string()
}

fn version(document: &Value) -> Version {
    let version = document.get("openapi").and_then(Value::as_str);
    version.and_then(Version::of).unwrap_or(Version::V31)
}

/// A value with its position in the structure of OpenAPI, which determines the order of its fields.
#[derive(Clone, Copy)]
struct Ordered<'a> {
    value: &'a Value,
    shape: Shape,
    version: Version,
}

impl<'a> Ordered<'a> {
    /// Returns a nested value with its shape.
    fn below(self, value: &'a Value, shape: Shape) -> Self {
        Self {
            value,
            shape,
            ..self
        }
    }
}

impl<'a> Ordered<'a> {
    /// Returns the fields of an object in canonical order.
    fn fields(self) -> Vec<(&'a str, Self)> {
        let kind = self.shape.node().map(|kind| kind.as_written(self.value));
        let rank = |key: &str| kind.map_or(usize::MAX, |kind| rank(kind, key));
        let fields = self.value.as_object().into_iter().flatten();
        let mut fields: Vec<(&str, &Value)> =
            fields.map(|(key, value)| (key.as_str(), value)).collect();
        fields.sort_by_key(|(key, _)| (rank(key), *key));
        let below = |key| self.shape.below(self.value, key, self.version);
        let fields = fields.into_iter();
        fields
            .map(|(key, value)| (key, self.below(value, below(key))))
            .collect()
    }

    /// Writes the value at the end of the current line, and indents further lines by `indent` spaces.
    fn write(self, out: &mut String, indent: usize) {
        let begin = |out: &mut String, at: usize| {
            if at > 0 {
                out.push_str(&" ".repeat(indent));
            }
        };
        match self.value {
            Value::Object(fields) if !fields.is_empty() => {
                for (at, (key, value)) in self.fields().into_iter().enumerate() {
                    begin(out, at);
                    let key = yaml::key(key);
                    if key.chars().count() > LONG_KEY {
                        out.extend(["? ", &key, "\n", &" ".repeat(indent), ":"]);
                    } else {
                        out.extend([&key, ":"]);
                    }
                    // The items of a list are indented like its key.
                    let indent = indent + if value.value.is_array() { 0 } else { 2 };
                    if value.has_parts() {
                        out.push('\n');
                        out.push_str(&" ".repeat(indent));
                    } else {
                        out.push(' ');
                    }
                    value.write(out, indent);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let shape = self.shape.below(self.value, "", self.version);
                for (at, item) in items.iter().enumerate() {
                    begin(out, at);
                    out.push_str("- ");
                    self.below(item, shape).write(out, indent + 2);
                }
            }
            Value::String(text) => out.extend([&yaml::text(text, indent), "\n"]),
            plain => out.extend([&plain.to_string(), "\n"]),
        }
    }

    fn has_parts(self) -> bool {
        match self.value {
            Value::Object(fields) => !fields.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => false,
        }
    }
}

/// Maximum length of a key, in characters, for which the parser recognizes the colon that follows.
const LONG_KEY: usize = 1000;

/// The keywords that come first in a schema. The table groups them by version instead.
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

/// Returns the position of a field among the fields of its object.
fn rank(kind: Kind, key: &str) -> usize {
    // Status codes sort before `default` alphabetically.
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
