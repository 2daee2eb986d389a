//! Measures the time and memory that compiling the client of a document takes. They should grow
//! linearly with the document.
//!
//! ```sh
//! cargo bench --package trackstar-benches --bench compile                      # synthetic documents
//! cargo bench --package trackstar-benches --bench compile -- /absolute/path... # these documents
//! ```
//!
//! Only a debug build of the user's crate is measured. Its dependencies and its build script are
//! built before. Peak memory and processor time are read from `/proc`, so they are available only
//! on Linux.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

#[path = "../../openapi/benches/support/mod.rs"]
mod support;
mod user_crate;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use user_crate::{NAME, root};

/// Environment variable of processes in which this program wraps the compiler. Its value is the
/// path of the report.
const REPORT: &str = "TRACKSTAR_BENCH_REPORT";

fn main() -> ExitCode {
    if let Some(report) = env::var_os(REPORT) {
        let status = compile(Path::new(&report));
        return if status.success() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("compile");
    fs::create_dir_all(&folder).unwrap();
    let named = env::args().skip(1).filter(|argument| argument != "--bench");
    let mut documents: Vec<PathBuf> = named
        .map(|path| fs::canonicalize(&path).unwrap_or_else(|error| panic!("{path}: {error}")))
        .collect();
    if documents.is_empty() {
        documents.extend([1, 2, 4].map(|size| {
            let path = folder.join(format!("synthetic-{}-operations.json", size * 80));
            fs::write(&path, support::text(size)).unwrap();
            path
        }));
    }
    println!(
        "{:<36} {:>8} {:>8} {:>8} {:>9}",
        "document", "lines", "wall s", "cpu s", "peak MiB"
    );
    for document in documents {
        measure(&document, &folder);
    }
    ExitCode::SUCCESS
}

fn measure(document: &Path, folder: &Path) {
    let report = folder.join("report");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--lib", "--message-format=json"])
        .current_dir(program(document, folder))
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("RUSTC_WRAPPER", env::current_exe().unwrap())
        .env(REPORT, &report)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let messages = String::from_utf8(output.stdout).unwrap();
    let name = document.file_name().unwrap().to_string_lossy();
    let figures = fs::read_to_string(&report).unwrap();
    println!("{name:<36} {:>8} {figures}", lines(&messages));
    fs::remove_file(report).unwrap();
}

/// Writes a user's crate with the client of a document, and returns its folder. Since the files are
/// new, Cargo compiles the crate even if it has done so before.
fn program(document: &Path, folder: &Path) -> PathBuf {
    let program = folder.join(NAME);
    let client = root().join("trackstar-api");
    let dependencies = format!(
        "trackstar-api = {{ path = '{}', features = ['uploads'] }}\n\n\
         [build-dependencies]\ntrackstar-build = {{ path = '{}' }}",
        client.display(),
        client.join("codegen").display()
    );
    user_crate::create(&program, &dependencies);
    let script = format!(
        "fn main() {{\n    trackstar_build::Config::new({:?}).uploads(true).generate();\n}}\n",
        document.to_str().unwrap()
    );
    let library = "pub mod trackstar {\n    trackstar_api::include_operations!();\n}\n";
    fs::write(program.join("build.rs"), script).unwrap();
    fs::write(program.join("src/lib.rs"), library).unwrap();
    program
}

/// Returns the number of generated lines, from Cargo's messages about the build script.
fn lines(messages: &str) -> usize {
    let script = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = message["package_id"].as_str()?;
        let out = message["out_dir"].as_str()?;
        id.contains(&format!("/{NAME}#"))
            .then(|| Path::new(out).join("trackstar.rs"))
    });
    fs::read_to_string(script.unwrap()).unwrap().lines().count()
}

/// Runs the compiler that this program wraps, and reports its cost for the crate.
fn compile(report: &Path) -> ExitStatus {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let mut command = Command::new(&arguments[0]);
    command.args(&arguments[1..]).env_remove(REPORT);
    let ours = arguments
        .windows(2)
        .any(|pair| pair[0] == "--crate-name" && pair[1] == NAME);
    if !ours {
        return command.status().unwrap();
    }
    let started = Instant::now();
    let mut child = command.spawn().unwrap();
    let process = PathBuf::from("/proc").join(child.id().to_string());
    let (mut peak, mut cpu) = (None, None);
    let status = loop {
        peak = peak_mib(&process).or(peak);
        cpu = cpu_seconds(&process).or(cpu);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let wall = started.elapsed().as_secs_f64();
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |it| format!("{it:.1}"));
    let text = format!("{wall:>8.1} {:>8} {:>9}", shown(cpu), shown(peak));
    fs::write(report, text).unwrap();
    status
}

fn peak_mib(process: &Path) -> Option<f64> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// Returns the user and system time. Linux reports it in hundredths of a second.
fn cpu_seconds(process: &Path) -> Option<f64> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The program's name, in parentheses, may contain spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    (ticks > 0.0).then_some(ticks / 100.0)
}
