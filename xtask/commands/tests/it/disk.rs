//! Full disks and killed runs: the files are unchanged, or the next run completes the replacement.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, Instant};

use trackstar_test_server::Fate;

use crate::support::{serving, snapshot};
use crate::{Copy, Ran};

#[test]
fn full_disk_leaves_files_unchanged() {
    let copy = Copy::new();
    let source = copy.changed();
    let before = snapshot(&copy.path(""));
    // No file may be larger than one block, and the first of the three is.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let output = Command::new("sh")
        .args([
            "-c",
            script,
            "sh",
            env!("CARGO_BIN_EXE_xtask-commands"),
            "refresh",
        ])
        .args(["--from", &source, "--root"])
        .arg(copy.0.path())
        .output()
        .unwrap();
    let ran = Ran::of(output);
    assert_eq!(ran.code, 100, "{}", ran.err);
    assert!(
        ran.err.contains("nothing was changed: File too large"),
        "{}",
        ran.err
    );
    assert!(snapshot(&copy.path("")) == before, "a file is different");
    assert_eq!(copy.xtask(&["refresh", "--from", &source]).code, 0);
    assert_eq!(copy.xtask(&["check"]).code, 0);
}

#[test]
fn read_only_folder_leaves_files_unchanged() {
    let copy = Copy::new();
    let source = copy.changed();
    let before = snapshot(&copy.path(""));
    let mode = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(copy.0.path(), 0o755);
    // Permissions do not restrict root, so the program runs as another user, from a folder that this user
    // can read.
    let program = copy.0.path().join("xtask");
    fs::copy(env!("CARGO_BIN_EXE_xtask-commands"), &program).unwrap();
    mode(&program, 0o755);
    let mut command = Command::new(&program);
    if fs::metadata(copy.0.path()).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    mode(&copy.path(""), 0o555);
    let output = command
        .args(["refresh", "--from", &source, "--root"])
        .arg(copy.0.path())
        .output();
    mode(&copy.path(""), 0o755);
    let ran = Ran::of(output.unwrap());
    assert_eq!(ran.code, 100, "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("nothing was changed: Permission denied"),
        "{}",
        ran.err
    );
    assert!(snapshot(&copy.path("")) == before, "a file is different");
}

#[test]
fn kill_during_reading_leaves_files_unchanged() {
    let copy = Copy::new();
    let before = snapshot(&copy.path(""));
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 4096\r\n\r\n{".to_vec();
    let server = serving(move |_| Fate::Hang(begun.clone()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask-commands"))
        .args(["refresh", "--from", &server.url("/"), "--root"])
        .arg(copy.0.path())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while server.heads().is_empty() && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert_eq!(snapshot(&copy.path("")), before);
}

#[test]
fn next_run_completes_an_interrupted_refresh() {
    // The folder that a run leaves if it is killed after moving one of three files. The unit tests of the
    // code show that every kill leaves such a folder.
    let copy = Copy::new();
    let source = copy.changed();
    let before = snapshot(&copy.path(""));
    assert_eq!(copy.refresh(&["--from", &source]).code, 0);
    let after = snapshot(&copy.path(""));
    let decided = copy.path(".refresh");
    std::fs::create_dir(&decided).unwrap();
    for name in ["source.toml", "trackstar.yaml"] {
        std::fs::write(decided.join(name), &after[name]).unwrap();
        std::fs::write(copy.path(name), &before[name]).unwrap();
    }
    let ran = copy.xtask(&["check"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(
        ran.out
            .starts_with("completed a refresh that was interrupted\n"),
        "{}",
        ran.out
    );
    assert!(snapshot(&copy.path("")) == after, "a file is different");
}
