//! For every pair of documents, the source verdict is "safe" exactly if the public items of the generated
//! code are equal or only grow.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use trackstar_drift::{Scope, Verdict, compare};
use trackstar_openapi::{operations, slice};

use crate::code::{Overlays, path, read, shared};
use crate::surface::Surface;
use crate::{mutations, places};

/// The outcome of one pair.
enum Outcome {
    Agrees,
    /// One of the documents has no code.
    NoCode,
    Differs(String),
}

/// Documents with their generated code, which takes far longer than comparing it.
struct Held<'o> {
    overlays: &'o Overlays,
    base: Value,
    corrected: Value,
    before: Option<Surface>,
}

impl<'o> Held<'o> {
    fn new(overlays: &'o Overlays, base: Value) -> Self {
        Self {
            corrected: overlays.over(&base),
            before: overlays.surface(&base).ok(),
            base,
            overlays,
        }
    }

    /// Compares the verdict of a change of the document with the code.
    fn against(&self, revision: &Value) -> Outcome {
        let after = self.overlays.surface(revision).ok();
        let (Some(before), Some(after)) = (&self.before, after) else {
            return Outcome::NoCode;
        };
        let broken = before.broken_by(&after);
        let revision = self.overlays.over(revision);
        let findings =
            compare(&self.corrected, &revision, &Scope::All).expect("both are documents");
        let alarms = findings.iter().filter(|it| it.source > Verdict::Safe);
        let alarms: Vec<String> = alarms
            .map(|it| format!("{}: {}", it.rule, it.message))
            .collect();
        match (alarms.as_slice(), broken.as_slice()) {
            ([], []) | ([_, ..], [_, ..]) => Outcome::Agrees,
            ([], [first, ..]) => Outcome::Differs(format!("\"safe\", and {first}")),
            (alarms, []) => Outcome::Differs(format!("no code breaks, and {}", alarms.join("; "))),
        }
    }
}

/// The results of many pairs.
#[derive(Default)]
struct Tally {
    agree: usize,
    no_code: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, outcome: Outcome) {
        match outcome {
            Outcome::Agrees => self.agree += 1,
            Outcome::NoCode => self.no_code += 1,
            Outcome::Differs(how) => self.wrong.push(format!("{name}: {how}")),
        }
    }

    #[expect(
        clippy::print_stderr,
        reason = "how many pairs were held is worth a look"
    )]
    fn end(self, least: usize) {
        eprintln!("{} pairs agree, {} have no code", self.agree, self.no_code);
        assert!(
            self.wrong.is_empty(),
            "{} wrong\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
        assert!(self.agree >= least, "only {} pairs were held", self.agree);
    }
}

/// Returns the folders of cases, each with a base and a revision.
fn cases(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.retain(|folder| folder.join("base.yaml").exists());
    folders.sort();
    folders
}

fn both_ways(overlays: &Overlays, name: &str, one: Value, other: Value, tally: &mut Tally) {
    let (one, other) = (Held::new(overlays, one), Held::new(overlays, other));
    tally.add(name, one.against(&other.base));
    tally.add(
        &format!("{name}, the other way around"),
        other.against(&one.base),
    );
}

#[test]
fn source_is_safe_if_the_code_of_a_case_only_grows() {
    let overlays = Overlays::read();
    let mut tally = Tally::default();
    for case in cases(path("tests/cases")) {
        let document = |side: &str| read(&case.join(side));
        let name = case.display().to_string();
        both_ways(
            &overlays,
            &name,
            document("base.yaml"),
            document("revision.yaml"),
            &mut tally,
        );
    }
    tally.end(180);
}

#[test]
fn source_is_safe_if_the_code_of_a_shared_pair_only_grows() {
    let overlays = Overlays::read();
    let mut tally = Tally::default();
    if let Some(folder) = shared("cases/drift") {
        for case in cases(folder) {
            let document = |side: &str| read(&case.join(side));
            let name = case.display().to_string();
            both_ways(
                &overlays,
                &name,
                document("base.yaml"),
                document("revision.yaml"),
                &mut tally,
            );
        }
    }
    if let Some(folder) = shared("drift-pairs") {
        let pairs = read(&folder.join("pairs.json"));
        for pair in pairs.as_array().expect("a list of pairs") {
            let text = |key: &str| pair[key].as_str().expect("a text");
            let document = |side: &str| read(&folder.join(text(side)));
            let base = Held::new(&overlays, document("base"));
            tally.add(text("name"), base.against(&document("revision")));
        }
    }
    tally.end(0);
}

