//! Tests that generated values match their schemas, using a separate validator.

use super::*;

#[allow(clippy::needless_pass_by_value, reason = "callers pass literals")]
fn of(schema: Value, mode: Mode, choice: usize) -> Result<Instance, String> {
    let document = json!({"s": schema, "node": {
        "type": "object", "properties": {
            "kids": {"type": "array", "items": {"$ref": "#/node"}},
            "next": {"$ref": "#/node"},
        }}, "endless": {
        "type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/endless"}},
    }});
    let found = super::instance(&document, "/s", mode, choice)?;
    if mode != Mode::Examples {
        let mut root = document;
        root["$ref"] = json!("#/s");
        let validator = jsonschema::validator_for(&root).map_err(|it| it.to_string())?;
        let errors: Vec<_> = validator
            .iter_errors(&found.value)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?} of {}", found.value);
    }
    Ok(found)
}

#[test]
fn modes_differ_in_content() {
    let schema = json!({"type": "object", "required": ["id", "more"], "properties": {
        "id": {"type": "integer", "example": "no number"},
        "note": {"type": ["string", "null"], "example": "hello"},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "list": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "string"}},
        "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]},
        "free": {"type": "object"}, "map": {"additionalProperties": {"type": "boolean"}},
    }});
    let full = of(schema.clone(), Mode::Full, 0).expect("an instance");
    assert_eq!(
        full.value,
        json!({
            "id": 3, "note": "hello", "kind": "a", "list": ["list-text", "list-text1"],
            "pair": ["pair-text", 1.5], "map": {"key of a map": true},
            "free": {"key of a map": {"anything": ["goes", 1, null]}},
            "more": {"anything": ["goes", 1, null]},
        })
    );
    let kinds = |kind| {
        full.places
            .iter()
            .filter(|it| it.kind == kind)
            .map(|it| it.pointer.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(PlaceKind::Object), [""]);
    assert_eq!(kinds(PlaceKind::Enum), ["/kind"]);
    assert_eq!(kinds(PlaceKind::Whole), ["/id"]);
    assert_eq!(
        kinds(PlaceKind::Optional),
        ["/free", "/kind", "/list", "/map", "/note", "/pair"]
    );
    let minimal = of(schema.clone(), Mode::Minimal, 0).expect("an instance");
    assert_eq!(
        minimal.value,
        json!({"id": 3, "more": {"anything": ["goes", 1, null]}})
    );
    let examples = of(schema, Mode::Examples, 0).expect("an instance");
    assert_eq!(examples.value["id"], "no number");
}

#[test]
fn ends_recursion_or_reports_an_error() {
    let full = of(json!({"$ref": "#/node"}), Mode::Full, 0).expect("an instance");
    assert!(full.value["next"].is_object() && full.value["kids"][0].is_object());
    let error = of(json!({"$ref": "#/endless"}), Mode::Minimal, 0).expect_err("none");
    assert!(error.contains("requires itself"), "{error}");
    let either = json!({"anyOf": [{"$ref": "#/endless"}, {"type": "null"}]});
    assert_eq!(of(either, Mode::Full, 0).expect("null").value, Value::Null);
}

#[test]
fn combines_chosen_alternative_with_sibling_keywords() {
    let schema = json!({"type": "object", "required": ["x"], "properties": {"x": {"const": 1}}, "anyOf": [
        {"required": ["a"], "properties": {"a": {"type": "string"}}},
        {"required": ["b"], "properties": {"b": {"type": "string"}}},
    ]});
    assert_eq!(
        of(schema.clone(), Mode::Minimal, 0).expect("one").value,
        json!({"x": 1, "a": "a-text"})
    );
    assert_eq!(
        of(schema, Mode::Minimal, 1).expect("one").value,
        json!({"x": 1, "b": "b-text"})
    );
}

#[test]
fn omits_and_reports_properties_without_value() {
    let schema =
        json!({"type": "object", "properties": {"a": {"type": "string", "pattern": "^(?=x)$"}}});
    let full = of(schema, Mode::Full, 0).expect("an instance");
    assert_eq!(full.value, json!({}));
    assert!(
        full.skipped[0].starts_with("/a: failed to find a string"),
        "{:?}",
        full.skipped
    );
    assert!(full.places.iter().all(|it| it.kind == PlaceKind::Object));
}
