//! Unusual files and closed file descriptors.
#![cfg(unix)]

use std::process::Command;

use crate::support::{DELETED, PROGRAM, Program, assert_clean, folder, responding};

#[tokio::test(flavor = "multi_thread")]
async fn closed_descriptors_do_not_change_exit_codes() {
    for (status, code) in [("200 OK", 0), ("401 Unauthorized", 3)] {
        for closed in ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
            let server = responding(status, DELETED).await;
            let script = format!("exec \"$@\" {closed}");
            let program = Program::new(&[]).against(&server);
            let environment: Vec<_> = program.command.get_envs().collect();
            let environment = environment
                .iter()
                .filter_map(|(name, value)| Some((name, (*value)?)));
            let mut shell = Command::new("sh");
            shell.env_clear().envs(environment);
            shell.args(["-c", &script, "sh", PROGRAM, "delete-connection", "--yes"]);
            let output = shell.output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{closed} {output:?}");
            assert_eq!(server.arrived(), 1, "{closed}");
            assert_clean(&String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_devices_and_folders_as_secret_files() {
    let server = responding("200 OK", DELETED).await;
    let folder = folder("no-secrets");
    for (path, expected) in [
        ("/dev/zero", "is larger than 1 MiB"),
        (folder.to_str().unwrap(), "cannot be read: "),
        ("/dev/null", "API key"),
        ("/dev/full", "is larger than 1 MiB"),
    ] {
        let ran = Program::without_credentials(&["delete-connection", "--yes"])
            .env("TRACKSTAR_API_KEY_FILE", path)
            .env("TRACKSTAR_ACCESS_TOKEN", "a-token-of-some-length")
            .against(&server)
            .run();
        assert_eq!(ran.code, Some(2), "{path}: {ran:?}");
        assert!(ran.stderr.contains(expected), "{path}: {ran:?}");
    }
    assert_eq!(server.arrived(), 0);
}
