//! Null, which is a type in 3.1 and a flag of another type in 3.0.
//!
//! According to OpenAPI 3.0.3, `nullable` has an effect only together with a `type` in the same schema.
//! In practice readers, including the generator, also accept it next to `allOf`, `anyOf` and `oneOf`,
//! as a choice between null and the rest. A reference cannot be made nullable in another way. The
//! generator supports it only in schemas without other assertions, so other keywords are moved to an
//! `allOf`.

use serde_json::{Value, json};

use super::Downgrade;
use super::schema::push_all_of;
use super::types::Types;
use super::values::Values;
use crate::contents::{items, keys};
use crate::spec;
use crate::spec::Fields;

/// How a schema treats null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Null {
    /// As its types and values state.
    Plain,
    /// An alternative accepts null, and no other keyword rejects it.
    Branch,
    /// Only null is accepted.
    Only,
}

/// The keywords of an alternative that only accepts null.
const NULL_BRANCH: [&str; 5] = ["type", "const", "enum", "nullable", "$comment"];

impl Downgrade<'_> {
    /// Removes the alternatives for null, and returns how the schema treats null.
    pub(super) fn null(
        &mut self,
        original: &Fields,
        types: Option<&Types>,
        values: Values,
        output: &mut Fields,
    ) -> Null {
        let mut accepted =
            types.is_none_or(|types| types.null) && values != Values::Listed { null: false };
        let mut only = values == Values::Null || types.is_some_and(|it| it.names.is_empty());
        let mut found = false;
        for list in ["anyOf", "oneOf"] {
            let Some(Value::Array(branches)) = original.get(list) else {
                continue;
            };
            let nulls = branches.iter().filter(|branch| is_null(branch)).count();
            if nulls == 0 {
                continue;
            }
            found = true;
            // If two alternatives of a `oneOf` accept null, the `oneOf` rejects it.
            accepted &= list == "anyOf" || nulls == 1;
            if nulls == branches.len() {
                only = true;
                self.moves.gone(self.place_of(list));
                output.remove(list);
            } else {
                self.without_null(list, branches, output);
            }
        }
        match (only, found) {
            (true, true) if !accepted => {
                self.findings.problem(
                    "the schema rejects every value",
                    "correct it with an overlay action",
                );
                Null::Plain
            }
            (true, _) => Null::Only,
            (false, true) if accepted => Null::Branch,
            _ => Null::Plain,
        }
    }

    fn without_null(&mut self, list: &str, branches: &[Value], output: &mut Fields) {
        let Some(Value::Array(kept)) = output.get_mut(list) else {
            return;
        };
        let owner = self.findings.trail.as_str().to_owned();
        let mut left = Vec::new();
        self.findings.trail.push(list);
        for (index, (branch, schema)) in branches.iter().zip(std::mem::take(kept)).enumerate() {
            let place = format!("/{list}/{index}");
            if !is_null(branch) {
                self.moves
                    .within(&owner, &place, &format!("/{list}/{}", left.len()));
                left.push(schema);
                continue;
            }
            self.moves.gone(format!("{owner}{place}"));
            if keys(Some(branch)).any(|key| !NULL_BRANCH.contains(&key.as_str())) {
                self.findings.trail.push_index(index);
                self.findings.note(
                    "the other keywords are dropped because OpenAPI 3.0 expresses null with `nullable`",
                );
                self.findings.trail.pop();
            }
        }
        self.findings.trail.pop();
        output.insert(list.to_owned(), Value::Array(left));
    }

    /// Writes a schema that accepts only null. Without a `type`, the enum decides in 3.0.
    pub(super) fn always_null(&mut self, aside: &Fields, output: &mut Fields) {
        output.retain(|key, _| {
            let typed = spec::is_typed(key);
            if typed {
                self.moves.gone(self.place_of(key));
            }
            !typed
        });
        for key in aside.keys().filter(|key| !key.starts_with('$')) {
            self.moves.gone(self.place_of(key));
        }
        output.insert("enum".to_owned(), json!([null]));
        output.insert("nullable".to_owned(), json!(true));
    }

    /// Makes a schema accept null in addition to its other values.
    pub(super) fn admit_null(&mut self, output: &mut Fields) {
        for list in ["anyOf", "oneOf"] {
            if let Some(Value::Array(branches)) = output.get_mut(list)
                && branches.len() == 1
                && let Some(branch) = branches.pop()
            {
                output.remove(list);
                self.lone_branch(list, branch, output);
            }
        }
        let said: Vec<String> = output
            .keys()
            .filter(|key| !is_annotation(key))
            .cloned()
            .collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let applies = ["allOf", "anyOf", "oneOf", "not", "$ref"];
        match said.as_slice() {
            // A schema without assertions accepts null.
            [] => {
                output.remove("nullable");
                return;
            }
            ["enum"] => {
                list_null(output);
                return;
            }
            ["allOf" | "anyOf" | "oneOf"] => {}
            keys if keys.contains(&"type") && !keys.iter().any(|key| applies.contains(key)) => {
                list_null(output);
            }
            _ => self.wrap(output),
        }
        output.insert("nullable".to_owned(), json!(true));
    }

    /// Merges the last remaining alternative into the schema, if their keywords do not interact.
    fn lone_branch(&mut self, list: &str, branch: Value, output: &mut Fields) {
        let place = self.place_of(list) + "/0";
        let owner = self.place();
        let original = self.moves.origin(&owner, &format!("/{list}/0"));
        let free = output.iter().all(|(key, value)| {
            let known = branch.get(key);
            known.is_none_or(|other| other == value) && (is_annotation(key) || key == "type")
        });
        let alone = original.as_ref().unwrap_or(&place);
        if let Value::Object(fields) = &branch
            && free
            && !fields.contains_key("$ref")
            && !self.identity.is_target(alone)
        {
            output.extend(fields.clone());
            return;
        }
        push_all_of(output, branch);
        let end = items(output.get("allOf")).len() - 1;
        if let Some(from) = alone.strip_prefix(&owner) {
            self.moves.within(&owner, from, &format!("/allOf/{end}"));
        }
    }

    /// Moves all assertions of a schema to an `allOf`.
    fn wrap(&mut self, output: &mut Fields) {
        let (kept, inner): (Fields, Fields) = std::mem::take(output)
            .into_iter()
            .partition(|(key, _)| is_annotation(key));
        let owner = self.place();
        self.moves.wrapped(&owner, inner.keys(), "/allOf/0");
        *output = kept;
        output.insert("allOf".to_owned(), json!([inner]));
    }
}

/// Returns true if a keyword does not affect null.
///
/// `nullable` is written again, and `discriminator` only distinguishes what the alternatives accept.
fn is_annotation(key: &str) -> bool {
    spec::is_annotation(key) || ["nullable", "discriminator"].contains(&key)
}

fn list_null(output: &mut Fields) {
    if let Some(Value::Array(values)) = output.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

/// Returns true if an alternative of the original document accepts only null.
fn is_null(branch: &Value) -> bool {
    let Some(fields) = branch.as_object() else {
        return false;
    };
    let applies = ["$ref", "allOf", "anyOf", "oneOf", "not", "if"];
    if applies.iter().any(|key| fields.contains_key(*key)) {
        return false;
    }
    let null = |value: &Value| value.is_null();
    let of_type = match fields.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => !names.is_empty() && names.iter().all(|name| name == "null"),
        _ => false,
    };
    let no_type = !fields.contains_key("type");
    let valued = match (fields.get("const"), fields.get("enum")) {
        (Some(constant), _) => Some(null(constant)),
        (None, Some(Value::Array(values))) => Some(!values.is_empty() && values.iter().all(null)),
        (None, _) => None,
    };
    (of_type && valued.is_none_or(|valued| valued)) || (no_type && valued == Some(true))
}
