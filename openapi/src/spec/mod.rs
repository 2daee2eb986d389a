//! The structure of OpenAPI documents, as a table that all passes use.
//!
//! Documents are walked by position, never by key, because a schema can have *properties named* `$ref`,
//! `type` or `definitions`. At each position the walk knows the [`Kind`] of the node. The table states
//! which fields the kind has, the shape of each field, the versions that have it, and how the downgrade
//! from 3.1 to 3.0 treats it.

#[cfg(all(test, feature = "prepare"))]
mod covered;
mod field;
mod fields;
mod reach;
mod schema;
mod walk;

use serde_json::{Map, Value};

pub(crate) use field::{Down, Field, On};
pub(crate) use fields::LEFT_OUT;
pub use fields::{holds_names, is_prose, is_set};
pub(crate) use reach::{Component, Named, Worklist, component, named};
pub use schema::{is_a, is_annotation, restricted_type};
pub(crate) use schema::{is_assertion, is_composed, is_limit, is_typed, on};
pub use walk::rewrite_schemas;
pub(crate) use walk::{Node, Order, each, each_mut, locate, node_mut, schemas, visit, visit_mut};

/// The fields of an object.
pub(crate) type Fields = Map<String, Value>;

/// The supported versions of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V30,
    V31,
}

impl Version {
    /// Parses the value of an `openapi` field.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let digits = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
        match text.rsplit_once('.') {
            Some(("3.0", patch)) if digits(patch) => Some(Self::V30),
            Some(("3.1", patch)) if digits(patch) => Some(Self::V31),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V30 => "OpenAPI 3.0",
            Self::V31 => "OpenAPI 3.1",
        }
    }
}

/// The kinds of nodes in a document, by their names in the specification.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::Kind;
///
/// assert_eq!(Kind::Operation.takes("tags", &json!(["Orders"])), Some(true));
/// assert_eq!(Kind::Operation.takes("tags", &json!("Orders")), Some(false));
/// assert_eq!(Kind::Operation.takes("tag", &json!("Orders")), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of OpenAPI")]
pub enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Tag,
    ExternalDocs,
    Paths,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Header,
    Example,
    Link,
    Callback,
    Components,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
    SecurityRequirement,
    Schema,
    Discriminator,
    Xml,
    Reference,
}

/// The shape of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A node.
    Node(Kind),
    /// A list of nodes.
    List(Kind),
    /// Nodes by names that the document chooses.
    Map(Kind),
    /// A schema or a boolean in every version (`additionalProperties`).
    SchemaOrFlag,
    Text,
    Flag,
    Number,
    /// A list of strings.
    Texts,
    /// Strings by names that the document chooses.
    TextMap,
    /// A list of data values, which contain no nodes.
    Values,
    /// A data value, which contains no nodes.
    Any,
}

/// The entry of the table for a key of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// An `x-` field, which is kept and never inspected.
    Extension,
    Field(Shape, Down),
    /// A field that only the other version has.
    OtherVersion,
    Unknown,
}

impl Shape {
    /// Returns true if a value has this shape. Nested nodes are not checked.
    pub(crate) fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Any, _)
            | (Self::Text, Value::String(_))
            | (Self::Flag | Self::SchemaOrFlag | Self::Node(Kind::Schema), Value::Bool(_))
            | (Self::Number, Value::Number(_))
            | (Self::Values | Self::List(_), Value::Array(_))
            | (Self::Map(_) | Self::SchemaOrFlag | Self::Node(_), Value::Object(_)) => true,
            (Self::Texts, Value::Array(items)) => items.iter().all(Value::is_string),
            (Self::TextMap, Value::Object(map)) => map.values().all(Value::is_string),
            _ => false,
        }
    }
}

impl Kind {
    /// Returns true if a field can have a value of this shape in some version.
    ///
    /// Returns `None` if no version has the field. Keys that the document chooses are not fields.
    #[must_use]
    pub fn takes(self, field: &str, value: &Value) -> Option<bool> {
        let mut rows = self
            .fields()
            .iter()
            .filter(|row| row.name == field)
            .peekable();
        rows.peek()?;
        Some(rows.any(|row| row.shape.fits(value)))
    }

    /// Returns the entry of the table for a key of a node of this kind.
    pub(crate) fn place(self, key: &str, version: Version) -> Place {
        let mut elsewhere = false;
        for field in self.fields() {
            // The lengths of most names differ.
            if field.name.len() != key.len() || field.name != key {
                continue;
            }
            if field.only.is_none_or(|only| only == version) {
                return Place::Field(field.shape, field.down);
            }
            elsewhere = true;
        }
        if elsewhere {
            return Place::OtherVersion;
        }
        if self != Self::SecurityRequirement && key.starts_with("x-") {
            return Place::Extension;
        }
        self.pattern(key)
            .map_or(Place::Unknown, |shape| Place::Field(shape, Down::Same))
    }

    /// Does the same for a document that is not prepared yet. OpenAPI 3.0 does not have the optional fields, which
    /// the downgrade can keep.
    pub(crate) fn written_place(self, key: &str, version: Version) -> Place {
        match self.place(key, version) {
            Place::Field(_, Down::Optional(_)) if version == Version::V30 => Place::OtherVersion,
            place => place,
        }
    }

