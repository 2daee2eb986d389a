//! The targets of nodes, for all searches that follow references.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Kind, Node, Place, Shape, Version};
use crate::contents::members;
use crate::reference;

/// A target that a node refers to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Named<'a> {
    /// A node of this kind, through a reference.
    Reference(Kind, &'a str),
    /// A component, through its section and its name.
    Component(&'static str, &'a str),
}

/// Calls `on` for each target that the node itself refers to, with the path from the node to the name.
pub(crate) fn named<'a>(node: Node<'a>, on: &mut dyn FnMut(&[&str], Named<'a>)) {
    match node.kind {
        Kind::Reference | Kind::Schema | Kind::PathItem => {
            if let Some(target) = reference::of(node.value) {
                on(&["$ref"], Named::Reference(node.expected, target));
            }
        }
        Kind::Discriminator => {
            for (value, target) in members(node.value.get("mapping")) {
                let Some(target) = target.as_str() else {
                    continue;
                };
                let named = if target.contains(['/', '#']) {
                    Named::Reference(Kind::Schema, target)
                } else {
                    Named::Component("schemas", target)
                };
                on(&["mapping", value], named);
            }
        }
        Kind::SecurityRequirement => {
            for name in node.value.as_object().into_iter().flat_map(Map::keys) {
                on(&[name], Named::Component("securitySchemes", name));
            }
        }
        _ => {}
    }
}

/// Returns a component and its kind.
pub(crate) fn component<'a>(
    document: &'a Value,
    version: Version,
    (section, name): (&str, &str),
) -> Option<(Kind, &'a Value)> {
    let entry = document.get("components")?.get(section)?.get(name)?;
    match Kind::Components.place(section, version) {
        Place::Field(Shape::Map(kind), _) => Some((kind, entry)),
        _ => None,
    }
}

/// A component: its section and its name.
pub(crate) type Component = (String, String);

/// A queue of items to visit. Each item is visited once.
#[derive(Debug)]
pub(crate) struct Worklist<T> {
    seen: BTreeSet<T>,
    todo: Vec<T>,
}

impl<T> Default for Worklist<T> {
    fn default() -> Self {
        Self {
            seen: BTreeSet::new(),
            todo: Vec::new(),
        }
    }
}

impl<T: Clone + Ord> Worklist<T> {
    pub(crate) fn push(&mut self, item: T) {
        if self.seen.insert(item.clone()) {
            self.todo.push(item);
        }
    }

    /// Returns the most recently added item that was not visited yet.
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.todo.pop()
    }

    /// Returns all items that were added.
    pub(crate) fn seen(&self) -> &BTreeSet<T> {
        &self.seen
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(kind: Kind, value: &Value) -> Vec<(String, Named<'_>)> {
        let mut all = Vec::new();
        let node = Node {
            expected: kind,
            kind,
            value,
        };
        named(node, &mut |way, named| all.push((way.join(" "), named)));
        all
    }

    #[test]
    fn finds_references_mappings_and_names() {
        let schema = json!({"$ref": "#/a", "mapping": {"b": "c"}});
        let reference = Named::Reference(Kind::Schema, "#/a");
        assert_eq!(of(Kind::Schema, &schema), [("$ref".to_owned(), reference)]);
        let discriminator = json!({"$ref": "#/a", "mapping": {"a": "A", "b": "#/b", "c": 1}});
        assert_eq!(
            of(Kind::Discriminator, &discriminator),
            [
                ("mapping a".to_owned(), Named::Component("schemas", "A")),
                (
                    "mapping b".to_owned(),
                    Named::Reference(Kind::Schema, "#/b")
                ),
            ]
        );
        let requirement = json!({"Key": []});
        let key = Named::Component("securitySchemes", "Key");
        assert_eq!(
            of(Kind::SecurityRequirement, &requirement),
            [("Key".to_owned(), key)]
        );
        assert_eq!(of(Kind::Example, &schema), []);
    }

    #[test]
    fn visits_each_item_once() {
        let mut list = Worklist::default();
        list.push(1);
        assert_eq!(list.pop(), Some(1));
        list.push(1);
        list.push(2);
        assert_eq!((list.pop(), list.pop()), (Some(2), None));
        assert_eq!(list.seen().len(), 2);
    }
}
