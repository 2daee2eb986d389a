//! Merges enums that a document repeats. Every schema of an order contains the status of an order, and so
//! does each filter of the list of orders. The generator would make a type of each.
//!
//! Enums are merged if the document describes them as equal: they have the same name, description and
//! values. The filters of one parameter (`status`, `status[in]`) have the same type. It is the type of the
//! property that they filter by, if the items of the list have that property.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::casing::pascal;
use super::direction::Directions;
use super::hoist::{ComponentNames, apart, refer};
use super::inline::type_name;
use super::nulls::UNSENT;
use super::walk;
use crate::contents::{item_pointers, items};
use crate::findings::Findings;
use crate::model::{Facts, Listed, listed};
use crate::pointer::{below, get, segments};
use crate::reference::{follow, resolve};
use crate::spec::is_annotation;

/// The key of an enum: the name of its location, its description, and its values.
type Key = (String, String, String);

/// A location of an enum.
struct ValuePlace {
    pointer: String,
    /// Name of its type.
    name: String,
    parameter: bool,
}

/// Replaces equal enums by one component.
pub(super) fn normalize(
    document: &mut Value,
    facts: &mut Facts,
    directions: &Directions,
    findings: &mut Findings,
) {
    let mut groups: BTreeMap<Key, Vec<ValuePlace>> = BTreeMap::new();
    properties(document, directions, &mut groups);
    parameters(document, &mut groups);
    let mut names = ComponentNames::of(document);
    for ((_, says, _), mut places) in groups {
        // The shortest name is that of the object. Longer names include its location.
        places.sort_by_key(|it| (it.parameter, it.name.len(), it.name.clone()));
        let Some((first, rest)) = places.split_first() else {
            continue;
        };
        let Some((outer, mut inner)) = taken(document, &first.pointer) else {
            continue;
        };
        if !says.is_empty() {
            inner.insert("description".to_owned(), json!(says));
        }
        let at = (first.pointer.as_str(), inner);
        let Some(reference) = names.hoist_from(document, facts, &first.name, at) else {
            continue;
        };
        put(document, &first.pointer, outer, &reference);
        if !reference.ends_with(&format!("/{}", first.name)) {
            let note =
                format!("the schema is renamed to `{reference}` because another type has its name");
            findings.note_on(&first.pointer, note);
        }
        for place in rest {
            if let Some((outer, _)) = taken(document, &place.pointer) {
                put(document, &place.pointer, outer, &reference);
            }
        }
    }
}

/// Removes a schema, and returns the part that belongs to its location and the part for a component.
fn taken(document: &mut Value, pointer: &str) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let Value::Object(schema) = document.pointer_mut(pointer)?.take() else {
        return None;
    };
    // An enum without null rejects it, even if the type allows it.
    let refused = !schema["enum"].as_array()?.contains(&Value::Null);
    let (mut outer, inner) = apart(schema);
    if refused && outer.contains_key("nullable") {
        outer.insert(UNSENT.to_owned(), json!(true));
    }
    Some((outer, inner))
}

fn put(document: &mut Value, pointer: &str, outer: Map<String, Value>, reference: &str) {
    if let Some(place) = document.pointer_mut(pointer) {
        *place = refer(outer, reference);
    }
}

/// Returns the values of a string enum as text.
fn values(schema: &Value) -> Option<String> {
    let values = schema.get("enum")?.as_array()?;
    let texts = values.iter().filter(|value| !value.is_null());
    let texts: Vec<&Value> = texts.collect();
    if texts.is_empty() || !texts.iter().all(|value| value.is_string()) {
        return None;
    }
    // Other assertions would be lost, or would apply to all locations.
    let mut asserting = schema.as_object()?.keys().filter(|key| !is_annotation(key));
    let plain = asserting.all(|key| ["enum", "nullable", "type"].contains(&key.as_str()));
    let extended = schema.as_object()?.keys().any(|key| key.starts_with("x-"));
    (plain && !extended).then(|| json!(texts).to_string())
}

fn says(value: &Value) -> Option<&str> {
    let text = value.get("description")?.as_str()?;
    (!text.is_empty()).then_some(text)
}

