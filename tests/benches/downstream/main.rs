//! What it costs to depend on the client, against a program that makes the same call by hand on
//! reqwest: time of a cold and of an incremental build, number of crates, size of the binary; for
//! the default features and for each that the manifest has.
//!
//! ```sh
//! cargo bench --package trackstar-tests --bench downstream                   # some 30 minutes on two cores
//! cargo bench --package trackstar-tests --bench downstream -- default gzip   # these alone
//! ```
//!
//! Times are processor time of everything that a build starts, user and system, which other work on
//! the machine disturbs less than it does the clock; Linux tells it, elsewhere the clock has to do.
//! The builds of a round follow each other, so that a ratio compares neighbours. Downloads are done
//! before. Each build is a debug build in a folder of its own, but for the binaries: of those only
//! the size is told, and they share what they can.

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

    let plain = measure(
        "reqwest",
        &hand(&BTreeSet::from([BY_DEFAULT.to_owned()])),
        ROUNDS,
    );
    println!(
        "{:<20} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9}",
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
    plain.print("by hand", &plain, &plain);
    let mut same: BTreeMap<BTreeSet<String>, Cost> = BTreeMap::new();
    for choice in choices {
        let asked = features.asked(&choice);
        let of_reqwest = features.of_reqwest(asked.iter().map(String::as_str));
        let rounds = if choice == BY_DEFAULT { ROUNDS } else { 1 };
        let ours = Program::ours(&format!("ours-{choice}"), &features, &asked);
        let ours = measure("ours", &ours, rounds);
        let neighbour = same.entry(of_reqwest.clone()).or_insert_with(|| {
            let cost = measure("hand", &hand(&of_reqwest), rounds);
            let list: Vec<&str> = of_reqwest.iter().map(String::as_str).collect();
            cost.print(&format!("by hand: {}", list.join("+")), &plain, &cost);
            cost
        });
        ours.print(&choice, &plain, neighbour);
    }
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
            "{name:<20} {:>8.1} {:>8.2} {:>8.2} {:>8.1} {:>8.2} {:>8.2} {:>8} {:>8} {:>9}",
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

fn measure(side: &str, program: &Program, rounds: usize) -> Cost {
    let target = program.folder.join("target");
    let mut cold: Vec<(f64, f64)> = (0..rounds)
        .map(|_| {
            let _absent = fs::remove_dir_all(&target);
            time(&mut program.cargo(&["build", "--quiet", "--offline"]))
        })
        .collect();
    let mut edits: Vec<(f64, f64)> = (1..=EDITS)
        .map(|number| {
            program.edit(number);
            time(&mut program.cargo(&["build", "--quiet", "--offline"]))
        })
        .collect();
    // A machine's disk has better things to hold than what was measured.
    fs::remove_dir_all(&target).unwrap();
    let (cold, clock) = middle(&mut cold);
    Cost {
        cold,
        clock,
        edit: middle(&mut edits).0,
        crates: program.crates("normal,build"),
        linked: program.crates("normal"),
        binary: binary(side, program),
    }
}

/// The size of the binary of a release build, in bytes.
fn binary(side: &str, program: &Program) -> u64 {
    let target = program.folder.with_file_name(format!("release-{side}"));
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
