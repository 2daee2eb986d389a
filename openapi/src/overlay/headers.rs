//! Matches header names without regard to case, if the target of an action has them in lower case.

use serde_json::Value;

use crate::contents::{items, members};
use crate::pointer::below;

/// Returns a copy of the document with the names of all header parameters and of all credentials in
/// headers in lower case, or `None` if they already are.
pub(super) fn in_lower_case(document: &Value) -> Option<Value> {
    let mut names = Vec::new();
    for section in ["paths", "webhooks"] {
        for (name, item) in members(document.get(section)) {
            of_item(&below("", &[section, name]), item, &mut names);
        }
    }
    let components = document.get("components");
    let section = |name: &str| members(components.and_then(|it| it.get(name)));
    for (name, item) in section("pathItems") {
        of_item(&below("/components/pathItems", &[name]), item, &mut names);
    }
    for holder in ["parameters", "securitySchemes"] {
        let large = section(holder).filter(|(_, one)| has_capitals(one));
        names.extend(large.map(|(name, _)| below("/components", &[holder, name, "name"])));
    }
    if names.is_empty() {
        return None;
    }
    let mut copy = document.clone();
    for pointer in names {
        if let Some(Value::String(name)) = copy.pointer_mut(&pointer) {
            name.make_ascii_lowercase();
        }
    }
    Some(copy)
}

fn of_item(pointer: &str, item: &Value, names: &mut Vec<String>) {
    of_parameters(pointer, item, names);
    for method in crate::spec::methods() {
        if let Some(operation) = item.get(method) {
            of_parameters(&format!("{pointer}/{method}"), operation, names);
        }
    }
}

fn of_parameters(pointer: &str, holder: &Value, names: &mut Vec<String>) {
    for (index, parameter) in items(holder.get("parameters")).enumerate() {
        if has_capitals(parameter) {
            names.push(format!("{pointer}/parameters/{index}/name"));
        }
    }
}

/// Returns true if the name of a parameter or credential is a header name with capital letters.
fn has_capitals(one: &Value) -> bool {
    let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
    let header = one.get("in").is_some_and(|place| place == "header");
    header && name.bytes().any(|letter| letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_only_header_names_to_lower_case() {
        let key = |name: &str| json!({"in": "header", "name": name});
        let query = json!({"in": "query", "name": "X-Any"});
        let document = |name: &str| {
            json!({
                "paths": {"/X-Any": {
                    "parameters": [key(name)],
                    "get": {"parameters": [query, key(name)], "X-Any": "X-Any"},
                }},
                "components": {
                    "parameters": {"X-Any": key(name), "Query": query},
                    "securitySchemes": {
                        "X-Any": {"type": "apiKey", "in": "header", "name": name},
                        "Query": {"type": "apiKey", "in": "query", "name": "X-Any"},
                    },
                },
            })
        };
        assert_eq!(in_lower_case(&document("X-Any")), Some(document("x-any")));
        assert_eq!(in_lower_case(&document("x-any")), None);
    }
}
