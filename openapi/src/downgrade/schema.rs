//! The rules for schemas: each says one keyword of 3.1 in the words of 3.0.
//!
//! A rule reads the original fields and writes to the lowered ones. Whatever a rule adds to a list
//! of schemas it adds at the end, so that a pointer into the list still leads where it led.

use serde_json::{Map, Value, json};

use super::null::Null;
use super::values::Values;
use super::{Lowering, bounds, types};

type Fields = Map<String, Value>;

impl Lowering<'_> {
    /// All rules; the order is that of their dependence.
    pub(super) fn schema_rules(
        &mut self,
        original: &Fields,
        mut aside: Fields,
        lowered: &mut Fields,
    ) {
        self.hoist(&mut aside);
        self.dialect("$schema", original);
        if original.contains_key("nullable") {
            let note = "no keyword of OpenAPI 3.1, read as OpenAPI 3.0 means it";
            self.findings.note_at("nullable", note);
        }
        let mut types = self.types(original);
        let values = self.values(original, &mut types, lowered);
        let null = self.null(original, types.as_ref(), values, lowered);
        if null == Null::Only {
            self.always_null(&aside, lowered);
        } else {
            let written = original.get("nullable") == Some(&Value::Bool(true));
            if let Some(types) = &types {
                // An enum without null does not accept it whatever the types say. Said once more
                // by `nullable` it would mislead the readers that look no further.
                let listed = values != Values::Listed { null: false };
                let null = types.null && listed && null != Null::Branch;
                types::write(types, null || written, lowered);
            } else if written {
                lowered.insert("nullable".to_owned(), json!(true));
            }
            bounds::write(original, lowered);
            self.lists(original, &mut aside, lowered);
            self.objects(original, &mut aside, lowered);
            self.content(original, lowered);
        }
        self.examples(original, lowered);
        self.reference(original, lowered);
        if null == Null::Branch {
            self.admit_null(lowered);
        }
    }

    /// `true` is the schema that accepts everything, which 3.0 writes as an empty one; `false`
    /// accepts nothing, which is the opposite.
    pub(super) fn boolean_schema(accepts: bool) -> Value {
        if accepts {
            json!({})
        } else {
            json!({ "not": {} })
        }
    }

    /// What accepts more than it did must not be refused: the rest would accept less.
    pub(super) fn not_lost(&mut self) {
        self.findings
            .note("lost, OpenAPI 3.0 cannot say all of what is refused");
        self.moves.gone(self.place());
    }

    /// In 3.0 a reference stands alone: what stands beside it in 3.1 is a further condition.
    fn reference(&mut self, original: &Fields, lowered: &mut Fields) {
        let Some(Value::String(written)) = original.get("$ref") else {
            return;
        };
        let target = self.identity.target(&self.place(), written);
        self.moves.reference(&self.place_of("$ref"), &target);
        if lowered.is_empty() {
            lowered.insert("$ref".to_owned(), target.into());
        } else {
            push_all_of(lowered, json!({ "$ref": target }));
        }
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
            let note =
                format!("{lost} of {total} examples {verb} lost, OpenAPI 3.0 has room for one");
            self.findings.note_at("examples", note);
        }
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
