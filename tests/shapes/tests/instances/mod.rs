//! Generates random values of schemas.

use fastrand::Rng;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// The schema that every document has.
const WHOLE: &str = "#/components/schemas/Whole";

/// Returns a validator for the values of a document. It is independent of the client.
pub fn validator(document: &Value) -> Validator {
    let mut schema = document.clone();
    let three_zero = document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.0"));
    if three_zero {
        raise(&mut schema["components"]["schemas"], true);
    }
    let schema = json!({"$ref": WHOLE, "components": {"schemas": schema["components"]["schemas"]}});
    jsonschema::draft202012::new(&schema).expect("schemas of the document")
}

/// Translates `nullable` to JSON Schema.
fn raise(value: &mut Value, map: bool) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                if map || !["enum", "default", "example", "required"].contains(&key.as_str()) {
                    raise(field, !map && key == "properties");
                }
            }
            if !map && fields.remove("nullable") == Some(json!(true)) {
                *value = json!({"anyOf": [fields.clone(), {"type": "null"}]});
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| raise(item, false)),
        _ => {}
    }
}

/// Generates a value for a document. The value may be invalid if parts of a schema contradict each
/// other.
pub fn value(document: &Value, seed: u64) -> Option<Value> {
    let mut made = Made {
        document,
        rng: Rng::with_seed(seed),
        least: seed % 4 == 0,
    };
    made.of(&json!({"$ref": WHOLE}), 6)
}

struct Made<'a> {
    document: &'a Value,
    rng: Rng,
    /// Whether optional properties are omitted.
    least: bool,
}

impl Made<'_> {
    fn of(&mut self, schema: &Value, depth: u32) -> Option<Value> {
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let target = self
                .document
                .pointer(&decoded(reference.strip_prefix('#')?))?;
            return self.of(&target.clone(), depth.checked_sub(1)?);
        }
        let types = schema.get("type").and_then(Value::as_array);
        let null = schema.get("nullable") == Some(&json!(true))
            || types.is_some_and(|types| types.contains(&json!("null")));
        if null && self.rng.u8(0..4) == 0 {
            return Some(Value::Null);
        }
        if let Some(value) = schema.get("const") {
            return Some(value.clone());
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return Some(values[self.rng.usize(0..values.len())].clone());
        }
        let mut whole = match ["oneOf", "anyOf"]
            .iter()
            .find_map(|key| schema.get(*key)?.as_array())
        {
            Some(branches) => {
                let branch = &branches[self.rng.usize(0..branches.len())];
                Some(self.of(branch, depth)?)
            }
            None => None,
        };
        for part in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let part = self.of(part, depth)?;
            whole = Some(merged(whole, part));
        }
        let kind = match schema.get("type") {
            Some(Value::Array(types)) => types.first().and_then(Value::as_str),
            Some(kind) => kind.as_str(),
            None if schema.get("properties").is_some() => Some("object"),
            None => None,
        };
        let own = match (kind, &whole) {
            (Some(kind), _) => Some(self.plain(kind, schema, depth)?),
            (None, Some(_)) => None,
            (None, None) => Some(self.any()),
        };
        Some(match own {
            Some(own) => merged(whole, own),
            None => whole?,
        })
    }

    fn plain(&mut self, kind: &str, schema: &Value, depth: u32) -> Option<Value> {
        Some(match kind {
            "boolean" => json!(self.rng.bool()),
            "null" => Value::Null,
            // These values match all formats and limits of the documents.
            "integer" => json!(self.rng.u8(3..100)),
            "number" if self.rng.bool() => json!(self.rng.u8(3..100)),
            "number" => json!(f64::from(self.rng.u8(3..99)) + 0.5),
            "string" => json!(self.text(schema.get("format").and_then(Value::as_str))),
            "array" => {
                let least = usize::from(schema.get("minItems").is_some());
                let count = self.rng.usize(least..3);
                let mut items = Vec::new();
                for _ in 0..if depth == 0 { least } else { count } {
                    items.push(self.of(&schema["items"], depth.checked_sub(1)?)?);
                }
                Value::Array(items)
            }
            "object" => self.object(schema, depth)?,
            _ => return None,
        })
    }

    fn object(&mut self, schema: &Value, depth: u32) -> Option<Value> {
        let mut object = Map::new();
        let required = schema.get("required").and_then(Value::as_array);
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let needed = required.is_some_and(|all| all.iter().any(|it| it == name));
            if needed || !self.least && depth > 0 && self.rng.u8(0..3) > 0 {
                match self.of(property, depth.saturating_sub(1)) {
                    Some(value) => drop(object.insert(name.clone(), value)),
                    None if needed => return None,
                    None => {}
                }
            }
        }
        let rest = schema
            .get("additionalProperties")
            .filter(|rest| rest.is_object());
        if let Some(rest) = rest.filter(|_| depth > 0 && self.rng.bool())
            && let Some(value) = self.of(rest, depth - 1)
        {
            object.insert("another name".to_owned(), value);
        }
        Some(Value::Object(object))
    }

    fn text(&mut self, format: Option<&str>) -> &'static str {
        match format {
            Some("date-time") => "2026-01-31T12:00:00Z",
            Some("date") => "2026-01-31",
            Some("uuid") => "67e55044-10b1-426f-9247-bb680e5fe0c8",
            _ => ["open", "größe", "", "a b", "2026-01-31"][self.rng.usize(0..5)],
        }
    }

    fn any(&mut self) -> Value {
        [
            json!("any"),
            json!(7),
            json!({"a": [1.5]}),
            json!([]),
            json!(false),
        ][self.rng.usize(0..5)]
        .clone()
    }
}

/// Decodes the percent-encoding of a JSON pointer in a reference.
fn decoded(reference: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), reference.bytes());
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits: Vec<u8> = rest.by_ref().take(2).collect();
            let text = String::from_utf8_lossy(&digits).into_owned();
            bytes.push(u8::from_str_radix(&text, 16).expect("two digits"));
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).expect("a name")
}

/// Merges two objects. Otherwise, returns the second value.
fn merged(one: Option<Value>, other: Value) -> Value {
    match (one, other) {
        (Some(Value::Object(mut one)), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (_, other) => other,
    }
}

/// Returns true if a value was written as it was read. Numbers are compared by value. Null and
/// empty values are treated as absent, as types that are only read do.
pub fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            let null = &Value::Null;
            let mut both = names.map(|name| {
                (
                    one.get(name).unwrap_or(null),
                    other.get(name).unwrap_or(null),
                )
            });
            both.all(|(one, other)| alike(one, other))
        }
        (one, other) => one == other || is_empty(one) && is_empty(other),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
