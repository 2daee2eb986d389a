//! Copies shared header parameters into the operations that take them.
//!
//! An overlay finds a parameter by its location. Some documents declare a header once for a whole path
//! or as a component, while others repeat it in each operation.

use serde_json::{Map, Value};

use crate::reference;
use crate::spec::methods;

/// Copies the headers of paths, and headers that are references, into each operation.
pub(crate) fn expand(document: &mut Value) {
    let before = document.clone();
    let header = |parameter: &Value| {
        let resolved = reference::follow(&before, parameter)?;
        let header = resolved.get("in").is_some_and(|place| place == "header");
        header.then(|| resolved.clone())
    };
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        let mut shared = Vec::new();
        if let Some(Value::Array(parameters)) = item.get_mut("parameters") {
            parameters.retain(|parameter| match header(parameter) {
                Some(header) => {
                    shared.push(header);
                    false
                }
                None => true,
            });
            if parameters.is_empty()
                && let Some(item) = item.as_object_mut()
            {
                item.remove("parameters");
            }
        }
        for method in methods() {
            if let Some(Value::Object(operation)) = item.get_mut(method) {
                take(operation, &shared, &header);
            }
        }
    }
}

/// Adds the headers of its path to an operation, except those that the operation overrides.
fn take(
    operation: &mut Map<String, Value>,
    shared: &[Value],
    header: &impl Fn(&Value) -> Option<Value>,
) {
    let Some(Value::Array(own)) = operation.get_mut("parameters") else {
        if !shared.is_empty() && !operation.contains_key("parameters") {
            operation.insert("parameters".to_owned(), Value::Array(shared.to_vec()));
        }
        return;
    };
    for parameter in own.iter_mut() {
        if let Some(header) = header(parameter) {
            *parameter = header;
        }
    }
    let is = |one: &Value, other: &Value| {
        let name = |it: &Value| it["name"].as_str().map(str::to_ascii_lowercase);
        name(one) == name(other) && one["in"] == other["in"]
    };
    let missing = shared
        .iter()
        .filter(|it| !own.iter().any(|own| is(own, it)));
    let missing: Vec<Value> = missing.cloned().collect();
    own.extend(missing);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inlines_only_header_parameters() {
        let key = json!({"in": "header", "name": "key"});
        let own = json!({"in": "header", "name": "own"});
        let other_case = json!({"in": "header", "name": "KEY"});
        let id = json!({"in": "path", "name": "id"});
        let reference = |name: &str| json!({"$ref": format!("#/components/parameters/{name}")});
        let components = json!({"parameters": {
            "Key": key, "Id": id, "Again": reference("Key"), "Round": reference("Round"),
        }});
        let mut document = json!({"components": components, "paths": {
            "/a": {"parameters": [reference("Again"), reference("Id")], "get": {}, "put": {"parameters": [own]}},
            "/b": {"parameters": [key], "get": {"parameters": [
                reference("Key"), reference("Id"), reference("Round"), reference("Nowhere"),
            ]}},
            "/c": {"$ref": "#/components/pathItems/C"},
            "/d": {"parameters": [key], "get": {"parameters": [other_case]}},
        }});
        expand(&mut document);
        let expected = json!({"components": components, "paths": {
            "/a": {"parameters": [reference("Id")], "get": {"parameters": [key]}, "put": {"parameters": [own, key]}},
            "/b": {"get": {"parameters": [
                key, reference("Id"), reference("Round"), reference("Nowhere"),
            ]}},
            "/c": {"$ref": "#/components/pathItems/C"},
            "/d": {"get": {"parameters": [other_case]}},
        }});
        assert_eq!(document, expected);
    }
}
