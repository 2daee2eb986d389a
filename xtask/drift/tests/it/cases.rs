//! One folder per kind of change, with two documents and the expected findings.
//!
//! A folder may contain either document in the notation of 3.0 too (`base-3.0.yaml`). Then every
//! combination is compared and must have the same result.

use std::fs;

use serde_json::{Value, json};
use trackstar_drift::{Finding, Scope, compare};

use crate::{path, read};

/// Returns the part of a finding that the expectation contains.
fn essence(finding: &Finding) -> Value {
    let side = |side: &Option<trackstar_drift::Side>| match side {
        None => Value::Null,
        Some(side) => json!({"pointer": side.pointer, "value": side.value}),
    };
    json!({
        "rule": finding.rule,
        "direction": finding.direction,
        "effect": finding.effect,
        "wire": finding.wire,
        "source": finding.source,
        "used_by": finding.used_by,
        "message": finding.message,
        "base": side(&finding.base),
        "revision": side(&finding.revision),
    })
}

/// Returns the part of a finding that is independent of the notation: no places and no values.
fn meaning(finding: &Finding) -> [String; 5] {
    [
        finding.rule.clone(),
        format!("{:?}", finding.effect),
        finding.wire.words().to_owned(),
        finding.source.words().to_owned(),
        format!("{:?}", finding.used_by),
    ]
}

pub(crate) fn names() -> Vec<String> {
    let entries = fs::read_dir(path("tests/cases")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() > 40, "only {} cases were found", names.len());
    names
}

/// Returns the documents of one side, the one of 3.1 first.
pub(crate) fn spellings(case: &str, side: &str) -> Vec<Value> {
    let folder = path("tests/cases").join(case);
    let mut documents = vec![read(&folder.join(format!("{side}.yaml")))];
    let old = folder.join(format!("{side}-3.0.yaml"));
    if old.exists() {
        documents.push(read(&old));
    }
    documents
}

#[test]
fn every_case_has_the_expected_findings() {
    let mut wrong = Vec::new();
    for case in names() {
        let (base, revision) = (
            &spellings(&case, "base")[0],
            &spellings(&case, "revision")[0],
        );
        let findings = compare(base, revision, &Scope::All).unwrap();
        let actual: Value = findings.iter().map(essence).collect();
        let file = path("tests/cases").join(&case).join("expected.json");
        if std::env::var_os("UPDATE_GOLDENS").is_some_and(|value| value == "1") {
            fs::write(&file, format!("{actual:#}\n")).unwrap();
            continue;
        }
        if read(&file) != actual {
            wrong.push(format!("{case}: found\n{actual:#}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong; rewrite with UPDATE_GOLDENS=1\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn spellings_of_3_0_and_3_1_are_equivalent() {
    let mut mixtures = 0;
    for case in names() {
        let (bases, revisions) = (spellings(&case, "base"), spellings(&case, "revision"));
        let found = |base: &Value, revision: &Value| -> Vec<[String; 5]> {
            let findings = compare(base, revision, &Scope::All).unwrap();
            let mut found: Vec<_> = findings.iter().map(meaning).collect();
            found.sort();
            found
        };
        let expected = found(&bases[0], &revisions[0]);
        for (i, base) in bases.iter().enumerate() {
            for (j, revision) in revisions.iter().enumerate() {
                assert_eq!(
                    found(base, revision),
                    expected,
                    "{case}, base {i}, revision {j}"
                );
                mixtures += usize::from(i + j > 0);
            }
        }
    }
    assert!(mixtures > 20, "only {mixtures} mixtures were compared");
}

#[test]
fn reversed_cases_have_mirrored_effects() {
    for case in names() {
        let (base, revision) = (
            &spellings(&case, "base")[0],
            &spellings(&case, "revision")[0],
        );
        // If code grows in one direction, it shrinks in the other.
        let of_values = |mut findings: Vec<Finding>| {
            findings.retain(|it| it.rule != "generated-code-changed");
            findings
        };
        let there = of_values(compare(base, revision, &Scope::All).unwrap());
        let back = of_values(compare(revision, base, &Scope::All).unwrap());
        let mut expected: Vec<_> = there
            .iter()
            .map(|it| format!("{:?}", it.effect.mirrored()))
            .collect();
        let mut actual: Vec<_> = back.iter().map(|it| format!("{:?}", it.effect)).collect();
        expected.sort();
        actual.sort();
        assert_eq!(actual, expected, "{case}");
    }
}
