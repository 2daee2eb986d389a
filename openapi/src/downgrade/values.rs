//! `const` and `enum`, of which 3.0 has only the second.

use serde_json::{Map, Value};

use super::types::Types;
use super::{CORRECT, Downgrade};
use crate::merged::is_same;

/// The effect of `const` and `enum` on the accepted values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// Neither restricts the values.
    Open,
    /// Some values are accepted, possibly including null.
    Listed { null: bool },
    /// Only null is accepted.
    Null,
}

impl Downgrade<'_> {
    /// Writes the accepted values of a schema as an enum, and determines the type of a constant.
    pub(super) fn values(
        &mut self,
        original: &Map<String, Value>,
        types: &mut Option<Types>,
        output: &mut Map<String, Value>,
    ) -> Values {
        let constant = original.get("const");
        let listed = match (original.get("enum"), constant) {
            (Some(Value::Array(values)), _) => Some(values.as_slice()),
            (None, Some(constant)) => Some(std::slice::from_ref(constant)),
            // Another type was already reported as a problem.
            _ => None,
        };
        let Some(listed) = listed else {
            return Values::Open;
        };
        let accepted: Vec<Value> = listed
            .iter()
            .filter(|value| constant.is_none_or(|constant| is_same(value, constant)))
            // A constant must match the types. So must null, which the types of 3.0 do not reject as
            // clearly as those of 3.1. Other values of an enum are not changed.
            .filter(|value| {
                let only_null = types.as_ref().is_some_and(|types| types.names.is_empty());
                let checked = constant.is_some() || value.is_null() || only_null;
                !checked || types.as_ref().is_none_or(|types| types.admit(value))
            })
            .cloned()
            .collect();
        if listed.is_empty() {
            // An empty enum rejects everything, but its author only did not know the values.
            self.findings
                .note_at("enum", "`enum` is dropped because it is empty");
            return Values::Open;
        }
        if accepted.is_empty() {
            let keyword = if constant.is_some() { "const" } else { "enum" };
            let message = "`type`, `enum` and `const` contradict each other";
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
        output.insert("enum".to_owned(), Value::Array(accepted));
        Values::Listed { null }
    }
}
