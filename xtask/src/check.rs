//! `cargo xtask check`: whether what is vendored holds together. Offline.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::vendored::{GOLDEN, Record, Vendored, strangers};

/// Reports every problem, not only the first. With `update`, a golden that is not current is
/// rewritten instead of reported.
pub(crate) fn run(root: &Path, update: bool, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let mut problems = Vec::new();
    let record = Record::read(root, &mut problems)?;
    let vendored = Vendored::read(root, &mut problems)?;
    for stranger in strangers(root)? {
        problems.push(format!(
            "{stranger} is applied by no build: name it in OVERLAY_NAMES (openapi/src/lib.rs) and \
             embed it in openapi/src/vendored.rs, or move its actions to one that is"
        ));
    }
    if let Some(vendored) = vendored {
        check(&vendored, record.as_ref(), update, &mut problems, out)?;
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

fn check(
    vendored: &Vendored,
    record: Option<&Record>,
    update: bool,
    problems: &mut Vec<String>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let hash = hexadecimal(&Sha256::digest(vendored.document.as_bytes()));
    if let Some(record) = record
        && hash != record.sha256
    {
        problems.push(format!(
            "openapi/trackstar.yaml has sha256 {hash}, but openapi/source.toml records {}; the \
             document is not edited by hand: restore it with git, and say what must differ in \
             openapi/overlays/. If it is a new version of upstream's, record its hash and date",
            record.sha256
        ));
    }
    let prepared = match vendored.prepare() {
        Ok(prepared) => prepared,
        Err(error) => {
            problems.push(error.to_string());
            return Ok(());
        }
    };
    if let Some(record) = record {
        let operations = operations(prepared.document());
        let mut recorded = record.operations.clone();
        recorded.sort();
        if operations != recorded {
            problems.push(format!(
                "openapi/trackstar.yaml has the operations {}, but openapi/source.toml records {}: \
                 restore the document with git, or correct the record of a new version",
                operations.join(", "),
                recorded.join(", ")
            ));
        }
    }
    let current = prepared.to_json();
    if vendored.golden()?.as_deref() != Some(&current) {
        if !update {
            problems.push(format!(
                "{GOLDEN} is not what the document and the overlays prepare to: run `cargo xtask \
                 check --update` and read its diff"
            ));
        } else if problems.is_empty() {
            vendored.write_golden(&current)?;
            writeln!(out, "wrote {GOLDEN}: read its diff")?;
        } else {
            problems.push(format!(
                "{GOLDEN} is left as it is until all else is in order"
            ));
        }
    }
    Ok(())
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
