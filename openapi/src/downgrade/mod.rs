//! Downgrades documents from OpenAPI 3.1 to 3.0.
//!
//! The downgrade walks the document by position and builds a new value. The table of
//! [`spec`](crate::spec) states for each field whether it is kept, rewritten by a rule, or reported as a
//! problem with its location. Documents of version 3.0 are processed too, so that their fields are
//! checked. They are not changed.

mod bounds;
mod content;
mod document;
mod identity;
mod lists;
mod moves;
mod null;
mod objects;
mod path_items;
mod schema;
mod types;
mod values;

use serde_json::{Map, Value};

pub(crate) use self::identity::Identity;
use self::moves::Moves;
use crate::findings::Findings;
use crate::spec::{Down, Kind, Place, Shape, Version};

/// The version of the result.
const VERSION: &str = "3.0.3";

const CORRECT: &str = "correct it with an overlay action";

/// Returns the document as OpenAPI 3.0, and records the constructs that 3.0 cannot express. Webhooks are kept if
/// they are requested.
pub(crate) fn downgrade(mut document: Value, webhooks: bool, findings: &mut Findings) -> Value {
    let Some(version) = version(&document, findings) else {
        return document;
    };
    let mut moves = Moves::default();
    let mut identity = Identity::default();
    if version == Version::V31 {
        path_items::inline(&mut document, &mut moves, findings);
        identity = Identity::of(&document);
    }
    let mut downgrade = Downgrade {
        version,
        webhooks,
        findings,
        identity,
        moves,
        hoisted: Map::new(),
        lost: 0,
    };
    let mut output = downgrade.node(Kind::Document, &document);
    let Downgrade { moves, hoisted, .. } = downgrade;
    if version == Version::V31 {
        output["openapi"] = VERSION.into();
        // Only 3.1 allows a document without paths. An empty map has the same meaning.
        if output.get("paths").is_none() {
            output["paths"] = Value::Object(Map::new());
        }
        document::add_schemas(&mut output, hoisted);
        moves.apply(&mut output, findings);
    }
    output
}

pub(crate) fn version(document: &Value, findings: &mut Findings) -> Option<Version> {
    let Some(fields) = document.as_object() else {
        let message = format!("expected an OpenAPI document, found {}", describe(document));
        findings.problem(message, "pass a complete OpenAPI document");
        return None;
    };
    let (message, advice) = match fields.get("openapi") {
        Some(Value::String(text)) => match Version::of(text) {
            Some(version) => return Some(version),
            None => (
                format!("OpenAPI version {text} is not supported"),
                "use OpenAPI 3.0 or 3.1",
            ),
        },
        Some(other) => (
            format!(
                "expected a string such as \"3.1.0\", found {}",
                describe(other)
            ),
            "put the version in quotes, and write all three numbers",
        ),
        None if fields.contains_key("swagger") => {
            let version = fields["swagger"].as_str().unwrap_or("2.0");
            let message = format!("Swagger {version} is not supported");
            findings.problem_at(
                "swagger",
                message,
                "convert the document to OpenAPI 3.0 or 3.1",
            );
            return None;
        }
        None => (
            "missing field `openapi`".to_owned(),
            "use an OpenAPI 3.0 or 3.1 document",
        ),
    };
    findings.problem_at("openapi", message, advice);
    None
}

/// A walk over the original document. The trail of the findings is its current location.
struct Downgrade<'f> {
    version: Version,
    /// Whether webhooks are requested.
    webhooks: bool,
    findings: &'f mut Findings,
    identity: Identity,
    moves: Moves,
    /// Definitions that become components, by their new names.
    hoisted: Map<String, Value>,
    /// Number of conditions that were dropped so far.
    lost: usize,
}

