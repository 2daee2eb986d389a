//! Tests of the positions of values and keys in YAML and JSON.

use proptest::prelude::*;
use serde_json::{Value, json};
use trackstar_openapi::pointer::below;
use trackstar_openapi::{Position, Positions, Source, canonical, parse, positions};

fn read(text: &str) -> Positions {
    let source = Source { name: "text", text };
    parse(source).unwrap_or_else(|error| panic!("{error}"));
    positions(source).unwrap_or_else(|error| panic!("{error}"))
}

/// Checks the positions of keys and values, written as `line:column`.
fn check(text: &str, expected: &[(&str, &str, &str)]) {
    let positions = read(text);
    let shown = |position: Option<Position>| position.map_or("none".into(), |it| it.to_string());
    for (pointer, key, value) in expected {
        let actual = (positions.key(pointer), positions.value(pointer));
        let actual = (shown(actual.0), shown(actual.1));
        assert_eq!(actual, ((*key).into(), (*value).into()), "{pointer}");
    }
}

#[test]
fn blocks_begin_at_their_first_key_or_item() {
    let text = "# A comment.\nopenapi: 3.1.0\npaths:\n  /a:\n    get:\n      tags:\n      - one\n      -   two\n  /b: 'q'\nempty:\nlist:\n  -\n    x: 1\n";
    check(
        text,
        &[
            ("", "none", "2:1"),
            ("/openapi", "2:1", "2:10"),
            ("/paths", "3:1", "4:3"),
            ("/paths/~1a", "4:3", "5:5"),
            ("/paths/~1a/get/tags", "6:7", "7:9"),
            ("/paths/~1a/get/tags/0", "none", "7:9"),
            ("/paths/~1a/get/tags/1", "none", "8:11"),
            ("/paths/~1b", "9:3", "9:7"),
            ("/empty", "10:1", "10:1"),
            ("/list/0", "none", "13:5"),
            ("/list/0/x", "13:5", "13:8"),
            ("/list/1", "none", "none"),
            ("/none", "none", "none"),
        ],
    );
}

#[test]
fn flow_collections_begin_at_their_bracket() {
    check(
        "a: {b: [1, {c: 'x'}],\n  \"d\": }\n",
        &[
            ("/a", "1:1", "1:4"),
            ("/a/b", "1:5", "1:8"),
            ("/a/b/0", "none", "1:9"),
            ("/a/b/1/c", "1:13", "1:16"),
            ("/a/d", "2:3", "2:3"),
        ],
    );
}

#[test]
fn values_below_an_alias_are_at_their_anchor() {
    check(
        "a: &x\n  b: 1\nc: *x\nd: [*x]\ne: &y !!str 5\n",
        &[
            ("/a", "1:1", "2:3"),
            ("/a/b", "2:3", "2:6"),
            ("/c", "3:1", "3:4"),
            ("/c/b", "2:3", "2:6"),
            ("/d/0", "none", "4:5"),
            ("/d/0/b", "2:3", "2:6"),
            ("/e", "5:1", "5:13"),
        ],
    );
}

#[test]
fn multiline_strings_begin_at_their_first_line() {
    check(
        "a: |\n  one\n  two\nb: >-\n  three\nc: \"x\n  y\"\nd: four\n  five\ne: 6\n",
        &[
            ("/a", "1:1", "2:3"),
            ("/b", "4:1", "5:3"),
            ("/c", "6:1", "6:4"),
            ("/d", "8:1", "8:4"),
            ("/e", "10:1", "10:4"),
        ],
    );
}

#[test]
fn line_breaks_and_characters_count_once() {
    let lf = "\u{feff}é: {😀: 1}\n\"a\tb\":\t2\n\nc: 3\n";
    for text in [
        lf.to_owned(),
        lf.replace('\n', "\r\n"),
        lf.replace('\n', "\r"),
    ] {
        check(
            &text,
            &[
                ("/é", "1:1", "1:4"),
                ("/é/😀", "1:5", "1:8"),
                ("/a\tb", "2:1", "2:8"),
                ("/c", "4:1", "4:4"),
            ],
        );
    }
}

