//! Sources of credentials and settings, and their precedence.

use serde_json::Value;
use trackstar_tests::{ACCESS_TOKEN, API_KEY};

use crate::support::{DELETED, Program, Ran, file, folder, responding};

const OTHER: &str = "access-token-of-another-customer";

/// Returns the token that a run sends, or the run as an error if it sends nothing.
async fn token_sent(program: Program) -> Result<String, Ran> {
    let server = responding("200 OK", DELETED).await;
    let ran = program.against(&server).run();
    let heads = server.heads();
    let Some(head) = heads.first() else {
        return Err(ran);
    };
    assert!(
        head.contains(&format!("x-trackstar-api-key: {API_KEY}\r\n")),
        "{head}"
    );
    let token = head
        .lines()
        .find_map(|line| line.strip_prefix("x-trackstar-access-token: "));
    Ok(token.unwrap().to_owned())
}

fn profiles(name: &str, mode: u32) -> std::path::PathBuf {
    let text = format!(
        "[profiles.default]\napi_key = \"{API_KEY}\"\naccess_token = \"{ACCESS_TOKEN}\"\n\
         [profiles.other]\napi_key_file = \"key\"\naccess_token = \"{OTHER}\"\noutput = \"table\"\n"
    );
    let folder = folder(name);
    file(&folder, "key", &format!("{API_KEY}\n"), 0o600);
    file(&folder, "config.toml", &text, mode)
}

#[tokio::test(flavor = "multi_thread")]
async fn credential_files_may_end_with_a_line_break() {
    let folder = folder("files");
    let key = file(&folder, "key", &format!("{API_KEY}\r\n"), 0o600);
    let token = file(&folder, "token", &format!("{ACCESS_TOKEN}\n"), 0o600);
    let by_variables = Program::without_credentials(&["delete-connection", "--yes"])
        .env("TRACKSTAR_API_KEY_FILE", &key)
        .env("TRACKSTAR_ACCESS_TOKEN_FILE", &token);
    assert_eq!(token_sent(by_variables).await.unwrap(), ACCESS_TOKEN);
    let (key, token) = (key.to_str().unwrap(), token.to_str().unwrap());
    let flags = [
        "delete-connection",
        "-y",
        "--api-key-file",
        key,
        "--access-token-file",
        token,
    ];
    let by_flags = Program::without_credentials(&flags).env("TRACKSTAR_ACCESS_TOKEN", OTHER);
    assert_eq!(token_sent(by_flags).await.unwrap(), ACCESS_TOKEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_profile_flag_overrides_environment_credentials() {
    let config = profiles("profiles", 0o600);
    let config = config.to_str().unwrap();
    let plain = ["delete-connection", "--yes", "--config", config];
    let sent = token_sent(Program::without_credentials(&plain)).await;
    assert_eq!(sent.unwrap(), ACCESS_TOKEN);

    let named = [&plain[..], &["--profile", "other"]].concat();
    assert_eq!(token_sent(Program::new(&named)).await.unwrap(), OTHER);

    let by_variable = Program::new(&plain).env("TRACKSTAR_PROFILE", "other");
    assert_eq!(token_sent(by_variable).await.unwrap(), ACCESS_TOKEN);

    let unknown = [&plain[..], &["--profile", "third"]].concat();
    let ran = token_sent(Program::new(&unknown)).await.unwrap_err();
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("profile `third` not found")
            && ran.stderr.contains("(it has `default`, `other`)"),
        "{ran:?}"
    );
}

#[test]
fn profile_file_is_in_the_config_folder_of_the_system() {
    let home = folder("home-of-profiles");
    let folder = home.join("trackstar");
    std::fs::create_dir_all(&folder).unwrap();
    let text = "[profiles.default]\nbase_url = \"https://profile.example\"\noutput = \"json\"\n";
    file(&folder, "config.toml", text, 0o600);
    let ran = Program::new(&["delete-connection", "--dry-run"]);
    let mut ran = ran.env("XDG_CONFIG_HOME", &home).env("APPDATA", &home);
    if cfg!(target_os = "macos") {
        ran = ran.env("TRACKSTAR_CONFIG", folder.join("config.toml"));
    }
    let ran = ran.run();
    assert_eq!(
        ran.json()["url"],
        "https://profile.example/connections",
        "{ran:?}"
    );
    let named = Program::new(&["delete-connection", "--dry-run", "--profile", "absent"]).run();
    assert_eq!(named.code, Some(2));
    assert!(named.stderr.contains("because the file"), "{named:?}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn rejects_profiles_that_others_can_replace() {
    use std::os::unix::fs::{PermissionsExt as _, chown};

    let set_mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let config = profiles("open-folder", 0o600);
    let folder = config.parent().unwrap();
    let arguments = ["delete-connection", "--yes", "--config"];
    let arguments = [&arguments[..], &[config.to_str().unwrap()]].concat();
    for mode in [0o777, 0o775, 0o702] {
        set_mode(folder, mode);
        let ran = token_sent(Program::without_credentials(&arguments))
            .await
            .unwrap_err();
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let advice = format!("(mode {mode:03o}): run `chmod go-w {}`", folder.display());
        assert!(ran.stderr.contains(&advice), "{ran:?}");
    }
    for mode in [0o1777, 0o755] {
        set_mode(folder, mode);
        token_sent(Program::without_credentials(&arguments))
            .await
            .unwrap();
    }
    // Only root may change the owner of a file.
    if chown(&config, Some(65534), None).is_err() {
        #[expect(clippy::print_stderr, reason = "a reader of the output has to know")]
        {
            eprintln!("skipped: the owner of a file can be changed by the root user only");
        }
        return;
    }
    let ran = token_sent(Program::without_credentials(&arguments))
        .await
        .unwrap_err();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.stderr.contains("belongs to another user (uid 65534)"),
        "{ran:?}"
    );
    chown(&config, Some(0), None).unwrap();
    chown(folder, Some(65534), None).unwrap();
    let ran = token_sent(Program::without_credentials(&arguments))
        .await
        .unwrap_err();
    assert!(
        ran.stderr.contains("of another user (uid 65534)"),
        "{ran:?}"
    );
    chown(folder, Some(0), None).unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn rejects_or_reports_files_that_others_can_read() {
    for mode in [0o640, 0o604, 0o620, 0o602] {
        let config = profiles("open-profiles", mode);
        let shown = config.to_str().unwrap();
        let arguments = ["delete-connection", "--yes", "--config", shown];
        let ran = token_sent(Program::without_credentials(&arguments))
            .await
            .unwrap_err();
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let advice = format!("(mode {mode:o}): run `chmod 600 {shown}`");
        assert!(ran.stderr.contains(&advice), "{ran:?}");
    }

    let config = profiles("open-key", 0o600);
    let key = file(config.parent().unwrap(), "key", API_KEY, 0o644);
    let arguments = ["delete-connection", "-y", "--profile", "other", "--config"];
    let arguments = [&arguments[..], &[config.to_str().unwrap()]].concat();
    let ran = token_sent(Program::without_credentials(&arguments))
        .await
        .unwrap_err();
    assert!(ran.stderr.contains("chmod 600"), "{ran:?}");

    // Containers supply secrets in such files.
    let server = responding("200 OK", DELETED).await;
    let ran = Program::without_credentials(&["delete-connection", "--yes"])
        .env("TRACKSTAR_API_KEY_FILE", &key)
        .env("TRACKSTAR_ACCESS_TOKEN", ACCESS_TOKEN)
        .against(&server)
        .run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stderr.starts_with("warning: ") && ran.stderr.contains("chmod 600"),
        "{ran:?}"
    );
}

#[test]
fn reports_missing_and_duplicate_credentials() {
    let ran = Program::without_credentials(&["delete-connection", "--yes"]).run();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.stderr
            .contains("no API key found: set TRACKSTAR_API_KEY"),
        "{ran:?}"
    );
    let ran = Program::new(&["delete-connection", "--yes"])
        .env("TRACKSTAR_API_KEY_FILE", "/nowhere")
        .run();
    assert!(ran.stderr.contains("unset one of them"), "{ran:?}");
    let ran = Program::new(&["delete-connection", "--yes", "--base-url", "http://staging"]).run();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("is not HTTPS"), "{ran:?}");
}

