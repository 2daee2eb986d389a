//! Three crates that share no dependency each define the invisible characters. The definitions are equal.

use std::collections::BTreeSet;

use crate::path;

/// Returns the characters that the functions match by number in the source.
fn matched(file: &str, functions: &[&str]) -> BTreeSet<u32> {
    let source = std::fs::read_to_string(path(file)).expect("the source is in the workspace");
    let mut matched = BTreeSet::new();
    for name in functions {
        let (_, body) = source
            .split_once(&format!("fn {name}("))
            .unwrap_or_else(|| panic!("{file} has no function {name}"));
        let (body, _) = body.split_once("\n}\n").expect("the end of the function");
        for arm in body.split('|') {
            let numbers: Vec<u32> = arm
                .split("'\\u{")
                .skip(1)
                .filter_map(|rest| rest.split_once("}'"))
                .map(|(digits, _)| u32::from_str_radix(digits, 16).expect("a number"))
                .collect();
            match (numbers.as_slice(), arm.contains("..=")) {
                ([], false) => {}
                ([one], false) => {
                    matched.insert(*one);
                }
                ([first, last], true) if first < last => matched.extend(*first..=*last),
                other => panic!("{file}: {other:?} of {arm:?}"),
            }
        }
    }
    matched
}

#[test]
fn all_crates_escape_the_same_characters() {
    let drift = matched("src/escape.rs", &["is_hidden"]);
    let client = "../../trackstar-api/src/secret/sanitize/characters.rs";
    let prose = "../../trackstar-api/codegen/src/prose/characters.rs";
    for (file, functions) in [
        (client, &["is_unsafe"][..]),
        (prose, &["is_telling", "is_invisible"]),
    ] {
        let other = matched(file, functions);
        let differ: Vec<String> = drift
            .symmetric_difference(&other)
            .map(|it| format!("{it:x}"))
            .collect();
        assert_eq!(differ, [""; 0], "{file}");
    }
    // Some of the expected characters, so that an empty result fails.
    for character in [
        '\u{ad}',
        '\u{202e}',
        '\u{2066}',
        '\u{feff}',
        '\u{1343f}',
        '\u{e0041}',
    ] {
        assert!(drift.contains(&u32::from(character)), "{character:?}");
    }
    assert!(!drift.contains(&0x13440));
}
