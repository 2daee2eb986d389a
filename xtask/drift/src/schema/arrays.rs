//! The items of lists.

use serde_json::Value;

use super::{Pair, compare as compare_schemas};
use crate::engine::{Engine, Site};

/// What the items of a list are of which nothing is said.
static ANY: Value = Value::Bool(true);

pub(super) fn compare<'a>(engine: &mut Engine<'a>, pair: &Pair<'a>) {
    let (mut base, mut revision) = (pair.base.items.clone(), pair.revision.items.clone());
    if base.is_empty() && revision.is_empty() {
        return;
    }
    if base.is_empty() {
        base.push(pair.at.0.implied(&ANY));
    }
    if revision.is_empty() {
        revision.push(pair.at.1.implied(&ANY));
    }
    compare_schemas(
        engine,
        pair.context,
        base,
        revision,
        (Site::PLAIN, Site::PLAIN),
    );
}
