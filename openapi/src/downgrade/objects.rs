//! Objects. OpenAPI 3.0 has named properties, and one schema for all other properties.

use serde_json::{Map, Value, json};

use super::Downgrade;
use super::moves::Moves;
use crate::contents::items;
use crate::pointer::below;
use crate::spec::{Fields, Kind, Version};

/// The keywords by which other schemas can describe properties.
const APPLICATORS: [&str; 9] = [
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependentSchemas",
    "$dynamicRef",
    "dependencies",
];

impl Downgrade<'_> {
    /// Downgrades the properties of a schema, of which some may be `false` or have misplaced flags.
    pub(super) fn properties(&mut self, map: &Fields, required: Option<&Value>) -> Value {
        let mut output = Map::new();
        for (name, schema) in map {
            self.findings.trail.push(name);
            let needed = || items(required).any(|other| other == name);
            if self.version == Version::V31 && *schema == Value::Bool(false) && !needed() {
                self.lost += 1;
                self.findings
                    .note("the property is dropped because OpenAPI 3.0 cannot forbid properties");
                self.moves.gone(self.place());
            } else {
                let schema = self.property(schema);
                output.insert(name.clone(), schema);
            }
            self.findings.trail.pop();
        }
        Value::Object(output)
    }

    /// Downgrades a property.
    ///
    /// A boolean `required` is a keyword of the parent in earlier drafts. The author may not have tested
    /// it, so it is dropped instead of being moved to the parent.
    fn property(&mut self, schema: &Value) -> Value {
        if let Value::Object(fields) = schema
            && fields.get("required").is_some_and(Value::is_boolean)
        {
            self.findings.note_at(
                "required",
                "the boolean `required` is dropped because the parent lists its required properties",
            );
            let mut fields = fields.clone();
            fields.remove("required");
            return self.node(Kind::Schema, &Value::Object(fields));
        }
        self.node(Kind::Schema, schema)
    }

    /// Merges the schemas for patterns of names and for unevaluated properties into
    /// `additionalProperties`.
    pub(super) fn objects(&mut self, original: &Fields, aside: &mut Fields, output: &mut Fields) {
        if let Some(others) = aside.remove("unevaluatedProperties") {
            let others = match original.get("unevaluatedProperties") {
                Some(Value::Bool(flag)) => Value::Bool(*flag),
                _ => others,
            };
            // With `additionalProperties` no property remains unevaluated.
            let applied = APPLICATORS.iter().any(|key| original.contains_key(*key));
            if original.contains_key("additionalProperties") {
                self.moves.gone(self.place_of("unevaluatedProperties"));
            } else if applied && others != Value::Bool(true) {
                self.lost += 1;
                self.findings.note_at(
                    "unevaluatedProperties",
                    "`unevaluatedProperties` is dropped because `additionalProperties` ignores subschemas",
                );
                self.moves.gone(self.place_of("unevaluatedProperties"));
            } else if others != Value::Bool(true) {
                output.insert("additionalProperties".to_owned(), others);
                let owner = self.place();
                self.moves
                    .within(&owner, "/unevaluatedProperties", "/additionalProperties");
            }
        }
        let Some(Value::Object(patterns)) = aside.remove("patternProperties") else {
            return;
        };
        self.lost += 1;
        self.findings.note_at(
            "patternProperties",
            "`patternProperties` is merged into `additionalProperties` because OpenAPI 3.0 has no patterns",
        );
        let owner = self.place();
        let others = output.remove("additionalProperties");
        let written = original.get("patternProperties");
        let mut choices = Vec::new();
        for (pattern, schema) in patterns {
            let place = below("", &["patternProperties", &pattern]);
            // A schema that rejects all values is not an alternative.
            if written.and_then(|all| all.get(&pattern)) == Some(&Value::Bool(false)) {
                self.moves.gone(format!("{owner}{place}"));
            } else {
                choices.push((place, schema));
            }
        }
        match others {
            Some(Value::Bool(false)) => {}
            None | Some(Value::Bool(true)) => choices.push((String::new(), json!({}))),
            Some(schema) => choices.push(("/additionalProperties".to_owned(), schema)),
        }
        let all = if choices.is_empty() {
            Value::Bool(false)
        } else {
            any_of(&mut self.moves, &owner, choices, "/additionalProperties")
        };
        let anything = all.as_object().is_some_and(Map::is_empty);
        let all = if anything { Value::Bool(true) } else { all };
        output.insert("additionalProperties".to_owned(), all);
    }
}

/// Combines several schemas into one, and records the moves from their locations in the owner.
pub(super) fn any_of(
    moves: &mut Moves,
    owner: &str,
    choices: Vec<(String, Value)>,
    to: &str,
) -> Value {
    let anything = |schema: &Value| schema.as_object().is_some_and(Map::is_empty);
    if choices.iter().any(|(_, schema)| anything(schema)) {
        // If one alternative accepts everything, the others are redundant.
        for (from, _) in choices
            .iter()
            .filter(|(from, _)| !from.is_empty() && from != to)
        {
            moves.gone(format!("{owner}{from}"));
        }
        return json!({});
    }
    let mut distinct: Vec<Value> = Vec::new();
    let mut places = Vec::new();
    for (from, schema) in choices {
        // The quadratic comparison is limited to lists of a length that a person writes.
        let index = distinct.iter().take(64).position(|other| *other == schema);
        places.push((from, index.unwrap_or(distinct.len())));
        if index.is_none() {
            distinct.push(schema);
        }
    }
    let single = distinct.len() == 1;
    for (from, index) in places {
        let below = if single {
            to.to_owned()
        } else {
            format!("{to}/anyOf/{index}")
        };
        moves.within(owner, &from, &below);
    }
    match <[Value; 1]>::try_from(distinct) {
        Ok([schema]) => schema,
        Err(distinct) => json!({ "anyOf": distinct }),
    }
}
