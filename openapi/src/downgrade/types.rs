//! `type`: one name in 3.0, with null said apart; any number of names in 3.1.

use serde_json::{Map, Value, json};

use super::schema::push_all_of;
use super::{CORRECT, Lowering, describe};

/// The types that a schema names, null apart from the rest.
#[derive(Clone, Debug)]
pub(super) struct Types {
    pub(super) names: Vec<&'static str>,
    pub(super) null: bool,
}

const NAMES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

impl Types {
    /// The type that a constant gives away.
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

    /// Whether a value is of one of the types.
    pub(super) fn admit(&self, value: &Value) -> bool {
        match value {
            Value::Null => self.null,
            Value::Number(number) => {
                // JSON Schema counts 1.0 among the integers.
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

impl Lowering<'_> {
    /// The types that the schema names; `None` where it names none, or none that can be used.
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
                    self.findings
                        .problem_at("type", format!("{found} is no type"), CORRECT);
                    sound = false;
                }
            }
        }
        if sound && types.names.is_empty() && !types.null {
            self.findings
                .problem_at("type", "the list of types is empty", CORRECT);
            sound = false;
        }
        types.null |= original.get("nullable") == Some(&Value::Bool(true));
        sound.then_some(types)
    }
}

/// Writes the types as 3.0 does.
pub(super) fn write(types: &Types, null: bool, lowered: &mut Map<String, Value>) {
    if let [name] = types.names.as_slice() {
        lowered.insert("type".to_owned(), json!(name));
        if null {
            lowered.insert("nullable".to_owned(), json!(true));
        }
        return;
    }
    // `nullable` counts only beside the `type` that it widens. One of them is enough, and leaves the
    // alternatives to exclude each other: the generator makes a struct of those that do not.
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
    if lowered.contains_key("anyOf") {
        push_all_of(lowered, json!({ "anyOf": alternatives }));
    } else {
        lowered.insert("anyOf".to_owned(), alternatives);
    }
}
