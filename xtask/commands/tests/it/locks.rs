//! Two programs that write the files of one checkout: one succeeds, and the other reports the conflict.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use trackstar_test_server::{Fate, FaultServer, response};

use crate::refresh::well;
use crate::support::{serving, snapshot, upstream};
use crate::{Copy, Ran};

const BUSY: &str = "error: this checkout is locked by another run: a refresh, a check that writes, \
                    or a run that completes an interrupted refresh; wait until it has ended, and try \
                    again\n";

/// The messages of a run that meets a refresh, at its start or while it reads.
const MEANWHILE: [&str; 2] = [
    "error: a refresh is being completed in this checkout; try again\n",
    "error: failed to check: a refresh has replaced files of this checkout while they were read; try \
     again\n",
];

/// A refresh that waits for its source.
struct Waiting {
    child: Child,
    go: Sender<()>,
    server: FaultServer,
}

impl Waiting {
    /// Begins a refresh that adds an operation, and returns when the source receives the request.
    fn new(copy: &Copy) -> Self {
        let (go, gate) = channel();
        let body = response("200 OK", &[], upstream().to_string());
        let gate = Mutex::new(gate);
        let server = serving(move |_| {
            let _gone = gate.lock().unwrap().recv_timeout(Duration::from_secs(50));
            Fate::Respond(body.clone())
        });
        let url = server.url("/");
        let child = started(copy, &["--from", &url, "--add", "GET /connections"]);
        let begun = Instant::now();
        while server.heads().is_empty() {
            assert!(begun.elapsed().as_secs() < 60, "nothing was asked");
            std::thread::sleep(Duration::from_millis(2));
        }
        Self { child, go, server }
    }
}

fn started(copy: &Copy, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_xtask-commands"))
        .arg("refresh")
        .args(arguments)
        .arg("--root")
        .arg(copy.0.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn ended(child: Child) -> Ran {
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn second_refresh_reports_the_first_and_changes_nothing() {
    let copy = Copy::new();
    let changed = copy.changed();
    let before = snapshot(&copy.path(""));
    let first = Waiting::new(&copy);
    for writing in [
        &["refresh", "--from", &changed][..],
        &["refresh", "--from", &changed, "--changelog", "--all"],
        &["check", "--update"],
        &["check", "--drop-stale"],
    ] {
        let ran = copy.xtask(writing);
        assert_eq!((ran.code, ran.out.as_str()), (100, ""), "{writing:?}");
        assert_eq!(ran.err, BUSY, "{writing:?}");
    }
    assert!(snapshot(&copy.path("")) == before, "a file is different");
    // Runs that only read need no lock.
    well(&copy.xtask(&["check"]));
    well(&copy.refresh(&["--from", &changed, "--dry-run"]));
    well(&copy.refresh(&["--from", &changed, "--list"]));
    let drift = copy.xtask(&["drift", "--from", &changed, "--fail-on", "wire"]);
    assert_eq!(drift.code, 0, "{}", drift.err);

    first.go.send(()).unwrap();
    well(&ended(first.child));
    drop(first.server);
    well(&copy.xtask(&["check"]));
    let yaml = copy.text("trackstar.yaml");
    assert!(yaml.contains("get_connections"), "{yaml}");
    assert!(yaml.contains("Whether or not"), "{yaml}");
    well(&copy.refresh(&["--from", &changed]));
    let yaml = copy.text("trackstar.yaml");
    assert!(yaml.contains("description: Whether the"), "{yaml}");
}

#[test]
fn second_refresh_reports_the_first_after_cargo_clean() {
    let copy = Copy::new();
    let changed = copy.changed();
    let first = Waiting::new(&copy);
    // Removes the files that `cargo clean` removes.
    match fs::remove_dir_all(copy.0.path().join("target")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        removed => removed.unwrap(),
    }
    let ran = copy.refresh(&["--from", &changed]);
    assert_eq!((ran.code, ran.err.as_str()), (100, BUSY), "{}", ran.out);
    first.go.send(()).unwrap();
    well(&ended(first.child));
    drop(first.server);
}

/// Runs that read while other runs replace the files see one state of them, or report the conflict.
#[test]
fn readers_notice_a_concurrent_replacement() {
    let copy = Copy::new();
    let sources = [
        copy.changed(),
        copy.source("upstream.json", &upstream().to_string()),
    ];
    let done = std::sync::atomic::AtomicBool::new(false);
    let (mut whole, mut noticed) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..30 {
                well(&copy.refresh(&["--from", &sources[number % 2]]));
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            let ran = copy.xtask(&["check"]);
            match (ran.code, ran.err.as_str()) {
                (0, "") => whole += 1,
                (100, error) => {
                    assert!(MEANWHILE.contains(&error), "{error}");
                    noticed += 1;
                }
                _ => panic!("{}{}", ran.out, ran.err),
            }
        }
    });
    assert!(whole > 0, "all of {noticed} met a refresh");
}

#[test]
fn killed_refresh_does_not_block_the_next() {
    let copy = Copy::new();
    let changed = copy.changed();
    let mut first = Waiting::new(&copy);
    first.child.kill().unwrap();
    assert!(!first.child.wait().unwrap().success());
    well(&copy.refresh(&["--from", &changed]));
    well(&copy.xtask(&["check"]));
    drop(first.go);
}

#[test]
fn leftover_of_any_kind_does_not_block_a_refresh() {
    for name in [".refresh.part", ".refresh"] {
        for kind in ["file", "folder", "link"] {
            let copy = Copy::new();
            let changed = copy.changed();
            let at = copy.path(name);
            match kind {
                "file" => fs::write(&at, "half").unwrap(),
                "folder" => fs::create_dir(&at).unwrap(),
                _ => {
                    #[cfg(unix)]
                    std::os::unix::fs::symlink(copy.0.path(), &at).unwrap();
                }
            }
            if (name, kind) == (".refresh.part", "folder") {
                fs::write(at.join("source.toml"), "half").unwrap();
            }
            well(&copy.refresh(&["--from", &changed]));
            let left = fs::read_dir(copy.path("")).unwrap().count();
            assert_eq!(left, 4, "{name} {kind}");
            well(&copy.xtask(&["check"]));
            assert!(fs::exists(&changed).unwrap(), "{name} {kind}");
        }
    }
}

#[test]
fn concurrent_refreshes_succeed_or_report_the_conflict() {
    let copy = Copy::new();
    let source = copy.source("upstream.json", &upstream().to_string());
    let operations = ["GET /connections", "GET /parcels/{id}"];
    let children: Vec<_> = (0..8)
        .map(|number| operations[number % 2])
        .map(|name| (name, started(&copy, &["--from", &source, "--add", name])))
        .collect();
    let ran: Vec<_> = children
        .into_iter()
        .map(|(name, child)| (name, ended(child)))
        .collect();
    for (name, ran) in &ran {
        match ran.code {
            0 => assert_eq!(ran.err, "", "{name}"),
            _ => assert_eq!((ran.code, ran.err.as_str()), (100, BUSY), "{name}"),
        }
    }
    let won = |name: &str| ran.iter().any(|(of, ran)| *of == name && ran.code == 0);
    assert!(operations.into_iter().any(won));
    well(&copy.xtask(&["check"]));
    // No successful run was overwritten by another that had read the files before it.
    let record = copy.text("source.toml");
    for name in operations {
        let there = record.contains(&format!("\"{name}\" = "));
        assert_eq!(there, won(name), "{record}");
    }
}
