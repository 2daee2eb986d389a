//! `type`, which is a single name in 3.0 (with null as a flag) and any number of names in 3.1.

use serde_json::{Map, Value, json};

use super::schema::push_all_of;
use super::{CORRECT, Downgrade, describe};

/// The types of a schema, with null as a flag.
#[derive(Clone, Debug)]
pub(super) struct Types {
    pub(super) names: Vec<&'static str>,
    pub(super) null: bool,
}

const NAMES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

impl Types {
    /// Returns the type of a constant.
    pub(super) fn of(value: &Value) -> Self {
        let name = match value {
            Value::Null => {
                return Self {
                    names: Vec::new(),
                    null: true,
                };
            }
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        Self {
            names: vec![name],
            null: false,
        }
    }

    /// Returns true if a value has one of the types.
    pub(super) fn admit(&self, value: &Value) -> bool {
        match value {
            Value::Null => self.null,
            Value::Number(number) => {
                // In JSON Schema 1.0 is an integer.
                let whole = number.as_f64().is_some_and(|number| number.fract() == 0.0);
                self.names.contains(&"number") || (whole && self.names.contains(&"integer"))
            }
            other => Self::of(other)
                .names
                .iter()
                .all(|name| self.names.contains(name)),
        }
    }
}

impl Downgrade<'_> {
    /// Returns the types of a schema, or `None` if `type` is missing or invalid.
    pub(super) fn types(&mut self, original: &Map<String, Value>) -> Option<Types> {
        let written = original.get("type")?;
        let mut types = Types {
            names: Vec::new(),
            null: false,
        };
        let mut sound = true;
        let listed = match written {
            Value::Array(names) => names.as_slice(),
            single => std::slice::from_ref(single),
        };
        for name in listed {
            let known = NAMES.iter().find(|known| name == **known);
            match known {
                Some(known) if !types.names.contains(known) => types.names.push(known),
                Some(_) => {}
                None if name == "null" => types.null = true,
                None => {
                    let found = name
                        .as_str()
                        .map_or_else(|| describe(name), |n| format!("`{n}`"));
                    self.findings.problem_at(
                        "type",
                        format!("expected a type, found {found}"),
                        CORRECT,
                    );
                    sound = false;
                }
            }
        }
        if sound && types.names.is_empty() && !types.null {
            self.findings
                .problem_at("type", "`type` is an empty array", CORRECT);
            sound = false;
        }
        types.null |= original.get("nullable") == Some(&Value::Bool(true));
        sound.then_some(types)
    }
}

/// Writes the types in the form of 3.0.
pub(super) fn write(types: &Types, null: bool, output: &mut Map<String, Value>) {
    if let [name] = types.names.as_slice() {
        output.insert("type".to_owned(), json!(name));
        if null {
            output.insert("nullable".to_owned(), json!(true));
        }
        return;
    }
    // `nullable` has an effect only in a schema with a `type`. One alternative with it is enough. If
    // several had it, the alternatives would overlap, and the generator would make a struct of them.
    let alternative = |(index, name): (usize, &&str)| {
        let mut schema = json!({ "type": name });
        if null && index == 0 {
            schema["nullable"] = json!(true);
        }
        if *name == "array" {
            schema["items"] = json!({});
        }
        schema
    };
    let alternatives = Value::Array(types.names.iter().enumerate().map(alternative).collect());
    if output.contains_key("anyOf") {
        push_all_of(output, json!({ "anyOf": alternatives }));
    } else {
        output.insert("anyOf".to_owned(), alternatives);
    }
}
