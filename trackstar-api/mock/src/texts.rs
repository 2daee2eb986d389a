//! Parses values in a path, query, header or form.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value, json};
use trackstar_openapi::Merged;

/// Parses the texts that belong to one name, using the type that the schemas require. If that isn't
/// possible, the text is left as a string, which the schema is then going to reject.
pub(crate) fn read(
    document: &Value,
    schemas: &[&Value],
    texts: &[&str],
    separator: Option<char>,
) -> Value {
    let merged = Merged::of(document, schemas.iter().copied());
    let kinds = kinds(document, &merged, 0);
    if kinds.contains("array")
        && !(texts.len() == 1 && kinds.contains("string") && separator.is_none())
    {
        let items = texts.iter().flat_map(|text| match separator {
            Some(mark) => text.split(mark).collect::<Vec<_>>(),
            None => vec![*text],
        });
        let items = items
            .enumerate()
            .map(|(index, text)| one(document, &merged.item(index), text));
        return Value::Array(items.collect());
    }
    match texts {
        [text] => one(document, schemas, text),
        several => json!(several),
    }
}

fn one(document: &Value, schemas: &[&Value], text: &str) -> Value {
    let merged = Merged::of(document, schemas.iter().copied());
    let mut listed = merged.values().into_iter().flatten();
    if let Some(value) = listed.find(|it| shown(it).as_deref() == Some(text)) {
        return value.clone();
    }
    let kinds = kinds(document, &merged, 0);
    let number = || -> Option<Value> {
        if let Ok(whole) = text.parse::<i64>() {
            return Some(json!(whole));
        }
        let number = text.parse::<f64>().ok()?;
        Number::from_f64(number).map(Value::Number)
    };
    let read = match text {
        "true" | "false" if kinds.contains("boolean") => Some(json!(text == "true")),
        "" if kinds.contains("null") && !kinds.contains("string") => Some(Value::Null),
        _ if kinds.contains("integer") || kinds.contains("number") => number(),
        _ if kinds.contains("object") => serde_json::from_str(text).ok(),
        _ => None,
    };
    read.unwrap_or_else(|| json!(text))
}

/// Returns the types that the schemas allow, including all alternatives. If this is empty, any type
/// is allowed.
fn kinds<'a>(document: &'a Value, merged: &Merged<'a>, depth: usize) -> BTreeSet<&'a str> {
    let own = merged.types();
    let mut kinds = own.unwrap_or_else(|| merged.kind().into_iter().collect());
    if depth < 4 {
        for alternative in merged.alternatives.iter().flat_map(|it| it.all) {
            let merged = Merged::of(document, [alternative]);
            kinds.extend(self::kinds(document, &merged, depth + 1));
        }
    }
    kinds
}

