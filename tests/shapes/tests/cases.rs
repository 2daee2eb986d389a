//! Literal values for schemas that are prone to generator bugs.

use serde_json::{Value, json};
use trackstar_shapes::{
    case_discriminator, case_nullable_integer, case_nullable_object, case_scalar_unions,
};

/// Reads a value as a type, and writes it again.
fn again<T: serde::de::DeserializeOwned + serde::Serialize>(value: &Value) -> Value {
    let read: T = serde_json::from_value(value.clone()).expect("a value of the document");
    serde_json::to_value(read).expect("JSON")
}

#[test]
fn scalar_unions_keep_all_values() {
    for value in [
        json!({"either": "open"}),
        json!({"either": "gone"}),
        json!({"either": "added later"}),
        json!({"status": "picked"}),
        json!({"status": "any text"}),
        json!({"due": "2026-01-31T12:00:00Z"}),
        json!({"due": "2026-01-31"}),
        json!({"due": null}),
        json!({"id": "67e55044-10b1-426f-9247-bb680e5fe0c8"}),
        json!({"id": "no uuid"}),
        json!({"amounts": [5.0, 5.5]}),
        json!({"any": {"a": [1]}}),
        json!({"mixed": "2026-01-31"}),
        json!({"mixed": true}),
        json!({"format": "odd"}),
        json!({"format": "2026-01-31T12:00:00Z"}),
    ] {
        assert_eq!(again::<case_scalar_unions::types::Order>(&value), value);
    }
    type Order = case_scalar_unions::types::Order;
    let whole: Order =
        serde_json::from_value(json!({"amounts": [5]})).expect("an integer is a number");
    assert_eq!(whole.amounts, Some(vec![5.0]));
    assert!(serde_json::from_value::<Order>(json!({"either": 5})).is_err());
}

#[test]
fn nullable_component_is_integer_or_none() {
    use case_nullable_integer::types::StockResponse;
    for (value, expected) in [
        (json!(5), Some(5)),
        (json!(5.0), Some(5)),
        (json!(-1), Some(-1)),
    ] {
        let read: StockResponse = serde_json::from_value(json!({"left": value})).expect("a count");
        assert_eq!(read.left.and_then(|count| count.0), expected);
    }
    let read: StockResponse = serde_json::from_value(json!({"left": null})).expect("null");
    assert_eq!(read.left.and_then(|count| count.0), None);
    assert!(serde_json::from_value::<StockResponse>(json!({"left": 5.5})).is_err());
}

#[test]
fn titled_nullable_component_has_one_inner_type() {
    use case_nullable_object::types::{AutoMerge, AutoMergeInner, PullResponse};
    let read: PullResponse =
        serde_json::from_value(json!({"merge": {"by": "Ada"}})).expect("a pull");
    let merge: AutoMerge = read.merge.expect("it is there");
    let inner: AutoMergeInner = merge.0.expect("it is not null");
    assert_eq!(inner.by, "Ada");
    assert_eq!(again::<AutoMerge>(&Value::Null), Value::Null);
}

#[test]
fn discriminator_without_alternatives_keeps_extra_fields() {
    use case_discriminator::types::Place;
    for value in [
        json!({"kind": "shelf", "level": 3, "label": "A"}),
        json!({"kind": "dock", "door": "B"}),
        json!({"kind": "added later", "new": {"a": 1}}),
    ] {
        assert_eq!(again::<Place>(&value), value);
    }
    let built = Place::builder().kind("shelf").extra([("level", 3)]);
    let built = Place::try_from(built).expect("a place");
    let expected = json!({"kind": "shelf", "level": 3});
    assert_eq!(serde_json::to_value(built).expect("JSON"), expected);
}
