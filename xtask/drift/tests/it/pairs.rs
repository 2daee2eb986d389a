//! Pairs of documents with the changes that an established detector reports. Rules and directions must
//! agree. Its levels mix the two verdicts that are separate here.

use std::path::Path;

use serde_json::Value;
use trackstar_drift::{Direction, Finding, Scope, Verdict, compare};

use crate::{read, shared};

/// The detector's id without the direction and the kind of place, and the rules here with the same
/// meaning, without the direction.
const MEANINGS: &[(&str, &[&str])] = &[
    (
        "all-of-added",
        &["optional-property-added", "description-changed"],
    ),
    ("all-of-added-annotation-only", &["description-changed"]),
    ("any-of-added", &["alternative-added"]),
    ("any-of-removed", &["alternative-removed"]),
    ("api-global-security-added", &["security-requirement-added"]),
    (
        "api-global-security-removed",
        &["security-requirement-removed"],
    ),
    ("api-path-removed-before-sunset", &["operation-removed"]),
    ("api-path-removed-with-deprecation", &["operation-removed"]),
    (
        "api-path-removed-without-deprecation",
        &["operation-removed"],
    ),
    ("api-path-sunset-parse", &["extension-changed"]),
    (
        "api-security-component-removed",
        &["security-scheme-removed"],
    ),
    ("api-security-removed", &["security-requirement-removed"]),
    ("api-security-scope-added", &["security-scope-added"]),
    ("api-security-scope-removed", &["security-scope-removed"]),
    ("default-value-changed", &["default-changed"]),
    ("deprecated", &["became-deprecated"]),
    ("deprecated-sunset-invalid", &["extension-added"]),
    ("deprecated-with-sunset", &["became-deprecated"]),
    (
        "discriminator-property-name-changed",
        &["discriminator-property-changed"],
    ),
    ("endpoint-deprecated-with-sunset", &["became-deprecated"]),
    ("exclusive-min-decreased", &["minimum-loosened"]),
    ("max-contains-decreased", &["max-contains-tightened"]),
    ("max-contains-increased", &["max-contains-loosened"]),
    ("max-decreased", &["maximum-tightened"]),
    ("max-increased", &["maximum-loosened"]),
    ("max-items-decreased", &["max-items-tightened"]),
    ("max-length-set", &["max-length-added"]),
    ("max-set", &["maximum-added"]),
    ("media-type-added", &["media-type-added"]),
    ("media-type-removed", &["media-type-removed"]),
    ("media-type-schema-added", &["schema-added"]),
    ("media-type-schema-removed", &["schema-removed"]),
    ("min-contains-decreased", &["min-contains-loosened"]),
    ("min-contains-increased", &["min-contains-tightened"]),
    ("min-decreased", &["minimum-loosened"]),
    ("min-increased", &["minimum-tightened"]),
    ("min-length-decreased", &["min-length-loosened"]),
    (
        "new-optional-request-default-parameter-to-existing-path",
        &["optional-parameter-added"],
    ),
    (
        "new-optional-request-property",
        &["optional-property-added"],
    ),
    (
        "new-required-request-default-parameter-to-existing-path",
        &["required-parameter-added"],
    ),
    (
        "new-required-request-property",
        &["required-property-added"],
    ),
    (
        "new-required-request-property-with-default",
        &["required-property-added"],
    ),
    ("one-of-added", &["alternative-added"]),
    ("one-of-removed", &["alternative-removed"]),
    (
        "parameter-removed",
        &["required-parameter-removed", "optional-parameter-removed"],
    ),
    ("property-became-optional", &["property-became-optional"]),
    ("property-became-required", &["property-became-required"]),
    (
        "property-removed",
        &["required-property-removed", "optional-property-removed"],
    ),
    ("sunset-deleted", &["extension-removed"]),
    ("sunset-parse", &["extension-changed"]),
    ("type-compatible", &["type-changed"]),
    ("type-generalized", &["type-changed"]),
    ("x-extensible-enum-value-removed", &["extension-changed"]),
];

