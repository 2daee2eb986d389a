//! Tests of the canonical form.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use trackstar_openapi::{Source, canonical, operations, parse, slice, sort_sets};

use crate::slice::ours;

#[test]
fn canonical_form_sorts_only_sets() {
    let text = canonical(&ours()).expect("it can be written");
    for expected in [
        // Sets:
        "          enum:\n          - a\n          - z\n",
        "          type:\n          - integer\n          - 'null'\n",
        "      tags:\n      - Parcels\n      - Sizes\n",
        "      - Token:\n        - read\n        - write\n",
        "\ntags:\n- name: Parcels\n- name: Sizes\n- name: Unused\n",
        "      required:\n      - id\n      - size\n",
        "      - name: a\n        in: query\n        schema:\n          type:\n",
        // Other lists:
        "\nservers:\n- url: https://b.example\n- url: https://a.example\n",
        "      oneOf:\n      - $ref: '#/components/schemas/Land'\n      - type: string\n",
        // Status codes come before the default, and fields are in the order of the specification.
        "openapi: 3.1.0\ninfo:\n  title: Parcels\n  version: '1'\n  x-audience: all\n",
        "        '201':\n          $ref: '#/components/responses/Made'\n        default:\n",
    ] {
        assert!(text.contains(expected), "{expected}\nis not in\n{text}");
    }
}

#[test]
fn keeps_the_order_of_enums_with_names() {
    let mut document = json!({"openapi": "3.1.0", "components": {"schemas": {
        "A": {"enum": [2, 1], "x-enum-varnames": ["Two", "One"]},
        "B": {"enum": [10, 9.5, "9", null, true, {"b": 1}, ["a"]]},
    }}});
    sort_sets(&mut document);
    assert_eq!(
        document["components"]["schemas"]["A"]["enum"],
        json!([2, 1])
    );
    assert_eq!(
        document["components"]["schemas"]["B"]["enum"],
        json!([null, true, 9.5, 10, "9", ["a"], {"b": 1}])
    );
}

#[test]
fn every_string_round_trips() {
    let texts = [
        "",
        " ",
        "\n",
        "\nleading",
        "trailing \n",
        "a\r\nb",
        "\ttab",
        "yes",
        "no",
        "null",
        "~",
        "1.0",
        "0x1F",
        "1e3",
        "2024-01-01",
        "- a",
        "a: b",
        "#c",
        "'",
        "\"",
        "\\",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{7f}",
        "\u{0}",
        "é",
        "😀",
        "<<",
        "=",
        "!x",
        "&a",
        "*a",
        "%",
        "@",
        "`",
        "|",
        ">",
        "? a",
        "---",
        "...",
        "    indented\n  less\n",
        "\n\n\n",
        "a\n ",
        "<<<<<<< ours",
    ];
    let mut schemas = Map::new();
    for (index, text) in texts.iter().enumerate() {
        let schema = json!({"description": text, "example": {*text: text}, "enum": [text]});
        schemas.insert(format!("S{index:02}"), schema);
    }
    let document = json!({"openapi": "3.1.0", "components": {"schemas": schemas}});
    // The parser does not support merge keys.
    let mut document = document;
    document["components"]["schemas"]["S28"] = json!({"description": "<<"});
    let text = canonical(&document).expect("all of it can be written");
    let again = parse(Source {
        name: "again",
        text: &text,
    })
    .expect("all of it can be read");
    assert_eq!(again, document);
}

