//! Random documents, and equivalent copies of a document.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

/// Keywords whose arrays are sets.
const SETS: [&str; 9] = [
    "allOf",
    "anyOf",
    "enum",
    "oneOf",
    "parameters",
    "required",
    "security",
    "tags",
    "type",
];

fn leaf() -> impl Strategy<Value = Value> {
    let of = |values: Vec<Value>| proptest::sample::select(values);
    of(vec![
        json!({"type": "string"}),
        json!({"type": ["string", "null"], "maxLength": 5}),
        json!({"type": "string", "enum": ["a", "b", "c"]}),
        json!({"type": "string", "enum": ["b", "d"], "description": "Some."}),
        json!({"type": "string", "format": "date-time", "deprecated": true}),
        json!({"type": "integer", "minimum": 1, "default": 3}),
        json!({"type": "number", "exclusiveMinimum": 0, "multipleOf": 2}),
        json!({"type": "boolean"}),
        json!({"const": 1}),
        json!({}),
        json!({"$ref": "#/components/schemas/A"}),
        json!({"$ref": "#/components/schemas/B", "description": "Another."}),
        json!({"anyOf": [{"$ref": "#/components/schemas/C"}, {"type": "null"}]}),
        json!({"$ref": "#/components/schemas/Nowhere"}),
    ])
}

fn schema() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        let names = proptest::collection::vec(
            proptest::sample::select(vec!["id", "note", "properties", "x"]),
            0..3,
        );
        let object = (
            proptest::collection::btree_map(
                proptest::sample::select(vec!["id", "note", "state", "properties", "enum"]),
                inner.clone(),
                0..4,
            ),
            names,
            proptest::option::of(prop_oneof![
                Just(json!(false)),
                Just(json!(true)),
                inner.clone()
            ]),
        )
            .prop_map(|(properties, mut required, rest)| {
                required.sort_unstable();
                required.dedup();
                let mut schema =
                    json!({"type": "object", "properties": properties, "required": required});
                if let Some(rest) = rest {
                    schema["additionalProperties"] = rest;
                }
                schema
            });
        let branches = proptest::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            object,
            (inner.clone(), any::<bool>()).prop_map(
                |(items, unique)| json!({"type": "array", "items": items, "uniqueItems": unique})
            ),
            branches.clone().prop_map(|all| json!({"oneOf": all})),
            branches
                .clone()
                .prop_map(|all| json!({"anyOf": all, "description": "Any."})),
            branches.prop_map(|all| json!({"allOf": all})),
            (inner.clone(), inner).prop_map(
                |(not, then)| json!({"not": not, "if": {"type": "string"}, "then": then})
            ),
        ]
    })
}

fn operation() -> impl Strategy<Value = Value> {
    let parameter = (
        proptest::sample::select(vec!["limit", "page", "state"]),
        proptest::sample::select(vec!["query", "header"]),
        any::<bool>(),
        schema(),
    )
        .prop_map(|(name, place, required, schema)| {
            json!({"name": name, "in": place, "required": required, "schema": schema})
        });
    let parameters = proptest::collection::vec(parameter, 0..3).prop_map(|mut all| {
        all.sort_by_key(|it| (it["in"].to_string(), it["name"].to_string()));
        all.dedup_by_key(|it| (it["in"].clone(), it["name"].clone()));
        all
    });
    (
        parameters,
        proptest::option::of(schema()),
        schema(),
        schema(),
        any::<bool>(),
    )
        .prop_map(|(parameters, body, success, failure, deprecated)| {
            let content =
                |schema: &Value| json!({"application/json": {"schema": schema, "example": 1}});
            let mut operation = json!({
                "summary": "Does it.", "tags": ["a", "b"], "deprecated": deprecated,
                "parameters": parameters,
                "responses": {
                    "200": {"description": "Fine.", "content": content(&success)},
                    "404": {"description": "No.", "content": content(&failure)},
                },
            });
            if let Some(body) = body {
                operation["requestBody"] =
                    json!({"required": deprecated, "content": content(&body)});
            }
            operation
        })
}

/// Returns documents with a few operations and three components, which may be cyclic.
pub(crate) fn document() -> impl Strategy<Value = Value> {
    let operations = proptest::collection::btree_map(
        proptest::sample::select(vec!["get", "put", "post"]),
        operation(),
        1..3,
    );
    (operations, schema(), schema(), schema()).prop_map(|(operations, a, b, c)| {
        json!({
            "openapi": "3.1.0", "info": {"title": "Chance", "version": "1"},
            "servers": [{"url": "https://a.example"}],
            "security": [{"Key": []}, {"Token": []}],
            "paths": {"/things": operations},
            "components": {
                "schemas": {"A": a, "B": b, "C": c},
                "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "key"}},
            },
        })
    })
}

/// The meaning of an object's keys.
#[derive(Clone, Copy)]
enum Names {
    /// Keywords.
    Keywords,
    /// Names that the document chooses.
    Chosen,
}

fn below(names: Names, key: &str) -> Names {
    match (names, key) {
        (Names::Keywords, "properties" | "schemas" | "paths" | "securitySchemes") => Names::Chosen,
        _ => Names::Keywords,
    }
}

/// Returns a copy with reordered sets.
pub(crate) fn shuffled(value: &Value, chance: &[Index]) -> Value {
    fn walk(
        value: &Value,
        names: Names,
        set: bool,
        chance: &mut dyn FnMut(usize) -> usize,
    ) -> Value {
        match value {
            Value::Object(fields) => {
                let walked = fields.iter().map(|(key, value)| {
                    let set = matches!(names, Names::Keywords) && SETS.contains(&key.as_str());
                    (key.clone(), walk(value, below(names, key), set, chance))
                });
                Value::Object(walked.collect::<Map<_, _>>())
            }
            Value::Array(items) => {
                let mut items: Vec<Value> = items
                    .iter()
                    .map(|item| walk(item, Names::Keywords, false, chance))
                    .collect();
                if set {
                    for last in (1..items.len()).rev() {
                        items.swap(last, chance(last + 1));
                    }
                }
                Value::Array(items)
            }
            other => other.clone(),
        }
    }
    let mut turn = 0;
    walk(value, Names::Keywords, false, &mut |size| {
        turn += 1;
        chance
            .get(turn % chance.len().max(1))
            .map_or(0, |it| it.index(size))
    })
}

/// Returns a copy with other texts and the same meaning.
pub(crate) fn reworded(value: &Value) -> Value {
    fn walk(value: &Value, names: Names) -> Value {
        match value {
            Value::Object(fields) => {
                let mut copy = Map::new();
                for (key, value) in fields {
                    let prose = matches!(names, Names::Keywords)
                        && ["description", "summary", "example"].contains(&key.as_str());
                    let value = if prose {
                        json!("said otherwise")
                    } else {
                        walk(value, below(names, key))
                    };
                    copy.insert(key.clone(), value);
                }
                Value::Object(copy)
            }
            Value::Array(items) => items
                .iter()
                .map(|item| walk(item, Names::Keywords))
                .collect(),
            other => other.clone(),
        }
    }
    walk(value, Names::Keywords)
}
