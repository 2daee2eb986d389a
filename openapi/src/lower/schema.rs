//! The rules for schemas: each says one keyword of 3.1 in the words of 3.0.
//!
//! A rule reads the original fields and writes to the lowered ones. Whatever a rule adds to a list
//! of schemas it adds at the end, so that a pointer into the list still leads where it led.

use serde_json::{Map, Value, json};

use super::{CORRECT, Lowering, bounds, types};

type Fields = Map<String, Value>;

impl Lowering<'_> {
    /// All rules; the order is that of their dependence.
    pub(super) fn schema_rules(&mut self, original: &Fields, lowered: &mut Fields) {
        let types = self.types(original);
        self.values(original, types.as_ref(), lowered);
        if let Some(types) = &types {
            types::write(types, lowered);
        }
        bounds::write(original, lowered);
        self.examples(original, lowered);
        reference(original, lowered);
    }

    /// `true` is the schema that accepts everything, which 3.0 writes as an empty one.
    pub(super) fn boolean_schema(&mut self, accepts: bool) -> Value {
        if !accepts {
            let message =
                "the schema `false`, which accepts nothing, cannot be said in OpenAPI 3.0";
            self.findings.problem(message, CORRECT);
        }
        json!({})
    }

    /// 3.0 has room for one example.
    fn examples(&mut self, original: &Fields, lowered: &mut Fields) {
        let Some(Value::Array(examples)) = original.get("examples") else {
            return;
        };
        let kept = match (original.get("example"), examples.first()) {
            (Some(example), _) => example,
            (None, Some(first)) => {
                lowered.insert("example".to_owned(), first.clone());
                first
            }
            (None, None) => return,
        };
        let lost = examples.iter().filter(|example| *example != kept).count();
        if lost > 0 {
            let verb = if lost == 1 { "is" } else { "are" };
            let total = examples.len();
            self.findings.trail.push("examples");
            self.findings.note(format!(
                "{lost} of {total} examples {verb} lost, OpenAPI 3.0 has room for one"
            ));
            self.findings.trail.pop();
        }
    }
}

/// In 3.0 a reference stands alone: what stands beside it in 3.1 is a further condition.
fn reference(original: &Fields, lowered: &mut Fields) {
    let Some(target @ Value::String(_)) = original.get("$ref") else {
        return;
    };
    if lowered.is_empty() {
        lowered.insert("$ref".to_owned(), target.clone());
    } else {
        push_all_of(lowered, json!({ "$ref": target }));
    }
}

/// Adds a condition that must hold as well.
pub(super) fn push_all_of(lowered: &mut Fields, schema: Value) {
    match lowered.get_mut("allOf") {
        Some(Value::Array(conditions)) => conditions.push(schema),
        // Anything but a list is a problem that has been recorded, and no document comes of it.
        Some(_) => {}
        None => {
            lowered.insert("allOf".to_owned(), Value::Array(vec![schema]));
        }
    }
}
