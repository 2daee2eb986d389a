//! Compares reference resolution and merged schemas with a JSON Schema validator.

use jsonschema::{Draft, Validator};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use trackstar_openapi::pointer::below;
use trackstar_openapi::{Merged, is_a, reference};

/// Names that references must or may escape.
const NAMES: [&str; 4] = ["plain", "a/b~c", "é %25", "100%"];
/// Targets of references. A reference inside a schema leads to a later schema, because JSON Schema does
/// not define recursion without descent into the value.
const DEFINITIONS: usize = NAMES.len();

/// Returns true if a value is valid against the assertions of merged schemas, including its parts.
fn is_valid(document: &Value, schemas: Vec<&Value>, value: &Value) -> bool {
    let merged = Merged::of(document, schemas);
    let limit = |keyword: &str| merged.limit(keyword).and_then(Value::as_f64);
    let size = |low: &str, size: usize, high: &str| {
        let size = f64::from(u32::try_from(size).expect("a small value"));
        limit(low).is_none_or(|low| size >= low) && limit(high).is_none_or(|high| size <= high)
    };
    let types = merged.types();
    let values = merged.values();
    !merged.is_impossible()
        && types.is_none_or(|types| types.iter().any(|name| is_a(name, value)))
        && values.is_none_or(|values| values.iter().any(|it| equal(it, value)))
        && match value {
            Value::Number(number) => {
                let number = number.as_f64().expect("a small number");
                limit("minimum").is_none_or(|it| number >= it)
                    && limit("maximum").is_none_or(|it| number <= it)
                    && limit("exclusiveMinimum").is_none_or(|it| number > it)
                    && limit("exclusiveMaximum").is_none_or(|it| number < it)
            }
            Value::String(text) => size("minLength", text.chars().count(), "maxLength"),
            Value::Array(items) => {
                let item = |(index, item)| is_valid(document, merged.item(index), item);
                size("minItems", items.len(), "maxItems") && items.iter().enumerate().all(item)
            }
            Value::Object(members) => {
                let names: Vec<&Value> = merged.each("propertyNames").collect();
                let member = |(name, value): (&String, &Value)| {
                    is_valid(document, merged.property(name), value)
                        && is_valid(document, names.clone(), &json!(name))
                };
                size("minProperties", members.len(), "maxProperties")
                    && merged
                        .required()
                        .iter()
                        .all(|name| members.contains_key(*name))
                    && members.iter().all(member)
            }
            _ => true,
        }
        && merged.alternatives.iter().all(|alternatives| {
            let all = alternatives.all.iter();
            let fitting = all.filter(|it| is_valid(document, vec![it], value)).count();
            fitting == 1 || fitting > 1 && alternatives.keyword == "anyOf"
        })
}

/// Compares two values. Numbers are compared by value, not by notation. All values here are small.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len()
                && pairs.all(|(one, other)| one.0 == other.0 && equal(one.1, other.1))
        }
        _ => one == other || one.as_f64().is_some() && one.as_f64() == other.as_f64(),
    }
}

fn validator(schema: &Value) -> Validator {
    let options = jsonschema::options().with_draft(Draft::Draft202012);
    options.build(schema).expect("a schema")
}

fn instance() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|it| json!(it)),
        (-1..3_i32).prop_map(|it| json!(it)),
        prop::sample::select(vec![json!(1.0), json!(0.5), json!("")]),
        "[abü]{0,3}".prop_map(|it| json!(it)),
    ];
    leaf.prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|it| json!(it)),
            btree_map("[abc]", inner, 0..3).prop_map(|it| json!(it)),
        ]
    })
}

