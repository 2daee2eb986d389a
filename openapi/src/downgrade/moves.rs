//! Tracks where parts of the original document moved, so that references can be updated.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::Value;

use super::Downgrade;
use crate::findings::Findings;
use crate::pointer;
use crate::reference;
use crate::spec::{Kind, Order, Version, visit_mut};

/// The new location of a part of the document. Everything below it moves along.
#[derive(Debug)]
enum Move {
    /// Moved to another location in the document.
    To(String),
    /// Moved within its node.
    Within { owner: String, below: String },
    /// Removed.
    Gone,
}

/// All moves, keyed by original pointer.
#[derive(Debug, Default)]
pub(super) struct Moves {
    moved: BTreeMap<String, Move>,
    /// References in the document: their location, and the pointer of their target.
    references: Vec<(String, String)>,
}

impl Moves {
    pub(super) fn to(&mut self, from: String, to: String) {
        self.moved.insert(from, Move::To(to));
    }

    /// Records a move within a node. `key` and `below` are pointers relative to the owner.
    pub(super) fn within(&mut self, owner: &str, key: &str, below: &str) {
        let went = Move::Within {
            owner: owner.to_owned(),
            below: below.to_owned(),
        };
        self.moved.insert(format!("{owner}{key}"), went);
    }

    /// Returns the original location of a part of a node.
    pub(super) fn origin(&self, owner: &str, now: &str) -> Option<String> {
        let from = format!("{owner}/");
        let moved = self.moved.range(from.clone()..);
        moved
            .take_while(|(place, _)| place.starts_with(&from))
            .find(|(_, went)| {
                matches!(went, Move::Within { owner: of, below } if of == owner && below == now)
            })
            .map(|(place, _)| place.clone())
    }

    pub(super) fn gone(&mut self, from: String) {
        self.moved.insert(from, Move::Gone);
    }

    /// Records that fields of a node moved one level down, including the parts that moved there earlier.
    pub(super) fn wrapped<'k>(
        &mut self,
        owner: &str,
        keys: impl Iterator<Item = &'k String>,
        step: &str,
    ) {
        for key in keys {
            let key = pointer::below("", &[key]);
            let from = format!("{owner}/");
            let range = (Bound::Included(from.as_str()), Bound::Unbounded);
            for (place, went) in self.moved.range_mut::<str, _>(range) {
                if !place.starts_with(&from) {
                    break;
                }
                if let Move::Within { owner: of, below } = went
                    && of == owner
                    && below
                        .strip_prefix(&key)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                {
                    below.insert_str(0, step);
                }
            }
            let from = format!("{owner}{key}");
            if !self.moved.contains_key(&from) {
                self.within(owner, &key, &format!("{step}{key}"));
            }
        }
    }

    pub(super) fn reference(&mut self, place: &str, target: &str) {
        if let Some(pointer) = reference::target(target) {
            self.references.push((place.to_owned(), pointer));
        }
    }

    /// Returns the new location of a part of the original document, or `None` if it was removed.
    fn follow(&self, pointer: &str) -> Option<String> {
        let mut at = pointer.to_owned();
        let mut tail = String::new();
        loop {
            let mut end = at.len();
            let went = loop {
                if let Some(went) = self.moved.get(&at[..end]) {
                    break went;
                }
                match at[..end].rfind('/') {
                    Some(slash) => end = slash,
                    None => return Some(at + &tail),
                }
            };
            tail.insert_str(0, &at[end..]);
            match went {
                Move::Gone => return None,
                Move::To(place) => return Some(format!("{place}{tail}")),
                Move::Within { owner, below } => {
                    tail.insert_str(0, below);
                    at.clone_from(owner);
                }
            }
        }
    }

    /// Updates the references of the downgraded document to the new locations.
    pub(super) fn apply(&self, document: &mut Value, findings: &mut Findings) {
        if self.moved.is_empty() {
            return;
        }
        for (place, target) in &self.references {
            if self.follow(target).is_none() {
                findings.problem_on(
                    place,
                    format!("`#{target}` refers to a location that does not exist in OpenAPI 3.0"),
                    "move the target to `components` with an overlay action",
                );
            }
        }
        let how = (Version::V30, Order::ParentsFirst);
        visit_mut(document, how, &mut |kind, node, _| {
            let Some(fields) = node.as_object_mut() else {
                return;
            };
            match kind {
                Kind::Reference | Kind::Schema | Kind::PathItem => {
                    if let Some(target) = fields.get_mut("$ref") {
                        self.redirect(target);
                    }
                }
                Kind::Discriminator => {
                    let mapping = fields.get_mut("mapping").and_then(Value::as_object_mut);
                    mapping
                        .into_iter()
                        .flat_map(|mapping| mapping.values_mut())
                        .for_each(|target| self.redirect(target));
                }
                _ => {}
            }
        });
    }

    fn redirect(&self, target: &mut Value) {
        let Some(pointer) = target.as_str().and_then(reference::target) else {
            return;
        };
        if let Some(moved) = self.follow(&pointer)
            && moved != pointer
        {
            *target = reference::to(&moved).into();
        }
    }
}

impl Downgrade<'_> {
    /// Returns the current location in the original document.
    pub(super) fn place(&self) -> String {
        self.findings.trail.as_str().to_owned()
    }

    /// Returns the location of a field of the current node.
    pub(super) fn place_of(&self, key: &str) -> String {
        pointer::below(self.findings.trail.as_str(), &[key])
    }
}
