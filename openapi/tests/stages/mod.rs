//! Tests that look at the document between two steps of the preparation.

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

/// The document after overlays and lowering, with the notes on that.
fn downgraded(document: Source<'_>, overlays: &[Source<'_>]) -> Result<Prepared, Error> {
    let corrected = Preparation::new(document).overlays(overlays).correct()?;
    let downgraded = stages::downgrade(document.name, corrected.0, Options::default())?;
    Ok(Prepared {
        document: downgraded.document,
        operations: Vec::new(),
        webhooks: Vec::new(),
        copies: BTreeMap::new(),
        origins: BTreeMap::new(),
        notes: downgraded.notes,
        outlived: Vec::new(),
    })
}

/// The document after overlays and lowering, with all its responses and components.
fn corrected(document: Source<'_>, overlays: &[Source<'_>]) -> Result<Value, Error> {
    downgraded(document, overlays).map(|downgraded| downgraded.document)
}

/// The preparation of a document as a case asks for it.
fn preparation<'a>(case: &str, document: Source<'a>) -> Preparation<'a> {
    let preparation = Preparation::new(document).variants(keeps_variants(case));
    if is_other(case) {
        preparation.lenient()
    } else {
        preparation
    }
}

/// Whether a case asks to keep variants.
fn keeps_variants(case: &str) -> bool {
    asks(case, "variants")
}

/// Whether a case is about a document that nobody has overlays for.
fn is_other(case: &str) -> bool {
    asks(case, "other")
}

fn asks(case: &str, what: &str) -> bool {
    let name = "options.yaml";
    let text = files::read_if_there(&files::path("tests/cases").join(case).join(name));
    let asked = text.map(|text| parse(Source { name, text: &text }).expect("options are YAML"));
    asked.is_some_and(|asked| asked[what] == true)
}
