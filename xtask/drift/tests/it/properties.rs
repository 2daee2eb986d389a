//! Properties of all documents, tested with random and real documents.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use trackstar_drift::{Finding, Scope, Subject, TextChange, Verdict, compare, texts};

use crate::documents::{document, reworded, shuffled};
use crate::real::documents;
use crate::{path, shared};

fn found(base: &Value, revision: &Value) -> Vec<Finding> {
    compare(base, revision, &Scope::All).expect("both are documents")
}

fn found_of(base: &Subject<'_>, revision: &Subject<'_>) -> Vec<Finding> {
    let found = base.compare(revision, &Scope::All);
    found.expect("both are documents")
}

/// Returns the findings except for changes of the generated code. Those depend on the order of
/// alternatives, and they break nothing on the wire.
fn said(base: &Value, revision: &Value) -> Vec<Finding> {
    said_of(&Subject::of(base), &Subject::of(revision))
}

fn said_of(base: &Subject<'_>, revision: &Subject<'_>) -> Vec<Finding> {
    let (code, said): (Vec<_>, Vec<_>) = found_of(base, revision)
        .into_iter()
        .partition(|it| it.rule == "generated-code-changed");
    for finding in code {
        assert_eq!(finding.wire, Verdict::Safe, "{finding:?}");
    }
    said
}

fn effects(findings: &[Finding], mirrored: bool) -> Vec<String> {
    let mut effects: Vec<String> = findings
        .iter()
        .filter(|it| it.rule != "generated-code-changed")
        .map(|it| {
            let effect = if mirrored {
                it.effect.mirrored()
            } else {
                it.effect
            };
            format!("{:?} {effect:?}", it.direction)
        })
        .collect();
    effects.sort();
    effects
}

fn fingerprints(findings: &[Finding]) -> BTreeSet<&str> {
    findings.iter().map(|it| it.fingerprint.as_str()).collect()
}

/// Returns the scopes with one operation each.
fn scopes(findings: &[Finding]) -> BTreeSet<String> {
    findings
        .iter()
        .flat_map(|it| it.used_by.iter().cloned())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_drift_from_itself_or_a_shuffled_copy(
        document in document(),
        chance in proptest::collection::vec(any::<Index>(), 16),
    ) {
        prop_assert_eq!(found(&document, &document), vec![]);
        let copy = shuffled(&document, &chance);
        let (document, copy) = (Subject::of(&document), Subject::of(&copy));
        prop_assert_eq!(said_of(&document, &copy), vec![]);
        prop_assert_eq!(said_of(&copy, &document), vec![]);
    }

    #[test]
    fn changed_words_are_documentation(document in document()) {
        // The generator trusts examples, so other examples may generate other code.
        for finding in said(&document, &reworded(&document)) {
            prop_assert_eq!(finding.wire, Verdict::Documentation, "{:?}", finding);
        }
    }

    #[test]
    fn shows_changed_words(document in document()) {
        prop_assert_eq!(texts(&document, &document, &Scope::All), vec![]);
        let reworded = reworded(&document);
        let shown = texts(&document, &reworded, &Scope::All);
        for finding in found(&document, &reworded) {
            let place = finding.revision.expect("it is still there").pointer;
            let below = |text: &TextChange| text.pointer.starts_with(&place);
            // A finding about parts of an `allOf` names the first part that declares the property. The
            // text may belong to another part or to a component.
            let property = place.rsplit_once("/properties/").map(|(_, rest)| rest);
            let property = property.and_then(|rest| rest.split('/').next());
            let beside = |text: &TextChange| {
                property.is_none_or(|name| text.pointer.split('/').any(|part| part == name))
            };
            prop_assert!(
                shown.iter().any(|text| below(text) || beside(text)),
                "{} is not in {:?}",
                place,
                shown
            );
        }
    }

    #[test]
    fn swapping_the_documents_mirrors_every_effect(base in document(), revision in document()) {
        let (base, revision) = (Subject::of(&base), Subject::of(&revision));
        let (there, back) = (found_of(&base, &revision), found_of(&revision, &base));
        prop_assert_eq!(effects(&there, true), effects(&back, false));
    }

    #[test]
    fn smaller_scope_has_no_additional_findings(base in document(), revision in document()) {
        let (base, revision) = (Subject::of(&base), Subject::of(&revision));
        let all = found_of(&base, &revision);
        for name in scopes(&all) {
            let some = base.compare(&revision, &Scope::of([name])).expect("it is there");
            prop_assert!(fingerprints(&some).is_subset(&fingerprints(&all)));
            prop_assert!(some.len() <= all.len());
        }
    }
}

