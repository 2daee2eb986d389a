//! Walks documents by position.

use serde_json::Value;

use super::{Kind, Place, Shape, Version, schema};
use crate::pointer::JsonPointer;

/// A node of a walk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'a> {
    /// Kind that the position requires, possibly through a reference.
    pub(crate) expected: Kind,
    /// Kind of the node as it is written: the expected kind, or a reference.
    pub(crate) kind: Kind,
    pub(crate) value: &'a Value,
}

/// Visits a node and all nodes below it, parents first.
///
/// References are not followed, and data (examples, defaults, extensions) is not inspected.
pub(crate) fn visit<'a>(
    expected: Kind,
    value: &'a Value,
    version: Version,
    trail: &mut JsonPointer,
    on: &mut dyn FnMut(Node<'a>, &mut JsonPointer),
) {
    let kind = expected.as_written(value);
    on(
        Node {
            expected,
            kind,
            value,
        },
        trail,
    );
    for (key, value) in value.as_object().into_iter().flatten() {
        if let Some(shape) = shape_of_nodes(kind, key, value, version) {
            trail.push(key);
            each(shape, value, trail, &mut |kind, value, trail| {
                visit(kind, value, version, trail, on);
            });
            trail.pop();
        }
    }
}

/// Visits every schema of a document of OpenAPI 3.0, parents first.
pub(crate) fn schemas(document: &Value, on: &mut dyn FnMut(&Value, &str)) {
    let trail = &mut JsonPointer::default();
    visit(
        Kind::Document,
        document,
        Version::V30,
        trail,
        &mut |node, trail| {
            if node.kind == Kind::Schema {
                on(node.value, trail.as_str());
            }
        },
    );
}

/// Returns the shape of a field if its value may be or contain nodes.
///
/// Most fields are texts. They are recognized by their value, which is faster than finding them in the table.
/// Of the many keywords of schemas, only those with nodes are compared.
fn shape_of_nodes(kind: Kind, key: &str, value: &Value, version: Version) -> Option<Shape> {
    if matches!(value, Value::String(_) | Value::Number(_)) {
        return None;
    }
    if kind == Kind::Schema {
        let rows = schema::with_nodes(version).iter();
        let row = rows
            .copied()
            .find(|row| row.name.len() == key.len() && row.name == key);
        return row.map(|row| row.shape);
    }
    match kind.place(key, version) {
        Place::Field(shape, _) => shape.has_nodes().then_some(shape),
        _ => None,
    }
}

/// Calls `on` for each node that is a direct child in a field.
pub(crate) fn each<'a>(
    shape: Shape,
    value: &'a Value,
    trail: &mut JsonPointer,
    on: &mut dyn FnMut(Kind, &'a Value, &mut JsonPointer),
) {
    match (shape, value) {
        (Shape::Node(kind), _) => on(kind, value, trail),
        (Shape::SchemaOrFlag, Value::Object(_)) => on(Kind::Schema, value, trail),
        (Shape::List(kind), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                trail.push_index(index);
                on(kind, item, trail);
                trail.pop();
            }
        }
        (Shape::Map(kind), Value::Object(map)) => {
            for (name, item) in map {
                trail.push(name);
                on(kind, item, trail);
                trail.pop();
            }
        }
        _ => {}
    }
}

/// The order of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Parents before their children. A change must not change the kind of the node.
    ParentsFirst,
    /// Children before their parents. A replaced node is not visited again.
    ChildrenFirst,
}

/// Visits all nodes of a document for modification.
pub(crate) fn visit_mut(
    document: &mut Value,
    how: (Version, Order),
    on: &mut dyn FnMut(Kind, &mut Value, &JsonPointer),
) {
    let trail = &mut JsonPointer::default();
    node_mut(Kind::Document, document, how, trail, on);
}

/// Calls `on` with every schema of a document for modification. Nested schemas come first.
///
/// Schemas are recognized by position, so properties can have the names of keywords.
///
/// ```
/// let mut document = serde_json::json!({"components": {"schemas": {
///     "A": {"properties": {"items": {"nullable": true}}, "example": {"items": {"nullable": true}}},
/// }}});
/// trackstar_openapi::rewrite_schemas(&mut document, &mut |schema| {
///     schema.as_object_mut().map(|keywords| keywords.remove("nullable"));
/// });
/// let expected = serde_json::json!({"components": {"schemas": {
///     "A": {"properties": {"items": {}}, "example": {"items": {"nullable": true}}},
/// }}});
/// assert_eq!(document, expected);
/// ```
pub fn rewrite_schemas(document: &mut Value, on: &mut dyn FnMut(&mut Value)) {
    // The table of 3.1 contains all positions of 3.0.
    let how = (Version::V31, Order::ChildrenFirst);
    visit_mut(document, how, &mut |kind, value, _| {
        if kind == Kind::Schema {
            on(value);
        }
    });
}

