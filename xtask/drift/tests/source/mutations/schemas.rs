//! Changes of schemas.

use serde_json::{Value, json};

use super::{List, first, map, rename};
use crate::places::Kind;

pub(super) fn values(list: &mut List) {
    let schema = Kind::Schema;
    for (name, of) in [
        ("text", "string"),
        ("whole number", "integer"),
        ("number", "number"),
        ("flag", "boolean"),
        ("object", "object"),
    ] {
        list.add(schema, name, move |schema, _| {
            schema.get("type").filter(|it| it.is_string())?;
            schema.insert("type".to_owned(), json!(of));
            Some(())
        });
    }
    list.add(schema, "two types", |schema, root| {
        root["openapi"].as_str()?.starts_with("3.1").then_some(())?;
        let of = schema.get("type").filter(|it| it.is_string())?.clone();
        schema.insert("type".to_owned(), json!([of, "boolean"]));
        Some(())
    });
    list.remove(schema, "no type", "type");
    list.add(schema, "null", |schema, root| {
        if root["openapi"].as_str()?.starts_with("3.0") {
            let flag = schema.get("nullable") != Some(&json!(true));
            schema.insert("nullable".to_owned(), json!(flag));
            return Some(());
        }
        let of = match schema.get("type")? {
            Value::Array(all) => all.iter().find(|it| **it != "null")?.clone(),
            one => json!([one, "null"]),
        };
        schema.insert("type".to_owned(), of);
        Some(())
    });
    for format in [
        "date-time",
        "date",
        "uuid",
        "password",
        "binary",
        "byte",
        "email",
        "uri",
    ] {
        list.on("string", "format of a text", "format", json!(format));
    }
    for format in ["int32", "int64", "uint32", "unix-time"] {
        list.on("integer", "format of an integer", "format", json!(format));
    }
    list.on("number", "format of a number", "format", json!("float"));
    list.remove(schema, "no format", "format");
    list.on("string", "enum", "enum", json!(["some", "more"]));
    list.on("integer", "enum of integers", "enum", json!([1, 2]));
    list.on("string", "const", "const", json!("some"));
    list.remove(schema, "no enum", "enum");
    list.add(schema, "another value", |schema, _| {
        let first = super::list(schema, "enum")?.first()?;
        let another = if first.is_string() {
            json!("quite-another")
        } else {
            json!(77)
        };
        super::list(schema, "enum")?.push(another);
        Some(())
    });
    list.add(schema, "no first value", |schema, _| {
        super::list(schema, "enum")
            .filter(|it| it.len() > 1)?
            .remove(0);
        Some(())
    });
    list.add(schema, "values in another order", |schema, _| {
        super::list(schema, "enum")?.reverse();
        Some(())
    });
    list.on("string", "default of a text", "default", json!("any"));
    list.on("integer", "default of an integer", "default", json!(3));
    list.on("boolean", "default of a flag", "default", json!(true));
    list.on("array", "default of a list", "default", json!([]));
    list.remove(schema, "no default", "default");
    list.flip(schema, "readOnly", "readOnly");
    list.flip(schema, "writeOnly", "writeOnly");
}

pub(super) fn limits(list: &mut List) {
    let schema = Kind::Schema;
    list.on("string", "maxLength", "maxLength", json!(7));
    list.on("string", "minLength", "minLength", json!(1));
    list.on("string", "pattern", "pattern", json!("^[a-z]+$"));
    for (key, value) in [("maximum", 9), ("minimum", 0), ("multipleOf", 3)] {
        list.on("integer", key, key, json!(value));
        list.on("number", key, key, json!(value));
    }
    list.on("integer", "range of a byte", "maximum", json!(255));
    list.on("array", "maxItems", "maxItems", json!(3));
    list.on("array", "minItems", "minItems", json!(1));
    list.on("array", "uniqueItems", "uniqueItems", json!(true));
    list.on("object", "minProperties", "minProperties", json!(1));
    for key in [
        "maxLength",
        "minLength",
        "pattern",
        "maximum",
        "minimum",
        "minItems",
        "maxItems",
        "uniqueItems",
        "multipleOf",
    ] {
        list.remove(schema, "no limit", key);
    }
}

