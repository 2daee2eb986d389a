//! Sets of JSON types. Null is separate, because three notations express it and it becomes an `Option`.

use std::fmt;

use serde_json::Value;
use trackstar_openapi::restricted_type;

/// A set of types. An integer is a number, so the set has separate bits for integers and for other
/// numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Types(u8);

const NAMES: [(&str, u8); 5] = [
    ("string", 1),
    ("boolean", 8),
    ("array", 16),
    ("object", 32),
    ("integer", 4),
];

impl Types {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ANY: Self = Self(63);
    pub(crate) const STRING: Self = Self(1);
    pub(crate) const NUMBER: Self = Self(6);
    pub(crate) const INTEGER: Self = Self(4);
    pub(crate) const BOOLEAN: Self = Self(8);
    pub(crate) const ARRAY: Self = Self(16);
    pub(crate) const OBJECT: Self = Self(32);

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn holds(self, other: Self) -> bool {
        self.and(other) == other
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Returns the types of a `type` keyword, and whether it includes null. An unknown name allows any
    /// type.
    pub(crate) fn stated(value: &Value) -> (Self, bool) {
        match value {
            Value::String(name) if name == "null" => (Self::NONE, true),
            Value::String(name) => (Self::named(name), false),
            Value::Array(names) => names
                .iter()
                .fold((Self::NONE, false), |(types, null), name| {
                    let (more, also_null) = Self::stated(name);
                    (types.or(more), null || also_null)
                }),
            _ => (Self::ANY, false),
        }
    }

    fn named(name: &str) -> Self {
        if name == "number" {
            return Self::NUMBER;
        }
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map_or(Self::ANY, |(_, bit)| Self(*bit))
    }

    pub(crate) fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NONE,
            Value::Bool(_) => Self(8),
            Value::Number(number) if number.as_f64().is_some_and(|it| it.fract() == 0.0) => {
                Self::INTEGER
            }
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// Returns the type that a keyword applies to, if it is only one.
    pub(crate) fn of_keyword(keyword: &str) -> Option<Self> {
        restricted_type(keyword).map(Self::named)
    }
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY {
            return f.write_str("any");
        }
        let mut names = Vec::new();
        if self.holds(Self::NUMBER) {
            names.push("number");
        }
        let numbers = self.holds(Self::NUMBER);
        names.extend(
            NAMES
                .iter()
                .filter(|(_, bit)| self.0 & bit != 0 && !(numbers && *bit == Self::INTEGER.0))
                .map(|(name, _)| *name),
        );
        names.sort_unstable();
        match names.as_slice() {
            [] => f.write_str("nothing"),
            names => f.write_str(&names.join(" or ")),
        }
    }
}

/// Returns true if a schema allows only null.
pub(crate) fn is_null(schema: &Value) -> bool {
    let only = |value: Option<&Value>| match value {
        Some(Value::Array(items)) => matches!(items.as_slice(), [Value::Null]),
        _ => false,
    };
    match schema.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => names.len() == 1 && names[0] == "null",
        _ => only(schema.get("enum")) || schema.get("const") == Some(&Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn integers_are_numbers_but_not_vice_versa() {
        assert!(Types::NUMBER.holds(Types::INTEGER));
        assert!(!Types::INTEGER.holds(Types::NUMBER));
        let (types, null) = Types::stated(&json!(["integer", "null", "number"]));
        assert_eq!((types, null), (Types::NUMBER, true));
        assert_eq!(types.to_string(), "number");
    }

    #[test]
    fn all_types_together_mean_any_type() {
        let all = ["string", "boolean", "array", "object", "integer", "number"];
        assert_eq!(Types::stated(&json!(all)).0, Types::ANY);
        assert_eq!(Types::ANY.to_string(), "any");
        assert_eq!(Types::NONE.to_string(), "nothing");
        assert_eq!(
            Types::stated(&json!(["string", "integer"])).0.to_string(),
            "integer or string"
        );
    }
}
