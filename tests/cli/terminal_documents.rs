//! Interactive use on a terminal, with documents other than the vendored one.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::{document, file, folder, responding};
use crate::terminal::Terminal;

fn own_document() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("own-document/api.yaml")
}

/// Returns Trackstar's own documents, if they are next to the checkout.
fn upstream_documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs");
    let entries = std::fs::read_dir(&folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    if found.is_empty() {
        #[expect(clippy::print_stderr, reason = "readers of the output have to know")]
        {
            eprintln!("skipped: there are no documents in {}", folder.display());
        }
    }
    found
}

/// Calls a list of the embedded mock server, and returns the lines on the terminal.
fn listed(columns: u16, document: &Path, command: &str) -> Vec<String> {
    let document = document.to_str().unwrap();
    let arguments = ["--openapi", document, command, "--mock"];
    let mut terminal = Terminal::open(columns, &arguments, &[("NO_COLOR", "1")]);
    assert_eq!(terminal.end(), 0, "{document}: {}", terminal.screen());
    let text = String::from_utf8(terminal.raw.clone()).unwrap();
    assert!(!text.contains('\u{1b}'), "{text:?}");
    text.lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

fn assert_table(lines: &[String], columns: u16) {
    for line in lines {
        assert!(
            line.chars().count() <= usize::from(columns),
            "{line:?} of {lines:#?}"
        );
    }
    let is_heading = |line: &String| line.split_whitespace().next() == Some("ID");
    assert!(lines.iter().any(is_heading), "{lines:#?}");
    assert!(
        !lines.iter().any(|line| line.contains("\"data\"")),
        "{lines:#?}"
    );
}

#[test]
fn table_of_own_document_fits_the_terminal() {
    for columns in [100, 64] {
        let lines = listed(columns, &own_document(), "list-orders");
        assert_table(&lines, columns);
    }
}

#[test]
fn tables_of_upstream_documents_fit_the_terminal() {
    for document in upstream_documents() {
        let lines = listed(100, &document, "list-wms-orders");
        assert_table(&lines, 100);
    }
}

/// Answers the confirmation prompt of a command. It must show the details and send nothing until then.
async fn answer(document: &Path, command: &[&str], details: &[&str], keys: &str) -> (u32, usize) {
    let server = responding("200 OK", r#"{"id": "p-1", "deleted": true}"#).await;
    let base_url = server.base_url();
    let arguments = [&["--openapi", document.to_str().unwrap()], command].concat();
    let variables = [("TRACKSTAR_BASE_URL", base_url.as_str())];
    let mut terminal = Terminal::open(100, &arguments, &variables);
    terminal.until("Continue? [y/N]");
    let screen = terminal.screen();
    for detail in details {
        let detail = detail.replace("BASE", &base_url);
        assert!(screen.contains(&detail), "{detail}: {screen}");
    }
    assert_eq!(server.arrived(), 0);
    terminal.type_in(keys);
    let code = terminal.end();
    let refused = terminal.screen().contains("nothing was sent");
    assert_eq!(refused, code == 1, "{}", terminal.screen());
    (code, server.arrived())
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_shows_the_summary_of_own_document() {
    let document = document(&json!({"/parcels/{parcel_id}/cancel": {"post": {
        "operationId": "cancel_parcel",
        "summary": "Cancel a **parcel** and its label",
        "parameters": [{"in": "path", "name": "parcel_id", "required": true, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "Canceled.", "content": {"application/json": {
            "schema": {"type": "object", "properties": {"id": {"type": "string"}}},
        }}}},
    }}}));
    let folder = folder("terminal-documents");
    let document = file(&folder, "parcels.json", &document, 0o600);
    let command = ["cancel-parcel", "--parcel-id", "p-1"];
    let details = [
        "Cancel a parcel and its label. This cannot be undone.",
        "POST BASE/parcels/p-1/cancel",
    ];
    for (keys, ended) in [("n\r", (1, 0)), ("\r", (1, 0)), ("y\r", (0, 1))] {
        let found = answer(&document, &command, &details, keys).await;
        assert_eq!(found, ended, "{keys:?}");
    }
    // Without a summary, the prompt shows the name of the operation.
    let command = ["delete-link", "--link-id", "l-1"];
    let details = [
        "delete_link. This cannot be undone.",
        "DELETE BASE/links/l-1",
    ];
    let found = answer(&own_document(), &command, &details, "n\r").await;
    assert_eq!(found, (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn prompts_of_upstream_documents_accept_no() {
    let details = [
        "Delete Connection. This cannot be undone.",
        "DELETE BASE/connections",
        "using the access token from TRACKSTAR_ACCESS_TOKEN",
    ];
    for document in upstream_documents() {
        let found = answer(&document, &["delete-connection"], &details, "n\r").await;
        assert_eq!(found, (1, 0), "{}", document.display());
    }
}
