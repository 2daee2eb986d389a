//! Measures the cost of depending on the client, compared with a program that makes the same call
//! by hand on reqwest: the time of a cold and of an incremental build, the number of crates, and
//! the size of the binary. Measures the default features and each feature of the manifest.
//!
//! ```sh
//! cargo bench --package trackstar-benches --bench downstream                   # some 20 minutes on
//! two idle cores
//! cargo bench --package trackstar-benches --bench downstream -- default gzip   # only these
//! ```
//!
//! Build times are the user and system time of all processes of a build, because other work on the
//! machine disturbs it less than wall-clock time. Only Linux reports it, so other systems use
//! wall-clock time. Downloads happen before.
//!
//! Builds are debug builds, and cold builds use their own folder. Release builds share a folder,
//! because only the size of the binary is measured. A feature with its own TLS backend is built
//! cold. For other features, the additional time after a build with the defaults is reported. It
//! exceeds the feature's share of a cold build, because the time for replaced artifacts is not
//! subtracted.
//!
//! The client is a Git dependency, so the last commit is measured. Cargo compiles a path dependency
//! incrementally and with more codegen units, unlike one from a registry or a repository.
//!
//! With the default features, times are the lowest of several builds, in turns with the same program
//! by hand. Compare other times only with those in the column `/same`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

mod programs;
#[path = "../user_crate/mod.rs"]
mod user_crate;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use programs::{BY_DEFAULT, Features, Program};

/// Number of cold builds with the default features. With other features, programs are built once.
const ROUNDS: usize = 3;
const EDITS: usize = 15;
/// The processor time and the wall-clock time of a build that hasn't ended.
const SLOWEST: (f64, f64) = (f64::INFINITY, f64::INFINITY);

fn main() {
    let features = Features::read();
    let named: BTreeSet<String> = env::args().skip(1).filter(|it| it != "--bench").collect();
    let mut choices = features.choices();
    if let Some(unknown) = named.iter().find(|name| !choices.contains(name)) {
        panic!("{unknown} is not an optional feature: name some of {choices:?}");
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
    let [plain] = measure([&plain], ROUNDS);
    plain.print("by hand", &plain, &plain);
    for choice in choices.iter().filter(|it| features.needs_cold_build(it)) {
        let asked = features.asked(choice);
        let of_reqwest = features.of_reqwest(asked.iter().map(String::as_str));
        let rounds = if choice == BY_DEFAULT { ROUNDS } else { 1 };
        let ours = Program::ours(&format!("ours-{choice}"), &features, &asked);
        let [same, ours] = measure([&hand(&of_reqwest), &ours], rounds);
        let list: Vec<&str> = of_reqwest.iter().map(String::as_str).collect();
        same.print(&format!("by hand: {}", list.join("+")), &plain, &same);
        ours.print(choice, &plain, &same);
    }

    choices.retain(|it| !features.needs_cold_build(it));
    if choices.is_empty() {
        return;
    }
    println!("\nenabled in addition to the defaults, which are built already:");
    println!(
        "{:<36} {:>7} {:>6} {:>6} {:>6} {:>9}",
        "", "more s", "edit s", "crates", "linked", "binary KB"
    );
    let program = Program::ours("ours-switched", &features, &features.asked(BY_DEFAULT));
    let target = program.target();
    time(&mut program.build());
    let there = files(&target);
    for choice in choices {
        let program = Program::ours("ours-switched", &features, &features.asked(&choice));
        let (more, _) = time(&mut program.build());
        program.edit(1);
        let (edit, _) = time(&mut program.build());
        println!(
            "{choice:<36} {more:>7.1} {edit:>6.2} {:>6} {:>6} {:>9}",
            program.crates("normal,build"),
            program.crates("normal"),
            binary(&program) / 1000
        );
        // Removes new files, so that the next feature does not reuse them.
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

/// The cost of a program.
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

/// Measures each program. They take turns, so that a slow phase of the machine affects all of them.
fn measure<const N: usize>(programs: [&Program; N], rounds: usize) -> [Cost; N] {
    let mut cold = [SLOWEST; N];
    for _ in 0..rounds {
        for (program, cold) in programs.iter().zip(&mut cold) {
            let _absent = fs::remove_dir_all(program.target());
            *cold = faster(*cold, time(&mut program.build()));
        }
    }
    let mut edits = [SLOWEST; N];
    for number in 1..=EDITS {
        for (program, edit) in programs.iter().zip(&mut edits) {
            program.edit(number);
            *edit = faster(*edit, time(&mut program.build()));
        }
    }
    std::array::from_fn(|index| {
        let program = programs[index];
        // Frees disk space.
        fs::remove_dir_all(program.target()).unwrap();
        Cost {
            cold: cold[index].0,
            clock: cold[index].1,
            edit: edits[index].0,
            crates: program.crates("normal,build"),
            linked: program.crates("normal"),
            binary: binary(program),
        }
    })
}

/// Returns all files below a folder, except for the compiler's incremental state.
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

/// Returns the size of the release binary, in bytes.
fn binary(program: &Program) -> u64 {
    let target = program.folder.with_file_name("release");
    let mut command = program.cargo(&["build", "--quiet", "--offline", "--release"]);
    time(command.env("CARGO_TARGET_DIR", &target));
    let name = format!("{}{}", user_crate::NAME, env::consts::EXE_SUFFIX);
    fs::metadata(target.join("release").join(name))
        .unwrap()
        .len()
}

/// Returns the processor time and the wall-clock time, in seconds.
fn time(command: &mut Command) -> (f64, f64) {
    let (before, started) = (children(), Instant::now());
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{errors}");
    let clock = started.elapsed().as_secs_f64();
    let processor = before.zip(children()).map(|(before, after)| after - before);
    (processor.unwrap_or(clock), clock)
}

/// Returns the faster of two builds. It was disturbed less.
fn faster(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    if b.0 < a.0 { b } else { a }
}

/// Returns the processor time of ended child processes and their children. Linux reports it in
/// hundredths of a second.
fn children() -> Option<f64> {
    let stat = fs::read_to_string(PathBuf::from("/proc/self").join(Path::new("stat"))).ok()?;
    // The program's name, in parentheses, may contain spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(13)?.parse::<f64>().ok()? + fields.get(14)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}
