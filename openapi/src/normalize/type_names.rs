//! Removes titles of schemas. The generator uses them as type names, and documents repeat them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::casing::{HIDDEN, distinct, pascal};
use super::walk;
use crate::contents::keys;
use crate::pointer::{schema_name, segments};

/// Removes the titles of all schemas except components, which are named by their keys, and alternatives
/// that are objects with a unique title. A title becomes the description if that is missing.
pub(super) fn normalize(document: &mut Value) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let components = keys(document.pointer("/components/schemas"));
    let taken = components.map(String::as_str).chain(HIDDEN);
    times.extend(taken.map(|name| (distinct(name), 2)));
    walk::schemas_mut(document, &mut |schema, pointer| {
        if let Some(title) = title(schema)
            && schema_name(pointer).is_none()
        {
            *times.entry(distinct(title)).or_default() += 1;
        }
    });
    walk::schemas_mut(document, &mut |schema, pointer| {
        let Some(title) = title(schema).map(str::to_owned) else {
            return;
        };
        let key = distinct(&title);
        let only = times.get(&key) == Some(&1);
        if schema_name(pointer).is_some() || only && is_named(schema, pointer, &title) {
            return;
        }
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        schema.remove("title");
        let known = segments(pointer)
            .last()
            .is_some_and(|name| distinct(&name) == key);
        if !known && !schema.contains_key("description") && !schema.contains_key("$ref") {
            schema.insert("description".to_owned(), json!(title));
        }
    });
}

fn title(schema: &Value) -> Option<&str> {
    schema.get("title")?.as_str()
}

/// Returns true if an alternative is named after its title.
fn is_named(schema: &Value, pointer: &str, title: &str) -> bool {
    let all: Vec<String> = segments(pointer).collect();
    let [.., list, _] = all.as_slice() else {
        return false;
    };
    let name = pascal(title);
    ["anyOf", "oneOf"].contains(&list.as_str())
        && schema.get("properties").is_some()
        && name.starts_with(|first: char| first.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_only_name_components_and_alternatives() {
        let object = |title: &str| json!({"title": title, "type": "object", "properties": {}});
        let mut document = json!({"components": {"schemas": {"A": {
            "title": "An A",
            "properties": {
                "the_kind": {"title": "The Kind", "type": "string"},
                "size": {"title": "How large", "type": "string"},
                "said": {"title": "Lost", "description": "Said.", "type": "string"},
            },
            "oneOf": [object("Card"), object("A"), object("Twice"), object("Twice")],
        }}}});
        normalize(&mut document);
        let a = &document["components"]["schemas"]["A"];
        assert_eq!(a["title"], "An A");
        let expected = json!({
            "the_kind": {"type": "string"},
            "size": {"description": "How large", "type": "string"},
            "said": {"description": "Said.", "type": "string"},
        });
        assert_eq!(a["properties"], expected);
        assert_eq!(a["oneOf"][0]["title"], "Card");
        for index in 1..4 {
            assert_eq!(a["oneOf"][index].get("title"), None, "{index}");
        }
    }
}
