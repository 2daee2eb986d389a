//! What several schemas say of one place together: references followed, `allOf` merged, one
//! alternative of `anyOf` taken.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use trackstar_openapi::reference::target;

/// The schemas of one place as one.
#[derive(Clone, Debug, Default)]
pub struct Flat<'a> {
    /// The types that all of them allow; `None` where none says any.
    pub types: Option<BTreeSet<&'a str>>,
    /// The schemas of each property.
    pub properties: BTreeMap<&'a str, Vec<&'a Value>>,
    /// The properties that must be there.
    pub required: BTreeSet<&'a str>,
    /// What the schemas say of properties that they do not name.
    pub rest: Option<&'a Value>,
    /// What the names of the rest are.
    pub names: Option<&'a Value>,
    /// The schemas of the items of a list.
    pub items: Vec<&'a Value>,
    /// The schemas of the items at the front of a list.
    pub prefix: Vec<&'a Value>,
    /// The examples, those of the first schema first.
    pub examples: Vec<&'a Value>,
    /// Everything that a value without parts is held to.
    pub limits: Map<String, Value>,
    /// The lists of alternatives, each with the one that was taken.
    pub alternatives: Vec<Alternatives<'a>>,
    /// The references that were followed.
    pub references: Vec<&'a str>,
    /// Nothing satisfies the place.
    pub impossible: bool,
}

/// A list of alternatives.
#[derive(Clone, Debug)]
pub struct Alternatives<'a> {
    /// The schemas, of which one counts.
    pub all: Vec<&'a Value>,
}

const LIMITS: [&str; 14] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

impl<'a> Flat<'a> {
    /// Merges `schemas` but for alternatives, which are listed.
    #[must_use]
    pub fn of(document: &'a Value, schemas: &[&'a Value]) -> Self {
        let mut flat = Self::default();
        for schema in schemas {
            flat.absorb(document, schema, &mut Vec::new());
        }
        flat
    }

    /// Adds one of the alternatives.
    pub fn absorb(&mut self, document: &'a Value, schema: &'a Value, trail: &mut Vec<&'a str>) {
        let Value::Object(fields) = schema else {
            self.impossible |= schema == &Value::Bool(false);
            return;
        };
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str)
            && !trail.contains(&reference)
        {
            self.references.push(reference);
            trail.push(reference);
            let found = target(reference).and_then(|at| document.pointer(&at));
            match found {
                Some(schema) => self.absorb(document, schema, trail),
                None => self.impossible = true,
            }
            trail.pop();
        }
        self.own(fields);
        for part in list(fields, "allOf") {
            self.absorb(document, part, trail);
        }
        let alternatives: Vec<&Value> = list(fields, "anyOf").collect();
        if !alternatives.is_empty() {
            self.alternatives.push(Alternatives { all: alternatives });
        }
    }

    /// What the schema says by itself.
    fn own(&mut self, fields: &'a Map<String, Value>) {
        let types: Option<BTreeSet<&str>> = match fields.get("type") {
            Some(Value::String(one)) => Some(BTreeSet::from([one.as_str()])),
            Some(Value::Array(all)) => Some(all.iter().filter_map(Value::as_str).collect()),
            _ => None,
        };
        if let Some(types) = types {
            self.types = Some(match self.types.take() {
                Some(others) => both(&others, &types),
                None => types,
            });
        }
        for (name, schema) in fields
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            self.properties.entry(name).or_default().push(schema);
        }
        let required = fields.get("required").and_then(Value::as_array);
        self.required
            .extend(required.into_iter().flatten().filter_map(Value::as_str));
        self.rest = self.rest.or_else(|| fields.get("additionalProperties"));
        self.names = self.names.or_else(|| fields.get("propertyNames"));
        self.items.extend(fields.get("items"));
        if self.prefix.is_empty() {
            self.prefix.extend(list(fields, "prefixItems"));
        }
        self.examples.extend(fields.get("example"));
        self.examples.extend(list(fields, "examples"));
        for limit in LIMITS {
            if let Some(value) = fields.get(limit) {
                self.limits.insert(limit.to_owned(), value.clone());
            }
        }
        let constant = fields.get("const").map(|value| vec![value.clone()]);
        let values = fields.get("enum").and_then(Value::as_array).cloned();
        for values in [constant, values].into_iter().flatten() {
            let narrowed = match self.limits.get("enum") {
                Some(Value::Array(others)) => values
                    .into_iter()
                    .filter(|it| others.contains(it))
                    .collect(),
                _ => values,
            };
            self.impossible |= narrowed.is_empty();
            self.limits
                .insert("enum".to_owned(), Value::Array(narrowed));
        }
    }

    /// The only values of the place, where they are listed.
    #[must_use]
    pub fn values(&self) -> Option<&Vec<Value>> {
        self.limits.get("enum").and_then(Value::as_array)
    }

    /// Whether null is among what the schemas say themselves.
    #[must_use]
    pub fn takes_null(&self) -> bool {
        self.types
            .as_ref()
            .is_none_or(|types| types.contains("null"))
    }

    /// The type that an instance is made of; `None` where it can be anything.
    #[must_use]
    pub fn kind(&self) -> Option<&'a str> {
        if let Some(types) = &self.types {
            let preferred = [
                "object", "array", "string", "integer", "number", "boolean", "null",
            ];
            return preferred.into_iter().find(|kind| types.contains(kind));
        }
        if !self.properties.is_empty() || !self.required.is_empty() || self.rest.is_some() {
            return Some("object");
        }
        (!self.items.is_empty() || !self.prefix.is_empty()).then_some("array")
    }

    /// Whether a value without parts is what the place allows.
    #[must_use]
    pub fn fits(&self, value: &Value) -> bool {
        if let Some(types) = &self.types
            && !types.iter().any(|kind| is_a(kind, value))
        {
            return false;
        }
        let schema = Value::Object(self.limits.clone());
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema);
        validator.is_ok_and(|validator| validator.is_valid(value))
    }

    /// Whether the object is a map: what it holds has no names that the document knows.
    #[must_use]
    pub fn is_map(&self) -> bool {
        self.properties.is_empty()
    }
}