/// Returns a document with this response, and copies of it. In each copy, one more list (by its pointer
/// in the schema) is reversed.
fn orders(schema: &Value, lists: &[&str]) -> Vec<Value> {
    let mut document = json!({
        "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
        "paths": {"/things": {"get": {"responses": {"200": {"description": "Fine.", "content": {
            "application/json": {"schema": schema},
        }}}}}},
        "components": {"schemas": {"A": {"type": "boolean"}}},
    });
    let mut copies = vec![document.clone()];
    for list in lists {
        let schema = "/paths/~1things/get/responses/200/content/application~1json/schema";
        let list = document.pointer_mut(&format!("{schema}{list}"));
        let list = list.and_then(Value::as_array_mut);
        list.expect("a list").reverse();
        copies.push(document.clone());
    }
    copies
}

#[test]
fn matches_unordered_parts_independent_of_their_order() {
    let condition = |not: Value| json!({"if": {"type": "string"}, "not": not});
    let short = json!({"type": ["string", "null"], "maxLength": 5});
    let text = json!({"type": "string"});
    let one = condition(json!({"anyOf": [short, {"type": "integer"}], "description": "Any."}));
    let other = condition(json!({"anyOf": [text, {"$ref": "#/components/schemas/A"}]}));
    let conditions = orders(
        &json!({"allOf": [one, other]}),
        &[
            "/allOf",
            "/allOf/0/not/anyOf",
            "/allOf",
            "/allOf/1/not/anyOf",
            "/allOf",
        ],
    );
    let list = |items: Value| json!({"type": "array", "items": items});
    let one = list(json!({"type": "string", "description": "Any.", "default": "a"}));
    let other = list(json!({"maxLength": 5, "description": "Some.", "default": "b"}));
    let items = orders(&json!({"allOf": [one, other]}), &["/allOf"]);
    for copies in [conditions, items] {
        for base in &copies {
            for revision in &copies {
                assert_eq!(found(base, revision), []);
            }
            // Texts for readers do not matter.
            for finding in found(base, &reworded(base)) {
                assert_eq!(finding.worst(), Verdict::Documentation, "{finding:?}");
            }
        }
    }
}

/// Returns the published documents if they are available, and otherwise our own.
fn real() -> Vec<Value> {
    let mut all = documents(&path("../conformance/documents"));
    if let Some(folder) = shared("specs") {
        all.extend(documents(&folder));
    }
    all.into_iter().map(|(_, document)| document).collect()
}

#[test]
fn properties_hold_for_real_documents() {
    let chance: Vec<Index> = Vec::new();
    let values = real();
    let all: Vec<Subject<'_>> = values.iter().map(Subject::of).collect();
    assert!(all.len() > 1);
    for (number, (base, value)) in all.iter().zip(&values).enumerate() {
        assert_eq!(found_of(base, base), []);
        // Without random numbers, every list is reversed.
        let shuffled = shuffled(value, &chance);
        assert_eq!(said_of(base, &Subject::of(&shuffled)), []);
        let reworded = reworded(value);
        let reworded = said_of(base, &Subject::of(&reworded));
        assert!(!reworded.is_empty());
        for finding in reworded {
            assert_eq!(finding.wire, Verdict::Documentation, "{finding:?}");
        }
        for revision in &all[number + 1..] {
            let (there, back) = (found_of(base, revision), found_of(revision, base));
            assert_eq!(effects(&there, true), effects(&back, false));
        }
    }
}
