//! Sorts alternatives that are objects. The decoder uses the first match, and an object without required
//! properties matches everything.

use serde_json::Value;

use super::walk;
use crate::findings::Findings;
use crate::pointer::below;
use crate::reference::follow;
use crate::spec::is_composed;

/// Moves alternatives with required properties and with more properties to the front. In the opposite
/// order the properties of one alternative would be lost in another.
pub(super) fn normalize(document: &mut Value, findings: &mut Findings) {
    let mut sorted = Vec::new();
    walk::schemas(document, &mut |schema, pointer| {
        for kind in ["oneOf", "anyOf"] {
            let alternatives = schema.get(kind).and_then(Value::as_array);
            let Some(alternatives) = alternatives.filter(|it| it.len() > 1) else {
                continue;
            };
            let ranks: Option<Vec<_>> = alternatives.iter().map(|it| rank(document, it)).collect();
            let Some(ranks) = ranks else { continue };
            let mut order: Vec<usize> = (0..ranks.len()).collect();
            order.sort_by_key(|index| ranks[*index]);
            let mut moved = order.iter().zip(alternatives);
            if moved.any(|(index, it)| alternatives[*index] != *it) {
                sorted.push((below(pointer, &[kind]), order));
                findings.note_on(
                    pointer,
                    format!("the alternatives of `{kind}` are sorted so that more specific objects come first"),
                );
            }
        }
    });
    // Nested alternatives are sorted first, because sorting moves them.
    for (place, order) in sorted.into_iter().rev() {
        if let Some(Value::Array(alternatives)) = document.pointer_mut(&place) {
            let take = |index: usize| alternatives[index].take();
            *alternatives = order.into_iter().map(take).collect();
        }
    }
}

/// Returns a sort key, or `None` for schemas that are composed or are not objects.
fn rank(document: &Value, schema: &Value) -> Option<(bool, std::cmp::Reverse<usize>)> {
    let schema = follow(document, schema)?;
    let object = schema.get("type").is_some_and(|kind| kind == "object");
    if !object || is_composed(schema) {
        return None;
    }
    let count = |key: &str| match schema.get(key) {
        Some(Value::Object(of)) => of.len(),
        Some(Value::Array(of)) => of.len(),
        _ => 0,
    };
    Some((
        count("required") == 0,
        std::cmp::Reverse(count("properties")),
    ))
}