pub(super) fn objects(list: &mut List) {
    let schema = Kind::Schema;
    for (name, required) in [("optional property", false), ("required property", true)] {
        list.add(schema, name, move |schema, _| {
            map(schema, "properties")?
                .insert("quite_another".to_owned(), json!({"type": "string"}));
            if required {
                let all = schema.entry("required").or_insert(json!([]));
                all.as_array_mut()?.push(json!("quite_another"));
            }
            Some(())
        });
    }
    list.add(schema, "no first property", |schema, _| {
        let name = first(map(schema, "properties")?)?;
        map(schema, "properties")?.remove(&name);
        if let Some(required) = super::list(schema, "required") {
            required.retain(|it| *it != *name);
        }
        Some(())
    });
    list.add(schema, "property required", |schema, _| {
        let name = map(schema, "properties")?.keys().next_back()?.clone();
        let all = schema
            .entry("required")
            .or_insert(json!([]))
            .as_array_mut()?;
        if all.contains(&json!(name)) {
            all.retain(|it| *it != *name);
        } else {
            all.push(json!(name));
        }
        if all.is_empty() {
            schema.remove("required");
        }
        Some(())
    });
    list.add(schema, "property named otherwise", |schema, _| {
        let name = first(map(schema, "properties")?)?;
        rename(map(schema, "properties")?, &name, "named_otherwise")
    });
    list.add(schema, "required without a property", |schema, _| {
        schema.get("properties")?;
        let all = schema
            .entry("required")
            .or_insert(json!([]))
            .as_array_mut()?;
        all.push(json!("undeclared"));
        Some(())
    });
    for (name, rest) in [
        ("closed", json!(false)),
        ("open", json!(true)),
        ("map", json!({"type": "string"})),
    ] {
        list.on("object", name, "additionalProperties", rest);
    }
    list.remove(schema, "no additionalProperties", "additionalProperties");
    list.on("array", "items", "items", json!({"type": "boolean"}));
    list.on("array", "any items", "items", json!({}));
}

pub(super) fn alternatives(list: &mut List) {
    let schema = Kind::Schema;
    for (keyword, wrapped) in [
        ("allOf", "wrapped in allOf"),
        ("anyOf", "wrapped in anyOf"),
        ("oneOf", "wrapped in oneOf"),
    ] {
        list.add(schema, wrapped, move |schema, _| {
            let whole = Value::Object(std::mem::take(schema));
            schema.insert(keyword.to_owned(), json!([whole]));
            Some(())
        });
        list.add(schema, "another branch", move |schema, _| {
            let branch = json!({"type": "object", "required": ["quite"], "properties": {"quite": {"type": "string"}}});
            super::list(schema, keyword)?.push(branch);
            Some(())
        });
        list.add(schema, "no last branch", move |schema, _| {
            super::list(schema, keyword)
                .filter(|it| it.len() > 1)?
                .pop()
                .map(|_| ())
        });
        list.add(schema, "branches in another order", move |schema, _| {
            super::list(schema, keyword)?.reverse();
            Some(())
        });
    }
    for (from, to) in [("anyOf", "oneOf"), ("oneOf", "anyOf")] {
        list.add(schema, "other keyword", move |schema, _| {
            rename(schema, from, to)
        });
    }
    list.add(schema, "one of two", |schema, _| {
        let whole = Value::Object(std::mem::take(schema));
        schema.insert("oneOf".to_owned(), json!([whole, {"type": "boolean"}]));
        Some(())
    });
    list.set(schema, "not", "not", json!({"type": "array"}));
    list.on(
        "object",
        "one of two required",
        "anyOf",
        json!([{"required": ["a"]}, {"required": ["b"]}]),
    );
    list.add(schema, "written out", |schema, root| {
        let reference = schema.get("$ref")?.as_str()?.strip_prefix('#')?.to_owned();
        schema.clone_from(root.pointer(&reference)?.as_object()?);
        Some(())
    });
    list.add(schema, "another component", |schema, _| {
        let reference = schema.get("$ref")?.as_str()?;
        let other = if reference.ends_with("/Address") {
            "Place"
        } else {
            "Address"
        };
        schema.insert(
            "$ref".to_owned(),
            json!(format!("#/components/schemas/{other}")),
        );
        Some(())
    });
}
