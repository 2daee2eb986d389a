//! Parses a document with its overlays.

use serde_json::{Map, Value};

use crate::{Error, Overlay, Problem, Source, inline_headers, parse};

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
    Error::unless_empty(problems)?;
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

/// Applies overlays that were written for another document.
pub(crate) fn apply_of_another(document: &mut Value, overlays: &[Overlay]) -> Vec<Problem> {
    inline_headers::expand(document);
    // An action that adds a component finds its target even in a document without components.
    let bare = document.get("components").is_none();
    if let Some(fields) = document.as_object_mut().filter(|_| bare) {
        fields.insert("components".to_owned(), Map::new().into());
    }
    let problems = apply(overlays, document);
    if let Some(fields) = document.as_object_mut().filter(|_| bare)
        && fields
            .get("components")
            .is_some_and(|it| *it == Value::Object(Map::new()))
    {
        fields.remove("components");
    }
    problems
}
