//! Values as they stand in a query: lists and objects.

use serde_json::{Map, Value, json};

use crate::call::text;
use trackstar_mock::document::{Parameter, Text};

/// The list with one item more, so that it is seen how items are told apart.
pub(crate) fn lengthened(items: &[Value]) -> Vec<Value> {
    let more = items.first().map(|first| match first {
        Value::Number(number) => json!(number.as_i64().unwrap_or(0) + 1),
        // A date or a value of an enum stays what it is.
        other => other.clone(),
    });
    items.iter().cloned().chain(more).collect()
}

/// An item of a list that may be written with commas: an example of several is one of them.
pub(crate) fn without_comma(item: Value) -> Value {
    match item {
        Value::String(text) => json!(text.split(',').next().unwrap_or_default()),
        other => other,
    }
}

/// An object in a query is one pair for each of its properties.
pub(crate) fn flatten(query: &mut Map<String, Value>, name: &str, value: Value, bare: bool) {
    match value {
        Value::Object(fields) => {
            for (property, value) in fields {
                let name = if bare {
                    property
                } else {
                    format!("{name}[{property}]")
                };
                flatten(query, &name, value, false);
            }
        }
        other => {
            query.insert(name.to_owned(), other);
        }
    }
}

/// The text that a value is, where it stands as one.
pub(crate) fn as_text(parameter: &Parameter, value: Value) -> Value {
    match (parameter.text, &value) {
        (Some(Text::Json), value) => json!(value.to_string()),
        (Some(Text::Joined(mark)), Value::Array(items)) => {
            let items: Vec<String> = items.iter().filter_map(text).collect();
            json!(items.join(&mark.to_string()))
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_become_pairs_and_lists_have_two_items_without_commas() {
        let mut query = Map::new();
        let value = json!({"a": {"b": 1}, "c": ["x"]});
        flatten(&mut query, "q", value.clone(), false);
        assert_eq!(Value::Object(query), json!({"q[a][b]": 1, "q[c]": ["x"]}));
        let mut query = Map::new();
        flatten(&mut query, "q", value, true);
        assert_eq!(Value::Object(query), json!({"a[b]": 1, "c": ["x"]}));
        assert_eq!(lengthened(&[json!(1)]), [json!(1), json!(2)]);
        assert_eq!(without_comma(json!("a,b")), json!("a"));
    }
}
