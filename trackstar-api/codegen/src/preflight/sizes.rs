//! Detection of types that contain themselves without indirection.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Item, TypePath};

use super::Finding;
use crate::syntax::{fields, type_name};

pub(super) fn check(items: &[Item], findings: &mut Vec<Finding>) {
    let mut held: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in items {
        let Some(name) = type_name(item) else {
            continue;
        };
        let mut search = Held::default();
        for field in fields(item) {
            search.visit_type(&field.ty);
        }
        held.entry(name.to_string()).or_default().extend(search.0);
    }
    for name in held.keys() {
        if leads_to_itself(name, &held) {
            findings.push(Finding {
                about: name.clone(),
                message: format!("`{name}` would contain itself and have infinite size"),
                advice: "remove a property from the cycle, or make it an array, with an overlay action",
            });
        }
    }
}

fn leads_to_itself(name: &str, held: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut todo: Vec<&str> = vec![name];
    while let Some(at) = todo.pop() {
        for next in held.get(at).into_iter().flatten() {
            if next == name {
                return true;
            }
            if seen.insert(next) {
                todo.push(next);
            }
        }
    }
    false
}

/// The names of the types that a type contains inline. Types in a pointer or a collection do not count.
#[derive(Default)]
struct Held(BTreeSet<String>);

impl<'ast> Visit<'ast> for Held {
    fn visit_type_path(&mut self, node: &'ast TypePath) {
        let Some(last) = node.path.segments.last() else {
            return;
        };
        if ["BTreeMap", "Box", "HashMap", "Map", "Vec"]
            .iter()
            .any(|name| last.ident == name)
        {
            return;
        }
        if node.path.segments.len() == 1 {
            self.0.insert(last.ident.to_string());
        }
        visit::visit_type_path(self, node);
    }
}
