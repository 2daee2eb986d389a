use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Record {
    id: String,
    #[serde(default)]
    count: Option<u64>,
    #[serde(default)]
    lines: Vec<Record>,
}

fn record(id: &str, count: Option<u64>) -> Record {
    Record {
        id: id.to_owned(),
        count,
        lines: Vec::new(),
    }
}

const NONE: Repairs = Repairs {
    surrogates: false,
    duplicates: false,
};
const SURROGATES: Repairs = Repairs {
    surrogates: true,
    duplicates: false,
};
const DUPLICATES: Repairs = Repairs {
    surrogates: false,
    duplicates: true,
};
const BOTH: Repairs = Repairs {
    surrogates: true,
    duplicates: true,
};

#[test]
fn lone_surrogates_become_replacement_characters() {
    for (written, read_as, repairs) in [
        (r"\ud83d", "\u{fffd}", SURROGATES),
        (r"\uDe00", "\u{fffd}", SURROGATES),
        (r"a\ud83db", "a\u{fffd}b", SURROGATES),
        (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}", SURROGATES),
        (r"\ude00\ud83d", "\u{fffd}\u{fffd}", SURROGATES),
        (r"\ud83d\n", "\u{fffd}\n", SURROGATES),
        (r"\ud83d\u0041", "\u{fffd}A", SURROGATES),
        (r"\ud83d\\ude00", "\u{fffd}\\ude00", SURROGATES),
        (r"\\ud83d", "\\ud83d", NONE),
        (r"\ud83d\ude00", "\u{1f600}", NONE),
        (r"\\\ud83d", "\\\u{fffd}", SURROGATES),
    ] {
        let body = format!("{{\"id\": \"{written}\", \"count\": 1}}");
        let found: (Record, Repairs) = read(body.as_bytes()).expect(written);
        assert_eq!(found, (record(read_as, Some(1)), repairs), "{written}");
    }
    let list = br#"[{"id": "a"}, {"id": "\ud83d"}]"#;
    let found: (Vec<Record>, Repairs) = read(list).expect("repaired");
    assert_eq!(
        found,
        (
            vec![record("a", None), record("\u{fffd}", None)],
            SURROGATES
        )
    );
}

#[test]
fn last_duplicate_key_wins() {
    for (body, expected, repairs) in [
        (r#"{"id": "a", "id": "b"}"#, record("b", None), DUPLICATES),
        (
            r#"{"id": "a", "count": 1, "count": null, "count": 3}"#,
            record("a", Some(3)),
            DUPLICATES,
        ),
        (
            r#"{"id": "a,\"}", "i\u0064": "b"}"#,
            record("b", None),
            DUPLICATES,
        ),
        (
            r#"{"lines": [{"id": 1, "id": 2}], "id": "a", "lines": []}"#,
            record("a", None),
            DUPLICATES,
        ),
        (
            r#"{"count": 18446744073709551615, "id": "\ud83d", "id": "\ud83d!"}"#,
            record("\u{fffd}!", Some(u64::MAX)),
            BOTH,
        ),
        (
            r#"{"id": "a", "new": {"id": "b", "lines": [{"id": {}}]}}"#,
            record("a", None),
            NONE,
        ),
    ] {
        let found: (Record, Repairs) = read(body.as_bytes()).expect(body);
        assert_eq!(found, (expected, repairs), "{body}");
    }
    let body = br#"{"id": "a", "lines": [{"id": "b", "id": "c"}]}"#;
    let (found, repairs): (Record, _) = read(body).expect("repaired");
    assert_eq!(
        (found.lines, repairs),
        (vec![record("c", None)], DUPLICATES)
    );
}

#[test]
fn unrepairable_json_fails_as_before() {
    for (body, place) in [
        (r#"{"id": 7}"#, (1, 8)),
        ("{\"id\": \"a\", \"id\":\n 7}", (2, 2)),
        (r#"{"id": "\ud83d""#, (1, 15)),
        ("<html>", (1, 1)),
        (r#"{"id": "a"} {"id": "b", "id": "c"}"#, (1, 13)),
    ] {
        let error = read::<Record>(body.as_bytes()).expect_err(body);
        assert_eq!((error.line(), error.column()), place, "{body}: {error}");
    }
}

#[test]
fn scans_deep_json_without_recursion() {
    let depth = 100_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let body = format!(r#"{{"id": "a", "new": {deep}, "id": "b"}}"#);
    let found: (Record, Repairs) = read(body.as_bytes()).expect("repaired");
    assert_eq!(found, (record("b", None), DUPLICATES));
}

/// Generates JSON with duplicate keys and lone surrogates, along with what it should be parsed as.
fn any_json() -> impl Strategy<Value = (String, Value)> {
    let units = prop_oneof![
        Just((r"\ud800", "\u{fffd}")),
        Just((r"\udfff", "\u{fffd}")),
        Just((r"\ud83d\ude00", "\u{1f600}")),
        Just((r"\\", "\\")),
        Just((r#"\""#, "\"")),
        Just(("{", "{")),
        Just(("],", "],")),
        Just(("ud800", "ud800")),
    ];
    // Be careful not to generate a high surrogate followed by a low one, since that would be a
    // valid pair.
    let text = proptest::collection::vec(units, 0..5).prop_map(|units| {
        let (written, read): (Vec<&str>, Vec<&str>) = units.into_iter().unzip();
        let written = format!("\"{}\"", written.join(" "));
        (written, Value::from(read.join(" ")))
    });
    let leaf = prop_oneof![
        text,
        any::<i64>().prop_map(|it| (it.to_string(), json!(it))),
        Just(("null".to_owned(), Value::Null)),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..5).prop_map(|items| {
            let (written, read): (Vec<_>, Vec<_>) = items.into_iter().unzip();
            (format!("[{}]", written.join(", ")), Value::Array(read))
        });
        let object = proptest::collection::vec(("[ab]", inner), 0..5).prop_map(|members| {
            let written: Vec<String> = members
                .iter()
                .map(|(name, (written, _))| format!("\"{name}\" : {written}"))
                .collect();
            let read = members.into_iter().map(|(name, (_, read))| (name, read));
            // If a key occurs more than once, the last one counts.
            (format!("{{ {} }}", written.join(" , ")), read.collect())
        });
        prop_oneof![list, object]
    })
}

proptest! {
    #[test]
    fn repaired_json_has_the_expected_value((written, expected) in any_json()) {
        // `Value` also keeps the last one, but doesn't accept lone surrogates.
        if let Some((body, _)) = repaired(written.as_bytes()) {
            prop_assert_eq!(body.len(), written.len());
            prop_assert_eq!(overridden(&body).map(|it| it.len()), Some(0));
            let read: Value = serde_json::from_slice(&body).expect("JSON");
            prop_assert_eq!(read, expected);
        } else {
            let read: Value = serde_json::from_slice(written.as_bytes()).expect("JSON");
            prop_assert_eq!(read, expected);
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(body in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _either = read::<Record>(&body);
    }

    #[test]
    fn json_like_text_does_not_panic(body in r#"([{}\[\],:"\\]|\\u|d8|dc|00|a){0,30}"#) {
        let _either = read::<Record>(body.as_bytes());
    }
}
