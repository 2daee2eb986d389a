//! What it costs to depend on the client, against a program that makes the same call by hand on
//! reqwest: time of a cold and of an incremental build, number of crates, size of the binary; for
//! the default features and for each that the manifest has.
//!
//! ```sh
//! cargo bench --package trackstar-tests --bench downstream                   # some 20 minutes on two idle cores
//! cargo bench --package trackstar-tests --bench downstream -- default gzip   # these alone
//! ```
//!
//! Times are processor time of everything that a build starts, user and system, which other work on
//! the machine disturbs less than it does the clock; Linux tells it, elsewhere the clock has to do.
//! Downloads are done before. Builds are debug builds, the cold ones in a folder of their own; of the
//! release builds only the binary's size is told, and they share what they can. A feature that brings
//! a TLS of its own is built cold; of any other is told what switching it on costs, which is more
//! than its share of a cold build: what it replaces is not paid back.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

mod programs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use programs::{BY_DEFAULT, Features, Program};

/// Cold builds of what everything is compared with; what is compared is built once a feature.
const ROUNDS: usize = 2;
const EDITS: usize = 5;

fn main() {
    let features = Features::read();
    let named: BTreeSet<String> = env::args().skip(1).filter(|it| it != "--bench").collect();
    let mut choices = features.choices();
    if let Some(unknown) = named.iter().find(|name| !choices.contains(name)) {
        panic!("there is no feature {unknown} beyond the defaults: name some of {choices:?}");
    }
    choices.retain(|name| named.is_empty() || named.contains(name));

    println!(
        "{:<36} {:>7} {:>8} {:>6} {:>7} {:>6} {:>6} {:>6} {:>6} {:>9}",
        "",
        "cold s",
        "/default",
        "/same",
        "clock s",
        "edit s",
        "/same",
        "crates",
        "linked",
        "binary KB"
    );
    let plain = hand(&BTreeSet::from([BY_DEFAULT.to_owned()]));
    let plain = measure(&plain, ROUNDS);
    plain.print("by hand", &plain, &plain);
    let mut same: BTreeMap<BTreeSet<String>, Cost> = BTreeMap::new();
    for choice in choices.iter().filter(|it| features.stands_apart(it)) {
        let asked = features.asked(choice);
        let of_reqwest = features.of_reqwest(asked.iter().map(String::as_str));
        let rounds = if choice == BY_DEFAULT { ROUNDS } else { 1 };
        let neighbour = same.entry(of_reqwest.clone()).or_insert_with(|| {
            let cost = measure(&hand(&of_reqwest), rounds);
            let list: Vec<&str> = of_reqwest.iter().map(String::as_str).collect();
            cost.print(&format!("by hand: {}", list.join("+")), &plain, &cost);
            cost
        });
        let ours = Program::ours(&format!("ours-{choice}"), &features, &asked);
        let ours = measure(&ours, rounds);
        ours.print(choice, &plain, neighbour);
    }

    choices.retain(|it| !features.stands_apart(it));
    if choices.is_empty() {
        return;
    }
    println!("\nswitched on beside the defaults, which are built already:");
    println!(
        "{:<36} {:>7} {:>6} {:>6} {:>6} {:>9}",
        "", "more s", "edit s", "crates", "linked", "binary KB"
    );
    let program = Program::ours("ours-switched", &features, &features.asked(BY_DEFAULT));
    let target = program.folder.join("target");
    time(&mut program.cargo(&["build", "--quiet", "--offline"]));
    let there = files(&target);
    for choice in choices {
        let program = Program::ours("ours-switched", &features, &features.asked(&choice));
        let (more, _) = time(&mut program.cargo(&["build", "--quiet", "--offline"]));
        println!(
            "{choice:<36} {more:>7.1} {:>6.2} {:>6} {:>6} {:>9}",
            edits(&program),
            program.crates("normal,build"),
            program.crates("normal"),
            binary(&program) / 1000
        );
        // What the next one needs as well is counted again.
        for file in files(&target).difference(&there) {
            fs::remove_file(file).unwrap();
        }
    }
    fs::remove_dir_all(target).unwrap();
}

fn hand(of_reqwest: &BTreeSet<String>) -> Program {
    let list: Vec<&str> = of_reqwest.iter().map(String::as_str).collect();
    Program::hand(&format!("hand-{}", list.join("-")), of_reqwest)
}

/// What one program costs.
struct Cost {
    cold: f64,
    clock: f64,
    edit: f64,
    crates: usize,
    linked: usize,
    binary: u64,
}

impl Cost {
    fn print(&self, name: &str, plain: &Self, same: &Self) {
        println!(
            "{name:<36} {:>7.1} {:>8.2} {:>6.2} {:>7.1} {:>6.2} {:>6.2} {:>6} {:>6} {:>9}",
            self.cold,
            self.cold / plain.cold,
            self.cold / same.cold,
            self.clock,
            self.edit,
            self.edit / same.edit,
            self.crates,
            self.linked,
            self.binary / 1000,
        );
    }
}

fn measure(program: &Program, rounds: usize) -> Cost {
    let target = program.folder.join("target");
    let mut cold: Vec<(f64, f64)> = (0..rounds)
        .map(|_| {
            let _absent = fs::remove_dir_all(&target);
            time(&mut program.cargo(&["build", "--quiet", "--offline"]))
        })
        .collect();
    let edit = edits(program);
    // A machine's disk has better things to hold than what was measured.
    fs::remove_dir_all(&target).unwrap();
    let (cold, clock) = middle(&mut cold);
    Cost {
        cold,
        clock,
        edit,
        crates: program.crates("normal,build"),
        linked: program.crates("normal"),
        binary: binary(program),
    }
}

/// Processor time of building again what a person has edited.
fn edits(program: &Program) -> f64 {
    let mut edits: Vec<(f64, f64)> = (1..=EDITS)
        .map(|number| {
            program.edit(number);
            time(&mut program.cargo(&["build", "--quiet", "--offline"]))
        })
        .collect();
    middle(&mut edits).0
}

/// Every file below a folder, but for what the compiler keeps between two builds of the program.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let kept = path.file_name().is_some_and(|name| name == "incremental");
                folders.extend((!kept).then_some(path));
            } else {
                files.insert(path);
            }
        }
    }
    files
}

/// The size of the binary of a release build, in bytes.
fn binary(program: &Program) -> u64 {
    let target = program.folder.with_file_name("release");
    let mut command = program.cargo(&["build", "--quiet", "--offline", "--release"]);
    time(command.env("CARGO_TARGET_DIR", &target));
    let name = format!("program{}", env::consts::EXE_SUFFIX);
    fs::metadata(target.join("release").join(name))
        .unwrap()
        .len()
}

/// Processor time and time by the clock, in seconds.
fn time(command: &mut Command) -> (f64, f64) {
    let (before, started) = (children(), Instant::now());
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{errors}");
    let clock = started.elapsed().as_secs_f64();
    let processor = before.zip(children()).map(|(before, after)| after - before);
    (processor.unwrap_or(clock), clock)
}

/// The lower middle one: of two, the one that was disturbed less.
fn middle(times: &mut [(f64, f64)]) -> (f64, f64) {
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    times[(times.len() - 1) / 2]
}

/// Processor time of all ended children and theirs, which Linux gives in hundredths of a second.
fn children() -> Option<f64> {
    let stat = fs::read_to_string(PathBuf::from("/proc/self").join(Path::new("stat"))).ok()?;
    // The name of the program, in parentheses, may have spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(13)?.parse::<f64>().ok()? + fields.get(14)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}
