//! Compares the items of lists.

use serde_json::Value;

use super::pair::Pair;
use crate::comparison::{Comparison, Site};

/// The default schema of items.
static ANY: Value = Value::Bool(true);

pub(super) fn compare<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
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
    cmp.defer(pair.context, base, revision, Site::PLAIN);
}
