//! Schemas as type parameters of the client's own types. They are unnamed there, so schemas that need
//! one become components.

use serde_json::{Value, json};

use super::hoist::ComponentNames;
use crate::rust_type;
use crate::spec::{Fields, On, is_annotation, on};

pub(super) fn without_null(schema: &mut Fields) {
    schema.remove("nullable");
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
}

/// Returns a schema for a type parameter, in JSON Schema. Schemas without a name are written out, and all
/// others become components.
pub(super) fn held(
    document: &mut Value,
    names: &mut ComponentNames,
    schema: Fields,
    name: &str,
) -> Value {
    let marked = schema.contains_key(rust_type::KEY);
    let asserting: Vec<&str> = schema
        .keys()
        .map(String::as_str)
        .filter(|key| !is_annotation(key))
        .collect();
    let only = |keys: &[&str]| asserting.iter().all(|key| keys.contains(key));
    let only_of = |kind: On, keys: &[&str]| {
        let mut all = asserting.iter();
        all.all(|key| keys.contains(key) || on(key) == Some(kind))
    };
    let kind = schema.get("type").and_then(Value::as_str);
    match (kind, asserting.as_slice()) {
        _ if marked => {}
        (None, []) => return json!({}),
        (None, ["$ref"]) => return json!({"$ref": schema["$ref"]}),
        (None, [key @ ("allOf" | "anyOf" | "oneOf")]) => {
            if let Some([Value::Object(part)]) = schema[*key].as_array().map(Vec::as_slice) {
                return or_null(document, names, part.clone(), name);
            }
        }
        (Some("boolean"), ["type"]) => return json!({"type": "boolean"}),
        (Some("string"), _) if only(&["type", "format"]) => return plain(&schema),
        (Some("integer" | "number"), _) if only_of(On::Number, &["type", "format"]) => {
            return number(plain(&schema));
        }
        (Some("array"), _) if only_of(On::List, &["type"]) => {
            let mut list = plain(&schema);
            if let Some(Value::Object(items)) = schema.get("items") {
                list["items"] = or_null(document, names, items.clone(), &format!("{name}-item"));
            }
            return list;
        }
        (Some("object"), _) if only(&["type", "additionalProperties"]) => {
            let mut map = plain(&schema);
            if let Some(Value::Object(values)) = schema.get("additionalProperties") {
                let values = or_null(document, names, values.clone(), &format!("{name}-value"));
                map["additionalProperties"] = values;
            }
            return map;
        }
        _ => {}
    }
    let name = super::casing::pascal(name);
    let reference = names.hoist(document, &name, Value::Object(schema));
    reference.map_or_else(|| json!({}), |reference| json!({ "$ref": reference }))
}

/// Returns a nested schema for a type parameter, which can be nullable itself.
fn or_null(
    document: &mut Value,
    names: &mut ComponentNames,
    mut schema: Fields,
    name: &str,
) -> Value {
    let null = schema.get("nullable") == Some(&json!(true));
    without_null(&mut schema);
    let held = held(document, names, schema, name);
    if null && held != json!({}) {
        json!({"oneOf": [held, {"type": "null"}]})
    } else {
        held
    }
}

fn plain(schema: &Fields) -> Value {
    let asserting = schema.iter().filter(|(key, _)| !is_annotation(key));
    asserting
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Converts exclusive bounds from the flags of OpenAPI 3.0 to the numbers of JSON Schema.
fn number(mut schema: Value) -> Value {
    for (flag, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        let Some(fields) = schema.as_object_mut() else {
            continue;
        };
        if fields.remove(flag) == Some(json!(true))
            && let Some(limit) = fields.remove(bound)
        {
            fields.insert(flag.to_owned(), limit);
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_out_schemas_without_a_name() {
        let mut document = json!({});
        let mut names = ComponentNames::of(&document);
        let mut of = |schema: Value| {
            let fields = schema.as_object().cloned().unwrap_or_default();
            held(&mut document, &mut names, fields, "order-size")
        };
        let number =
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "title": "N"});
        assert_eq!(of(number), json!({"type": "number", "exclusiveMinimum": 0}));
        let list = json!({"type": "array", "items": {"type": "string", "nullable": true}});
        let items = json!({"oneOf": [{"type": "string"}, {"type": "null"}]});
        assert_eq!(of(list), json!({"type": "array", "items": items}));
        let map =
            json!({"type": "object", "additionalProperties": {"$ref": "#/components/schemas/A"}});
        assert_eq!(of(map.clone()), map);
        let values = json!({"type": "array", "items": {"type": "string", "enum": ["a"]}});
        let reference = json!({"$ref": "#/components/schemas/OrderSizeItem"});
        assert_eq!(of(values), json!({"type": "array", "items": reference}));
        let component = &document["components"]["schemas"]["OrderSizeItem"];
        assert_eq!(component, &json!({"type": "string", "enum": ["a"]}));
    }
}