/// Generates schemas with numbers as references. `link` replaces the numbers.
fn schema() -> impl Strategy<Value = Value> {
    let types = [
        "null", "boolean", "integer", "number", "string", "array", "object",
    ];
    let kinds = prop::sample::subsequence(types.to_vec(), 1..4);
    let limit = |name: &'static str| (-1..3_i32).prop_map(move |it| json!({ (name): it }));
    let size = |name: &'static str| (0..3_u32).prop_map(move |it| json!({ (name): it }));
    let leaf = prop_oneof![
        any::<bool>().prop_map(|it| json!(it)),
        prop::sample::select(types.to_vec()).prop_map(|it| json!({"type": it})),
        kinds.prop_map(|it| json!({"type": it})),
        vec(instance(), 1..4).prop_map(|mut it| {
            it.dedup();
            json!({"enum": it[..1]})
        }),
        instance().prop_map(|it| json!({"const": it})),
        limit("minimum"),
        limit("maximum"),
        limit("exclusiveMinimum"),
        limit("exclusiveMaximum"),
        size("minLength"),
        size("maxLength"),
        size("minItems"),
        size("maxItems"),
        size("minProperties"),
        size("maxProperties"),
        vec("[abc]", 0..2).prop_map(|it| json!({"required": it[..it.len().min(1)]})),
        (0..DEFINITIONS).prop_map(|it| json!({"$ref": it})),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let one = |name: &'static str| inner.clone().prop_map(move |it| json!({ (name): it }));
        let list =
            |name: &'static str| vec(inner.clone(), 1..4).prop_map(move |it| json!({ (name): it }));
        let properties = btree_map("[abc]", inner.clone(), 0..3);
        let lists = (vec(inner.clone(), 1..3), inner.clone());
        let objects = (properties.clone(), inner.clone());
        let both = vec(inner.clone(), 2..4).prop_map(|schemas| {
            // One schema with the keywords of several.
            let keywords = schemas.into_iter().filter_map(|it| match it {
                Value::Object(keywords) => Some(keywords),
                _ => None,
            });
            Value::Object(keywords.flatten().collect())
        });
        prop_oneof![
            properties.prop_map(|it| json!({"properties": it})),
            one("additionalProperties"),
            one("propertyNames"),
            one("items"),
            list("prefixItems"),
            lists.prop_map(|(prefix, items)| json!({"prefixItems": prefix, "items": items})),
            objects
                .prop_map(|(own, rest)| json!({"properties": own, "additionalProperties": rest})),
            list("allOf"),
            list("anyOf"),
            list("oneOf"),
            both.clone(),
            both,
        ]
    })
}