    /// Returns the shape of the value of a key that the document chooses.
    fn pattern(self, key: &str) -> Option<Shape> {
        match self {
            Self::Paths if key.starts_with('/') => Some(Shape::Node(Self::PathItem)),
            Self::Responses if is_status(key) => Some(Shape::Node(Self::Response)),
            Self::Callback => Some(Shape::Node(Self::PathItem)),
            Self::SecurityRequirement => Some(Shape::Texts),
            _ => None,
        }
    }

    /// Returns the kind of a node as it is written: this kind, or a reference to it.
    pub(crate) fn as_written(self, value: &Value) -> Self {
        let referenceable = matches!(
            self,
            Self::Parameter
                | Self::RequestBody
                | Self::Response
                | Self::Header
                | Self::Example
                | Self::Link
                | Self::Callback
                | Self::SecurityScheme
        );
        if referenceable && value.get("$ref").is_some() {
            Self::Reference
        } else {
            self
        }
    }

    /// Returns the name of the kind with its article, for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Document => "a document",
            Self::Info => "an info object",
            Self::Contact => "a contact",
            Self::License => "a license",
            Self::Server => "a server",
            Self::ServerVariable => "a server variable",
            Self::Tag => "a tag",
            Self::ExternalDocs => "an external documentation object",
            Self::Paths => "a paths object",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::RequestBody => "a request body",
            Self::MediaType => "a media type",
            Self::Encoding => "an encoding",
            Self::Responses => "a responses object",
            Self::Response => "a response",
            Self::Header => "a header",
            Self::Example => "an example",
            Self::Link => "a link",
            Self::Callback => "a callback",
            Self::Components => "a components object",
            Self::SecurityScheme => "a security scheme",
            Self::OAuthFlows => "an OAuth flows object",
            Self::OAuthFlow => "an OAuth flow",
            Self::SecurityRequirement => "a security requirement",
            Self::Schema => "a schema",
            Self::Discriminator => "a discriminator",
            Self::Xml => "an XML object",
            Self::Reference => "a reference",
        }
    }
}

/// Returns true for a status code or a range of status codes (`404`, `4XX`).
fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        [b'1'..=b'5', b'X', b'X'] => true,
        [b'1'..=b'5', tens, ones] => tens.is_ascii_digit() && ones.is_ascii_digit(),
        _ => false,
    }
}

/// Returns the names of the fields of a path item that contain operations: the methods, in lower case.
///
/// ```
/// assert!(trackstar_openapi::methods().any(|method| method == "patch"));
/// ```
pub fn methods() -> impl Iterator<Item = &'static str> {
    let fields = Kind::PathItem.fields().iter();
    fields
        .filter(|field| field.shape == Shape::Node(Kind::Operation))
        .map(|field| field.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_version_numbers_are_versions() {
        assert_eq!(Version::of("3.0.3"), Some(Version::V30));
        assert_eq!(Version::of("3.1.0"), Some(Version::V31));
        for other in [
            "3.2.0",
            "2.0",
            "3.1",
            "3.10.0",
            "3.1.0-rc1",
            "3.1.",
            "",
            "13.1.0",
        ] {
            assert_eq!(Version::of(other), None, "{other}");
        }
    }

    #[test]
    fn methods_are_the_operations_of_a_path_item() {
        let all = [
            "get", "put", "post", "delete", "options", "head", "patch", "trace",
        ];
        assert_eq!(methods().collect::<Vec<_>>(), all);
    }

    #[test]
    fn finds_a_field_in_the_versions_that_have_it() {
        let place = |key, version| Kind::Schema.place(key, version);
        assert_eq!(place("const", Version::V30), Place::OtherVersion);
        assert_eq!(
            place("nullable", Version::V31),
            Place::Field(Shape::Flag, Down::Weakened)
        );
        let bound = |shape, down| Place::Field(shape, down);
        assert_eq!(
            place("exclusiveMinimum", Version::V30),
            bound(Shape::Flag, Down::Same)
        );
        assert_eq!(
            place("exclusiveMinimum", Version::V31),
            bound(Shape::Number, Down::Rewritten)
        );
        assert_eq!(place("x-order", Version::V31), Place::Extension);
        assert_eq!(place("tpye", Version::V31), Place::Unknown);
    }

    #[test]
    fn fields_are_unique_per_kind_and_version() {
        let kinds = [
            Kind::Schema,
            Kind::Document,
            Kind::Reference,
            Kind::Components,
        ];
        for kind in kinds {
            for version in [Version::V30, Version::V31] {
                let mut names: Vec<_> = kind
                    .fields()
                    .iter()
                    .filter(|field| field.only.is_none_or(|only| only == version))
                    .map(|field| field.name)
                    .collect();
                let all = names.len();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), all, "{kind:?}");
            }
        }
    }

    #[test]
    fn distinguishes_patterned_keys_from_typos() {
        let place = |kind: Kind, key| kind.place(key, Version::V31);
        let node = |kind| Place::Field(Shape::Node(kind), Down::Same);
        assert_eq!(place(Kind::Responses, "4XX"), node(Kind::Response));
        assert_eq!(place(Kind::Responses, "default"), node(Kind::Response));
        for key in ["4xx", "600", "20", "2000", "20X"] {
            assert_eq!(place(Kind::Responses, key), Place::Unknown, "{key}");
        }
        assert_eq!(place(Kind::Paths, "connections"), Place::Unknown);
        let scheme = Place::Field(Shape::Texts, Down::Same);
        assert_eq!(place(Kind::SecurityRequirement, "x-key"), scheme);
    }
}
