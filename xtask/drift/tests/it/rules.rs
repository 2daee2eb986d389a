//! The explanations of rules.

use std::collections::BTreeSet;

use trackstar_drift::{Rule, Scope, compare};

use crate::cases;

#[test]
fn every_finding_of_a_case_names_an_explained_rule() {
    let names: BTreeSet<String> = Rule::all().iter().flat_map(Rule::names).collect();
    for case in cases::names() {
        let [base, revision] =
            ["base", "revision"].map(|side| cases::spellings(&case, side).remove(0));
        for finding in compare(&base, &revision, &Scope::All).unwrap() {
            assert!(names.contains(&finding.rule), "{case}: {}", finding.rule);
        }
    }
}

#[test]
fn explanation_has_an_example_and_reasons_for_both_verdicts() {
    for rule in Rule::all() {
        let text = rule.explain();
        for expected in ["\n  before: ", "\n  after:  ", "\n  wire", "\n  source"] {
            assert!(text.contains(expected), "{text}");
        }
        assert!(
            Rule::list()
                .lines()
                .any(|line| line.contains(text.lines().nth(2).unwrap().trim_end_matches('.')))
        );
    }
    let text = Rule::find("response-type-changed").unwrap().explain();
    let expected = "In a response:\n  wire (breaks in this example): The client cannot decode";
    assert!(text.contains(expected), "{text}");
}