fn kinds_of<'a>(document: &'a Value, schemas: &[&'a Value]) -> BTreeSet<&'a str> {
    kinds(document, &Merged::of(document, schemas.iter().copied()), 0)
}

/// Returns true if the value can be an object.
pub(crate) fn may_be_object(document: &Value, schemas: &[&Value]) -> bool {
    kinds_of(document, schemas).contains("object")
}

/// Returns true if the value can only be an object.
pub(crate) fn is_object(document: &Value, schemas: &[&Value]) -> bool {
    kinds_of(document, schemas) == BTreeSet::from(["object"])
}

/// Returns true if the value can be an array.
pub(crate) fn may_be_list(document: &Value, schemas: &[&Value]) -> bool {
    kinds_of(document, schemas).contains("array")
}

/// Parses an object from alternating names and values, for example `["a", "1", "b", "2"]`.
pub(crate) fn in_turn(document: &Value, schemas: &[&Value], texts: &[&str]) -> Value {
    // There is no name in an empty text.
    if let [""] = texts {
        return Value::Object(Map::new());
    }
    let fields = texts.chunks(2).map(|field| {
        let value = field.get(1).copied().unwrap_or_default();
        (field[0].to_owned(), value.to_owned())
    });
    nested(document, schemas, &fields.collect::<Vec<_>>(), None, 0)
}

/// The maximum depth of an object in a query. If there are more brackets, they are part of the
/// name.
const DEEPEST: usize = 16;

/// Parses an object from named properties, for example `[("a", "1"), ("b[c]", "2")]`.
pub(crate) fn object(
    document: &Value,
    schemas: &[&Value],
    pairs: &[(String, String)],
    separator: Option<char>,
) -> Value {
    // Without a limit, lots of brackets could overflow the stack.
    nested(document, schemas, pairs, separator, DEEPEST)
}

fn nested(
    document: &Value,
    schemas: &[&Value],
    pairs: &[(String, String)],
    separator: Option<char>,
    depth: usize,
) -> Value {
    let merged = Merged::of(document, schemas.iter().copied());
    let alternatives = merged.alternatives.iter().flat_map(|it| it.all);
    let alternatives = alternatives.map(|it| Merged::of(document, [it]).properties());
    let maps: Vec<_> = std::iter::once(merged.properties())
        .chain(alternatives)
        .collect();
    let property = |name: &str| -> Vec<&Value> {
        let found: Vec<&Value> = maps
            .iter()
            .filter_map(|it| it.get(name))
            .flatten()
            .copied()
            .collect();
        if found.is_empty() {
            merged.property(name)
        } else {
            found
        }
    };
    let mut fields = Map::new();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in pairs {
        let first = match depth {
            0 => name.as_str(),
            _ => name.split('[').next().unwrap_or_default(),
        };
        if !names.contains(&first) {
            names.push(first);
        }
    }
    for name in names {
        let schemas = property(name);
        let inside: Vec<(String, String)> = pairs
            .iter()
            .filter(|_| depth > 0)
            .filter_map(|(own, value)| {
                let rest = own.strip_prefix(name)?.strip_prefix('[')?;
                Some((rest.replacen(']', "", 1), value.clone()))
            })
            .collect();
        let value = if inside.is_empty() {
            let texts: Vec<&str> = pairs
                .iter()
                .filter(|(own, _)| own == name)
                .map(|(_, value)| value.as_str())
                .collect();
            read(document, &schemas, &texts, separator)
        } else {
            nested(document, &schemas, &inside, separator, depth - 1)
        };
        fields.insert(name.to_owned(), value);
    }
    Value::Object(fields)
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_texts_as_their_schema_type() {
        for (schema, texts, separator, expected) in [
            (json!({"type": "string"}), vec!["1"], None, json!("1")),
            (json!({"type": "integer"}), vec!["1"], None, json!(1)),
            (json!({"type": "integer"}), vec!["x"], None, json!("x")),
            (json!({"type": "number"}), vec!["1.5"], None, json!(1.5)),
            (json!({"type": "boolean"}), vec!["true"], None, json!(true)),
            (json!({"type": "boolean"}), vec!["1"], None, json!("1")),
            (
                json!({"type": ["integer", "null"]}),
                vec![""],
                None,
                json!(null),
            ),
            (
                json!({"type": ["string", "null"]}),
                vec![""],
                None,
                json!(""),
            ),
            (json!({"enum": [1, "b"]}), vec!["1"], None, json!(1)),
            (
                json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
                vec!["7"],
                None,
                json!(7),
            ),
            (
                json!({"type": "string"}),
                vec!["a", "b"],
                None,
                json!(["a", "b"]),
            ),
            (
                json!({"type": "array", "items": {"type": "integer"}}),
                vec!["1", "x"],
                None,
                json!([1, "x"]),
            ),
            (
                json!({"type": "array", "items": {"type": "integer"}}),
                vec!["1,2", "3"],
                Some(','),
                json!([1, 2, 3]),
            ),
            (json!({"type": "array"}), vec!["1,2"], None, json!(["1,2"])),
        ] {
            let found = read(&Value::Null, &[&schema], &texts, separator);
            assert_eq!(found, expected, "{schema} {texts:?}");
        }
    }

    #[test]
    fn reads_objects_from_property_names() {
        let schema = json!({"properties": {
            "a": {"type": "integer"}, "in": {"type": "array", "items": {"type": "integer"}},
            "deep": {"properties": {"x": {"type": "boolean"}}},
        }});
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs = [
            pair("a", "1"),
            pair("in", "1,2"),
            pair("deep[x]", "true"),
            pair("b", "1"),
        ];
        assert_eq!(
            object(&Value::Null, &[&schema], &pairs, Some(',')),
            json!({"a": 1, "in": [1, 2], "deep": {"x": true}, "b": "1"})
        );
    }

    #[test]
    fn reads_empty_text_as_empty_object() {
        assert_eq!(in_turn(&Value::Null, &[], &[""]), json!({}));
        let one = in_turn(&Value::Null, &[], &["a", "1"]);
        assert_eq!(one, json!({"a": "1"}));
    }

    #[test]
    fn many_brackets_do_not_overflow_the_stack() {
        let name = "a".to_owned() + &"[".repeat(60_000);
        let found = object(&Value::Null, &[], &[(name, "1".to_owned())], None);
        let mut depth = 0;
        let mut at = &found;
        while let Some((_, value)) = at.as_object().and_then(|fields| fields.iter().next()) {
            (depth, at) = (depth + 1, value);
        }
        assert_eq!((depth, at), (DEEPEST + 1, &json!("1")));
    }
}
