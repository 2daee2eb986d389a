//! Merges duplicate components. The schema that a write returns is often a copy of the schema that a read
//! returns, with a different name.
//!
//! Two components are copies if all of their keywords and descriptions are equal, and if both are the schema
//! of a property with the same name. Titles, which repeat the name, and examples, which belong to an
//! operation, may differ. The schema of a whole body or response is never a copy, because it is named after
//! its operation. Schemas without descriptions may be equal by coincidence.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::direction::{Directions, Used};
use super::walk;
use crate::contents::{items, members};
use crate::model::Facts;
use crate::pointer::{below, schema_name, segments};
use crate::reference;
use crate::{rust_type, variants};

/// Replaces references to copies by references to one component, and returns the directions afterwards.
pub(super) fn normalize(document: &mut Value, facts: &mut Facts) -> Directions {
    let mut directions = Directions::of(document);
    // Schemas become equal after their nested schemas were merged.
    loop {
        let copies = copies(document, &directions);
        if copies.is_empty() {
            return directions;
        }
        let mut unused = BTreeSet::new();
        for (copy, original) in &copies {
            let copy = below("/components/schemas", &[copy]);
            facts.entry(copy.clone()).or_default().copy_of = Some(original.clone());
            if let Some(schema) = document.pointer_mut(&copy) {
                *schema = json!({"$ref": to(original)});
            }
            unused.insert(copy);
        }
        redirect(document, &copies);
        // The original has the same references and the same directions as its copies.
        directions.remove(&unused);
    }
}

fn to(name: &str) -> String {
    reference::to(&below("/components/schemas", &[name]))
}

fn redirect(document: &mut Value, copies: &BTreeMap<String, String>) {
    let targets: BTreeMap<String, String> = copies
        .iter()
        .map(|(copy, original)| (below("/components/schemas", &[copy]), to(original)))
        .collect();
    walk::schemas_mut(document, &mut |schema, _| {
        let target = reference::of(schema).and_then(reference::target);
        if let Some(target) = target.and_then(|target| targets.get(&target)) {
            schema["$ref"] = target.as_str().into();
        }
    });
}

/// A component that could be a copy.
struct Candidate {
    name: String,
    /// Names of the properties whose schema it is.
    roles: BTreeSet<String>,
}

/// Returns the copies with their originals.
fn copies(document: &Value, directions: &Directions) -> BTreeMap<String, String> {
    let references = References::of(document);
    let at = |name: &str| directions.at(&below("/components/schemas", &[name]));
    let candidate = |(name, schema): &(&String, &Value)| {
        let has_role = references.roles.contains_key(*name) && !references.whole.contains(*name);
        has_role && at(name) != Used::default() && is_described(schema)
    };
    let candidates = members(document.pointer("/components/schemas")).filter(candidate);
    let candidates = candidates.map(|(name, schema)| (name.clone(), schema.clone()));
    let mut plain = json!({"components": {"schemas": candidates.collect::<Map<_, _>>()}});
    walk::schemas_mut(&mut plain, &mut |schema, _| {
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("title");
            schema.remove("example");
        }
    });
    let mut alike: BTreeMap<(String, Used), Vec<Candidate>> = BTreeMap::new();
    for (name, schema) in members(plain.pointer("/components/schemas")) {
        let roles = references.roles.get(name).cloned().unwrap_or_default();
        let name = name.clone();
        let same = alike.entry((schema.to_string(), at(&name))).or_default();
        same.push(Candidate { name, roles });
    }
    let mut copies = BTreeMap::new();
    for mut same in alike.into_values() {
        // The shortest name is that of the object. Longer names include its location.
        same.sort_by(|one, other| {
            let key = |it: &Candidate| (it.name.len(), it.name.clone());
            key(other).cmp(&key(one))
        });
        while let Some(original) = same.pop() {
            let mut roles = original.roles;
            let mut merged = vec![original.name.clone()];
            same.retain(|copy| {
                let beside = |other: &String| references.beside(&copy.name, other);
                let is_copy = !roles.is_disjoint(&copy.roles) && !merged.iter().any(beside);
                if is_copy {
                    roles.extend(copy.roles.iter().cloned());
                    merged.push(copy.name.clone());
                    copies.insert(copy.name.clone(), original.name.clone());
                }
                !is_copy
            });
        }
    }
    copies
}

/// Returns true for an object with described properties.
fn is_described(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    let described = |schema: &Value| {
        let text = schema.get("description").and_then(Value::as_str);
        text.is_some_and(|text| !text.is_empty())
    };
    properties.is_some_and(|all| all.len() > 1 && all.values().any(described))
}

/// The uses of components in a document.
#[derive(Default)]
struct References {
    roles: BTreeMap<String, BTreeSet<String>>,
    /// Components that are a body, a response or a parameter, and components that are named otherwise than
    /// by a reference.
    whole: BTreeSet<String>,
    /// Members and alternatives of each schema with several of them.
    lists: Vec<BTreeSet<String>>,
}