#[test]
fn rejects_credentials_as_arguments() {
    for (flag, variable) in [
        ("--api-key", "TRACKSTAR_API_KEY"),
        ("--access-token", "TRACKSTAR_ACCESS_TOKEN"),
    ] {
        for arguments in [vec![flag, API_KEY], vec![&*format!("{flag}={API_KEY}")]] {
            let arguments = [&["delete-connection", "--yes", "-ojson"], &arguments[..]].concat();
            let ran = Program::new(&arguments).run();
            assert_eq!(ran.code, Some(2), "{ran:?}");
            let text = ran.error()["text"].clone();
            assert!(
                matches!(&text, Value::String(text) if text.contains(variable)),
                "{text}"
            );
        }
    }
}

#[test]
fn only_profile_flag_overrides_environment_base_url() {
    let folder = folder("addresses");
    let text = "[profiles.default]\nbase_url = \"https://default.example\"\n\
                [profiles.other]\nbase_url = \"https://other.example\"\n";
    let config = file(&folder, "config.toml", text, 0o600);
    let url = |arguments: &[&str], variable: &str| {
        let arguments = [&["delete-connection", "--dry-run"], arguments].concat();
        let ran = Program::new(&arguments)
            .env("TRACKSTAR_CONFIG", &config)
            .env("TRACKSTAR_BASE_URL", variable)
            .run();
        ran.json()["url"].as_str().unwrap().to_owned()
    };
    let variable = "https://variable.example";
    for (arguments, variable, expected) in [
        (&[][..], "", "https://default.example"),
        (&[], variable, variable),
        (&["--profile", "other"], variable, "https://other.example"),
        (
            &["--profile", "other", "--base-url", "https://flag.example"],
            variable,
            "https://flag.example",
        ),
    ] {
        assert_eq!(url(arguments, variable), format!("{expected}/connections"));
    }
}

#[test]
fn does_not_read_overlong_secret_files_completely() {
    let key = file(&folder("long"), "key", &"k".repeat((1 << 20) + 1), 0o600);
    let ran = Program::without_credentials(&["delete-connection", "--yes"])
        .env("TRACKSTAR_API_KEY_FILE", key)
        .run();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("is larger than 1 MiB"), "{ran:?}");
}
