//! Deployed binaries: the client of all bases with servers of all revisions.
//!
//! Each test case makes one call. It works before the change, so a later failure is due to the change.
//! Afterwards, the request is checked with the revision, and the client reads a response that the
//! revision allows.

use std::collections::BTreeMap;

use crate::calls::{Outcome, Witness, outcome};
use crate::cases::{self, Expected};
use crate::client;
use crate::judge::Judge;
use crate::merge::APART;
use crate::server::Server;

/// Safe findings that occur together with one that breaks every call, and the case that shows them
/// separately.
const MASKED: &[(&str, &str, &str)] = &[
    (
        "request-gains-parameters",
        "request-optional-parameter-added",
        "request-gains-optional-parameters",
    ),
    (
        "request-gains-required-and-optional-fields",
        "request-optional-property-added",
        "request-gains-optional-fields",
    ),
    (
        "request-media-type-is-replaced",
        "request-media-type-added",
        "request-media-type-is-added",
    ),
];

/// Returns true if the result agrees with the verdict.
fn agrees(expected: &Expected, outcome: &Outcome) -> bool {
    match (expected.wire.as_str(), expected.direction.as_str()) {
        ("breaks", "response") => matches!(outcome, Outcome::Unread(_)),
        ("breaks", _) => matches!(outcome, Outcome::Refused(_)),
        ("safe" | "documentation", _) => *outcome == Outcome::Works,
        (other, _) => panic!("{other} is not shown by a call"),
    }
}

#[test]
#[ignore = "builds a client; .ci/drift-witnesses runs it"]
fn deployed_binaries_fail_exactly_as_judged() {
    let (base, revision) = (cases::document("base"), cases::document("revision"));
    let server = Server::start();
    let mut client = client::start("base", &base, &server.url);
    let (mut wrong, mut shown) = (Vec::new(), BTreeMap::new());
    for case in cases::names() {
        let expected = cases::expected(&case);
        let witnesses = Witness::all(&case);
        for finding in expected.iter().filter(|it| it.wire != "may-break") {
            let masked = MASKED
                .iter()
                .any(|it| (it.0, it.1) == (&case, &finding.rule));
            if !masked && witnesses.iter().all(|it| it.rule != finding.rule) {
                wrong.push(format!("{case}: {} has no witness", finding.rule));
            }
        }
        for witness in &witnesses {
            let Some(finding) = expected.iter().find(|it| it.rule == witness.rule) else {
                wrong.push(format!("{case}: nothing is found that is {}", witness.rule));
                continue;
            };
            let pair = (&mut client, &server);
            let before = outcome(
                witness,
                &case,
                &witness.before,
                &Judge(&base),
                &witness.arguments,
                pair,
            );
            let pair = (&mut client, &server);
            let now = outcome(
                witness,
                &case,
                &witness.now,
                &Judge(&revision),
                &witness.arguments,
                pair,
            );
            if before != Outcome::Works || !agrees(finding, &now) {
                let verdict = &finding.wire;
                wrong.push(format!(
                    "{case}: {} {verdict}: {before:?}, {now:?}",
                    witness.rule
                ));
            }
            *shown.entry(finding.wire.clone()).or_insert(0) += 1;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        shown["breaks"] >= 20 && shown["safe"] >= 40,
        "only {shown:?} were shown"
    );
}

#[test]
fn masked_breaks_are_shown_by_other_cases() {
    for (_, rule, other) in MASKED {
        let alone = cases::expected(other);
        let rules: Vec<&str> = alone.iter().map(|it| it.rule.as_str()).collect();
        assert_eq!(rules, [*rule], "{other}");
    }
}

#[test]
fn separate_cases_may_break_the_wire() {
    let mut apart = Vec::new();
    for (case, reason) in APART {
        for finding in cases::expected(case) {
            assert_eq!(finding.wire, "may-break", "{case} is apart: {reason}");
            apart.push(format!("{case}: {} {}", finding.rule, finding.source));
        }
    }
    assert_eq!(
        apart,
        [
            "path-parameters-change-places: request-path-parameters-reordered breaks",
            "references-that-lead-nowhere: reference-unresolved may-break",
            "security-requirement-changes: security-requirement-added safe",
            "security-requirement-changes: security-requirement-removed safe",
            "security-scheme-changes: security-scheme-changed safe",
            "server-changes: server-added safe",
            "server-changes: server-removed safe",
            "servers-and-security-of-one-operation: server-added safe",
            "servers-and-security-of-one-operation: server-removed safe",
        ]
    );
}