impl References {
    fn of(document: &Value) -> Self {
        let mut all = Self::default();
        walk::schemas(document, &mut |schema, pointer| {
            for key in ["allOf", "anyOf", "oneOf"] {
                let parts = items(schema.get(key)).filter_map(named);
                let parts: BTreeSet<String> = parts.collect();
                all.lists.extend((parts.len() > 1).then_some(parts));
            }
            all.whole
                .extend(variants::of(document, schema).map(str::to_owned));
            all.whole
                .extend(rust_type::parameters(schema).filter_map(named));
            let mapping = members(schema.pointer("/discriminator/mapping"));
            all.whole
                .extend(mapping.filter_map(|(_, it)| component(it.as_str()?)));
            if let Some(name) = named(schema) {
                match role(pointer) {
                    Some(role) => drop(all.roles.entry(name).or_default().insert(role)),
                    None => drop(all.whole.insert(name)),
                }
            }
        });
        all
    }

    /// Returns true if one schema lists both components.
    fn beside(&self, one: &str, other: &str) -> bool {
        let mut lists = self.lists.iter();
        lists.any(|list| list.contains(one) && list.contains(other))
    }
}

fn named(schema: &Value) -> Option<String> {
    component(reference::of(schema)?)
}

fn component(reference: &str) -> Option<String> {
    schema_name(&reference::target(reference)?)
}

/// Returns the name of the property that a schema belongs to, directly or as its items or an alternative.
fn role(pointer: &str) -> Option<String> {
    let all: Vec<String> = segments(pointer).collect();
    let mut rest = all.as_slice();
    loop {
        rest = match rest {
            [before @ .., last] if last == "items" || last == "additionalProperties" => before,
            [before @ .., list, _] if ["allOf", "anyOf", "oneOf"].contains(&list.as_str()) => {
                before
            }
            [.., list, name] if list == "properties" => return Some(name.clone()),
            _ => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    fn object(properties: Value) -> Value {
        let mut schema = json!({"type": "object"});
        schema["properties"] = properties;
        schema
    }

    /// Returns the schema of an order with a description of its ID and an example of its number.
    fn order(id: &str, number: i64) -> Value {
        object(json!({
            "id": {"type": "string", "description": id},
            "number": {"type": "integer", "example": number},
        }))
    }

    fn document(schemas: Value) -> Value {
        let response = |schema: Value| json!({"responses": {"200": {"content": {"application/json": {"schema": schema}}}}});
        let mut document = json!({"paths": {"/o": {
            "get": response(object(json!({"data": {"type": "array", "items": to("Order")}}))),
            "put": response(object(json!({"data": to("UpdateOrderData")}))),
            "post": response(object(json!({"data": to("CreateOrderData"), "item": to("Item")}))),
            "patch": response(to("Whole")),
        }}});
        document["components"]["schemas"] = schemas;
        document
    }

    fn normalized(schemas: Value) -> (Value, Vec<(String, String)>) {
        let mut document = document(schemas);
        let mut facts = Facts::new();
        normalize(&mut document, &mut facts);
        let copies = facts.into_iter();
        let copies = copies.filter_map(|(pointer, fact)| Some((pointer, fact.copy_of?)));
        (document, copies.collect())
    }

    #[test]
    fn merges_copies_at_properties_with_the_same_name() {
        let (document, copies) = normalized(json!({
            "CreateOrderData": order("The id.", 1),
            "Item": order("The id.", 2),
            "Order": order("The id.", 2),
            "UpdateOrderData": order("The ID.", 2),
            "Whole": order("The id.", 2),
        }));
        let copy = "/components/schemas/CreateOrderData".to_owned();
        assert_eq!(copies, [(copy.clone(), "Order".to_owned())]);
        assert_eq!(document.pointer(&copy), Some(&to("Order")));
        let data = |method: &str| {
            let schema =
                format!("/paths/~1o/{method}/responses/200/content/application~1json/schema");
            document.pointer(&schema).cloned().unwrap_or_default()
        };
        assert_eq!(data("post")["properties"]["data"], to("Order"));
        assert_eq!(data("post")["properties"]["item"], to("Item"));
        assert_eq!(data("put")["properties"]["data"], to("UpdateOrderData"));
        assert_eq!(data("patch"), to("Whole"));
    }

    #[test]
    fn merges_nested_copies() {
        let with = |item: &str| {
            object(json!({
                "id": {"type": "string", "description": "The id."}, "line": to(item),
            }))
        };
        let (_, copies) = normalized(json!({
            "CreateOrderData": with("CreateLine"),
            "CreateLine": order("The id.", 1),
            "Line": order("The id.", 2),
            "Order": with("Line"),
        }));
        let names: Vec<&str> = copies.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["Line", "Order"]);
    }

    #[test]
    fn schemas_without_descriptions_are_not_copies() {
        let plain = object(json!({"id": {"type": "string"}, "name": {"type": "string"}}));
        let (_, copies) = normalized(json!({"CreateOrderData": plain, "Order": plain}));
        assert!(copies.is_empty(), "{copies:?}");
    }
}
