//! Moves inline schemas to the components if their type names collide.
//!
//! The generator names the type of an inline schema after its location, and does not check whether another
//! type has this name. `Order` with a property `status` becomes `OrderStatus`, and so does a component of
//! that name. Such a schema becomes a component with an unused name.
//!
//! Alternatives that are objects with one required property become components too. The generator would
//! make them the variants of an enum that rejects additional properties.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::casing::{distinct, pascal};
use super::hoist::ComponentNames;
use super::nullable::needs_name;
use super::walk;
use crate::contents::{items, keys};
use crate::findings::Findings;
use crate::model::Facts;
use crate::pointer::{below, segments};

/// Maximum number of passes. A moved schema changes the names inside it, which may collide again.
const ROUNDS: usize = 8;

pub(super) fn normalize(document: &mut Value, facts: &mut Facts, findings: &mut Findings) {
    for _ in 0..ROUNDS {
        if !tell_apart(document, facts, findings) {
            return;
        }
    }
}

/// The reason for moving an alternative with one required property.
const LONE: &str = "it would reject additional properties as an inline variant";

/// Moves the schemas whose types would have the name of another. Returns true if there were any.
fn tell_apart(document: &mut Value, facts: &mut Facts, findings: &mut Findings) -> bool {
    let components = keys(document.pointer("/components/schemas"));
    let mut taken: BTreeMap<String, String> = components
        .map(|name| (distinct(name), below("/components/schemas", &[name])))
        .collect();
    let mut planned: Vec<(String, String, String)> = Vec::new();
    let mut lone = lone_alternatives(document);
    // A schema is visited before the schemas inside it, and keeps its name.
    walk::schemas(document, &mut |schema, pointer| {
        if !needs_name(schema) {
            return;
        }
        let Some(name) = named_by_place(document, pointer) else {
            // The generator names no types after locations in shared responses.
            if lone.remove(pointer) {
                planned.push((
                    pointer.to_owned(),
                    type_name(document, pointer),
                    LONE.to_owned(),
                ));
            }
            return;
        };
        let key = distinct(&name);
        let why = match taken.get(&key) {
            Some(other) => format!("its type would have the same name as `#{other}`"),
            None if lone.remove(pointer) => LONE.to_owned(),
            None => {
                taken.insert(key, pointer.to_owned());
                return;
            }
        };
        planned.push((pointer.to_owned(), name, why));
    });
    if planned.is_empty() {
        return false;
    }
    let mut names = ComponentNames::of(document);
    for name in taken.keys() {
        names.take(name);
    }
    // The deepest schemas are moved first, because schemas move together with their parents.
    for (place, name, why) in planned.into_iter().rev() {
        if let Some(hoisted) = names.move_from(document, facts, &pascal(&name), &place) {
            findings.note_on(
                &place,
                format!("the schema is moved to `{hoisted}` because {why}"),
            );
        }
    }
    true
}

/// Returns the objects with one required property in each `oneOf` whose other alternatives are enums.
fn lone_alternatives(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk::schemas(document, &mut |schema, pointer| {
        let alternatives = items(schema.get("oneOf"));
        let fits = |it: &Value| is_lone(it) || it.get("enum").is_some();
        if alternatives.clone().all(fits) {
            let lone = alternatives.enumerate();
            let lone = lone.filter(|(_, it)| is_lone(it));
            found.extend(lone.map(|(index, _)| below(pointer, &["oneOf", &index.to_string()])));
        }
    });
    found
}

/// Returns true if a schema is an object with one property and a single required one. Lists with a single
/// member are resolved, as in the generator.
fn is_lone(schema: &Value) -> bool {
    for key in ["allOf", "anyOf", "oneOf"] {
        if let [part] = items(schema.get(key)).as_slice() {
            return is_lone(part);
        }
    }
    keys(schema.get("properties")).count() == 1 && items(schema.get("required")).len() == 1
}

/// Returns the type name that the generator derives from the location of a schema, or `None` if it uses
/// another name or merges the schema into others.
fn named_by_place(document: &Value, pointer: &str) -> Option<String> {
    let all: Vec<String> = segments(pointer).collect();
    let texts: Vec<&str> = all.iter().map(String::as_str).collect();
    match texts.as_slice() {
        ["components", "schemas", _] | [.., "allOf", _] => return None,
        ["components", "schemas", ..] | ["paths" | "webhooks", ..] => {}
        _ => return None,
    }
    let title = document
        .pointer(pointer)?
        .get("title")
        .and_then(Value::as_str);
    Some(title.map_or_else(|| type_name(document, pointer), str::to_owned))
}