/// Pairs with intended differences, and the reasons.
const DEVIATIONS: &[(&str, &str)] = &[
    (
        "TestBreaking_DeprecationPathPast",
        "an operation that is gone fails whoever calls it, whatever day was announced",
    ),
    (
        "TestBreaking_ReqBodyNewRequiredPropertyNew",
        "a server that requires a property refuses bodies without it, declared or not",
    ),
    (
        "TestBreaking_RequiredPropertyWriteOnlyEnabled",
        "an answer without a property that it had to have cannot be decoded",
    ),
    (
        "TestMediaTypeSchemaExistence",
        "two of the four ids are those of the pair the other way around; the other two are found",
    ),
    (
        "TestRequestParameterBecameEnum",
        "the type changes as well, so that no value of the one is any of the other: one finding",
    ),
    (
        "TestRequestPropertyAnyOfInlineEnumRefactorToRef",
        "an alternative that moves into a component, word for word, is the same alternative",
    ),
    (
        "TestResponsePropertyAllOfRemoved",
        "what the removed part of the `allOf` says, another part of it says as well",
    ),
];

#[test]
#[expect(clippy::print_stderr, reason = "how much agrees is worth a look")]
fn established_detector_agrees_on_95_of_100_pairs() {
    let Some(folder) = shared("drift-pairs") else {
        return;
    };
    let pairs = read(&folder.join("pairs.json"));
    let pairs = pairs.as_array().unwrap();
    let mut agreed = 0;
    let mut wrong = Vec::new();
    for pair in pairs {
        let name = pair["name"].as_str().unwrap();
        let known = DEVIATIONS.iter().any(|(other, _)| *other == name);
        match disagreement(&folder, pair) {
            None if known => wrong.push(format!("{name} agrees: take it out of the table")),
            None => agreed += 1,
            Some(_) if known => {}
            Some(what) => wrong.push(format!("{name}: {what}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    eprintln!("{agreed} of {} pairs agree", pairs.len());
    assert!(agreed * 100 >= pairs.len() * 95, "only {agreed} agree");
}

fn disagreement(folder: &Path, pair: &Value) -> Option<String> {
    let document = |side: &str| read(&folder.join(pair[side].as_str().unwrap()));
    let found = compare(&document("base"), &document("revision"), &Scope::All).unwrap();
    if pair["none_expected"] == true {
        let breaks = found.iter().find(|it| it.wire == Verdict::Breaks);
        return breaks.map(|it| format!("{} breaks", it.rule));
    }
    let expected = pair["expect"].as_array().unwrap();
    let missing = expected.iter().find(|expected| {
        let text = |key: &str| expected[key].as_str().unwrap();
        !found
            .iter()
            .any(|it| means(it, text("id"), text("direction")))
    });
    missing.map(|missing| {
        let rules: Vec<&str> = found.iter().map(|it| it.rule.as_str()).collect();
        format!("{} is not among {}", missing["id"], rules.join(", "))
    })
}

fn means(finding: &Finding, id: &str, direction: &str) -> bool {
    let (wanted, prefix) = match direction {
        "Request" => (Direction::Request, "request-"),
        "Response" => (Direction::Response, "response-"),
        _ => (Direction::None, ""),
    };
    let rule = finding.rule.strip_prefix(prefix);
    let Some(rule) = rule.filter(|_| finding.direction == wanted) else {
        return false;
    };
    // The longest match, because an id may contain another after the kind of place.
    let stem = id.strip_prefix(prefix).unwrap_or(id);
    let kinds = [
        "",
        "body-",
        "property-",
        "parameter-",
        "parameter-property-",
        "mediatype-",
    ];
    let stems = kinds.iter().filter_map(|kind| stem.strip_prefix(kind));
    for stem in stems {
        let row = MEANINGS.iter().find(|(id, _)| *id == stem);
        if row.map_or(stem == rule, |(_, rules)| rules.contains(&rule)) {
            return true;
        }
    }
    false
}
