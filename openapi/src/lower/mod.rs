//! From OpenAPI 3.1 to 3.0, by position, into a new value.
//!
//! Every field is looked up in the table of [`spec`](crate::spec): kept, said in the words of 3.0
//! by a rule, or a problem with its place. A document of 3.0 goes the same way, so that its fields
//! are checked as well, and comes out as it went in.

mod bounds;
mod schema;
mod types;
mod values;

use serde_json::{Map, Value};

use crate::findings::Findings;
use crate::spec::{Down, Kind, Place, Shape, Version};

/// The version that a lowered document states.
const LOWERED: &str = "3.0.3";

const CORRECT: &str = "correct it with an overlay action";

/// The document in the words of 3.0. What it cannot say is among the findings.
pub(crate) fn lower(document: Value, findings: &mut Findings) -> Value {
    let Some(version) = version(&document, findings) else {
        return document;
    };
    let mut lowered = Lowering { version, findings }.node(Kind::Document, &document);
    match version {
        Version::V30 => document,
        Version::V31 => {
            lowered["openapi"] = LOWERED.into();
            // Only 3.1 allows a document without paths; the empty map says the same.
            if lowered.get("paths").is_none() {
                lowered["paths"] = Value::Object(Map::new());
            }
            lowered
        }
    }
}

fn version(document: &Value, findings: &mut Findings) -> Option<Version> {
    let Some(fields) = document.as_object() else {
        let message = format!("expected an OpenAPI document, found {}", describe(document));
        findings.problem(message, "give the document itself");
        return None;
    };
    let (message, advice) = match fields.get("openapi") {
        Some(Value::String(text)) => match Version::of(text) {
            Some(version) => return Some(version),
            None => (
                format!("version {text} is not supported"),
                "give a document of OpenAPI 3.0 or 3.1, or teach the lowering this version",
            ),
        },
        Some(other) => (
            format!(
                "expected a text such as \"3.1.0\", found {}",
                describe(other)
            ),
            "write the version in quotes, with all three numbers",
        ),
        None => (
            "the version is missing".to_owned(),
            "give a document of OpenAPI 3.0 or 3.1",
        ),
    };
    findings.problem_at("openapi", message, advice);
    None
}

struct Lowering<'f> {
    version: Version,
    findings: &'f mut Findings,
}

impl Lowering<'_> {
    fn node(&mut self, expected: Kind, value: &Value) -> Value {
        let kind = expected.as_written(value);
        match value {
            Value::Object(fields) => {
                let mut lowered = self.fields(kind, fields);
                if self.version == Version::V31 {
                    match kind {
                        Kind::Schema => self.schema_rules(fields, &mut lowered),
                        Kind::SecurityScheme => self.scheme_rules(fields),
                        _ => {}
                    }
                }
                Value::Object(lowered)
            }
            Value::Bool(accepts) if kind == Kind::Schema && self.version == Version::V31 => {
                self.boolean_schema(*accepts)
            }
            other => {
                self.mismatch(kind.name(), other);
                other.clone()
            }
        }
    }

    /// All fields that mean the same in both versions, with what is below them lowered.
    fn fields(&mut self, kind: Kind, fields: &Map<String, Value>) -> Map<String, Value> {
        let mut lowered = Map::new();
        for (key, value) in fields {
            self.findings.trail.push(key);
            match kind.place(key, self.version) {
                Place::Extension => {
                    lowered.insert(key.clone(), value.clone());
                }
                Place::Field(shape, Down::Same) => {
                    let value = self.shape(shape, value);
                    lowered.insert(key.clone(), value);
                }
                Place::Field(shape, Down::Rewritten) => {
                    // The rules read the original; here only its shape is held against the table.
                    self.shape(shape, value);
                    if kind == Kind::Reference {
                        self.findings
                            .note("OpenAPI 3.0 ignores what stands beside a reference");
                    }
                }
                Place::Field(_, Down::NotYet) => self.findings.problem(
                    format!("`{key}` of OpenAPI 3.1 is not lowered to 3.0 yet"),
                    "remove or replace it with an overlay action, or add a rule for it",
                ),
                Place::OtherVersion => self.other_version(key),
                Place::Unknown => self.findings.problem(
                    format!(
                        "`{key}` is no field of {} in {}",
                        kind.name(),
                        self.version.name()
                    ),
                    "remove it with an overlay action, or correct its name",
                ),
            }
            self.findings.trail.pop();
        }
        lowered
    }

    fn other_version(&mut self, key: &str) {
        let message = format!("`{key}` is no field of {}", self.version.name());
        let advice = if key == "nullable" {
            "name \"null\" among the types of `type` with an overlay action"
        } else {
            "remove it with an overlay action, or correct the version"
        };
        self.findings.problem(message, advice);
    }

    fn shape(&mut self, shape: Shape, value: &Value) -> Value {
        let expected = match (shape, value) {
            (Shape::Node(kind), _) => return self.node(kind, value),
            (Shape::SchemaOrFlag, Value::Object(_)) => return self.node(Kind::Schema, value),
            (Shape::List(kind), Value::Array(items)) => return self.list(kind, items),
            (Shape::Map(kind), Value::Object(map)) => return self.map(kind, map),
            (Shape::Any, _)
            | (Shape::Text, Value::String(_))
            | (Shape::Flag | Shape::SchemaOrFlag, Value::Bool(_))
            | (Shape::Number, Value::Number(_))
            | (Shape::Values, Value::Array(_)) => return value.clone(),
            (Shape::Texts, Value::Array(items)) if items.iter().all(Value::is_string) => {
                return value.clone();
            }
            (Shape::TextMap, Value::Object(map)) if map.values().all(Value::is_string) => {
                return value.clone();
            }
            (Shape::Text, _) => "a text",
            (Shape::Flag, _) => "true or false",
            (Shape::Number, _) => "a number",
            (Shape::Values | Shape::List(_), _) => "a list",
            (Shape::Texts, _) => "a list of texts",
            (Shape::Map(_), _) => "an object",
            (Shape::TextMap, _) => "an object of texts",
            (Shape::SchemaOrFlag, _) => "a schema, true or false",
        };
        self.mismatch(expected, value);
        value.clone()
    }

    fn list(&mut self, kind: Kind, items: &[Value]) -> Value {
        let mut lowered = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.findings.trail.push_index(index);
            lowered.push(self.node(kind, item));
            self.findings.trail.pop();
        }
        Value::Array(lowered)
    }

    fn map(&mut self, kind: Kind, map: &Map<String, Value>) -> Value {
        let mut lowered = Map::new();
        for (name, item) in map {
            self.findings.trail.push(name);
            let item = self.node(kind, item);
            lowered.insert(name.clone(), item);
            self.findings.trail.pop();
        }
        Value::Object(lowered)
    }

    fn mismatch(&mut self, expected: &str, found: &Value) {
        let message = match found {
            // A list or object of the right shape has something wrong in it.
            Value::Array(_) if expected.starts_with("a list of") => {
                format!("expected {expected}, found something else among them")
            }
            Value::Object(_) if expected.starts_with("an object of") => {
                format!("expected {expected}, found something else among them")
            }
            _ => format!("expected {expected}, found {}", describe(found)),
        };
        self.findings.problem(message, CORRECT);
    }

    fn scheme_rules(&mut self, fields: &Map<String, Value>) {
        if fields.get("type").is_some_and(|kind| kind == "mutualTLS") {
            let message = "security by `mutualTLS` cannot be said in OpenAPI 3.0";
            self.findings
                .problem_at("type", message, "remove the scheme with an overlay action");
        }
    }
}

/// What a value is, in words.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