/// Adds the enums of properties, and of list items in properties.
fn properties(
    document: &Value,
    directions: &Directions,
    groups: &mut BTreeMap<Key, Vec<ValuePlace>>,
) {
    let alternatives = alternatives(document);
    for pointer in directions.reached() {
        let all: Vec<String> = segments(pointer).collect();
        let (property, name) = match all.as_slice() {
            [.., list, name] if list == "properties" => (pointer, name),
            [.., list, name, items] if list == "properties" && items == "items" => {
                (pointer.trim_end_matches("/items"), name)
            }
            _ => continue,
        };
        let owner = property.rsplit_once("/properties/");
        let alternative = owner.is_some_and(|(owner, _)| alternatives.contains(owner));
        if let Some(schema) = get(document, pointer)
            && !(alternative && is_constant(schema))
            && let Some(key) = key(document, name, schema, property)
        {
            groups.entry(key).or_default().push(ValuePlace {
                pointer: pointer.to_owned(),
                name: pascal(&type_name(document, pointer)),
                parameter: false,
            });
        }
    }
}

/// Returns the pointers of schemas in unions. The generator distinguishes them by constants that it can see.
fn alternatives(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk::schemas(document, &mut |schema, pointer| {
        for key in ["anyOf", "oneOf"] {
            let places = item_pointers(schema, pointer, key);
            let places = places.filter_map(|place| resolve(document, &place));
            for (place, alternative) in places {
                let parts = item_pointers(alternative, &place, "allOf");
                found.extend(parts.filter_map(|part| Some(resolve(document, &part)?.0)));
                found.insert(place);
            }
        }
    });
    found
}

fn is_constant(schema: &Value) -> bool {
    let values = items(schema.get("enum"));
    values.filter(|value| !value.is_null()).count() == 1
}

fn key(document: &Value, name: &str, schema: &Value, property: &str) -> Option<Key> {
    let values = values(schema)?;
    // An enum without a description is not related to others.
    Some(
        match says(schema).or_else(|| says(get(document, property)?)) {
            Some(says) => (name.to_owned(), says.to_owned(), values),
            None => (property.to_owned(), String::new(), values),
        },
    )
}

/// The parameters of an operation that filter by the same value.
#[derive(Default)]
struct Filters {
    says: Option<String>,
    places: Vec<(String, String)>,
}

fn parameters(document: &Value, groups: &mut BTreeMap<Key, Vec<ValuePlace>>) {
    // Operations can share parameters.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for operation in listed(document) {
        let mut filters: BTreeMap<(String, String), Filters> = BTreeMap::new();
        for (pointer, parameter) in operation.parameters(document) {
            let Some(name) = parameter.get("name").and_then(Value::as_str) else {
                continue;
            };
            let base = name.split('[').next().unwrap_or(name);
            let schema = below(&pointer, &["schema"]);
            let places = [(schema.clone(), ""), (below(&schema, &["items"]), "-item")];
            for (place, item) in places {
                let Some(values) = get(document, &place).and_then(values) else {
                    continue;
                };
                let filters = filters.entry((base.to_owned(), values)).or_default();
                if base == name && filters.says.is_none() {
                    let schema = get(document, &schema);
                    let text = says(parameter).or_else(|| says(schema?));
                    filters.says = text.map(str::to_owned);
                }
                let type_name = format!("{}-{name}{item}", operation.id.as_deref().unwrap_or("x"));
                filters.places.push((place, pascal(&type_name)));
            }
        }
        for ((base, values), filters) in filters {
            let own = |says| (base.clone(), says, values.clone());
            let listed = listed_property(document, &operation, &base, &values);
            let key = listed
                .map(own)
                .or_else(|| filters.says.map(own))
                .unwrap_or_else(|| {
                    let (base, _, values) = own(String::new());
                    (
                        format!("{base} {}", operation.pointer),
                        String::new(),
                        values,
                    )
                });
            for (pointer, name) in filters.places {
                if !seen.insert(pointer.clone()) {
                    continue;
                }
                groups.entry(key.clone()).or_default().push(ValuePlace {
                    pointer,
                    name,
                    parameter: true,
                });
            }
        }
    }
}

