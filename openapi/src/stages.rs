//! The stages after the overlays: the downgrade to 3.0, and the changes for the generator.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::findings::{self, Findings, Note};
use crate::model::Facts;
use crate::pointer::{below, segments};
use crate::preparation::Options;
use crate::{
    Error, Prepared, attribution, error_responses, model, normalize, prune, variants, webhooks,
};

/// Completes a downgraded document for the generator.
pub(crate) fn finish(
    name: &str,
    mut value: Value,
    mut notes: Vec<Note>,
    options: Options,
) -> Result<Prepared, Error> {
    let mut facts = Facts::new();
    let mut findings = Findings::new(name);
    error_responses::remove(&mut value, &mut findings);
    normalize::normalize(&mut value, &mut facts, options, &mut findings);
    let mut variants = variants::take(&mut value);
    // Pruning comes last, so that a problem can name the operation that uses a component.
    prune::prune(&mut value, &variants, &mut findings);
    variants.retain(|pointer, _| value.pointer(pointer).is_some());
    findings.relocate(&facts);
    let told = findings.finish();
    notes.extend(told.map_err(|error| attribution::name(&value, error))?);
    findings::sort_notes(&mut notes);
    normalize::rename_in_templates(&mut value, &mut facts);
    value.sort_all_objects();
    let copies = copies(&value, &facts);
    Ok(Prepared {
        copies,
        variants,
        webhooks: model::webhooks(&value),
        operations: model::prepared(&value, &facts),
        origins: facts
            .into_iter()
            .filter_map(|(pointer, fact)| Some((pointer, fact.made_of?)))
            .collect(),
        document: value,
        notes,
        stale: Vec::new(),
    })
}

/// Returns the names of duplicate components with the names of their replacements.
fn copies(document: &Value, facts: &Facts) -> BTreeMap<String, String> {
    let of = |name: &str| {
        let fact = facts.get(&below("/components/schemas", &[name]))?;
        fact.copy_of.as_deref()
    };
    let name = |pointer: &str| segments(pointer).last().unwrap_or_default();
    let copies = facts.iter().filter_map(|(pointer, fact)| {
        let mut original = fact.copy_of.as_deref()?;
        while let Some(next) = of(original) {
            original = next;
        }
        let place = below("/components/schemas", &[original]);
        document.pointer(&place)?;
        Some((name(pointer), original.to_owned()))
    });
    copies.collect()
}

/// Downgrades a corrected document to OpenAPI 3.0, and returns it with the notes.
pub(crate) fn downgrade(
    name: &str,
    mut value: Value,
    options: Options,
) -> Result<(Value, Vec<Note>), Error> {
    let mut findings = Findings::new(name);
    webhooks::settle(&mut value, options, &mut findings);
    let mut document = crate::downgrade::downgrade(value, options.webhooks, &mut findings);
    let told = findings.finish();
    let notes = told.map_err(|error| attribution::name(&document, error))?;
    document.sort_all_objects();
    Ok((document, notes))
}
