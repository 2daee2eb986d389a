//! Tests of the comparison and its reports through the public API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, a failure to set up is a failure"
)]

mod cases;
mod characters;
mod documents;
mod escaping;
mod formats;
mod hostile;
mod kinds;
mod pairs;
mod properties;
mod real;
mod rules;

use std::path::{Path, PathBuf};

use serde_json::Value;
use trackstar_openapi::{Note, OVERLAY_NAMES, Preparation, Source, parse};

/// Returns a path below the crate.
fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// Returns the folder of reference data next to the checkout, if it exists.
#[expect(clippy::print_stderr, reason = "a test that is skipped should say so")]
fn shared(below: &str) -> Option<PathBuf> {
    let folder = path("../../../shared").join(below);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no ../shared/{below} beside the checkout");
    None
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| {
        panic!("{} cannot be read: {error}", path.display());
    });
    let name = path.display().to_string();
    parse(Source {
        name: &name,
        text: &text,
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

/// Returns the document with the overlays applied.
fn corrected(document: Value) -> (Value, Vec<Note>) {
    let texts =
        OVERLAY_NAMES.map(|name| std::fs::read_to_string(path("../..").join(name)).unwrap());
    let overlays = [0, 1].map(|at| Source {
        name: OVERLAY_NAMES[at],
        text: &texts[at],
    });
    let preparation = Preparation::of(document).overlays(&overlays).lenient();
    preparation.correct().unwrap()
}
