//! Checks that credentials never appear in the output, for any source and any outcome. `support::Program::run`
//! asserts this for every run. These tests cover the riskiest runs.

use trackstar_tests::{ACCESS_TOKEN, API_KEY, FaultServer};

use crate::support::{DELETED, Program, Ran, file, folder, responding};

/// Runs the program with credentials from the environment, from files and from a profile.
fn everywhere(name: &str, arguments: &[&str], server: &FaultServer) -> Vec<Ran> {
    let folder = folder(name);
    let key = file(&folder, "key", API_KEY, 0o600);
    let token = file(&folder, "token", ACCESS_TOKEN, 0o600);
    let text =
        format!("[profiles.a]\napi_key = \"{API_KEY}\"\naccess_token = \"{ACCESS_TOKEN}\"\n");
    let config = file(&folder, "config.toml", &text, 0o600);
    let profile = [arguments, &["--profile", "a"]].concat();
    [
        Program::new(arguments),
        Program::without_credentials(arguments)
            .env("TRACKSTAR_API_KEY_FILE", key)
            .env("TRACKSTAR_ACCESS_TOKEN_FILE", token),
        Program::without_credentials(&profile).env("TRACKSTAR_CONFIG", config),
    ]
    .map(|program| program.against(server).run())
    .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn redacts_credentials_that_the_server_quotes() {
    let quoted = format!(r#"{{"error": "bad {API_KEY} and {ACCESS_TOKEN}"}}"#);
    let server = responding("401 Unauthorized", &quoted).await;
    for output in ["json", "table"] {
        let arguments = [
            "delete-connection",
            "--yes",
            "--verbose",
            "--output",
            output,
        ];
        for ran in everywhere("quoted", &arguments, &server) {
            assert_eq!(ran.code, Some(3), "{ran:?}");
            assert!(ran.stderr.contains("<redacted>"), "{ran:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn verbose_and_dry_run_show_no_credentials() {
    let server = responding("200 OK", DELETED).await;
    for more in ["--verbose", "--dry-run"] {
        for ran in everywhere("told", &["delete-connection", "--yes", more], &server) {
            assert_eq!(ran.code, Some(0), "{ran:?}");
        }
    }
    assert_eq!(server.arrived(), 3);
}

#[test]
fn credential_errors_do_not_quote_credentials() {
    for broken in [
        format!("{API_KEY}\u{e9}"),
        format!(" {API_KEY}"),
        format!("{API_KEY}\nx"),
    ] {
        let ran = Program::new(&["delete-connection", "--yes"])
            .env("TRACKSTAR_API_KEY", &broken)
            .run();
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("the API key "), "{ran:?}");
    }
}

#[test]
fn reports_invalid_profiles_without_quoting_them() {
    let folder = folder("broken-profiles");
    for text in [
        format!("[profiles.a]\napi_key = {API_KEY}\n"),
        format!("[profiles.a]\napi_key = \"{API_KEY}\n"),
        format!("[profiles.a]\noutput = \"{API_KEY}\"\n"),
        format!("[profiles.a]\nbase_url = \"https://{API_KEY}@host\"\n"),
        format!("[profiles.a]\n\"{API_KEY}\" = \"x\"\n"),
        format!("[profiles.\"{API_KEY}\"]\napi_key = \"{ACCESS_TOKEN}\"\n"),
        format!("{API_KEY} = 1\n"),
    ] {
        let config = file(&folder, "config.toml", &text, 0o600);
        let ran = Program::new(&["delete-connection", "--yes", "--profile", "a"])
            .env("TRACKSTAR_CONFIG", config)
            .run();
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
}

#[test]
fn misplaced_credential_is_not_quoted() {
    for arguments in [
        &["delete-connection", API_KEY][..],
        &["delete-connection", "--yes", ACCESS_TOKEN],
        &["delete-connection", "--", API_KEY],
        &[API_KEY],
        &["help", ACCESS_TOKEN],
        &["delete-connection", "--profile", API_KEY],
        &["delete-connection", "--output", API_KEY],
        &["delete-connection", "--attempts", API_KEY],
        &["delete-connection", "--api-key", API_KEY],
        &["delete-connection", "--apikey", API_KEY],
        &["delete-connection", "--apikey=api-key-2b1f07d6c9e84a35"],
        &["delete-connection", "--output", "json", API_KEY],
    ] {
        let ran = Program::without_credentials(arguments).run();
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
}
