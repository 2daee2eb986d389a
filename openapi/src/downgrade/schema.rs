//! The rules for schemas. Each rule expresses a keyword of 3.1 in 3.0.
//!
//! A rule reads the original fields and writes the downgraded ones. Rules append to arrays of schemas,
//! so pointers into the arrays remain valid.

use serde_json::{Value, json};

use super::null::Null;
use super::values::Values;
use super::{Downgrade, bounds, types};
use crate::spec::Fields;

impl Downgrade<'_> {
    /// Applies all rules. Later rules depend on earlier ones.
    pub(super) fn schema_rules(
        &mut self,
        original: &Fields,
        mut aside: Fields,
        output: &mut Fields,
    ) {
        self.hoist(&mut aside);
        self.dialect("$schema", original);
        if original.contains_key("nullable") {
            let note =
                "`nullable` is read as in OpenAPI 3.0 because OpenAPI 3.1 does not define it";
            self.findings.note_at("nullable", note);
        }
        let mut types = self.types(original);
        let values = self.values(original, &mut types, output);
        let null = self.null(original, types.as_ref(), values, output);
        if null == Null::Only {
            self.always_null(&aside, output);
        } else {
            let written = original.get("nullable") == Some(&Value::Bool(true));
            if let Some(types) = &types {
                // An enum without null rejects null, regardless of the types. `nullable` would mislead
                // readers that do not check the enum.
                let listed = values != Values::Listed { null: false };
                let null = types.null && listed && null != Null::Branch;
                types::write(types, null || written, output);
            } else if written {
                output.insert("nullable".to_owned(), json!(true));
            }
            bounds::write(original, output);
            self.lists(original, &mut aside, output);
            self.objects(original, &mut aside, output);
            self.content(original, output);
        }
        self.examples(original, output);
        self.reference(original, output);
        if null == Null::Branch {
            self.admit_null(output);
        }
    }

    /// Returns the schema for a boolean: an empty schema for `true`, which accepts everything, and its
    /// negation for `false`.
    pub(super) fn boolean_schema(accepts: bool) -> Value {
        if accepts {
            json!({})
        } else {
            json!({ "not": {} })
        }
    }

    /// Drops a `not` with a schema that became less precise, because the result would reject valid values.
    pub(super) fn not_lost(&mut self) {
        self.findings
            .note("`not` is dropped because OpenAPI 3.0 cannot express its schema exactly");
        self.moves.gone(self.place());
    }

    /// Moves a reference with siblings to an `allOf`. In 3.1 the siblings apply, and in 3.0 they do not.
    fn reference(&mut self, original: &Fields, output: &mut Fields) {
        let Some(Value::String(written)) = original.get("$ref") else {
            return;
        };
        let target = self.identity.target(&self.place(), written);
        self.moves.reference(&self.place_of("$ref"), &target);
        if output.is_empty() {
            output.insert("$ref".to_owned(), target.into());
        } else {
            push_all_of(output, json!({ "$ref": target }));
        }
    }

    /// Keeps one example, because 3.0 does not support several.
    fn examples(&mut self, original: &Fields, output: &mut Fields) {
        let Some(Value::Array(examples)) = original.get("examples") else {
            return;
        };
        let kept = match (original.get("example"), examples.first()) {
            (Some(example), _) => example,
            (None, Some(first)) => {
                output.insert("example".to_owned(), first.clone());
                first
            }
            (None, None) => return,
        };
        let lost = examples.iter().filter(|example| *example != kept).count();
        if lost > 0 {
            let verb = if lost == 1 { "is" } else { "are" };
            let total = examples.len();
            let note = format!(
                "{lost} of {total} examples {verb} dropped because OpenAPI 3.0 allows only one"
            );
            self.findings.note_at("examples", note);
        }
    }
}

/// Adds a schema that must also be satisfied.
pub(super) fn push_all_of(output: &mut Fields, schema: Value) {
    match output.get_mut("allOf") {
        Some(Value::Array(conditions)) => conditions.push(schema),
        // Another type was already reported as a problem, and no document results.
        Some(_) => {}
        None => {
            output.insert("allOf".to_owned(), Value::Array(vec![schema]));
        }
    }
}
