//! `cargo xtask check`: whether what is vendored holds together. Offline.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::vendored::{GOLDEN, Vendored};

/// Reports every problem, not only the first. With `update`, a golden that is not current is
/// rewritten instead of reported.
pub(crate) fn run(root: &Path, update: bool, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let vendored = Vendored::read(root)?;
    let record = vendored.record()?;
    let mut problems = Vec::new();

    let hash = hexadecimal(&Sha256::digest(vendored.document.as_bytes()));
    if hash != record.sha256 {
        problems.push(format!(
            "openapi/trackstar.yaml has sha256 {hash}, but openapi/source.toml records {}; the \
             document is not edited by hand: restore it with git, and say what must differ in \
             openapi/overlays/",
            record.sha256
        ));
    }
    match vendored.prepare() {
        Err(error) => problems.push(error.to_string()),
        Ok(prepared) => {
            let operations = operations(prepared.document());
            let mut recorded = record.operations.clone();
            recorded.sort();
            if operations != recorded {
                problems.push(format!(
                    "openapi/trackstar.yaml has the operations {}, but openapi/source.toml records \
                     {}: correct the record, or restore the document with git",
                    operations.join(", "),
                    recorded.join(", ")
                ));
            }
            let current = prepared.to_json();
            if vendored.golden()?.as_deref() != Some(&current) {
                if update {
                    vendored.write_golden(&current)?;
                    writeln!(out, "wrote {GOLDEN}: read its diff")?;
                } else {
                    problems.push(format!(
                        "{GOLDEN} is not what the document and the overlays prepare to: run `cargo \
                         xtask check --update` and read its diff"
                    ));
                }
            }
        }
    }

    if problems.is_empty() {
        writeln!(out, "ok: document, record, overlays and golden agree")?;
        return Ok(Outcome::Well);
    }
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    Ok(Outcome::NeedsAttention)
}

/// `METHOD /path` of every operation, sorted.
fn operations(document: &serde_json::Value) -> Vec<String> {
    const METHODS: [&str; 8] = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ];
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut operations: Vec<String> = paths
        .flat_map(|(path, item)| {
            METHODS
                .into_iter()
                .filter(|method| item.get(method).is_some())
                .map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    operations.sort();
    operations
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}