pub(crate) fn node_mut(
    expected: Kind,
    value: &mut Value,
    (version, order): (Version, Order),
    trail: &mut JsonPointer,
    on: &mut dyn FnMut(Kind, &mut Value, &JsonPointer),
) {
    let kind = expected.as_written(value);
    if order == Order::ParentsFirst {
        on(kind, value, trail);
    }
    for (key, value) in value.as_object_mut().into_iter().flatten() {
        if let Some(shape) = shape_of_nodes(kind, key, value, version) {
            trail.push(key);
            each_mut(shape, value, trail, &mut |kind, value, trail| {
                node_mut(kind, value, (version, order), trail, on);
            });
            trail.pop();
        }
    }
    if order == Order::ChildrenFirst {
        on(kind, value, trail);
    }
}

/// Calls `on` for each node that is a direct child in a field, for modification.
pub(crate) fn each_mut(
    shape: Shape,
    value: &mut Value,
    trail: &mut JsonPointer,
    on: &mut dyn FnMut(Kind, &mut Value, &mut JsonPointer),
) {
    match (shape, value) {
        (Shape::Node(kind), value) => on(kind, value, trail),
        (Shape::SchemaOrFlag, value @ Value::Object(_)) => on(Kind::Schema, value, trail),
        (Shape::List(kind), Value::Array(items)) => {
            for (index, item) in items.iter_mut().enumerate() {
                trail.push_index(index);
                on(kind, item, trail);
                trail.pop();
            }
        }
        (Shape::Map(kind), Value::Object(map)) => {
            for (name, item) in map {
                trail.push(name);
                on(kind, item, trail);
                trail.pop();
            }
        }
        _ => {}
    }
}

/// Returns the value at a pointer and its kind.
///
/// Returns `None` if the value does not exist. The kind is `None` if the value is not a node.
pub(crate) fn locate(
    document: &Value,
    version: Version,
    segments: impl IntoIterator<Item = String>,
) -> Option<(Option<Kind>, &Value)> {
    let mut shape = Shape::Node(Kind::Document);
    let mut value = document;
    for segment in segments {
        shape = shape.below(value, &segment, version);
        value = match value {
            Value::Object(map) => map.get(&segment)?,
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some((shape.node(), value))
}

impl Shape {
    /// Returns the kind of a value of this shape, if the value is a node.
    pub(crate) fn node(self) -> Option<Kind> {
        match self {
            Self::Node(kind) => Some(kind),
            Self::SchemaOrFlag => Some(Kind::Schema),
            _ => None,
        }
    }

    /// Returns true if a value of this shape may be or contain nodes.
    pub(super) fn has_nodes(self) -> bool {
        matches!(
            self,
            Self::Node(_) | Self::List(_) | Self::Map(_) | Self::SchemaOrFlag
        )
    }

    /// Returns the shape of a nested value at a key or an index.
    pub(crate) fn below(self, value: &Value, key: &str, version: Version) -> Self {
        let place = |kind: Kind| kind.as_written(value).place(key, version);
        match (self, value) {
            (Self::List(kind), Value::Array(_)) | (Self::Map(kind), Value::Object(_)) => {
                Self::Node(kind)
            }
            (_, Value::Object(_)) => match self.node().map(place) {
                Some(Place::Field(shape, _)) => shape,
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pointer::segments;

    #[test]
    fn properties_named_like_keywords_are_schemas() {
        let schema = json!({
            "properties": {
                "$ref": {"type": "string"},
                "properties": {"items": {"type": "string"}},
            },
            "default": {"properties": {"no": {}}},
            "x-note": {"items": {}},
        });
        let mut seen = Vec::new();
        let mut trail = JsonPointer::default();
        visit(
            Kind::Schema,
            &schema,
            Version::V31,
            &mut trail,
            &mut |node, trail| {
                assert_eq!(node.kind, Kind::Schema);
                seen.push(trail.as_str().to_owned());
            },
        );
        let expected = [
            "",
            "/properties/$ref",
            "/properties/properties",
            "/properties/properties/items",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn locate_returns_the_kind_of_a_position() {
        let document = json!({
            "paths": {"/a": {"get": {"parameters": [{"name": "n", "schema": {}}]}}},
            "components": {"schemas": {"A": {"additionalProperties": {"items": {}}, "example": {"items": {}}}}},
        });
        let kind =
            |pointer: &str| locate(&document, Version::V30, segments(pointer)).map(|at| at.0);
        assert_eq!(kind(""), Some(Some(Kind::Document)));
        assert_eq!(
            kind("/paths/~1a/get/parameters/0"),
            Some(Some(Kind::Parameter))
        );
        assert_eq!(
            kind("/paths/~1a/get/parameters/0/schema"),
            Some(Some(Kind::Schema))
        );
        assert_eq!(kind("/paths/~1a/get/parameters"), Some(None));
        assert_eq!(kind("/paths/~1a/get/parameters/1"), None);
        let below = "/components/schemas/A/additionalProperties/items";
        assert_eq!(kind(below), Some(Some(Kind::Schema)));
        assert_eq!(kind("/components/schemas/A/example/items"), Some(None));
        assert_eq!(kind("/components/schemas/B"), None);
    }
}
