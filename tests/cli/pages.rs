//! Help, shell completions and man pages.

use crate::support::Program;

fn printed(arguments: &[&str]) -> String {
    let ran = Program::without_credentials(arguments).run();
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(0), ""),
        "{arguments:?}: {ran:?}"
    );
    ran.stdout
}

#[test]
fn help_lists_exit_codes_and_credential_sources() {
    let help = printed(&["--help"]);
    for told in [
        "  0    success",
        "  2    invalid command line",
        "  3    rejected",
        "  4    no usable response",
        "  5    outcome unknown",
        "  130  interrupted",
        "TRACKSTAR_API_KEY_FILE",
        "[profiles.default]",
        "config.toml",
        "delete-connection",
    ] {
        assert!(help.contains(told), "{told}: {help}");
    }
    let help = printed(&["help", "delete-connection"]);
    assert!(help.contains("Sends DELETE /connections"), "{help}");
    for flag in ["-h", "--help"] {
        let help = printed(&["delete-connection", flag]);
        assert!(
            help.starts_with("Delete Connection\n") && help.lines().count() < 24,
            "{help}"
        );
    }
    assert!(printed(&["--version"]).starts_with("trackstar 0."));
}

#[test]
fn completions_cover_every_command_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        assert!(
            script.contains("delete-connection") && script.contains("dry-run"),
            "{shell}"
        );
        // The rejected flags must not be completed.
        for refused in ["api-key", "access-token"] {
            let offered = script.replace(&format!("{refused}-file"), "");
            assert!(!offered.contains(refused), "{shell} offers --{refused}");
        }
    }
}

#[cfg(unix)]
#[test]
fn bash_completions_complete() {
    let script = format!(
        "{}\nCOMP_WORDS=(trackstar del) COMP_CWORD=1\n_trackstar trackstar del trackstar\n\
         echo \"${{COMPREPLY[*]}}\"",
        printed(&["completions", "bash"])
    );
    let Ok(output) = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
    else {
        #[expect(clippy::print_stderr, reason = "whoever reads the output has to know")]
        {
            eprintln!("skipped: there is no bash");
        }
        return;
    };
    let completed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(completed.trim(), "delete-connection", "{:?}", output.stderr);
}

#[test]
fn program_and_each_command_have_a_man_page() {
    let page = printed(&["man"]);
    assert!(
        page.contains(".TH trackstar 1") && page.contains("delete\\-connection"),
        "{page}"
    );
    let page = printed(&["man", "delete-connection"]);
    assert!(page.contains(".TH trackstar-delete-connection 1"), "{page}");
    let ran = Program::without_credentials(&["man", "nothing"]).run();
    assert_eq!(ran.code, Some(2), "{ran:?}");
}
