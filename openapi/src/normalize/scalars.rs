//! Unions of scalars of one JSON type.
//!
//! Examples are `anyOf` or `oneOf` of two enums, of an enum and any string, of two formats, and of an
//! integer and a number. For `anyOf` the generator makes a struct, which no value matches, and for `oneOf`
//! it makes conflicting conversions. Each union becomes one scalar that accepts every value of every
//! alternative.

mod primitive;

use serde_json::{Map, Value};

use super::relaxed_responses::is_limit;
use super::walk;
use crate::contents::items;
use crate::findings::Findings;
use primitive::{Primitive, Primitives};

const UNIONS: [&str; 2] = ["anyOf", "oneOf"];

pub(super) fn normalize(document: &mut Value, findings: &mut Findings) {
    let before = document.clone();
    let primitives = Primitives::of(&before);
    walk::schemas_mut(document, &mut |schema, pointer| {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        let many = |key: &&str| items(schema.get(*key)).len() > 1;
        let keys: Vec<&str> = UNIONS.into_iter().filter(many).collect();
        if keys.is_empty() {
            // A schema with several scalars in `allOf` is a single scalar too.
            if many(&"allOf")
                && let Some(scalar) = primitives.primitive(&Value::Object(schema.clone()))
            {
                replace(schema, scalar);
            }
            return;
        }
        // The generator supports enums whose values are disjoint.
        if let (["oneOf"], Some(Value::Array(branches))) = (keys.as_slice(), schema.get("oneOf"))
            && primitives.exclude_each_other(branches)
        {
            return;
        }
        let whole = Value::Object(schema.clone());
        if let Some(scalar) = primitives.primitive(&whole) {
            let known = primitives.unlisted(&scalar, &whole);
            replace(schema, scalar);
            let said = keys.join("` and `");
            let shown = known.map_or_else(String::new, |known| format!(" (known values: {known})"));
            let note = format!(
                "the alternatives of `{said}` are merged into one scalar that accepts all of their values{shown}"
            );
            findings.note_on(pointer, note);
            return;
        }
        for key in keys {
            if let Some(Value::Array(branches)) = schema.get_mut(key)
                && group(&primitives, branches)
            {
                let note = format!(
                    "alternatives of `{key}` with the same type are merged into one that accepts all of their values"
                );
                findings.note_on(pointer, note);
            }
        }
    });
}

/// Replaces a schema by a scalar and keeps its annotations.
fn replace(schema: &mut Map<String, Value>, scalar: Primitive) {
    let said = [
        "allOf",
        "anyOf",
        "oneOf",
        "discriminator",
        "type",
        "enum",
        "format",
        "nullable",
    ];
    schema.retain(|key, _| !said.contains(&key.as_str()) && !is_limit(key));
    schema.extend(scalar.into_schema());
}

