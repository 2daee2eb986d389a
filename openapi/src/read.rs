//! Parses a document with its overlays.

use serde_json::Value;

use crate::{Error, Overlay, Problem, Source, parse};

/// Parses the document, if it is given as text, and all overlays. Returns all problems at once.
pub(crate) fn all(
    document: Option<Source<'_>>,
    overlays: &[Source<'_>],
) -> Result<(Option<Value>, Vec<Overlay>), Error> {
    let mut problems = Vec::new();
    let mut note = |error: Error| problems.extend(error.into_problems());
    let read = document.and_then(|document| parse(document).map_err(&mut note).ok());
    let overlays = overlays
        .iter()
        .filter_map(|overlay| Overlay::parse(*overlay).map_err(&mut note).ok())
        .collect();
    refuse(problems)?;
    Ok((read, overlays))
}

/// Applies the overlays in order, and returns a problem for each action that could not be applied.
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
