//! Tests of the conversion of values to texts.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn text(value: impl Serialize) -> String {
    match write(&value) {
        Ok(Written::Text(text)) => text,
        other => panic!("no text: {other:?}"),
    }
}

#[test]
fn writes_numbers_without_exponent_or_zero_fraction() {
    for (value, expected) in [
        (5.0, "5"),
        (-5.0, "-5"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (1.23e16, "12300000000000000"),
        (1e21, "1000000000000000000000"),
        (-1e-7, "-0.0000001"),
        (0.1, "0.1"),
    ] {
        assert_eq!(text(value), expected);
        assert_eq!(text(json!(value)), expected);
        assert_eq!(text(Some(value)), expected);
    }
    assert_eq!(text(0.1_f32), "0.1");
    assert_eq!(text(16_777_216_f32), "16777216");
    assert_eq!(text(u64::MAX), "18446744073709551615");
    assert_eq!(text(i128::MIN), i128::MIN.to_string());
}

#[test]
fn rejects_non_finite_numbers_at_any_depth() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let map = BTreeMap::from([("a", vec![Some(value)])]);
        let written = [write(&value), write(&[value]), write(&map)].map(|it| it.map(drop));
        for error in written.into_iter().chain([check(&value), check(&map)]) {
            let error = error.expect_err("refused");
            assert!(error.contains("finite"), "{error}");
        }
    }
    write(&f32::NAN).expect_err("refused");
}

#[test]
fn writes_variants_as_objects() {
    #[derive(serde::Serialize)]
    enum Either {
        Unit,
        One(i64),
        Several(i64, f64),
        Named { a: Option<f64> },
    }
    let text = |text: &str| Written::Text(text.to_owned());
    let of = |name: &str, value| Ok(Written::Object(vec![(name.to_owned(), value)]));
    let list = Written::List(vec![text("1"), text("2.5")]);
    let named = Written::Object(vec![("a".to_owned(), Written::Nothing)]);
    assert_eq!(write(&Either::Unit), Ok(text("Unit")));
    assert_eq!(write(&Either::One(1)), of("One", text("1")));
    assert_eq!(write(&Either::Several(1, 2.5)), of("Several", list));
    assert_eq!(write(&Either::Named { a: None }), of("Named", named));
    check(&Either::Named { a: None }).expect("writable");
    check(&Either::Named { a: Some(f64::NAN) }).expect_err("refused");
}

#[test]
fn writes_text_lists_and_objects() {
    let text = |text: &str| Written::Text(text.to_owned());
    let value = json!({"a": [1, "b", true, null], "c": {"d": "e"}});
    let list = Written::List(vec![text("1"), text("b"), text("true"), Written::Nothing]);
    let inner = Written::Object(vec![("d".to_owned(), text("e"))]);
    let object = vec![("a".to_owned(), list), ("c".to_owned(), inner)];
    assert_eq!(write(&value), Ok(Written::Object(object)));
    assert_eq!(write(&None::<f64>), Ok(Written::Nothing));
    assert_eq!(check(&value), Ok(()));
}

proptest! {
    #[test]
    fn finite_numbers_round_trip(value in any::<f64>()) {
        prop_assume!(value.is_finite());
        let text = text(value);
        prop_assert_eq!(text.parse::<f64>().ok(), Some(value));
        prop_assert!(!text.contains(['e', 'E', '+']), "{}", text);
        prop_assert!(!text.ends_with(".0") && text != "-0", "{}", text);
    }
}