/// Joins the scalars of each JSON type in a union with other alternatives. Returns true if any were joined.
fn group(primitives: &Primitives<'_>, branches: &mut Vec<Value>) -> bool {
    let all: Vec<Option<Primitive>> = branches
        .iter()
        .map(|branch| primitives.primitive(branch).filter(Primitive::is_typed))
        .collect();
    let mut joined: Vec<(usize, Primitive)> = Vec::new();
    let mut gone: Vec<usize> = Vec::new();
    for (index, primitive) in all.into_iter().enumerate() {
        let Some(primitive) = primitive else { continue };
        let wider = joined
            .iter_mut()
            .find_map(|(_, other)| Some((primitive.join(other)?, other)));
        match wider {
            Some((wider, other)) => {
                *other = wider;
                gone.push(index);
            }
            None => joined.push((index, primitive)),
        }
    }
    if gone.is_empty() {
        return false;
    }
    // A scalar that was not joined keeps its schema, such as a reference with a name.
    for (index, primitive) in joined {
        if primitive.joined {
            branches[index] = Value::Object(primitive.into_schema());
        }
    }
    let mut index = 0;
    branches.retain(|_| {
        index += 1;
        !gone.contains(&(index - 1))
    });
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn normalized(schema: &Value) -> Value {
        let mut document = json!({"components": {"schemas": {
            "Status": {"type": "string", "enum": ["open", "picked"]},
            "Other": {"type": "string", "enum": ["picked", "gone"], "nullable": true},
            "Order": {"type": "object", "properties": {"id": {"type": "string"}}},
            "Loop": {"anyOf": [{"$ref": "#/components/schemas/Loop"}, {"type": "string"}]},
            "S": schema,
        }}});
        normalize(&mut document, &mut Findings::new("test"));
        document["components"]["schemas"]["S"].take()
    }

    fn to(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn null_in_a_branch_remains_a_value() {
        let sizes = json!({"type": "integer", "enum": [1, 2]});
        let nothing = json!({"enum": [null]});
        for (schema, values) in [
            (
                json!({"nullable": true, "oneOf": [sizes, nothing]}),
                json!([1, 2, null]),
            ),
            // The type of the schema rejects it.
            (
                json!({"type": "integer", "oneOf": [sizes, nothing]}),
                json!([1, 2]),
            ),
        ] {
            let expected = json!({"type": "integer", "nullable": true, "enum": values});
            assert_eq!(normalized(&schema), expected);
        }
    }

    #[test]
    fn joins_scalars_of_one_type() {
        for key in UNIONS {
            for (branches, expected) in [
                (
                    json!([to("Status"), to("Other")]),
                    json!({"type": "string", "nullable": true, "enum": ["open", "picked", "gone"]}),
                ),
                (
                    json!([to("Status"), {"type": "string"}]),
                    json!({"type": "string"}),
                ),
                (
                    json!([{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]),
                    json!({"type": "string"}),
                ),
                (
                    json!([{"type": "string", "format": "uuid"}, {"type": "string", "format": "uuid", "maxLength": 3}]),
                    json!({"type": "string", "format": "uuid"}),
                ),
                (
                    json!([{"type": "string", "format": "password"}, {"type": "string"}]),
                    json!({"type": "string", "format": "password"}),
                ),
                (
                    json!([{"type": "integer"}, {"type": "integer", "format": "password"}]),
                    json!({"type": "integer", "format": "password"}),
                ),
                (
                    json!([{"type": "string", "format": "password"}, {}]),
                    json!({"format": "password"}),
                ),
                (
                    json!([{"type": "integer"}, {"type": "number", "nullable": true}]),
                    json!({"type": "number", "nullable": true}),
                ),
                (
                    json!([{"type": "integer", "format": "int32", "minimum": 0}, {"type": "integer"}]),
                    json!({"type": "integer"}),
                ),
                (json!([{"type": "string"}, {}]), json!({})),
                (
                    json!([{"anyOf": [{"allOf": [to("Status")]}, {"enum": ["x"]}]}, to("Other")]),
                    json!({"type": "string", "nullable": true, "enum": ["open", "picked", "x", "gone"]}),
                ),
            ] {
                let schema = json!({"title": "T", "description": "d", (key): branches});
                let mut expected = expected;
                expected["title"] = json!("T");
                expected["description"] = json!("d");
                assert_eq!(normalized(&schema), expected);
            }
        }
    }

    #[test]
    fn joins_scalars_of_all_of() {
        let schema = json!({"description": "d", "allOf": [
            {"type": "string", "minLength": 1}, to("Status"), {"enum": ["open", "else"]}
        ]});
        let expected = json!({"description": "d", "type": "string", "enum": ["open"]});
        assert_eq!(normalized(&schema), expected);
        let schema = json!({"allOf": [{"type": "string"}, {"type": "boolean"}]});
        assert_eq!(normalized(&schema), schema);
    }

    #[test]
    fn type_next_to_a_union_applies_to_its_branches() {
        let schema = json!({"type": "string", "anyOf": [{"format": "date"}, {"enum": ["now"]}]});
        assert_eq!(normalized(&schema), json!({"type": "string"}));
        let schema = json!({"type": "string", "oneOf": [{"enum": ["a", 1]}, {"enum": ["b"]}]});
        assert_eq!(
            normalized(&schema),
            json!({"type": "string", "enum": ["a", "b"]})
        );
    }

    #[test]
    fn joins_only_scalars_of_one_type_among_others() {
        let branches = json!([
            to("Order"), {"type": "string", "format": "date"}, to("Status"), {"type": "boolean"},
            {"type": "integer"}, {"type": "number"}
        ]);
        let expected =
            json!([to("Order"), {"type": "string"}, {"type": "boolean"}, {"type": "number"}]);
        assert_eq!(
            normalized(&json!({"oneOf": branches})),
            json!({"oneOf": expected})
        );
    }

    #[test]
    fn keeps_other_unions() {
        for schema in [
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
            json!({"oneOf": [to("Order"), {"type": "string"}]}),
            json!({"oneOf": [{"type": "integer", "format": "uint64"}, {"type": "integer"}]}),
            json!({"anyOf": [to("Status")]}),
            json!({"oneOf": [to("Status"), {"enum": ["x"]}]}),
            json!({"oneOf": [to("Status"), {"enum": [null]}]}),
            json!({"anyOf": [to("Loop"), {"type": "string"}]}),
            json!({"type": "object", "properties": {}, "anyOf": [{"type": "string"}, {}]}),
        ] {
            assert_eq!(normalized(&schema), schema);
        }
    }
}
