//! Finds the changes to a schema that make an example valid.

use serde_json::Value;

use super::walk::Fuel;
use crate::contents::{item_pointers, items, members};
use crate::pointer::below;
use crate::reference;
use crate::spec::is_a;

/// A change to a schema. The order is the order of application, with whole replacements last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Give {
    /// A property becomes optional.
    Optional(String),
    /// The value becomes nullable.
    Nullable,
    /// An integer becomes a number.
    Fraction,
    /// The value becomes untyped.
    Untyped,
}

/// A location with the necessary change.
pub(super) type Gap = (String, Give);

/// Maximum nesting of references and compositions that do not descend into the instance.
const DEPTH: usize = 64;

/// Returns all changes to the schema at a pointer that the instance requires.
pub(super) fn gaps(document: &Value, pointer: &str, instance: &Value) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let search = InstanceSearch {
        document,
        fuel: Fuel::new(),
    };
    search.find(pointer, instance, 0, &mut gaps);
    gaps
}

struct InstanceSearch<'a> {
    document: &'a Value,
    fuel: Fuel,
}

impl InstanceSearch<'_> {
    fn find(&self, place: &str, instance: &Value, depth: usize, gaps: &mut Vec<Gap>) {
        if depth > DEPTH || self.fuel.step().is_none() {
            return;
        }
        let Some((pointer, schema)) = reference::resolve(self.document, place) else {
            return;
        };
        if instance.is_null() {
            if !self.takes_null(&pointer, 0) {
                gaps.push((place.to_owned(), Give::Nullable));
            }
            return;
        }
        if let Some(kind) = schema.get("type").and_then(Value::as_str)
            && !is_a(kind, instance)
        {
            let give = if kind == "integer" && instance.is_number() {
                // The change must be made in the schema with the type.
                (pointer, Give::Fraction)
            } else {
                (place.to_owned(), Give::Untyped)
            };
            gaps.push(give);
            return;
        }
        match instance {
            Value::Object(fields) => {
                for name in items(schema.get("required")).filter_map(Value::as_str) {
                    if !fields.contains_key(name) {
                        gaps.push((pointer.clone(), Give::Optional(name.to_owned())));
                    }
                }
                let properties = schema.get("properties").and_then(Value::as_object);
                let rest = schema
                    .get("additionalProperties")
                    .filter(|rest| rest.is_object());
                for (name, value) in fields {
                    if properties.is_some_and(|own| own.contains_key(name)) {
                        let place = below(&pointer, &["properties", name]);
                        self.find(&place, value, depth + 1, gaps);
                    } else if rest.is_some() {
                        let place = below(&pointer, &["additionalProperties"]);
                        self.find(&place, value, depth + 1, gaps);
                    }
                }
            }
            Value::Array(items) if schema.get("items").is_some() => {
                let place = below(&pointer, &["items"]);
                for item in items {
                    self.find(&place, item, depth + 1, gaps);
                }
            }
            _ => {}
        }
        for part in item_pointers(schema, &pointer, "allOf") {
            self.find(&part, instance, depth + 1, gaps);
        }
        for kind in ["oneOf", "anyOf"] {
            let variants = item_pointers(schema, &pointer, kind);
            let variants = variants.map(|place| {
                let mut gaps = Vec::new();
                self.find(&place, instance, depth + 1, &mut gaps);
                let foreign = self.foreign(&place, instance, depth + 1);
                let misfit = gaps.contains(&(place, Give::Untyped));
                (misfit, foreign, gaps)
            });
            let nearest = variants.min_by_key(|(misfit, foreign, gaps)| {
                // Enum values identify the variant, even if the instance lacks some of its properties.
                (*misfit, *foreign, gaps.len())
            });
            match nearest {
                // If a variant accepted everything, the other variants would never be chosen.
                Some((true, ..)) => gaps.push((place.to_owned(), Give::Untyped)),
                Some((false, _, nearest)) => gaps.extend(nearest),
                None => {}
            }
        }
    }

    /// Returns the number of values in the instance that are not in the enum of their schema. Such an
    /// instance belongs to another variant, which must be changed instead.
    fn foreign(&self, place: &str, instance: &Value, depth: usize) -> usize {
        let Some((pointer, schema)) = reference::resolve(self.document, place) else {
            return 0;
        };
        if depth > DEPTH || self.fuel.step().is_none() {
            return 0;
        }
        let values = schema.get("enum").and_then(Value::as_array);
        let own = usize::from(values.is_some_and(|values| !values.contains(instance)));
        let properties = schema.get("properties").and_then(Value::as_object);
        let fields = members(Some(instance));
        let fields = fields.filter(|(name, _)| properties.is_some_and(|it| it.contains_key(*name)));
        let below_it = fields.map(|(name, value)| {
            let place = below(&pointer, &["properties", name]);
            self.foreign(&place, value, depth + 1)
        });
        let all = item_pointers(schema, &pointer, "allOf");
        let all = all.map(|part| self.foreign(&part, instance, depth + 1));
        own + below_it.sum::<usize>() + all.sum::<usize>()
    }

    /// Returns true if the schema accepts null in the interpretation of the generator: by itself, or by an
    /// alternative.
    fn takes_null(&self, place: &str, depth: usize) -> bool {
        let Some((pointer, schema)) = reference::resolve(self.document, place) else {
            return true;
        };
        let tired = depth > DEPTH || self.fuel.step().is_none();
        if tired || schema.get("nullable").is_some_and(|of| of == true) {
            return true;
        }
        if let Some(Value::Array(values)) = schema.get("enum")
            && !values.is_empty()
        {
            return values.contains(&Value::Null) && schema.get("type").is_none();
        }
        let of = |kind: &str| -> Vec<bool> {
            let parts = item_pointers(schema, &pointer, kind);
            parts
                .map(|part| self.takes_null(&part, depth + 1))
                .collect()
        };
        let (all, one, any) = (of("allOf"), of("oneOf"), of("anyOf"));
        let typed = schema.get("type").is_some() || schema.get("properties").is_some();
        !typed
            && all.iter().all(|takes| *takes)
            && (one.is_empty() || one.contains(&true))
            && (any.is_empty() || any.contains(&true))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(schema: &Value, instance: &Value) -> Vec<Gap> {
        let document = json!({"s": schema, "node": {
            "type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/node"}},
        }, "circle": {"$ref": "#/circle"}, "deep": {"allOf": [{"$ref": "#/deep"}]}});
        gaps(&document, "/s", instance)
    }

    fn gap(place: &str, give: Give) -> Gap {
        (place.to_owned(), give)
    }

    #[test]
    fn valid_instance_requires_no_change() {
        let object = json!({"type": "object", "required": ["a"], "properties": {
            "a": {"type": "integer"}, "b": {"type": "string", "nullable": true},
        }});
        assert_eq!(of(&object, &json!({"a": 1.0, "b": null, "c": []})), []);
        assert_eq!(of(&json!({}), &json!(null)), []);
        let any = json!({"oneOf": [{"type": "string"}, object]});
        assert_eq!(of(&any, &json!({"a": 1})), []);
    }

    #[test]
    fn each_gap_names_the_schema_to_change() {
        let schema = json!({"allOf": [{"type": "object", "required": ["x", "y"], "properties": {
            "y": {"type": "array", "items": {"type": "string"}},
            "z": {"type": "integer"},
        }}]});
        assert_eq!(
            of(&schema, &json!({"y": ["a", null, 1], "z": 1.5})),
            [
                gap("/s/allOf/0", Give::Optional("x".to_owned())),
                gap("/s/allOf/0/properties/y/items", Give::Nullable),
                gap("/s/allOf/0/properties/y/items", Give::Untyped),
                gap("/s/allOf/0/properties/z", Give::Fraction),
            ]
        );
    }

    #[test]
    fn changes_the_closest_alternative() {
        let one = json!({"type": "object", "required": ["a", "b"]});
        let other = json!({"type": "object", "required": ["a", "c", "d"]});
        let schema = json!({"anyOf": [other, one]});
        let optional = Give::Optional("b".to_owned());
        assert_eq!(of(&schema, &json!({"a": 1})), [gap("/s/anyOf/1", optional)]);
        assert_eq!(of(&schema, &json!("a")), [gap("/s", Give::Untyped)]);
    }

    #[test]
    fn changes_only_the_alternative_with_the_same_tag() {
        let variant = |tag: &str, required: Value| {
            json!({"allOf": [{"type": "object", "required": required, "properties": {
                "kind": {"type": "string", "enum": [tag]},
            }}]})
        };
        let cat = variant("cat", json!(["kind", "name"]));
        let dog = variant("dog", json!(["kind", "name", "breed"]));
        let schema = json!({"oneOf": [cat, dog]});
        let optional = |name: &str| Give::Optional(name.to_owned());
        assert_eq!(
            of(&schema, &json!({"kind": "dog"})),
            [
                gap("/s/oneOf/1/allOf/0", optional("name")),
                gap("/s/oneOf/1/allOf/0", optional("breed")),
            ]
        );
    }

    #[test]
    fn terminates_on_cycles() {
        let node = json!({"$ref": "#/node"});
        let optional = Give::Optional("next".to_owned());
        assert_eq!(of(&node, &json!({"next": {}})), [gap("/node", optional)]);
        assert_eq!(of(&json!({"$ref": "#/circle"}), &json!({})), []);
        assert_eq!(of(&json!({"$ref": "#/deep"}), &json!({})), []);
    }
}
