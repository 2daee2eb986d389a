//! Enums that the generator does not support.

use serde_json::{Map, Value};

use super::direction::{Directions, Used};
use super::{casing, walk};
use crate::findings::Findings;
use crate::pointer::segments;

pub(super) fn normalize(document: &mut Value, directions: &Directions, findings: &mut Findings) {
    walk::schemas_mut(document, &mut |schema, pointer| {
        if directions.at(pointer) != Used::default()
            && let Some(schema) = schema.as_object_mut()
        {
            if null_alone(schema, pointer) {
                let note = "the property is always null, so its type is a JSON value";
                findings.note_on(pointer, note);
            }
            for note in repair(schema) {
                findings.note_on(pointer, note);
            }
        }
    });
}

/// Adds the type to an enum without one, if all values have the same type. The generator infers the type
/// only for strings.
pub(super) fn type_values(document: &mut Value) {
    walk::schemas_mut(document, &mut |schema, _| {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        let said = ["type", "allOf", "anyOf", "oneOf", "not"];
        let Some(Value::Array(values)) = schema.get("enum") else {
            return;
        };
        let null = values.contains(&Value::Null);
        let kind = one_type(values).filter(|_| !said.iter().any(|key| schema.contains_key(*key)));
        if let Some(kind) = kind {
            schema.insert("type".to_owned(), kind.into());
            if null {
                schema.insert("nullable".to_owned(), true.into());
            }
        }
    });
}

fn one_type(values: &[Value]) -> Option<&'static str> {
    let values: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
    let all = |is: fn(&Value) -> bool| values.iter().all(|value| is(value));
    if values.is_empty() {
        None
    } else if all(Value::is_boolean) {
        Some("boolean")
    } else if all(Value::is_i64) {
        Some("integer")
    } else {
        all(Value::is_number).then_some("number")
    }
}

/// Removes the constraints of a property that is always null. Returns true if there were any.
fn null_alone(schema: &mut Map<String, Value>, pointer: &str) -> bool {
    let values = schema.get("enum").and_then(Value::as_array);
    if values.is_none_or(|values| values.as_slice() != [Value::Null]) {
        return false;
    }
    let all: Vec<String> = segments(pointer).collect();
    let property = matches!(all.as_slice(), [.., list, _] if list == "properties");
    if property {
        for key in ["enum", "nullable", "type"] {
            schema.remove(key);
        }
    }
    property
}

fn repair(schema: &mut Map<String, Value>) -> Vec<String> {
    let mut notes = Vec::new();
    let Some(Value::Array(values)) = schema.get("enum") else {
        return notes;
    };
    let many = values.len() > VALUES;
    let mut kept: Vec<Value> = Vec::new();
    let mut twice: Vec<String> = Vec::new();
    for value in values {
        // The values of long enums are not compared.
        if !many && kept.contains(value) {
            twice.push(value.to_string());
        } else {
            kept.push(value.clone());
        }
    }
    if !twice.is_empty() {
        twice.dedup();
        notes.push(format!("`enum` has duplicate values: {}", twice.join(", ")));
    }
    let reason = if many {
        Some("`enum` has too many values for a Rust enum, so every value of its type is accepted")
    } else {
        unusable(schema.get("type").and_then(Value::as_str), &kept)
    };
    if let Some(reason) = reason {
        let all: Vec<String> = kept.iter().map(Value::to_string).collect();
        notes.push(match all.as_slice() {
            [] => reason.to_owned(),
            all if many => format!("{reason} ({} values)", all.len()),
            all => format!("{reason} (values: {})", all.join(", ")),
        });
        schema.remove("enum");
        if !schema.contains_key("type") && !kept.is_empty() && kept.iter().all(is_text) {
            schema.insert("type".to_owned(), "string".into());
            if kept.contains(&Value::Null) {
                schema.insert("nullable".to_owned(), true.into());
            }
        }
    } else if !twice.is_empty() {
        schema.insert("enum".to_owned(), Value::Array(kept));
    }
    notes
}

fn is_text(value: &Value) -> bool {
    value.is_string() || value.is_null()
}

/// Maximum number of values of an enum. More would take the generator seconds, and the compiler longer.
const VALUES: usize = 2_000;

/// Returns the reason why the values cannot be an enum.
fn unusable(kind: Option<&str>, values: &[Value]) -> Option<&'static str> {
    if values.iter().all(Value::is_null) {
        return values
            .is_empty()
            .then_some("`enum` is empty, so every value of its type is accepted");
    }
    let fits: fn(&Value) -> bool = match kind {
        None => |value| !value.is_null(),
        Some("string") => Value::is_string,
        Some("integer") => |value| value.is_i64(),
        Some("number") => Value::is_number,
        Some("boolean") => Value::is_boolean,
        Some(_) => return Some("`enum` contains arrays or objects, so every value is accepted"),
    };
    let texts = values.iter().all(is_text);
    if !values.iter().all(|value| value.is_null() || fits(value)) || (kind.is_none() && !texts) {
        return Some("`enum` mixes several types, so every value of its type is accepted");
    }
    let names = values.iter().filter_map(Value::as_str);
    if texts {
        let Some(variants) = casing::variants(names) else {
            return Some(
                "several values of `enum` have the same name in Rust, so the type is a string",
            );
        };
        if variants.iter().any(|name| name == casing::UNKNOWN) {
            return Some(
                "a value of `enum` has the name of the variant for unknown values, so the type is a string",
            );
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn repaired(schema: &Value) -> (Value, usize) {
        let mut fields = schema.as_object().cloned().unwrap_or_default();
        let notes = repair(&mut fields);
        (Value::Object(fields), notes.len())
    }

    #[test]
    fn valid_enum_is_not_changed() {
        for sound in [
            json!({"type": "string", "enum": ["a b", "ab", "a-b-"]}),
            json!({"type": "string", "nullable": true, "enum": ["a", null]}),
            json!({"type": "integer", "enum": [1, 2]}),
            json!({"enum": ["a", "b"]}),
            json!({"enum": [null]}),
        ] {
            assert_eq!(repaired(&sound), (sound.clone(), 0));
        }
    }

    #[test]
    fn infers_type_of_an_enum_from_its_values() {
        for (schema, kind, null) in [
            (json!({"enum": [1, 2]}), json!("integer"), Value::Null),
            (
                json!({"enum": [1, 0.5, null]}),
                json!("number"),
                json!(true),
            ),
            (json!({"enum": [true]}), json!("boolean"), Value::Null),
            (json!({"enum": ["a", "b"]}), Value::Null, Value::Null),
            (json!({"enum": [1, "a"]}), Value::Null, Value::Null),
            (json!({"enum": [null]}), Value::Null, Value::Null),
            (
                json!({"enum": [1], "allOf": [{"type": "number"}]}),
                Value::Null,
                Value::Null,
            ),
        ] {
            let mut document = json!({"components": {"schemas": {"S": schema}}});
            type_values(&mut document);
            let typed = &document["components"]["schemas"]["S"];
            assert_eq!(
                (&typed["type"], &typed["nullable"]),
                (&kind, &null),
                "{typed}"
            );
        }
    }

    #[test]
    fn drops_enum_with_mixed_types() {
        let mixed = json!({"type": "string", "enum": ["a", 1]});
        assert_eq!(repaired(&mixed), (json!({"type": "string"}), 1));
        assert_eq!(repaired(&json!({"enum": ["a", 1]})), (json!({}), 1));
        let texts = json!({"enum": ["a", "A", null]});
        assert_eq!(
            repaired(&texts),
            (json!({"type": "string", "nullable": true}), 1)
        );
    }
}
