//! The stages of a preparation behind the overlays: lowering, then what the generator is told.

use serde_json::Value;

use crate::findings::{self, Findings};
use crate::{Error, Options, Prepared, Source, answers, cure, prune, reached, read, webhooks};

/// Completes a document that is lowered for the generator.
pub(crate) fn finish(name: &str, lowered: Prepared, options: &Options) -> Result<Prepared, Error> {
    let Prepared {
        document: mut value,
        mut notes,
    } = lowered;
    let mut findings = Findings::new(name);
    answers::hand_over(&mut value, &mut findings);
    cure::cure(&mut value, options, &mut findings);
    // What an operation reaches is still there, so that a problem can name it.
    prune::prune(&mut value, options, &mut findings);
    let told = findings.finish();
    notes.extend(told.map_err(|error| reached::name(&value, error))?);
    findings::sort_notes(&mut notes);
    value.sort_all_objects();
    Ok(Prepared {
        document: value,
        notes,
    })
}

/// The document after overlays and lowering, with all its answers and components.
///
/// This is what the API is meant to say, error answers included; [`prepare`](crate::prepare) goes on to what the
/// generator is to be told.
///
/// ```
/// use trackstar_openapi::{Source, corrected};
///
/// let text = r#"{
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
///     "components": {"schemas": {"Failure": {"type": ["string", "null"]}}}
/// }"#;
/// let document = corrected(Source { name: "api.json", text }, &[]).unwrap();
/// let failure = serde_json::json!({"type": "string", "nullable": true});
/// assert_eq!(document["components"]["schemas"]["Failure"], failure);
/// ```
///
/// # Errors
///
/// Those of [`prepare`](crate::prepare) but for the last two kinds.
pub fn corrected(document: Source<'_>, overlays: &[Source<'_>]) -> Result<Value, Error> {
    lowered(document, overlays).map(|lowered| lowered.document)
}

/// The document after overlays and lowering, with the notes on that.
///
/// ```
/// use trackstar_openapi::{Source, lowered};
///
/// let text = r#"{
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
///     "components": {"schemas": {"Size": {"type": "string", "examples": ["S", "M"]}}}
/// }"#;
/// let lowered = lowered(Source { name: "api.json", text }, &[]).unwrap();
/// assert_eq!(lowered.document()["components"]["schemas"]["Size"]["example"], "S");
/// assert_eq!(lowered.notes().len(), 1);
/// ```
///
/// # Errors
///
/// Those of [`corrected`].
pub fn lowered(document: Source<'_>, overlays: &[Source<'_>]) -> Result<Prepared, Error> {
    let (value, problems) = read::overlaid(document, overlays)?;
    read::refuse(problems)?;
    lower(document.name, value, &Options::default())
}

/// Lowers a document after its overlays to 3.0.
pub(crate) fn lower(name: &str, mut value: Value, options: &Options) -> Result<Prepared, Error> {
    let mut findings = Findings::new(name);
    webhooks::settle(&mut value, options, &mut findings);
    let mut document = crate::lower::lower(value, &mut findings);
    let told = findings.finish();
    let notes = told.map_err(|error| reached::name(&document, error))?;
    document.sort_all_objects();
    Ok(Prepared { document, notes })
}