#[test]
fn json_has_positions_on_one_or_many_lines() {
    check(
        r#"{"paths":{"/a":[null,-1.5e3,"é\u00e9",{"b":true}]},"c":{}}"#,
        &[
            ("", "none", "1:1"),
            ("/paths", "1:2", "1:10"),
            ("/paths/~1a", "1:11", "1:16"),
            ("/paths/~1a/0", "none", "1:17"),
            ("/paths/~1a/1", "none", "1:22"),
            ("/paths/~1a/2", "none", "1:29"),
            ("/paths/~1a/3/b", "1:40", "1:44"),
            ("/c", "1:52", "1:56"),
        ],
    );
    check(
        "\u{feff}\n{\n\t\"a\" : [\r\n    1 ,\n    {\n} ],\n  \"b\"\n:\n2\n}",
        &[
            ("", "none", "2:1"),
            ("/a", "3:2", "3:8"),
            ("/a/0", "none", "4:5"),
            ("/a/1", "none", "5:5"),
            ("/b", "7:3", "9:1"),
        ],
    );
}

#[test]
fn nearest_position_is_the_deepest_existing_part() {
    let positions = read("a:\n  b:\n  - c: 1\n");
    let nearest = |pointer: &str| positions.nearest(pointer).to_string();
    assert_eq!(nearest("/a/b/0/c"), "3:5");
    assert_eq!(nearest("/a/b/0/d/e"), "3:5");
    assert_eq!(nearest("/a/b/7"), "2:3");
    assert_eq!(nearest("/a/x"), "1:1");
    assert_eq!(nearest("/x"), "1:1");
    assert_eq!(nearest(""), "1:1");
}

#[test]
fn invalid_text_has_no_positions() {
    for text in ["", "# only a comment\n", "a: [", "{"] {
        assert!(
            positions(Source { name: "text", text }).is_err(),
            "{text:?}"
        );
    }
}

/// Checks that each value and each key begins at its position.
fn check_all(lines: &[Vec<char>], positions: &Positions, pointer: &str, value: &Value) {
    let rest = |at: Position| -> String { lines[at.line - 1][at.column - 1..].iter().collect() };
    let at = positions.value(pointer).expect("each value has a position");
    let shown = rest(at);
    let begins = |starts: &[&str]| starts.iter().any(|start| shown.starts_with(start));
    let right = match value {
        // A block begins with its first key or item.
        Value::Object(fields) => {
            let first = fields
                .keys()
                .filter_map(|key| positions.key(&below(pointer, &[key])));
            begins(&["{"]) || first.min() == Some(at)
        }
        Value::Array(_) => begins(&["["]) || positions.value(&format!("{pointer}/0")) == Some(at),
        Value::String(text) => {
            let first = text.trim_start().lines().next().unwrap_or_default();
            begins(&["'", "\""]) || shown.trim_start().starts_with(first)
        }
        plain => begins(&[&plain.to_string()]),
    };
    assert!(right, "{pointer} begins at {at}, with {shown:?}");
    for (key, inner) in value.as_object().into_iter().flatten() {
        let pointer = below(pointer, &[key]);
        let at = positions.key(&pointer).expect("each key has a position");
        let shown = rest(at);
        let right = shown.starts_with(['"', '\'']) || shown.starts_with(key.as_str());
        assert!(right, "the key of {pointer} begins at {at}, with {shown:?}");
        check_all(lines, positions, &pointer, inner);
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        check_all(lines, positions, &format!("{pointer}/{index}"), inner);
    }
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z: #'\"\\[{-]{0,6}",
        "[a-z é😀\n\t]{0,8}",
        any::<String>()
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_at_a_position_begins_the_value(value in value()) {
        let document = json!({"x-a": value});
        let mut texts = vec![document.to_string(), format!("{document:#}")];
        texts.push(texts[1].replace("\n  ", "\r\n\t"));
        // Merge keys cannot be written as YAML.
        texts.extend(canonical(&document));
        for text in texts {
            let lines: Vec<Vec<char>> = text.split('\n').map(|line| line.chars().collect()).collect();
            let value = parse(Source { name: "text", text: &text }).expect("it was written");
            check_all(&lines, &read(&text), "", &value);
        }
    }
}
