//! Documents that try to break the comparison. It ends without a panic.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trackstar_drift::{Scope, Subject, compare};

use crate::cases::{names, spellings};

fn with_schemas(first: &str, schemas: &BTreeMap<String, Value>) -> Value {
    json!({
        "openapi": "3.1.0", "info": {"title": "Hostile", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "", "content": {
            "application/json": {"schema": {"$ref": format!("#/components/schemas/{first}")}},
        }}}}}},
        "components": {"schemas": schemas},
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn unexpected_values_do_not_panic() {
    let odd = [
        json!(null),
        json!(5),
        json!("x"),
        json!([]),
        json!({}),
        json!(true),
        json!([[null]]),
        json!({"$ref": 5}),
        json!({"$ref": "#/nowhere"}),
        json!({"$ref": "#"}),
        json!({"$ref": "other.yaml#/a"}),
    ];
    let mut compared = 0_u32;
    for case in names() {
        let document = spellings(&case, "base").remove(0);
        let mut pointers = Vec::new();
        collect(&document, String::new(), &mut pointers);
        let sound = Subject::of(&document);
        for (turn, pointer) in pointers.iter().enumerate() {
            // One change per place. All changes would take minutes.
            let mut broken = document.clone();
            if let Some(place) = broken.pointer_mut(pointer) {
                *place = odd[turn % odd.len()].clone();
            }
            // The result depends on the place.
            let broken = Subject::of(&broken);
            let there = sound.compare(&broken, &Scope::All);
            let back = broken.compare(&sound, &Scope::All);
            assert_eq!(there.is_ok(), back.is_ok(), "{case} at {pointer}");
            let same = broken.compare(&broken, &Scope::All);
            assert!(same.is_err() || same == Ok(vec![]), "{case} at {pointer}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "only {compared} documents were compared");
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(value, format!("{pointer}/{key}"), pointers);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(value, format!("{pointer}/{index}"), pointers);
            }
        }
        _ => {}
    }
    pointers.push(pointer);
}

#[test]
fn rejects_values_that_are_not_documents() {
    let sound = json!({"openapi": "3.0.3", "paths": {}});
    for odd in [
        json!(null),
        json!([]),
        json!({"swagger": "2.0", "paths": {}}),
        json!({"openapi": "4.0.0", "paths": {}}),
        json!({"openapi": "3.0.3"}),
        json!({"openapi": "3.1.0", "paths": []}),
        json!({"openapi": 3.1, "paths": {}}),
    ] {
        assert!(compare(&sound, &odd, &Scope::All).is_err(), "{odd}");
        assert!(compare(&odd, &sound, &Scope::All).is_err(), "{odd}");
    }
}

#[test]
fn rejects_documents_that_are_nested_too_deeply() {
    let mut schema = json!({"type": "string"});
    for _ in 0..500 {
        schema = json!({"items": schema});
    }
    let deep = with_schemas("A", &BTreeMap::from([("A".to_owned(), schema)]));
    let error = compare(&deep, &deep, &Scope::All).unwrap_err();
    assert!(error.to_string().contains("nested deeper than 128 levels"));
}

#[test]
fn terminates_on_cycles_and_long_chains_of_references() {
    let link = |number: usize, schema: fn(Value) -> Value| {
        (
            format!("S{number}"),
            schema(reference(&format!("S{}", number + 1))),
        )
    };
    let wraps: [fn(Value) -> Value; 6] = [
        |next| next,
        |next| json!({"allOf": [next, {"description": "x"}]}),
        |next| json!({"allOf": [next, {"properties": {"a": {"type": "string"}}}]}),
        |next| json!({"anyOf": [next, {"type": "string"}]}),
        |next| json!({"type": "object", "properties": {"next": next}}),
        |next| json!({"oneOf": [next, {"type": "null"}]}),
    ];
    for wrap in wraps {
        let mut chain: BTreeMap<String, Value> = (0..4_000).map(|it| link(it, wrap)).collect();
        chain.insert("S4000".to_owned(), json!({"type": "string"}));
        let one = with_schemas("S0", &chain);
        chain.insert("S4000".to_owned(), reference("S0"));
        let other = with_schemas("S0", &chain);
        assert!(compare(&one, &other, &Scope::All).is_ok());
        let round = BTreeMap::from([("A".to_owned(), wrap(reference("A")))]);
        assert!(compare(&with_schemas("A", &round), &one, &Scope::All).is_ok());
    }
}

#[test]
fn does_not_expand_alternatives_exponentially() {
    for keyword in ["anyOf", "oneOf", "allOf"] {
        let wrap = |number: usize| {
            let next = reference(&format!("S{}", number + 1));
            (
                format!("S{number}"),
                json!({keyword: [next, next, {"minLength": number}]}),
            )
        };
        let mut schemas: BTreeMap<String, Value> = (0..60).map(wrap).collect();
        schemas.insert("S60".to_owned(), json!({"type": "string"}));
        let one = with_schemas("S0", &schemas);
        schemas.insert("S60".to_owned(), json!({"type": "integer"}));
        let other = with_schemas("S0", &schemas);
        let findings = compare(&one, &other, &Scope::All).unwrap();
        assert!(
            findings.iter().any(|it| it.rule == "response-type-changed"),
            "{keyword}"
        );
    }
}
