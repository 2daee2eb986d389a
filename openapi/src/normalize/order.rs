//! The order of alternatives that are objects: a reader takes the first that fits, and what has no
//! required property fits everything.

use serde_json::Value;

use super::walk;
use crate::findings::Findings;
use crate::reference::follow;
use crate::spec::is_composed;

/// Puts what requires something before what does not, and what knows more before what knows less:
/// the other way around the properties of the one are lost in the other.
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
                    format!("`{kind}` is read in the order of what its objects require and know"),
                );
            }
        }
    });
}

/// Less is read first; `None` of what is no object, or is made of others.
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