/// Returns the type name that the generator derives from a location inside a schema.
pub(super) fn type_name(document: &Value, pointer: &str) -> String {
    let all: Vec<String> = segments(pointer).collect();
    let texts: Vec<&str> = all.iter().map(String::as_str).collect();
    let named = |operation: &[&str], what: &str| {
        let id = below(&below("", operation), &["operationId"]);
        let id = document.pointer(&id).and_then(Value::as_str);
        vec![id.unwrap_or("x").to_owned(), what.to_owned()]
    };
    let (mut words, rest) = match texts.as_slice() {
        ["components", "schemas", name, rest @ ..] => (vec![(*name).to_owned()], rest),
        [
            section @ ("paths" | "webhooks"),
            path,
            method,
            "requestBody",
            "content",
            _,
            "schema",
            rest @ ..,
        ] => {
            // A client reads the payload of a webhook like a response.
            let what = if *section == "paths" {
                "body"
            } else {
                "response"
            };
            (named(&[section, path, method], what), rest)
        }
        [
            "paths",
            path,
            method,
            "responses",
            _,
            "content",
            _,
            "schema",
            rest @ ..,
        ] => (named(&["paths", path, method], "response"), rest),
        [
            "paths",
            path,
            method,
            "parameters",
            index,
            "schema",
            rest @ ..,
        ] => {
            let name = below("/paths", &[path, method, "parameters", index, "name"]);
            let name = document.pointer(&name).and_then(Value::as_str);
            (named(&["paths", path, method], name.unwrap_or("x")), rest)
        }
        ["components", _, name, "content", _, "schema", rest @ ..] => {
            (vec![(*name).to_owned(), "body".to_owned()], rest)
        }
        other => (
            other.iter().map(|&word| word.to_owned()).collect(),
            [].as_slice(),
        ),
    };
    let mut rest = rest.iter();
    while let Some(keyword) = rest.next() {
        match *keyword {
            "properties" => words.extend(rest.next().map(|&name| name.to_owned())),
            "items" => words.push("item".to_owned()),
            "additionalProperties" => words.push("value".to_owned()),
            // The properties of members belong to the whole schema.
            "allOf" => drop(rest.next()),
            _ => words.extend(rest.next().map(|index| format!("variant{index}"))),
        }
    }
    words.join("-")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn alternatives_with_one_property_become_components() {
        let lone = |name: &str| json!({"type": "object", "required": [name], "properties": {name: {"type": "integer"}}});
        let texts = json!({"type": "string", "enum": ["none"]});
        let mut more = lone("b");
        more["properties"]["c"] = json!({});
        let mut document = json!({"components": {"schemas": {
            "Lone": {"oneOf": [lone("a"), lone("b"), texts]},
            "More": {"oneOf": [lone("a"), more]},
        }}});
        let before = document.clone();
        let mut findings = Findings::new("test");
        let mut facts = Facts::new();
        normalize(&mut document, &mut facts, &mut findings);
        let schemas = &document["components"]["schemas"];
        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let expected = json!([to("LoneVariant0"), to("LoneVariant1"), texts]);
        assert_eq!(schemas["Lone"]["oneOf"], expected);
        assert_eq!(schemas["LoneVariant0"], lone("a"));
        let made_of = facts["/components/schemas/LoneVariant0"].made_of.as_deref();
        assert_eq!(made_of, Some("/components/schemas/Lone/oneOf/0"));
        assert_eq!(schemas["More"], before["components"]["schemas"]["More"]);
        let notes = findings.into_notes();
        assert_eq!(notes[0].pointer, "/components/schemas/Lone/oneOf/0");
        assert_eq!(
            notes[0].text,
            "the schema is moved to `#/components/schemas/LoneVariant0` because it would reject additional \
             properties as an inline variant"
        );
    }

    #[test]
    fn type_with_a_used_name_becomes_a_component() {
        let values = json!({"type": "string", "enum": ["a"]});
        let object = json!({"type": "object", "properties": {"status": values, "": values}});
        let success = json!({"200": {"content": {"application/json": {"schema": object}}}});
        let mut document = json!({
            "paths": {"/a": {"get": {"operationId": "list", "responses": success}}},
            "components": {"schemas": {
                "Order": object, "OrderStatus": {"type": "integer"}, "ListResponse": {"type": "integer"},
            }},
        });
        let mut findings = Findings::new("test");
        let mut facts = Facts::new();
        normalize(&mut document, &mut facts, &mut findings);
        let schemas = &document["components"]["schemas"];
        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let properties = json!({"status": to("OrderStatus2"), "": to("Order2")});
        assert_eq!(schemas["Order"]["properties"], properties);
        assert_eq!(schemas["OrderStatus2"], values);
        let made_of = facts["/components/schemas/OrderStatus2"].made_of.as_deref();
        assert_eq!(made_of, Some("/components/schemas/Order/properties/status"));
        let response = &document["paths"]["/a"]["get"]["responses"]["200"];
        assert_eq!(
            response["content"]["application/json"]["schema"],
            to("ListResponse3")
        );
        let notes = findings.into_notes();
        let response = "/paths/~1a/get/responses/200/content/application~1json/schema";
        let note = notes.iter().find(|note| note.pointer == response);
        let note = note.expect("a note on the response");
        assert_eq!(
            note.text,
            "the schema is moved to `#/components/schemas/ListResponse3` because its type would have the same \
             name as `#/components/schemas/ListResponse`"
        );
    }
}
