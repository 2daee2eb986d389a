//! From OpenAPI 3.1 to 3.0, by position, into a new value.
//!
//! Every field is looked up in the table of [`spec`](crate::spec): kept, said in the words of 3.0
//! by a rule, or a problem with its place. A document of 3.0 goes the same way, so that its fields
//! are checked as well, and comes out as it went in.

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

/// The version that a lowered document states.
const LOWERED: &str = "3.0.3";

const CORRECT: &str = "correct it with an overlay action";

/// The document in the words of 3.0. What it cannot say is among the findings.
pub(crate) fn downgrade(mut document: Value, findings: &mut Findings) -> Value {
    let Some(version) = version(&document, findings) else {
        return document;
    };
    let mut moves = Moves::default();
    let mut identity = Identity::default();
    if version == Version::V31 {
        path_items::inline(&mut document, &mut moves, findings);
        identity = Identity::of(&document);
    }
    let mut lowering = Lowering {
        version,
        findings,
        identity,
        moves,
        hoisted: Map::new(),
        lost: 0,
    };
    let mut lowered = lowering.node(Kind::Document, &document);
    let Lowering { moves, hoisted, .. } = lowering;
    if version == Version::V31 {
        lowered["openapi"] = LOWERED.into();
        // Only 3.1 allows a document without paths; the empty map says the same.
        if lowered.get("paths").is_none() {
            lowered["paths"] = Value::Object(Map::new());
        }
        document::add_schemas(&mut lowered, hoisted);
        moves.apply(&mut lowered, findings);
    }
    lowered
}

pub(crate) fn version(document: &Value, findings: &mut Findings) -> Option<Version> {
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
        None if fields.contains_key("swagger") => {
            let version = fields["swagger"].as_str().unwrap_or("2.0");
            let message = format!("this is Swagger {version}");
            findings.problem_at("swagger", message, "give a document of OpenAPI 3.0 or 3.1");
            return None;
        }
        None => (
            "the version is missing".to_owned(),
            "give a document of OpenAPI 3.0 or 3.1",
        ),
    };
    findings.problem_at("openapi", message, advice);
    None
}

/// A walk over the original: the trail of the findings stands where the walk does.
struct Lowering<'f> {
    version: Version,
    findings: &'f mut Findings,
    identity: Identity,
    moves: Moves,
    /// Definitions that become components, by their new names.
    hoisted: Map<String, Value>,
    /// How many conditions have been lost so far.
    lost: usize,
}

impl Lowering<'_> {
    fn node(&mut self, expected: Kind, value: &Value) -> Value {
        let kind = expected.as_written(value);
        match value {
            Value::Object(fields) => {
                self.required(kind, fields);
                let mut aside = Map::new();
                let mut lowered = self.fields(kind, fields, &mut aside);
                if self.version == Version::V31 {
                    match kind {
                        Kind::Schema => self.schema_rules(fields, aside, &mut lowered),
                        Kind::SecurityScheme => self.scheme_rules(fields),
                        Kind::Document => self.dialect("jsonSchemaDialect", fields),
                        Kind::Info => document::summary(fields, &mut lowered),
                        Kind::License => self.license(fields, &mut lowered),
                        Kind::Reference | Kind::PathItem => self.refers(&lowered),
                        Kind::Discriminator => self.maps(fields),
                        _ => {}
                    }
                }
                Value::Object(lowered)
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

    /// What the specification requires: the generator would say that it is missing, but not where.
    fn required(&mut self, kind: Kind, fields: &Map<String, Value>) {
        for name in kind.required() {
            if !fields.contains_key(*name) {
                let message = format!("{} has no `{name}`, which OpenAPI requires", kind.name());
                self.findings
                    .problem(message, "add it with an overlay action");
            }
        }
        let place = fields.get("in").and_then(Value::as_str);
        if let (Kind::Parameter, Some(place)) = (kind, place)
            && !["query", "header", "path", "cookie"].contains(&place)
        {
            let message = format!("a parameter cannot stand in `{place}`");
            let advice = "correct it to query, header, path or cookie with an overlay action";
            self.findings.problem_at("in", message, advice);
        }
    }

    /// All fields that mean the same in both versions, with what is below them lowered. What the
    /// rules are to say in other words is put aside, lowered below as well.
    fn fields(
        &mut self,
        kind: Kind,
        fields: &Map<String, Value>,
        aside: &mut Map<String, Value>,
    ) -> Map<String, Value> {
        let mut lowered = Map::new();
        for (key, value) in fields {
            self.findings.trail.push(key);
            match kind.place(key, self.version) {
                Place::Extension => {
                    lowered.insert(key.clone(), value.clone());
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
                        lowered.insert(key.clone(), value);
                    }
                }
                Place::Field(shape, Down::Rewritten | Down::Weakened) => {
                    let value = self.shape(shape, value);
                    aside.insert(key.clone(), value);
                }
                Place::Field(shape, Down::Lost(note)) => {
                    self.outer_shape(shape, value);
                    self.findings.note(note);
                    self.moves.gone(self.place());
                    self.lost += 1;
                }
                Place::Field(shape, Down::Dropped) => self.outer_shape(shape, value),
                Place::Field(_, Down::Refused(advice)) => {
                    let message = format!("`{key}` cannot be said in OpenAPI 3.0");
                    self.findings.problem(message, advice);
                }
                Place::OtherVersion => {
                    let message = format!("`{key}` is no field of {}", self.version.name());
                    let advice = "remove it with an overlay action, or correct the version";
                    self.findings.problem(message, advice);
                }
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

    /// The value in the words of 3.0; what has another shape than the table says is a problem.
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

    /// Holds a value against the table without looking into the nodes below it.
    fn outer_shape(&mut self, shape: Shape, value: &Value) {
        if shape.fits(value) {
            return;
        }
        let expected = match shape {
            Shape::Any => "a value",
            Shape::Node(kind) => kind.name(),
            Shape::Text => "a text",
            Shape::Flag => "true or false",
            Shape::Number => "a number",
            Shape::Values | Shape::List(_) => "a list",
            Shape::Texts => "a list of texts",
            Shape::Map(_) => "an object",
            Shape::TextMap => "an object of texts",
            Shape::SchemaOrFlag => "a schema, true or false",
        };
        self.mismatch(expected, value);
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