fn list<'a>(fields: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> {
    fields
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// The types that both lists allow; an integer is a number.
fn both<'a>(one: &BTreeSet<&'a str>, other: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let allows = |list: &BTreeSet<&str>, kind: &str| {
        list.contains(kind) || kind == "integer" && list.contains("number")
    };
    let mut both: BTreeSet<&str> = one
        .iter()
        .copied()
        .filter(|kind| allows(other, kind))
        .collect();
    both.extend(other.iter().copied().filter(|kind| allows(one, kind)));
    both
}

/// Whether the value is of the type.
#[must_use]
pub fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|it| it.fract() == 0.0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_of_one_place_are_merged_over_references_and_circles() {
        let document = json!({
            "a": {"allOf": [{"$ref": "#/b"}, {"type": ["object", "null"], "required": ["x"]}]},
            "b": {"type": "object", "properties": {"x": {"type": "string"}}, "allOf": [{"$ref": "#/a"}]},
        });
        let schema = json!({"$ref": "#/a", "properties": {"x": {"enum": ["v"]}}});
        let flat = Flat::of(&document, &[&schema]);
        assert_eq!(flat.kind(), Some("object"));
        assert_eq!(flat.types, Some(BTreeSet::from(["object"])));
        assert_eq!(flat.properties["x"].len(), 2);
        assert!(flat.required.contains("x"));
        let flat = Flat::of(&document, &flat.properties["x"]);
        assert!(flat.fits(&json!("v")) && !flat.fits(&json!("w")) && !flat.fits(&json!(1)));
    }

    #[test]
    fn what_two_types_share_is_left_and_what_two_enums_share() {
        let parts = [
            json!({"type": "number"}),
            json!({"type": ["integer", "string"]}),
        ];
        let flat = Flat::of(&Value::Null, &[&parts[0], &parts[1]]);
        assert_eq!(flat.kind(), Some("integer"));
        let parts = [json!({"enum": ["a", "b"]}), json!({"const": "b"})];
        let flat = Flat::of(&Value::Null, &[&parts[0], &parts[1]]);
        assert_eq!(flat.values(), Some(&vec![json!("b")]));
        let none = Flat::of(
            &Value::Null,
            &[&parts[1], &json!({"const": "c"})].map(|it| it),
        )
        .impossible;
        assert!(none);
    }
}
