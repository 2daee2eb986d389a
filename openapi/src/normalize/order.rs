//! Sorts alternatives that are objects. The decoder uses the first match, and an object without required
//! properties matches everything.

use serde_json::Value;

use super::walk;
use crate::findings::Findings;
use crate::reference::follow;
use crate::spec::is_composed;

/// Moves alternatives with required properties and with more properties to the front. In the opposite
/// order the properties of one alternative would be lost in another.
pub(super) fn normalize(document: &mut Value, findings: &mut Findings) {
    let before = document.clone();
    walk::schemas_mut(document, &mut |schema, pointer| {
        for kind in ["oneOf", "anyOf"] {
            let Some(Value::Array(alternatives)) = schema.get_mut(kind) else {
                continue;
            };
            let rank = |alternative: &Value| rank(&before, alternative);
            if alternatives.len() < 2 || alternatives.iter().any(|it| rank(it).is_none()) {
                continue;
            }
            let written = alternatives.clone();
            alternatives.sort_by_key(rank);
            if *alternatives != written {
                findings.note_on(
                    pointer,
                    format!("the alternatives of `{kind}` are sorted so that more specific objects come first"),
                );
            }
        }
    });
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
