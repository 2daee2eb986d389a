//! A document and its overlays, read and put together.

use serde_json::Value;

use crate::{Error, Overlay, Problem, Source, parse};

/// Reads the document and all overlays, or tells all that is wrong with any of them.
pub(crate) fn all(
    document: Source<'_>,
    overlays: &[Source<'_>],
) -> Result<(Value, Vec<Overlay>), Error> {
    let mut problems = Vec::new();
    let mut note = |error: Error| problems.extend(error.into_problems());
    let parsed = parse(document).map_err(&mut note).ok();
    let overlays = overlays
        .iter()
        .filter_map(|overlay| Overlay::parse(*overlay).map_err(&mut note).ok())
        .collect();
    match parsed.filter(|_| problems.is_empty()) {
        Some(value) => Ok((value, overlays)),
        None => Err(Error::new(problems)),
    }
}

/// The document under its overlays, and what kept any of their actions from being applied.
pub(crate) fn overlaid(
    document: Source<'_>,
    overlays: &[Source<'_>],
) -> Result<(Value, Vec<Problem>), Error> {
    let (mut value, overlays) = all(document, overlays)?;
    let problems = apply(&overlays, &mut value);
    Ok((value, problems))
}

/// Applies the overlays in their order; what kept any of their actions from being applied.
pub(crate) fn apply(overlays: &[Overlay], document: &mut Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    for overlay in overlays {
        if let Err(error) = overlay.apply(document) {
            problems.extend(error.into_problems());
        }
    }
    problems
}

pub(crate) fn refuse(problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::new(problems))
    }
}