impl Downgrade<'_> {
    fn node(&mut self, expected: Kind, value: &Value) -> Value {
        let kind = expected.as_written(value);
        match value {
            Value::Object(fields) => {
                self.required(kind, fields);
                let mut aside = Map::new();
                let mut output = self.fields(kind, fields, &mut aside);
                if self.version == Version::V31 {
                    match kind {
                        Kind::Schema => self.schema_rules(fields, aside, &mut output),
                        Kind::SecurityScheme => self.scheme_rules(fields),
                        Kind::Document => self.dialect("jsonSchemaDialect", fields),
                        Kind::Info => document::summary(fields, &mut output),
                        Kind::License => self.license(fields, &mut output),
                        Kind::Reference | Kind::PathItem => self.refers(&output),
                        Kind::Discriminator => self.maps(fields),
                        _ => {}
                    }
                }
                Value::Object(output)
            }
            Value::Bool(accepts) if kind == Kind::Schema && self.version == Version::V31 => {
                Self::boolean_schema(*accepts)
            }
            other => {
                self.mismatch(kind.name(), other);
                other.clone()
            }
        }
    }

    /// Reports missing required fields. The generator would report them without a location.
    fn required(&mut self, kind: Kind, fields: &Map<String, Value>) {
        for name in kind.required() {
            if !fields.contains_key(*name) {
                let message = format!("missing required field `{name}` in {}", kind.name());
                self.findings
                    .problem(message, "add it with an overlay action");
            }
        }
        let place = fields.get("in").and_then(Value::as_str);
        if let (Kind::Parameter, Some(place)) = (kind, place)
            && !["query", "header", "path", "cookie"].contains(&place)
        {
            let message = format!("unknown parameter location `{place}`");
            let advice =
                "correct it to `query`, `header`, `path` or `cookie` with an overlay action";
            self.findings.problem_at("in", message, advice);
        }
    }

    /// Returns the fields that have the same meaning in both versions, with downgraded contents. The
    /// other fields that rules rewrite are moved to `aside`, with downgraded contents too.
    fn fields(
        &mut self,
        kind: Kind,
        fields: &Map<String, Value>,
        aside: &mut Map<String, Value>,
    ) -> Map<String, Value> {
        let mut output = Map::new();
        for (key, value) in fields {
            self.findings.trail.push(key);
            match self.place_in(kind, key) {
                Place::Extension => {
                    output.insert(key.clone(), value.clone());
                }
                Place::Field(shape, Down::Same) => {
                    let lost = self.lost;
                    let value = match value {
                        Value::Object(map) if kind == Kind::Schema && key == "properties" => {
                            self.properties(map, fields.get("required"))
                        }
                        _ => self.shape(shape, value),
                    };
                    if kind == Kind::Schema && key == "not" && self.lost > lost {
                        self.not_lost();
                    } else {
                        output.insert(key.clone(), value);
                    }
                }
                Place::Field(shape, Down::Rewritten | Down::Weakened) => {
                    let value = self.shape(shape, value);
                    aside.insert(key.clone(), value);
                }
                Place::Field(shape, Down::Lost(note) | Down::Optional(note)) => {
                    self.outer_shape(shape, value);
                    self.findings.note(format!("`{key}` is {note}"));
                    self.moves.gone(self.place());
                    self.lost += 1;
                }
                Place::Field(shape, Down::Dropped) => self.outer_shape(shape, value),
                Place::Field(_, Down::Refused(advice)) => {
                    let message = format!("OpenAPI 3.0 does not support `{key}`");
                    self.findings.problem(message, advice);
                }
                Place::OtherVersion => {
                    let message = format!("`{key}` does not exist in {}", self.version.name());
                    let advice =
                        "remove it with an overlay action, or correct the version of the document";
                    self.findings.problem(message, advice);
                }
                Place::Unknown => self.findings.problem(
                    format!(
                        "unknown field `{key}` in {} of {}",
                        kind.name(),
                        self.version.name()
                    ),
                    "correct its name or remove it with an overlay action",
                ),
            }
            self.findings.trail.pop();
        }
        output
    }

    /// Returns the entry of the table for a key of a node, with the treatment of webhooks that was requested.
    fn place_in(&self, kind: Kind, key: &str) -> Place {
        match kind.place(key, self.version) {
            Place::Field(shape, Down::Optional(_)) if self.webhooks => {
                Place::Field(shape, Down::Same)
            }
            _ => kind.written_place(key, self.version),
        }
    }

    /// Returns a downgraded value, and reports values of the wrong shape.
    fn shape(&mut self, shape: Shape, value: &Value) -> Value {
        match (shape, value) {
            (Shape::Node(kind), _) => self.node(kind, value),
            (Shape::SchemaOrFlag, Value::Object(_)) => self.node(Kind::Schema, value),
            (Shape::List(kind), Value::Array(items)) => self.list(kind, items),
            (Shape::Map(kind), Value::Object(map)) => self.map(kind, map),
            _ => {
                self.outer_shape(shape, value);
                value.clone()
            }
        }
    }

    /// Reports a value of the wrong shape without inspecting nested nodes.
    fn outer_shape(&mut self, shape: Shape, value: &Value) {
        if shape.fits(value) {
            return;
        }
        let expected = match shape {
            Shape::Any => "a value",
            Shape::Node(kind) => kind.name(),
            Shape::Text => "a string",
            Shape::Flag => "a boolean",
            Shape::Number => "a number",
            Shape::Values | Shape::List(_) => "an array",
            Shape::Texts => "an array of strings",
            Shape::Map(_) => "an object",
            Shape::TextMap => "an object of strings",
            Shape::SchemaOrFlag => "a schema or a boolean",
        };
        self.mismatch(expected, value);
    }

    fn list(&mut self, kind: Kind, items: &[Value]) -> Value {
        let mut output = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.findings.trail.push_index(index);
            output.push(self.node(kind, item));
            self.findings.trail.pop();
        }
        Value::Array(output)
    }

    fn map(&mut self, kind: Kind, map: &Map<String, Value>) -> Value {
        let mut output = Map::new();
        for (name, item) in map {
            self.findings.trail.push(name);
            let item = self.node(kind, item);
            output.insert(name.clone(), item);
            self.findings.trail.pop();
        }
        Value::Object(output)
    }

    fn mismatch(&mut self, expected: &str, found: &Value) {
        let message = match found {
            // The array or object itself is correct, but one of its values is not.
            Value::Array(_) if expected.starts_with("an array of") => {
                format!("expected {expected}, found an array with other values")
            }
            Value::Object(_) if expected.starts_with("an object of") => {
                format!("expected {expected}, found an object with other values")
            }
            _ => format!("expected {expected}, found {}", describe(found)),
        };
        self.findings.problem(message, CORRECT);
    }
}

/// Returns a description of a value for messages.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
