//! Properties of all documents, tested with the documents of the cases.

use serde_json::Value;
use trackstar_openapi::{Preparation, Prepared, Source, parse};

use super::{corrected, files, is_other, keeps_variants, preparation};

/// Returns the inputs of all cases that can be downgraded, with their overlays.
fn sound_cases() -> Vec<(String, String, Option<String>)> {
    let folder = files::path("tests/cases");
    let cases = files::names(&folder).into_iter();
    let sound = cases.filter(|case| {
        let has = |name: &str| folder.join(case).join(name).exists();
        has("prepared.json") || has("downgraded.json")
    });
    let read = |case: String| {
        let input = files::read(&folder.join(&case).join("input.yaml"));
        let overlay = files::read_if_there(&folder.join(&case).join("overlay.yaml"));
        (case, input, overlay)
    };
    let sound: Vec<_> = sound.map(read).collect();
    assert!(sound.len() > 15, "only {} cases were found", sound.len());
    sound
}

fn source(text: &str) -> Source<'_> {
    Source {
        name: "input",
        text,
    }
}

/// Returns the cases that pass all steps. Some cases of the downgrade do not, because the generator does
/// not support them.
fn prepared_cases() -> Vec<(String, Prepared)> {
    let cases: Vec<_> = sound_cases()
        .into_iter()
        .filter_map(|(case, input, overlay)| {
            let overlays: Vec<_> = overlay.iter().map(|text| source(text)).collect();
            let prepared = preparation(&case, source(&input))
                .overlays(&overlays)
                .run()
                .ok()?;
            Some((case, prepared))
        })
        .collect();
    assert!(cases.len() > 50, "only {} cases go through", cases.len());
    cases
}

#[test]
fn downgrade_is_idempotent() {
    let strict = |(case, ..): &(String, String, Option<String>)| !is_other(case);
    for (case, input, overlay) in sound_cases().into_iter().filter(strict) {
        let overlays: Vec<_> = overlay.iter().map(|text| source(text)).collect();
        let once = corrected(source(&input), &overlays).expect("the case is sound");
        let twice = corrected(source(&once.to_string()), &[]).expect("the result is valid");
        assert_eq!(once, twice, "{case}");
    }
}

#[test]
fn preparation_is_idempotent() {
    for (case, once) in prepared_cases() {
        // These prepared documents do not contain all facts.
        if files::path("tests/cases")
            .join(&case)
            .join("operations.txt")
            .exists()
            || keeps_variants(&case)
        {
            continue;
        }
        let once = once.to_json();
        let twice = Preparation::new(source(&once));
        let twice = twice.run().expect("the result is valid");
        assert_eq!(once, twice.to_json(), "{case}");
        assert_eq!(twice.notes(), [], "{case}");
    }
}

#[test]
fn downgrade_does_not_change_documents_of_3_0() {
    let mut tried = 0;
    for (case, input, overlay) in sound_cases() {
        let parsed = parse(source(&input)).expect("the case is sound");
        let old = parsed["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.0."));
        // The only keyword that is removed from documents of 3.0 has a separate case.
        let normalized = case == "required-as-a-flag-is-taken-out-in-3-0-as-well";
        if old && overlay.is_none() && !normalized && !is_other(&case) {
            let downgraded = corrected(source(&input), &[]).expect("the case is sound");
            assert_eq!(parsed, downgraded, "{case}");
            tried += 1;
        }
    }
    assert!(tried >= 2, "only {tried} documents of 3.0 were found");
}

#[test]
fn keys_of_a_prepared_document_are_sorted() {
    fn sorted(value: &Value) -> bool {
        match value {
            Value::Object(fields) => fields.keys().is_sorted() && fields.values().all(sorted),
            Value::Array(items) => items.iter().all(sorted),
            _ => true,
        }
    }
    for (case, prepared) in prepared_cases() {
        assert!(sorted(prepared.document()), "{case}");
        assert!(prepared.to_json().ends_with("}\n"), "{case}");
    }
}

#[test]
fn json_and_yaml_are_equivalent() {
    for (case, input, _) in sound_cases() {
        let yaml = parse(source(&input)).expect("the case is sound");
        let json = yaml.to_string();
        assert_eq!(parse(source(&json)).expect("it is JSON"), yaml, "{case}");
    }
}
