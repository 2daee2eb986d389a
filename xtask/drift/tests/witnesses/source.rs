//! Code that is compiled again: programs for the bases, compiled with the client of the revisions.
//!
//! A case's `witness.rs` has a function for each finding, which uses the item that the finding is about.
//! With the client of the bases, all functions compile. With the client of the revisions, code of a
//! finding that "breaks" does not compile, or the client rejects its call (in `witness.json`) before
//! sending anything. Code of a "safe" finding compiles, and its call works.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use trackstar_conformance::driver::Workspace;

use crate::calls::{Outcome, Witness, outcome};
use crate::cases;
use crate::client::{self, written};
use crate::judge::Judge;
use crate::merge::snake;
use crate::server::Server;

/// The case and the name of a function.
type Function = (String, String);

/// All functions as one program.
struct Program {
    text: String,
    /// The function of every line, or none for lines before the first.
    lines: Vec<Option<Function>>,
}

impl Program {
    /// Returns the program without some functions.
    fn without(left_out: &BTreeMap<Function, String>) -> Self {
        let mut program = Self {
            text: String::new(),
            lines: Vec::new(),
        };
        for case in cases::names() {
            let Ok(text) = fs::read_to_string(cases::folder(&case).join("witness.rs")) else {
                continue;
            };
            program.line(
                None,
                &format!("#[allow(unused_imports)] pub mod {} {{", snake(&case)),
            );
            let mut function = None;
            for line in text.lines() {
                if let Some(name) = line.strip_prefix("pub async fn ") {
                    let (name, _) = name
                        .split_once('(')
                        .expect("a name ends before its arguments");
                    function = Some((case.clone(), name.to_owned()));
                }
                if function
                    .as_ref()
                    .is_none_or(|it| !left_out.contains_key(it))
                {
                    program.line(function.clone(), line);
                }
            }
            program.line(None, "}");
        }
        program
    }

    fn line(&mut self, function: Option<Function>, line: &str) {
        writeln!(self.text, "{line}").expect("a text takes what is written");
        self.lines.push(function);
    }

    fn functions(&self) -> BTreeSet<&Function> {
        self.lines.iter().flatten().collect()
    }

    /// Returns the functions that do not compile with the client of the document, with the errors.
    fn errors(&self, side: &str, document: &Value) -> BTreeMap<Function, String> {
        let document = written(&format!("{side}.json"), &document.to_string());
        let modules = written(&format!("witnesses-{side}.rs"), &self.text);
        let mut build = Workspace::find().unwrap().cargo(&document).unwrap();
        let check = build.command.args(["check", "--quiet", "--lib"]);
        let check = check.args(["--features=witnesses", "--message-format=json"]);
        let output = check.env("DRIFT_WITNESSES", modules).output().unwrap();
        let mut errors = BTreeMap::new();
        for line in output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let line: Value = serde_json::from_slice(line).unwrap();
            let message = &line["message"];
            if message["level"] != "error" {
                continue;
            }
            let said = message["rendered"].as_str().unwrap_or_default();
            let spans = message["spans"].as_array().into_iter().flatten();
            for span in spans.filter(|span| span["is_primary"] == true) {
                assert_eq!(
                    line["target"]["name"], "trackstar_conformance_driver",
                    "{said}"
                );
                let at = span["line_start"]
                    .as_u64()
                    .and_then(|at| usize::try_from(at).ok());
                let function = at.and_then(|at| self.lines.get(at - 1)?.clone());
                let function = function.unwrap_or_else(|| panic!("of no function: {said}"));
                errors.insert(function, said.to_owned());
            }
        }
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), errors.is_empty(), "{complaints}");
        errors
    }
}

/// Returns all functions that do not compile. The compiler stops after one kind of error, so the failing
/// functions are removed and the rest is compiled again.
fn failing(side: &str, document: &Value) -> BTreeMap<Function, String> {
    let mut failing = BTreeMap::new();
    loop {
        let errors = Program::without(&failing).errors(side, document);
        if errors.is_empty() {
            return failing;
        }
        failing.extend(errors);
    }
}

#[test]
#[ignore = "builds clients; .ci/drift-witnesses runs it"]
fn recompiled_code_fails_exactly_as_judged() {
    let (base, revision) = (cases::document("base"), cases::document("revision"));
    let whole = Program::without(&BTreeMap::new());
    let functions = whole.functions();
    let before = whole.errors("base", &base);
    let texts: Vec<&String> = before.values().collect();
    assert!(
        before.is_empty(),
        "{} do not compile before: {texts:#?}",
        before.len()
    );
    let failing = failing("revision", &revision);

    let server = Server::start();
    let mut client = client::start("revision", &revision, &server.url);
    let (mut wrong, mut shown) = (Vec::new(), BTreeMap::new());
    for case in cases::names() {
        let witnesses = Witness::all(&case);
        for finding in cases::expected(&case) {
            let function = (case.clone(), snake(&finding.rule));
            let calls = witnesses.iter().filter(|it| it.rule == finding.rule);
            let outcomes: Vec<Outcome> = calls
                .map(|it| {
                    outcome(
                        it,
                        &case,
                        &it.now,
                        &Judge(&revision),
                        it.arguments_now(),
                        (&mut client, &server),
                    )
                })
                .collect();
            let error = failing.get(&function);
            let proven = match finding.source.as_str() {
                "breaks" => {
                    error.is_some() || outcomes.iter().any(|it| matches!(it, Outcome::Unmade(_)))
                }
                "safe" | "documentation" => {
                    functions.contains(&function)
                        && error.is_none()
                        && (finding.wire != "safe"
                            || outcomes.iter().all(|it| *it == Outcome::Works))
                }
                _ => continue,
            };
            if !proven {
                let verdict = &finding.source;
                let known = functions.contains(&function);
                wrong.push(format!(
                    "{case}: {} {verdict}: witness {known}, {error:?}, {outcomes:?}",
                    finding.rule
                ));
            }
            *shown.entry(finding.source).or_insert(0) += 1;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        shown["breaks"] >= 30 && shown["safe"] >= 30,
        "only {shown:?} were shown"
    );
}
