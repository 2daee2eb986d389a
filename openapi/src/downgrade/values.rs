//! `const` and `enum`: 3.0 knows the second only.

use serde_json::{Map, Value};

use super::types::Types;
use super::{CORRECT, Lowering};

/// What `const` and `enum` leave of the values that the types admit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// They say nothing.
    Open,
    /// Some values, null among them or not.
    Listed { null: bool },
    /// Nothing but null.
    Null,
}

impl Lowering<'_> {
    /// Writes the values that a schema accepts as an enum, and the type that a constant implies.
    pub(super) fn values(
        &mut self,
        original: &Map<String, Value>,
        types: &mut Option<Types>,
        lowered: &mut Map<String, Value>,
    ) -> Values {
        let constant = original.get("const");
        let listed = match (original.get("enum"), constant) {
            (Some(Value::Array(values)), _) => Some(values.as_slice()),
            (None, Some(constant)) => Some(std::slice::from_ref(constant)),
            // Anything but a list is a problem that has been recorded.
            _ => None,
        };
        let Some(listed) = listed else {
            return Values::Open;
        };
        let accepted: Vec<Value> = listed
            .iter()
            .filter(|value| constant.is_none_or(|constant| equal(value, constant)))
            // A constant is held against the types; so is a null, which the types of 3.0 cannot
            // refuse as clearly as those of 3.1. Other values of an enum are left as written.
            .filter(|value| {
                let only_null = types.as_ref().is_some_and(|types| types.names.is_empty());
                let held = constant.is_some() || value.is_null() || only_null;
                !held || types.as_ref().is_none_or(|types| types.admit(value))
            })
            .cloned()
            .collect();
        if listed.is_empty() {
            // Literally nothing satisfies it; a document that lists none knows none.
            self.findings
                .note_at("enum", "lists no value, and is left out");
            return Values::Open;
        }
        if accepted.is_empty() {
            let keyword = if constant.is_some() { "const" } else { "enum" };
            let message = "no value satisfies all of `type`, `enum` and `const`";
            self.findings.problem_at(keyword, message, CORRECT);
            return Values::Open;
        }
        if accepted.iter().all(Value::is_null) {
            return Values::Null;
        }
        if let (Some(constant), None) = (constant, original.get("type")) {
            *types = Some(Types::of(constant));
        }
        let null = accepted.contains(&Value::Null);
        lowered.insert("enum".to_owned(), Value::Array(accepted));
        Values::Listed { null }
    }
}

/// Equality as JSON Schema has it: 1 and 1.0 are one number.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.is_f64() != b.is_f64() && a.as_f64() == b.as_f64())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}
