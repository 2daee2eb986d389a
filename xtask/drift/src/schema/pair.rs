//! A pair of schemas, and functions that the comparisons of its keywords share.

use serde_json::Value;

use super::types::Types;
use super::view::View;
use crate::comparison::{Change, Comparison, Context, Site};
use crate::document::At;
use crate::verdict::Mode;

/// The views of two schemas with their places and context.
pub(crate) struct Pair<'a> {
    pub(super) context: Context,
    pub(super) at: (At<'a>, At<'a>),
    pub(super) sites: (Site, Site),
    pub(super) base: View<'a>,
    pub(super) revision: View<'a>,
}

impl<'a> Pair<'a> {
    pub(super) fn report(&self, cmp: &mut Comparison<'a>, mut change: Change) {
        let subject = cmp.base.subject(self.at.0);
        change.message = format!("{subject}: {}", change.message);
        cmp.report(self.context, Some(self.at.0), Some(self.at.1), change);
    }
}

/// Returns true for lists and maps, which default to empty if they are omitted.
pub(super) fn is_collection(view: &View<'_>) -> bool {
    view.types == Types::ARRAY || (view.types == Types::OBJECT && view.properties.is_empty())
}

/// Returns true if a property is not sent in this direction.
pub(super) fn is_hidden(view: &View<'_>, mode: Mode) -> bool {
    match mode {
        Mode::Request => view.is_flagged("readOnly"),
        Mode::Success | Mode::Failure => view.is_flagged("writeOnly"),
        Mode::Neither => false,
    }
}

/// Returns a short description of a schema for messages and values.
pub(super) fn brief(view: &View<'_>) -> String {
    let null = if view.null { " or null" } else { "" };
    let format = view.found("format").and_then(Value::as_str);
    let format = format.map(|it| format!(" ({it})")).unwrap_or_default();
    format!("{}{format}{null}", view.types)
}
