//! Objects: 3.0 has names that it knows, and one schema for all others.

use serde_json::{Map, Value, json};

use super::Lowering;
use super::moves::Moves;
use crate::pointer::below;
use crate::spec::{Kind, Version};

type Fields = Map<String, Value>;

/// The keywords that may say something of a property beside the schema itself.
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

impl Lowering<'_> {
    /// The properties of a schema, of which each may be `false`, or carry a flag that is not its own.
    pub(super) fn properties(&mut self, map: &Fields, required: Option<&Value>) -> Value {
        let mut lowered = Map::new();
        for (name, schema) in map {
            self.findings.trail.push(name);
            let needed = || {
                let names = required.and_then(Value::as_array);
                names.is_some_and(|names| names.iter().any(|other| other == name))
            };
            if self.version == Version::V31 && *schema == Value::Bool(false) && !needed() {
                self.lost += 1;
                self.findings
                    .note("left out, OpenAPI 3.0 has no properties that may not be there");
                self.moves.gone(self.place());
            } else {
                let schema = self.property(schema);
                lowered.insert(name.clone(), schema);
            }
            self.findings.trail.pop();
        }
        Value::Object(lowered)
    }

    /// A flag where the names of required properties belong is meant for the parent. Nothing says
    /// whether the writer tried it, so it is not moved there, but taken as never written.
    fn property(&mut self, schema: &Value) -> Value {
        if let Value::Object(fields) = schema
            && fields.get("required").is_some_and(Value::is_boolean)
        {
            self.findings.note_at(
                "required",
                "taken out, a property says nothing of whether it is required",
            );
            let mut fields = fields.clone();
            fields.remove("required");
            return self.node(Kind::Schema, &Value::Object(fields));
        }
        self.node(Kind::Schema, schema)
    }

    /// What is said of names by pattern, or of names that nothing else speaks of, is said of all
    /// names that are not listed.
    pub(super) fn objects(&mut self, original: &Fields, aside: &mut Fields, lowered: &mut Fields) {
        if let Some(others) = aside.remove("unevaluatedProperties") {
            let others = match original.get("unevaluatedProperties") {
                Some(Value::Bool(flag)) => Value::Bool(*flag),
                _ => others,
            };
            // Where `additionalProperties` stands, no property is left for the other to speak of.
            let applied = APPLICATORS.iter().any(|key| original.contains_key(*key));
            if original.contains_key("additionalProperties") {
                self.moves.gone(self.place_of("unevaluatedProperties"));
            } else if applied && others != Value::Bool(true) {
                self.lost += 1;
                self.findings.note_at(
                    "unevaluatedProperties",
                    "lost, OpenAPI 3.0 does not look into the schemas beside it for properties",
                );
                self.moves.gone(self.place_of("unevaluatedProperties"));
            } else if others != Value::Bool(true) {
                lowered.insert("additionalProperties".to_owned(), others);
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
            "the patterns are lost, in OpenAPI 3.0 their schemas are for all names not listed",
        );
        let owner = self.place();
        let others = lowered.remove("additionalProperties");
        let written = original.get("patternProperties");
        let mut choices = Vec::new();
        for (pattern, schema) in patterns {
            let place = below("", &["patternProperties", &pattern]);
            // A schema that no value satisfies adds no choice.
            if written.and_then(|all| all.get(&pattern)) == Some(&Value::Bool(false)) {
                self.moves.gone(format!("{owner}{place}"));
            } else {
                choices.push((place, schema));
            }
        }
        let all = match others {
            Some(Value::Bool(false)) if choices.is_empty() => Value::Bool(false),
            Some(Value::Bool(false)) => {
                any_of(&mut self.moves, &owner, choices, "/additionalProperties")
            }
            None | Some(Value::Bool(true)) => {
                choices.push((String::new(), json!({})));
                any_of(&mut self.moves, &owner, choices, "/additionalProperties")
            }
            Some(schema) => {
                choices.push(("/additionalProperties".to_owned(), schema));
                any_of(&mut self.moves, &owner, choices, "/additionalProperties")
            }
        };
        let anything = all.as_object().is_some_and(Map::is_empty);
        let all = if anything { Value::Bool(true) } else { all };
        lowered.insert("additionalProperties".to_owned(), all);
    }
}

/// One schema for several, with where each of them stood in its owner and where all of them go.
pub(super) fn any_of(
    moves: &mut Moves,
    owner: &str,
    choices: Vec<(String, Value)>,
    to: &str,
) -> Value {
    let anything = |schema: &Value| schema.as_object().is_some_and(Map::is_empty);
    if choices.iter().any(|(_, schema)| anything(schema)) {
        // With one that accepts everything, the others add nothing.
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
        // Comparing each with all before it is for lists of the length that a person writes.
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
