//! `const` and `enum`: 3.0 knows the second only.

use serde_json::{Map, Value};

use super::types::{self, Types};
use super::{CORRECT, Lowering};

impl Lowering<'_> {
    /// Writes the values that a schema accepts as an enum, and the type that a constant implies.
    pub(super) fn values(
        &mut self,
        original: &Map<String, Value>,
        types: Option<&Types>,
        lowered: &mut Map<String, Value>,
    ) {
        let constant = original.get("const");
        let listed = match (original.get("enum"), constant) {
            (Some(Value::Array(values)), _) => Some(values.as_slice()),
            (None, Some(constant)) => Some(std::slice::from_ref(constant)),
            // Anything but a list is a problem that has been recorded.
            _ => None,
        };
        let Some(listed) = listed else { return };
        if constant.is_some_and(Value::is_null) {
            let message = "a value that is always null cannot be said in OpenAPI 3.0";
            self.findings.problem_at("const", message, CORRECT);
            return;
        }
        let accepted: Vec<Value> = listed
            .iter()
            .filter(|value| constant.is_none_or(|constant| equal(value, constant)))
            // A constant is held against the types; so is a null, which the types of 3.0 cannot
            // refuse as clearly as those of 3.1. Other values of an enum are left as written.
            .filter(|value| {
                let held = constant.is_some() || value.is_null();
                !held || types.is_none_or(|types| types.admit(value))
            })
            .cloned()
            .collect();
        if accepted.is_empty() || accepted.iter().all(Value::is_null) {
            let keyword = if constant.is_some() { "const" } else { "enum" };
            let message = if accepted.is_empty() {
                "no value satisfies all of `type`, `enum` and `const`"
            } else {
                "a value that is always null cannot be said in OpenAPI 3.0"
            };
            self.findings.problem_at(keyword, message, CORRECT);
            return;
        }
        if let (Some(constant), None) = (constant, original.get("type")) {
            types::write(&Types::of(constant), lowered);
        }
        lowered.insert("enum".to_owned(), Value::Array(accepted));
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