/// Returns the description of the property `name` of the listed items, if it has these values.
fn listed_property(
    document: &Value,
    operation: &Listed,
    name: &str,
    expected: &str,
) -> Option<String> {
    let responses = get(document, &below(&operation.pointer, &["responses"]))?;
    let responses = responses.as_object()?.iter();
    let contents = responses
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, response)| follow(document, response)?.get("content")?.as_object());
    let mut schemas = contents
        .flat_map(Map::values)
        .filter_map(|media| media.get("schema"));
    schemas.find_map(|schema| {
        let schema = follow(document, schema)?;
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut lists = properties.into_iter().flat_map(Map::values).chain([schema]);
        lists.find_map(|list| {
            let items = follow(document, follow(document, list)?.get("items")?)?;
            let property = items.get("properties")?.get(name)?;
            let schema = follow(document, property)?;
            (values(schema)? == expected).then(|| says(property).map(str::to_owned))?
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(document: &mut Value) -> Facts {
        let directions = Directions::of(document);
        let mut facts = Facts::new();
        normalize(
            document,
            &mut facts,
            &directions,
            &mut Findings::new("test"),
        );
        facts
    }

    fn status(says: &str) -> Value {
        json!({"type": "string", "description": says, "enum": ["open", "closed"]})
    }

    fn to(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    fn response(schema: &Value) -> Value {
        json!({"200": {"content": {"application/json": {"schema": schema}}}})
    }

    fn document() -> Value {
        let object = |status: Value| json!({"type": "object", "properties": {"status": status}});
        let mut nullable = status("The status of the order.");
        nullable["nullable"] = json!(true);
        nullable["example"] = json!("open");
        let filter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string", "enum": ["open", "closed"]}});
        let mut many = filter("status[in]");
        many["schema"] = json!({"type": "array", "items": many["schema"]});
        let list = |name: &str| json!({"type": "object", "properties": {"data": {"type": "array", "items": to(name)}}});
        json!({
            "paths": {
                "/orders": {
                    "get": {
                        "operationId": "list_orders",
                        "parameters": [filter("status"), many, filter("kind")],
                        "responses": response(&list("Order")),
                    },
                    "put": {"operationId": "update_order", "responses": response(&to("UpdatedOrder"))},
                },
                "/parcels": {"get": {
                    "operationId": "list_parcels",
                    "parameters": [filter("status"), filter("status[eq]")],
                    "responses": response(&list("Parcel")),
                }},
            },
            "components": {"schemas": {
                "Order": object(status("The status of the order.")),
                "Parcel": object(status("The status of the parcel.")),
                "UpdatedOrder": object(nullable),
            }},
        })
    }

    #[test]
    fn filter_has_the_type_of_its_property() {
        let mut document = document();
        let facts = normalized(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["OrderStatus"], status("The status of the order."));
        assert_eq!(schemas["ParcelStatus"], status("The status of the parcel."));
        let of = |pointer: &str| document.pointer(pointer).cloned().unwrap_or_default();
        let parameters = "/paths/~1orders/get/parameters";
        assert_eq!(of(&format!("{parameters}/0/schema")), to("OrderStatus"));
        assert_eq!(
            of(&format!("{parameters}/1/schema/items")),
            to("OrderStatus")
        );
        assert_eq!(of(&format!("{parameters}/2/schema")), to("ListOrdersKind"));
        assert_eq!(
            of("/paths/~1parcels/get/parameters/1/schema"),
            to("ParcelStatus")
        );
        let updated = &schemas["UpdatedOrder"]["properties"]["status"];
        let expected = json!({
            "description": "The status of the order.", "nullable": true, "example": "open",
            "x-null-is-not-sent": true, "allOf": [to("OrderStatus")],
        });
        assert_eq!(updated, &expected);
        let place = "/components/schemas/OrderStatus";
        let made_of = facts[place].made_of.as_deref();
        assert_eq!(made_of, Some("/components/schemas/Order/properties/status"));
    }

    #[test]
    fn enums_with_other_descriptions_are_not_merged() {
        let mut document = document();
        document["components"]["schemas"]["UpdatedOrder"]["properties"]["status"]["description"] =
            json!("The status that it had.");
        normalized(&mut document);
        let updated = &document["components"]["schemas"]["UpdatedOrder"]["properties"]["status"];
        assert_eq!(updated["allOf"][0], to("UpdatedOrderStatus"));
    }
}