/// Returns the documents of the API in chronological order, or none unless an environment variable
/// requests them.
fn published() -> Vec<PathBuf> {
    let Some(folder) = shared("specs").filter(|_| std::env::var_os("SOURCE_WHOLE").is_some())
    else {
        return Vec::new();
    };
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|it| it == "json"));
    files.sort();
    files
}

/// Compares each published document with the previous one, and expects at least `least` pairs to agree.
fn hold_published(least: usize, hold: impl Fn(&Overlays, &str, [Value; 2], &mut Tally)) {
    let files = published();
    if files.is_empty() {
        return;
    }
    let overlays = Overlays::read();
    let mut tally = Tally::default();
    for pair in files.windows(2) {
        let documents = [read(&pair[0]), read(&pair[1])];
        let name = pair[1].display().to_string();
        hold(&overlays, &name, documents, &mut tally);
    }
    tally.end(least);
}

/// Whole documents take the generator minutes without optimization, so they are compared only on request.
#[test]
fn source_is_safe_if_the_code_of_a_whole_document_only_grows() {
    hold_published(2, |overlays, name, [one, other], tally| {
        both_ways(overlays, name, one, other, tally);
    });
}

/// Compares each operation by itself. In a whole document, so much changes that both verdicts are clear.
#[test]
fn source_is_safe_if_the_code_of_each_operation_only_grows() {
    hold_published(100, |overlays, document, documents, tally| {
        let [before, after] = documents.each_ref().map(|document| {
            let operations = operations(document).into_iter();
            operations.map(|it| it.name()).collect::<BTreeSet<String>>()
        });
        for name in before.intersection(&after) {
            let [one, other] = documents.each_ref().map(|document| {
                slice("the document", document, &[name]).expect("the operation is there")
            });
            let shown = format!("{document} and before, {name}");
            both_ways(overlays, &shown, one, other, tally);
        }
    });
}

/// Tests one change of each kind, at a place selected by the numbers of the document and of the kind, so
/// that every run is the same. `SOURCE_PAIRS` limits their number. There are about 9,000.
#[test]
fn source_is_safe_if_the_code_after_one_change_only_grows() {
    let wanted = std::env::var("SOURCE_PAIRS").ok();
    let wanted: usize = wanted.map_or(600, |it| it.parse().expect("`SOURCE_PAIRS` is a number"));
    let overlays = Overlays::read();
    let (mutations, cases) = (mutations::all(), cases(path("tests/cases")));
    let mut changed: BTreeMap<usize, Vec<(String, Value)>> = BTreeMap::new();
    let mut all = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let base = read(&case.join("base.yaml"));
        let places = places::all(&base);
        for (kind, mutation) in mutations.iter().enumerate() {
            let of_kind = places.iter().filter(|(kind, _)| *kind == mutation.kind);
            let mut found = of_kind.filter_map(|(_, at)| Some((at, mutation.of(&base, at)?)));
            let count = found.clone().count();
            if count > 0
                && let Some((at, revision)) = found.nth((number * 7 + kind) % count)
            {
                let case = case
                    .file_name()
                    .expect("a folder has a name")
                    .to_string_lossy();
                all.push((
                    number,
                    format!("{case}, {} at {at}", mutation.name),
                    revision,
                ));
            }
        }
    }
    let total = all.len();
    // The step is coprime to the numbers of documents and kinds, so the selection covers all of them.
    let step = (total / wanted.max(1)).max(1) | 1;
    for (number, name, revision) in all.into_iter().step_by(step) {
        changed.entry(number).or_default().push((name, revision));
    }
    let mut tally = Tally::default();
    for (number, changes) in changed {
        let base = Held::new(&overlays, read(&cases[number].join("base.yaml")));
        for (name, revision) in changes {
            tally.add(&name, base.against(&revision));
        }
    }
    tally.end(wanted.min(total) / 2);
}
