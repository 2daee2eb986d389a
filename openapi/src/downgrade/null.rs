//! Null: a type like any other in 3.1, a flag beside another type in 3.0.
//!
//! 3.0.3 says that `nullable` counts only beside the `type` that it widens. Readers, the generator
//! among them, take it beside `allOf`, `anyOf` and `oneOf` as well, and there as a choice between
//! null and all the rest, which is the only way to say it of a reference. The generator takes it so
//! where nothing but one of the three stands beside it; so what else a schema says goes down into
//! an `allOf`.

use serde_json::{Map, Value, json};

use super::Lowering;
use super::schema::push_all_of;
use super::types::Types;
use super::values::Values;
use crate::spec;

type Fields = Map<String, Value>;

/// What a schema says of null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Null {
    /// Nothing that its types and values do not say.
    Plain,
    /// A branch of its alternatives accepts it, and nothing beside them refuses it.
    Branch,
    /// No other value is accepted.
    Only,
}

/// The keywords of a branch that speak of null and nothing else.
const NULL_BRANCH: [&str; 5] = ["type", "const", "enum", "nullable", "$comment"];

impl Lowering<'_> {
    /// Takes the branches for null out of the alternatives, and says what that comes to.
    pub(super) fn null(
        &mut self,
        original: &Fields,
        types: Option<&Types>,
        values: Values,
        lowered: &mut Fields,
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
            // Of alternatives that exclude each other two for null accept none.
            accepted &= list == "anyOf" || nulls == 1;
            if nulls == branches.len() {
                only = true;
                self.moves.gone(self.place_of(list));
                lowered.remove(list);
            } else {
                self.without_null(list, branches, lowered);
            }
        }
        match (only, found) {
            (true, true) if !accepted => {
                self.findings.problem(
                    "no value satisfies the schema",
                    "correct it with an overlay action",
                );
                Null::Plain
            }
            (true, _) => Null::Only,
            (false, true) if accepted => Null::Branch,
            _ => Null::Plain,
        }
    }

    fn without_null(&mut self, list: &str, branches: &[Value], lowered: &mut Fields) {
        let Some(Value::Array(kept)) = lowered.get_mut(list) else {
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
            let mut keys = branch.as_object().into_iter().flat_map(Map::keys);
            if keys.any(|key| !NULL_BRANCH.contains(&key.as_str())) {
                self.findings.trail.push_index(index);
                self.findings
                    .note("what is said of null alone is lost, OpenAPI 3.0 says it by a flag");
                self.findings.trail.pop();
            }
        }
        self.findings.trail.pop();
        lowered.insert(list.to_owned(), Value::Array(left));
    }

    /// A schema that accepts null alone. Without a `type`, 3.0 leaves null to the enum.
    pub(super) fn always_null(&mut self, aside: &Fields, lowered: &mut Fields) {
        lowered.retain(|key, _| {
            let typed = spec::is_typed(key);
            if typed {
                self.moves.gone(self.place_of(key));
            }
            !typed
        });
        for key in aside.keys().filter(|key| !key.starts_with('$')) {
            self.moves.gone(self.place_of(key));
        }
        lowered.insert("enum".to_owned(), json!([null]));
        lowered.insert("nullable".to_owned(), json!(true));
    }

    /// Makes a schema accept null beside what it accepts.
    pub(super) fn admit_null(&mut self, lowered: &mut Fields) {
        for list in ["anyOf", "oneOf"] {
            if let Some(Value::Array(branches)) = lowered.get_mut(list)
                && branches.len() == 1
                && let Some(branch) = branches.pop()
            {
                lowered.remove(list);
                self.lone_branch(list, branch, lowered);
            }
        }
        let said: Vec<String> = lowered
            .keys()
            .filter(|key| !is_annotation(key))
            .cloned()
            .collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let applies = ["allOf", "anyOf", "oneOf", "not", "$ref"];
        match said.as_slice() {
            // What says nothing accepts null as it is.
            [] => {
                lowered.remove("nullable");
                return;
            }
            ["enum"] => {
                list_null(lowered);
                return;
            }
            ["allOf" | "anyOf" | "oneOf"] => {}
            keys if keys.contains(&"type") && !keys.iter().any(|key| applies.contains(key)) => {
                list_null(lowered);
            }
            _ => self.wrap(lowered),
        }
        lowered.insert("nullable".to_owned(), json!(true));
    }

    /// One branch is no choice: it is said with the rest where the two do not touch each other.
    fn lone_branch(&mut self, list: &str, branch: Value, lowered: &mut Fields) {
        let place = self.place_of(list) + "/0";
        let owner = self.place();
        let original = self.moves.origin(&owner, &format!("/{list}/0"));
        let free = lowered.iter().all(|(key, value)| {
            let known = branch.get(key);
            known.is_none_or(|other| other == value) && (is_annotation(key) || key == "type")
        });
        let alone = original.as_ref().unwrap_or(&place);
        if let Value::Object(fields) = &branch
            && free
            && !fields.contains_key("$ref")
            && !self.identity.is_target(alone)
        {
            lowered.extend(fields.clone());
            return;
        }
        push_all_of(lowered, branch);
        let end = lowered
            .get("allOf")
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
            - 1;
        if let Some(from) = alone.strip_prefix(&owner) {
            self.moves.within(&owner, from, &format!("/allOf/{end}"));
        }
    }

    /// Puts all that a schema demands into an `allOf`.
    fn wrap(&mut self, lowered: &mut Fields) {
        let (kept, inner): (Fields, Fields) = std::mem::take(lowered)
            .into_iter()
            .partition(|(key, _)| is_annotation(key));
        let owner = self.place();
        self.moves.wrapped(&owner, inner.keys(), "/allOf/0");
        *lowered = kept;
        lowered.insert("allOf".to_owned(), json!([inner]));
    }
}

/// `nullable` is said anew, and `discriminator` only tells apart what the alternatives accept.
fn is_annotation(key: &str) -> bool {
    spec::is_annotation(key) || ["nullable", "discriminator"].contains(&key)
}

fn list_null(lowered: &mut Fields) {
    if let Some(Value::Array(values)) = lowered.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

/// Whether a branch, as it is written, accepts null and nothing else.
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
