//! Determines which schemas are used in responses and which in requests.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::contents::{item_pointers, keys};
use crate::model::listed_with_webhooks;
use crate::pointer::{JsonPointer, below, get};
use crate::reference;
use crate::spec::{Kind, Version, Worklist, visit};
use crate::variants;

/// The directions in which a schema is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Used {
    pub(super) sent: bool,
    pub(super) read: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Sent,
    Read,
}

/// The directions of all schemas that operations use, sorted by pointer.
#[derive(Debug)]
pub(super) struct Directions(Vec<(String, Used)>);

impl Directions {
    pub(super) fn of(document: &Value) -> Self {
        let mut search = DirectionSearch::default();
        for operation in listed_with_webhooks(document) {
            for owner in [&operation.item(), &operation.pointer] {
                let Some(value) = document.pointer(owner) else {
                    continue;
                };
                for parameter in item_pointers(value, owner, "parameters") {
                    search.push(parameter, Kind::Parameter, Way::Sent);
                }
            }
            for body in operation.bodies(document) {
                let way = if body.read { Way::Read } else { Way::Sent };
                search.push(body.pointer, body.kind, way);
            }
            let callbacks = below(&operation.pointer, &["callbacks"]);
            for name in keys(document.pointer(&callbacks)) {
                // The receiver of callbacks reads their requests and writes their responses.
                let callback = below(&callbacks, &[name]);
                search.push(callback.clone(), Kind::Callback, Way::Sent);
                search.push(callback, Kind::Callback, Way::Read);
            }
        }
        search.run(document);
        // The visits are mostly in order, so sorting them is fast.
        let mut used = search.used;
        used.sort_by(|(one, _), (other, _)| one.cmp(other));
        used.dedup_by(|(pointer, more), (kept, used)| {
            let same = pointer == kept;
            if same {
                used.sent |= more.sent;
                used.read |= more.read;
            }
            same
        });
        Self(used)
    }

    pub(super) fn at(&self, pointer: &str) -> Used {
        let found = self
            .0
            .binary_search_by(|(other, _)| other.as_str().cmp(pointer));
        found.map_or(Used::default(), |index| self.0[index].1)
    }

    /// Removes components that are no longer used, and the schemas within them.
    pub(super) fn remove(&mut self, components: &BTreeSet<String>) {
        self.0.retain(|(pointer, _)| {
            let end = pointer.match_indices('/').nth(3);
            let component = end.map_or(pointer.as_str(), |(end, _)| &pointer[..end]);
            !components.contains(component)
        });
    }

    /// Returns the pointers of all schemas that are used in responses, in order.
    pub(super) fn read(&self) -> impl Iterator<Item = &str> {
        let read = self.0.iter().filter(|(_, used)| used.read);
        read.map(|(pointer, _)| pointer.as_str())
    }

    /// Returns the pointers of all schemas that operations use, in order.
    pub(super) fn reached(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(pointer, _)| pointer.as_str())
    }
}

#[derive(Default)]
struct DirectionSearch {
    /// The schemas in the order of the visits. A schema may be visited once for each direction.
    used: Vec<(String, Used)>,
    reached: Worklist<(String, Kind, Way)>,
}

impl DirectionSearch {
    fn push(&mut self, pointer: String, kind: Kind, way: Way) {
        self.reached.push((pointer, kind, way));
    }

    fn run(&mut self, document: &Value) {
        while let Some((pointer, kind, way)) = self.reached.pop() {
            let Some(value) = get(document, &pointer) else {
                continue;
            };
            let mut trail = JsonPointer::from(pointer.as_str());
            visit(kind, value, Version::V30, &mut trail, &mut |node, trail| {
                if node.kind == Kind::Schema {
                    let used = Used {
                        sent: way == Way::Sent,
                        read: way == Way::Read,
                    };
                    self.used.push((trail.as_str().to_owned(), used));
                    for name in variants::of(document, node.value) {
                        let variant = below("/components/schemas", &[name]);
                        self.push(variant, Kind::Schema, way);
                    }
                }
                if matches!(node.kind, Kind::Schema | Kind::Reference)
                    && let Some(Value::String(reference)) = node.value.get("$ref")
                    && let Some(target) = reference::target(reference)
                {
                    self.push(target, node.expected, way);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schema_has_the_directions_of_its_users() {
        let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let body = |name: &str| json!({"content": {"application/json": {"schema": schema(name)}}});
        let document = json!({
            "paths": {"/a": {
                "parameters": [{"name": "p", "in": "query", "schema": schema("Sent")}],
                "post": {
                    "requestBody": {"$ref": "#/components/requestBodies/B"},
                    "responses": {"200": body("Read")},
                },
            }},
            "webhooks": {"a": {"post": {"requestBody": body("Told")}}},
            "components": {
                "requestBodies": {"B": body("Both")},
                "schemas": {
                    "Sent": {"type": "string"},
                    "Both": {"properties": {"again": schema("Both"), "many": schema("Many")}},
                    "Many": {"x-variants": ["One", "Gone"]},
                    "One": {"type": "string"},
                    "Read": {"items": schema("Both"), "properties": {"sent": {"type": "string"}}},
                    "Told": {"type": "string"},
                    "Idle": schema("Read"),
                },
            },
        });
        let directions = Directions::of(&document);
        let at = |name: &str| {
            let used = directions.at(&format!("/components/schemas/{name}"));
            (used.sent, used.read)
        };
        assert_eq!(at("Sent"), (true, false));
        assert_eq!(at("Both"), (true, true));
        assert_eq!(at("Both/properties/again"), (true, true));
        assert_eq!(at("Read"), (false, true));
        assert_eq!(at("Read/properties/sent"), (false, true));
        assert_eq!(at("Told"), (false, true));
        assert_eq!(at("One"), (true, true));
        assert_eq!(at("Gone"), (false, false));
        assert_eq!(at("Idle"), (false, false));
    }
}