/// Returns the same document with shuffled keys and shuffled sets. The result is JSON text, because a
/// value sorts its keys.
fn shuffled(value: &Value, key: &str, random: &mut impl FnMut(usize) -> usize) -> String {
    match value {
        Value::Object(fields) => {
            let mut order: Vec<String> = fields.keys().cloned().collect();
            shuffle(&mut order, random);
            let mut parts = Vec::new();
            for name in order {
                let inner = shuffled(&fields[&name], &name, random);
                parts.push(format!("{}:{inner}", json!(name)));
            }
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => {
            let mut parts: Vec<String> = Vec::new();
            for item in items {
                parts.push(shuffled(item, "", random));
            }
            if ["required", "tags", "parameters", "enum"].contains(&key) {
                shuffle(&mut parts, random);
            }
            format!("[{}]", parts.join(","))
        }
        plain => plain.to_string(),
    }
}

fn shuffle(parts: &mut [String], random: &mut impl FnMut(usize) -> usize) {
    for index in (1..parts.len()).rev() {
        parts.swap(index, random(index + 1));
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        "\\PC{0,12}".prop_map(Value::from),
        "[ \\n\\t:#'\"a-c-]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,8}", inner, 0..5)
                .prop_map(|map| map.into_iter().filter(|(key, _)| key != "<<").collect()),
        ]
    })
}

/// Generates schemas, some of which refer to existing or missing schemas.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (0..9_usize).prop_map(|to| json!({"$ref": format!("#/components/schemas/S{to}")})),
        prop::collection::vec("[a-e]{1,3}", 0..4).prop_map(|values| json!({"enum": values})),
        value().prop_map(|value| json!({"example": value, "x-any": value, "default": value})),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::btree_map("[a-e$]{1,4}", inner.clone(), 0..4).prop_map(|map| {
                let names: Vec<_> = map.keys().rev().cloned().collect();
                json!({"type": "object", "required": names, "properties": map})
            }),
            prop::collection::vec(inner, 1..4).prop_map(|all| json!({"oneOf": all})),
        ]
    })
}

fn document() -> impl Strategy<Value = Value> {
    let schemas = prop::collection::vec(schema(), 8);
    (schemas, "\\PC{0,20}", any::<bool>()).prop_map(|(schemas, prose, old)| {
        let version = if old { "3.0.3" } else { "3.1.0" };
        let mut all = Map::new();
        let mut paths = Map::new();
        for (index, schema) in schemas.into_iter().enumerate() {
            all.insert(format!("S{index}"), schema);
            let to = json!({"$ref": format!("#/components/schemas/S{index}")});
            let content = json!({"application/json": {"schema": to}});
            let answer = json!({"description": prose, "content": content});
            let operation = json!({"tags": ["b", "a"], "responses": {"200": answer}});
            paths.insert(format!("/p{index}"), json!({"get": operation}));
        }
        json!({
            "openapi": version, "info": {"title": prose, "version": "1"},
            "tags": [{"name": "b", "description": prose}, {"name": "a"}],
            "paths": paths, "components": {"schemas": all},
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn slices_are_idempotent(document in document(), take in 1..8_usize) {
        let names: Vec<String> = (0..take).map(|index| format!("GET /p{index}")).collect();
        let once = slice("d", &document, &names).expect("they are there");
        let text = canonical(&once).expect("it can be written");
        let again = parse(Source { name: "d", text: &text }).expect("it can be read");
        let twice = slice("d", &again, &names).expect("they are there");
        prop_assert_eq!(canonical(&twice).expect("it can be written"), text);
    }

    #[test]
    fn shuffled_copy_has_the_same_text(document in document(), seed in any::<u64>()) {
        let mut state = seed | 1;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap_or(0) % below
        };
        let copy = shuffled(&document, "", &mut random);
        let copy = parse(Source { name: "copy", text: &copy }).expect("it is JSON");
        prop_assert_eq!(
            canonical(&copy).expect("it can be written"),
            canonical(&document).expect("it can be written")
        );
    }

    #[test]
    fn any_document_is_written_or_rejected(odd in value()) {
        let document = json!({"openapi": "3.1.0", "paths": odd, "components": odd, "tags": odd, "info": odd});
        let _ = operations(&document);
        let _ = slice("odd", &document, &["GET /a"]);
        if let Ok(text) = canonical(&document) {
            let again = parse(Source { name: "again", text: &text }).expect("it can be read");
            prop_assert_eq!(canonical(&again).expect("it can be written"), text);
        }
    }
}