/// Replaces numbers by references.
///
/// If they apply to the same value as the schema with the number `own`, they lead to later schemas, and
/// the last one lacks references.
fn link(schema: &mut Value, own: Option<usize>) {
    let Value::Object(keywords) = schema else {
        return;
    };
    if let Some(number) = keywords.get("$ref").and_then(Value::as_u64) {
        let number = usize::try_from(number).expect("a small number");
        let number = own.map_or(number, |own| number.max(own + 1));
        if let Some(name) = NAMES.get(number) {
            let pointer = below("/$defs", &[name]);
            keywords.insert("$ref".to_owned(), json!(reference::to(&pointer)));
        } else {
            keywords.remove("$ref");
        }
    }
    for (keyword, value) in keywords {
        let own = own.filter(|_| ["allOf", "anyOf", "oneOf"].contains(&keyword.as_str()));
        match (keyword.as_str(), value) {
            ("properties", Value::Object(members)) => {
                for it in members.values_mut() {
                    link(it, None);
                }
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(items)) => {
                for it in items {
                    link(it, own);
                }
            }
            ("items" | "additionalProperties" | "propertyNames", value) => link(value, None),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merged_schemas_agree_with_a_validator(
        root in schema(),
        definitions in vec(schema(), DEFINITIONS),
        instances in vec(instance(), 1..8),
    ) {
        let mut document = json!({"allOf": [root], "$defs": {}});
        link(&mut document["allOf"][0], None);
        for (number, mut definition) in definitions.into_iter().enumerate() {
            link(&mut definition, Some(number));
            document["$defs"][NAMES[number]] = definition;
        }
        let validator = validator(&document);
        for instance in &instances {
            let expected = validator.is_valid(instance);
            let found = is_valid(&document, vec![&document], instance);
            prop_assert_eq!(found, expected, "{} against {:#}", instance, document);
            // The assertions about the value itself are weaker than the schema.
            let merged = Merged::of(&document, [&document]);
            let own = jsonschema::is_valid(&merged.assertions(), instance);
            prop_assert!(own || !expected, "{} against {:#}", instance, document);
        }
    }

    #[test]
    fn resolver_agrees_with_a_validator(
        names in vec("[a-c/~%# é\"0-9]{0,4}", 1..5),
        instance in instance(),
    ) {
        // A chain through all names, with one valid value at its end.
        let mut document = json!({"$defs": {}});
        let ends = json!({"const": 1});
        for (index, name) in names.iter().enumerate() {
            let next = names.get(index + 1).map(|next| below("/$defs", &[next]));
            let unused = document["$defs"].get(name).is_none();
            prop_assume!(unused);
            document["$defs"][name] = next.map_or(ends.clone(), |it| json!({"$ref": reference::to(&it)}));
        }
        document["$ref"] = json!(reference::to(&below("/$defs", &[&names[0]])));
        let found = reference::follow(&document, &document);
        prop_assert_eq!(found, Some(&ends));
        let expected = jsonschema::is_valid(&ends, &instance);
        prop_assert_eq!(validator(&document).is_valid(&instance), expected);
    }
}

#[test]
fn schema_that_contains_itself_counts_once() {
    let document = json!({
        "a": {"allOf": [{"$ref": "#/b"}, {"type": ["object", "null"], "required": ["x"]}]},
        "b": {"type": "object", "properties": {"x": {"type": "string"}}, "allOf": [{"$ref": "#/a"}]},
    });
    let schema = json!({"$ref": "#/a", "properties": {"x": {"enum": ["v"]}}});
    let merged = Merged::of(&document, [&schema]);
    assert_eq!(merged.kind(), Some("object"));
    assert_eq!(merged.references(), ["#/a", "#/b"]);
    let expected = json!({"allOf": [
        {"type": "object"}, {"type": ["object", "null"], "required": ["x"]},
    ]});
    assert_eq!(merged.assertions(), expected);
    assert_eq!(
        merged.property("x"),
        [&json!({"enum": ["v"]}), &json!({"type": "string"})]
    );
}

#[test]
fn types_and_values_are_intersected() {
    let kind = |schemas: &[Value]| Merged::of(&Value::Null, schemas).kind();
    let types = [
        json!({"type": "number"}),
        json!({"type": ["integer", "string"]}),
    ];
    assert_eq!(kind(&types), Some("integer"));
    assert_eq!(kind(&[json!({"minProperties": 1})]), Some("object"));
    assert_eq!(kind(&[json!({"items": {}})]), Some("array"));
    assert_eq!(kind(&[json!({"minimum": 1})]), None);
    let values = [
        json!({"enum": ["a", 1.0, [1]]}),
        json!({"enum": [[1.0], 1, "b"]}),
    ];
    let merged = Merged::of(&Value::Null, &values);
    assert_eq!(merged.values(), Some(vec![&json!(1.0), &json!([1])]));
    let none = [json!({"const": "b"}), json!({"const": "c"})];
    assert!(Merged::of(&Value::Null, &none).is_impossible());
    let gone = json!({"$ref": "#/nowhere"});
    assert!(Merged::of(&Value::Null, [&gone]).is_impossible());
}

#[test]
fn tightest_bound_applies() {
    let schemas = [
        json!({"minimum": 1, "maxLength": 9}),
        json!({"minimum": 2.5, "maxLength": 4}),
    ];
    let merged = Merged::of(&Value::Null, &schemas);
    assert_eq!(merged.limit("minimum"), Some(&json!(2.5)));
    assert_eq!(merged.limit("maxLength"), Some(&json!(4)));
    assert_eq!(merged.limit("maximum"), None);
}
