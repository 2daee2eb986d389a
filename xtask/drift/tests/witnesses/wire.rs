//! Deployed binaries: the client of all bases, against servers of all revisions.
//!
//! A witness makes one call. It works before the change, so that what fails afterwards fails for the
//! change alone; afterwards the request is held against the revision, and the client reads what the
//! revision lets a server answer.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::cases::{self, Expected};
use crate::client::Client;
use crate::judge::Judge;
use crate::merge::snake;
use crate::server::Server;

/// Findings that are safe and come with another one that makes every call fail, and the case that
/// shows them alone.
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

/// One line of a case's `witness.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Witness {
    rule: String,
    call: String,
    #[serde(default)]
    arguments: Value,
    /// What the server answers, as the base lets it.
    #[serde(default)]
    before: Answer,
    /// What it answers, as the revision lets it.
    #[serde(default)]
    now: Answer,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    status: Option<u64>,
    r#type: Option<String>,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default, deserialize_with = "given")]
    body: Option<Value>,
}

/// A body that is null is a body.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Answer {
    fn status(&self) -> u64 {
        self.status.unwrap_or(if self.body.is_some() { 200 } else { 204 })
    }

    fn media(&self) -> &str {
        self.r#type.as_deref().unwrap_or("application/json")
    }

    fn tell(&self, server: &Server) {
        let mut headers = self.headers.clone();
        let body = match &self.body {
            None => Vec::new(),
            Some(Value::String(text)) if self.media() != "application/json" => text.clone().into(),
            Some(body) => body.to_string().into_bytes(),
        };
        if self.body.is_some() {
            headers.insert("content-type".into(), self.media().into());
        }
        server.answer(self.status(), &headers, &body);
    }
}

/// How a call ended.
#[derive(Debug, PartialEq)]
enum Outcome {
    Works,
    /// The server refuses the request.
    Refused(String),
    /// The client cannot read the answer.
    Unread(String),
    /// The witness is none.
    Wrong(String),
}

fn outcome(
    witness: &Witness,
    case: &str,
    answer: &Answer,
    judge: &Judge,
    (client, server): (&mut Client, &Server),
) -> Outcome {
    answer.tell(server);
    let id = format!("{}_{}", snake(case), witness.call);
    let mut arguments = witness.arguments.clone();
    if arguments.is_null() {
        arguments = json!({});
    }
    let came = client.call(&id, &arguments);
    let Some(request) = server.request() else {
        return Outcome::Wrong(format!("no request was made: {came:?}"));
    };
    if let Some(refusal) = judge.refusal(&request) {
        return Outcome::Refused(refusal);
    }
    let body = answer.body.as_ref().map(|body| (answer.media(), body));
    if let Some(reason) = judge.impossible(&request, answer.status(), body) {
        return Outcome::Wrong(format!("the document has no such answer: {reason}"));
    }
    let status = answer.status();
    match came {
        Ok(_) if status < 400 => Outcome::Works,
        // The server's own error, with all that it says, is what an error is to be.
        Err(error) if status >= 400 && error.contains(&status.to_string()) => Outcome::Works,
        came => Outcome::Unread(format!("{came:?}")),
    }
}

/// Whether what came of it is what the verdict says.
fn agrees(expected: &Expected, outcome: &Outcome) -> bool {
    match (expected.wire.as_str(), expected.direction.as_str()) {
        ("breaks", "response") => matches!(outcome, Outcome::Unread(_)),
        ("breaks", _) => matches!(outcome, Outcome::Refused(_)),
        ("safe", _) => *outcome == Outcome::Works,
        (other, _) => panic!("{other} is not shown by a call"),
    }
}

#[test]
#[ignore = "builds a client; .ci/drift-witnesses runs it"]
fn deployed_binaries_fail_where_the_verdict_says_so_and_nowhere_else() {
    let (base, revision) = (cases::document("base"), cases::document("revision"));
    let server = Server::start();
    let mut client = Client::start(&base, &server.url);
    let (mut wrong, mut shown) = (Vec::new(), BTreeMap::new());
    for case in cases::names() {
        let expected = cases::expected(&case);
        let file = cases::folder(&case).join("witness.json");
        let witnesses: Vec<Witness> = match fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text).unwrap(),
            Err(_) => Vec::new(),
        };
        for finding in expected.iter().filter(|it| ["breaks", "safe"].contains(&it.wire.as_str())) {
            let masked = MASKED.iter().any(|it| (it.0, it.1) == (&case, &finding.rule));
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
            let before = outcome(witness, &case, &witness.before, &Judge(&base), pair);
            let pair = (&mut client, &server);
            let now = outcome(witness, &case, &witness.now, &Judge(&revision), pair);
            if before != Outcome::Works || !agrees(finding, &now) {
                let verdict = &finding.wire;
                wrong.push(format!("{case}: {} {verdict}: {before:?}, {now:?}", witness.rule));
            }
            *shown.entry(finding.wire.clone()).or_insert(0) += 1;
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(shown["breaks"] >= 20 && shown["safe"] >= 40, "only {shown:?} were shown");
}

#[test]
fn what_is_masked_is_shown_by_another_case() {
    for (_, rule, other) in MASKED {
        let alone = cases::expected(other);
        let rules: Vec<&str> = alone.iter().map(|it| it.rule.as_str()).collect();
        assert_eq!(rules, [*rule], "{other}");
    }
}
