//! The stages of a preparation behind the overlays: lowering, then what the generator is told.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::findings::{self, Findings};
use crate::preparation::Options;
use crate::{Error, Prepared, answers, cure, model, prune, reached, webhooks};

/// Completes a document that is lowered for the generator.
pub(crate) fn finish(name: &str, lowered: Prepared, options: Options) -> Result<Prepared, Error> {
    let Prepared {
        document: mut value,
        mut notes,
        outlived,
        ..
    } = lowered;
    let mut findings = Findings::new(name);
    answers::hand_over(&mut value, &mut findings);
    let facts = cure::cure(&mut value, options, &mut findings);
    // What an operation reaches is still there, so that a problem can name it.
    prune::prune(&mut value, options, &mut findings);
    let told = findings.finish();
    notes.extend(told.map_err(|error| reached::name(&value, error))?);
    findings::sort_notes(&mut notes);
    value.sort_all_objects();
    Ok(Prepared {
        operations: model::read(&value, &facts),
        origins: facts
            .into_iter()
            .filter_map(|(pointer, fact)| Some((pointer, fact.made_of?)))
            .collect(),
        document: value,
        notes,
        outlived,
    })
}

/// Lowers a document after its overlays to 3.0.
pub(crate) fn lower(name: &str, mut value: Value, options: Options) -> Result<Prepared, Error> {
    let mut findings = Findings::new(name);
    webhooks::settle(&mut value, options, &mut findings);
    let mut document = crate::lower::lower(value, &mut findings);
    let told = findings.finish();
    let notes = told.map_err(|error| reached::name(&document, error))?;
    document.sort_all_objects();
    Ok(Prepared {
        document,
        operations: Vec::new(),
        origins: BTreeMap::new(),
        notes,
        outlived: Vec::new(),
    })
}
