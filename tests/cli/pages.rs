//! Help, shell completions and man pages.

use serde_json::{Map, Value, json};

use crate::support::{Program, document, file, folder};

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
    assert!(page.contains("The OpenAPI document that"), "{page}");
    let page = printed(&["man", "delete-connection"]);
    assert!(page.contains(".TH trackstar-delete-connection 1"), "{page}");
    let ran = Program::without_credentials(&["man", "nothing"]).run();
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

/// Writes a document whose operation has a body with 60 properties, and two variants of that body.
fn wide_document() -> String {
    let property = |index: usize| (format!("field_{index:02}"), json!({"type": "string"}));
    let mut properties: Map<String, Value> = (0..60).map(property).collect();
    let shared: Map<String, Value> = [property(57), property(58)].into_iter().collect();
    properties.insert(
        "label".to_owned(),
        json!({"type": "string", "description": "A label that the warehouse prints. ".repeat(9)}),
    );
    let document = document(&json!({"/parcels/{parcel_id}": {"put": {
        "operationId": "update_parcel",
        "summary": "Update parcel",
        "parameters": [{"in": "path", "name": "parcel_id", "required": true, "schema": {"type": "string"}}],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"oneOf": [
            {"type": "object", "properties": properties, "required": ["field_58"]},
            {"type": "object", "properties": shared},
        ]}}}},
        "responses": {"204": {"description": "Updated."}},
    }}}));
    let path = file(&folder("pages"), "wide.json", &document, 0o600);
    path.to_str().unwrap().to_owned()
}

#[test]
fn help_of_a_wide_operation_fits_on_a_screen() {
    let document = wide_document();
    let on = |arguments: &[&str]| printed(&[&["--openapi", &document], arguments].concat());
    for flag in ["-h", "--help"] {
        let help = on(&["update-parcel", flag]);
        let lines = help.lines().count();
        assert!((15..=40).contains(&lines), "{lines}: {help}");
        let (_, help) = help.split_once("\nOptions:\n").unwrap();
        // Properties that all variants have come first.
        for shown in ["--parcel-id", "--field-57", "--field-58", "--json-body"] {
            assert!(help.contains(shown), "{shown}: {help}");
        }
        let shown = help.matches("--field-").count() + help.matches("--label").count();
        let more = format!("{} more flags: trackstar help update-parcel\n", 61 - shown);
        assert!(shown < 61 && help.contains(&more), "{more}: {help}");
        assert!(help.contains("trackstar man update-parcel"), "{help}");
        assert!(!help.contains("--field-56"), "{help}");
    }
    let hidden = ["--field-56", "f", "--dry-run"];
    let call = [
        "--openapi",
        &document,
        "update-parcel",
        "--parcel-id",
        "p-1",
    ];
    let ran = Program::new(&[&call[..], &hidden].concat()).run();
    assert_eq!(ran.json()["body"], json!({"field_56": "f"}), "{ran:?}");
    for listed in [
        on(&["help", "update-parcel"]),
        on(&["man", "update-parcel"]).replace('\\', ""),
        on(&["completions", "bash"]),
        on(&["completions", "zsh"]),
    ] {
        assert!(!listed.contains("more flags"), "{listed}");
        for index in 0..60 {
            let flag = format!("--field-{index:02}");
            assert!(listed.contains(&flag), "{flag}: {listed}");
        }
    }
}

#[test]
fn help_of_built_in_commands_fits_on_a_screen() {
    for command in ["mock", "man", "completions"] {
        for flag in ["-h", "--help"] {
            let help = printed(&[command, flag]);
            assert!(help.lines().count() < 24, "{help}");
            assert!(help.contains("Global options: trackstar --help"), "{help}");
        }
    }
}
