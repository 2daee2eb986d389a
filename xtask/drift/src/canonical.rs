//! The form in which values are compared: without descriptions, without meaningless order, and with names
//! for the items of lists.

use std::cmp::Ordering;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use trackstar_openapi::{holds_names, is_prose, is_set};

/// Returns the value without descriptions and extensions and with sorted sets.
pub(crate) fn bare(value: &Value) -> Value {
    sorted(value, false, false, false)
}

/// Orders the values of a keyword in unordered schemas: by meaning, and then by their descriptions. The
/// order of sets does not matter.
pub(crate) fn order(keyword: &str, one: &Value, other: &Value) -> Ordering {
    let (named, set) = (holds_names(keyword), is_set(keyword));
    let rank = |value| [false, true].map(|prose| text(&sorted(value, named, set, prose)));
    rank(one).cmp(&rank(other))
}

/// Returns the value with sorted sets. Without `prose`, removes descriptions and extensions.
fn sorted(value: &Value, named: bool, set: bool, prose: bool) -> Value {
    match value {
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (key, value) in fields {
                let holds_names = !named && holds_names(key);
                let data = !named && matches!(key.as_str(), "default" | "const");
                if !prose && !named && (is_prose(key) || key.starts_with("x-")) {
                    continue;
                }
                let value = if data {
                    value.clone()
                } else {
                    let set = !named && is_set(key);
                    sorted(value, holds_names, set, prose)
                };
                kept.insert(key.clone(), value);
            }
            Value::Object(kept)
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items
                .iter()
                .map(|item| sorted(item, false, false, prose))
                .collect();
            if set {
                items.sort_by_cached_key(text);
            }
            Value::Array(items)
        }
        other => other.clone(),
    }
}

/// Returns the text of a value, independent of the order of keys and of the notation of numbers.
pub(crate) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<_> = fields.iter().collect();
            keys.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (key, value) in keys {
                let _infallible = write!(out, "{key:?}:");
                write(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Number(number) => {
            let whole = number
                .as_f64()
                .filter(|float| float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0);
            let _infallible = match whole {
                Some(whole) => write!(out, "{whole:.0}"),
                None => write!(out, "{number}"),
            };
        }
        other => {
            let _infallible = write!(out, "{other}");
        }
    }
}

/// Returns true if JSON Schema treats two values as equal, as it does for 1 and 1.0.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    one == other || text(one) == text(other)
}

/// Returns true if the keyword's arrays are sets and both have the same members.
pub(crate) fn is_same_set(keyword: &str, one: Option<&Value>, other: Option<&Value>) -> bool {
    let members = |value: Option<&Value>| {
        let list = value.and_then(Value::as_array)?;
        let mut members: Vec<String> = list.iter().map(text).collect();
        members.sort_unstable();
        Some(members)
    };
    let (one, other) = (members(one), members(other));
    is_set(keyword) && one.is_some() && one == other
}

/// Returns a short hash that identifies texts.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length separates the parts.
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()[..8]
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _infallible = write!(hex, "{byte:02x}");
            hex
        })
}

/// Returns a name for an item of a list that is independent of its index.
pub(crate) fn label(value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if let Some(reference) = text("$ref") {
        return name_of(reference).to_owned();
    }
    match (text("in"), text("name"), text("title")) {
        (Some(place), Some(name), _) => format!("{place}:{name}"),
        (_, _, Some(title)) => title.to_owned(),
        _ => digest(&[&self::text(&bare(value))]),
    }
}

/// Returns the last segment of a reference.
pub(crate) fn name_of(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ignores_prose_and_the_order_of_sets() {
        let one = json!({"required": ["b", "a"], "title": "T", "properties": {"title": {"type": "string"}}});
        let other =
            json!({"properties": {"title": {"type": "string", "x-a": 1}}, "required": ["a", "b"]});
        assert_eq!(bare(&one), bare(&other));
        assert_eq!(
            bare(&one)["properties"],
            json!({"title": {"type": "string"}})
        );
    }

    #[test]
    fn whole_numbers_are_equal_with_and_without_a_point() {
        assert!(same(&json!([1, 2]), &json!([1.0, 2])));
        assert!(!same(&json!(1.5), &json!(1)));
        assert!(!same(&json!("1"), &json!(1)));
        assert!(!same(
            &json!(9_007_199_254_740_993_u64),
            &json!(9_007_199_254_740_992_u64)
        ));
    }
}
