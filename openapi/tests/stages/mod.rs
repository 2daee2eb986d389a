//! Tests that inspect the document between steps of the preparation.

mod cases;
mod corrections;
#[path = "../it/files.rs"]
mod files;
mod properties;
mod published;
mod real;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::preparation::Options;
use crate::{Error, Preparation, Prepared, Source, parse, stages};

/// Returns the document after overlays and downgrade, with notes.
fn downgraded(document: Source<'_>, overlays: &[Source<'_>]) -> Result<Prepared, Error> {
    let corrected = Preparation::new(document).overlays(overlays).correct()?;
    let (document, notes) = stages::downgrade(document.name, corrected.0, Options::default())?;
    Ok(Prepared {
        document,
        operations: Vec::new(),
        webhooks: Vec::new(),
        copies: BTreeMap::new(),
        variants: BTreeMap::new(),
        origins: BTreeMap::new(),
        notes,
        stale: Vec::new(),
    })
}

/// Returns the document after overlays and downgrade, with all responses and components.
fn corrected(document: Source<'_>, overlays: &[Source<'_>]) -> Result<Value, Error> {
    downgraded(document, overlays).map(|downgraded| downgraded.document)
}

/// Returns the preparation of a document with the options of its case.
fn preparation<'a>(case: &str, document: Source<'a>) -> Preparation<'a> {
    let preparation = Preparation::new(document).variants(keeps_variants(case));
    if is_other(case) {
        preparation.lenient()
    } else {
        preparation
    }
}

/// Returns true if a case keeps variants.
fn keeps_variants(case: &str) -> bool {
    asks(case, "variants")
}

/// Returns true if a case has a document for which no overlays were written.
fn is_other(case: &str) -> bool {
    asks(case, "other")
}

fn asks(case: &str, what: &str) -> bool {
    let name = "options.yaml";
    let text = files::read_if_there(&files::path("tests/cases").join(case).join(name));
    let asked = text.map(|text| parse(Source { name, text: &text }).expect("options are YAML"));
    asked.is_some_and(|asked| asked[what] == true)
}
