//! Profiles that select the document.

use serde_json::json;

use crate::support::{Program, Ran, file, folder, responding};

fn list(operation: &str, path: &str) -> String {
    crate::support::document(
        &json!({path: {"get": {"operationId": operation, "responses": {
            "200": {"description": "All.", "content": {"application/json": {
                "schema": {"type": "array", "items": {"type": "string"}},
            }}},
        }}}}),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn profile_selects_the_document() {
    let server = responding("200 OK", r#"["p-1"]"#).await;
    let folder = folder("profiles-with-documents");
    file(
        &folder,
        "parcels.json",
        &list("list_parcels", "/parcels"),
        0o600,
    );
    let pallets = list("list_pallets", "/pallets");
    let pallets = file(&folder, "pallets.json", &pallets, 0o600);
    // Paths are relative to the configuration file.
    let text = "[profiles.default]\nopenapi = \"parcels.json\"\n\
                [profiles.pallets]\nopenapi = \"./pallets.json\"\n\
                [profiles.vendored]\noutput = \"json\"\n";
    let config = file(&folder, "config.toml", text, 0o600);
    let run = |arguments: &[&str], profile: &str| -> Ran {
        let program = Program::new(arguments).against(&server);
        let program = program.env("TRACKSTAR_CONFIG", &config);
        program.env("TRACKSTAR_PROFILE", profile).run()
    };

    for (arguments, profile, command, path) in [
        (&[][..], "", "list-parcels", "/parcels"),
        (&[], "pallets", "list-pallets", "/pallets"),
        (&["--profile", "pallets"], "", "list-pallets", "/pallets"),
        (
            &["--profile", "default"],
            "pallets",
            "list-parcels",
            "/parcels",
        ),
        (
            &["--openapi", pallets.to_str().unwrap()],
            "",
            "list-pallets",
            "/pallets",
        ),
    ] {
        let ran = run(&[&[command], arguments].concat(), profile);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}");
        assert_eq!(ran.json(), json!(["p-1"]), "{arguments:?}");
        let ran = run(&[arguments, &["--help"]].concat(), profile);
        let help = ran.stdout;
        assert!(
            help.contains(command) && !help.contains("delete-connection"),
            "{help}"
        );
        let dry = run(&[&[command, "--dry-run"], arguments].concat(), profile);
        let url = format!("{}{path}", server.base_url());
        assert_eq!(dry.json()["url"], url, "{arguments:?}");
    }
    assert_eq!(server.arrived(), 5);

    // A profile without a document uses the vendored one.
    let help = run(&["--profile", "vendored", "--help"], "").stdout;
    assert!(help.contains("delete-connection"), "{help}");
    let ran = run(&["list-parcels", "--profile", "pallets"], "");
    assert_eq!(ran.code, Some(2), "{ran:?}");

    let text = "[profiles.default]\nopenapi = \"absent.json\"\n";
    let config = file(&folder, "absent.toml", text, 0o600);
    let program = Program::new(&["delete-connection", "--yes"]).against(&server);
    let ran = program.env("TRACKSTAR_CONFIG", &config).run();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let absent = folder.join("absent.json").display().to_string();
    assert!(ran.stderr.contains(&absent), "{ran:?}");
    assert_eq!(server.arrived(), 5);
}
