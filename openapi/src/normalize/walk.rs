//! Walks documents by position to change them.

use std::cell::Cell;
use std::rc::Rc;

use serde_json::Value;

use crate::findings::Findings;
use crate::model::Listed;
pub(super) use crate::spec::schemas;
use crate::spec::{Kind, Order, Version, methods, visit_mut};

/// Visits every schema of a document, children first.
pub(super) fn schemas_mut(document: &mut Value, on: &mut dyn FnMut(&mut Value, &str)) {
    let how = (Version::V30, Order::ChildrenFirst);
    visit_mut(document, how, &mut |kind, value, at| {
        if kind == Kind::Schema {
            on(value, at.as_str());
        }
    });
}

/// Removes an operation, and its path if it was the last one there.
pub(super) fn leave_out(
    document: &mut Value,
    operation: &Listed,
    reason: &str,
    findings: &mut Findings,
) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    if let Some(Value::Object(item)) = paths.get_mut(&operation.path) {
        item.remove(operation.method);
        if methods().all(|method| !item.contains_key(method)) {
            paths.remove(&operation.path);
        }
    }
    findings.note_on(
        &operation.pointer,
        format!("{} is omitted: {reason}", operation.name()),
    );
}

/// A limit on the steps and the depth of a search.
///
/// Schemas with two references each to schemas with two references each are short to write, and take
/// exponential time to follow. A recursive search is also limited in depth, because a recursive schema
/// would overflow the stack long before it runs out of steps.
#[derive(Debug)]
pub(super) struct Fuel {
    left: Cell<u32>,
    depth: Rc<Cell<u32>>,
}

/// Maximum depth of a search, which is more than the generator supports.
const DEPTH: u32 = 128;

/// A step of a search. It lasts until the search returns to the level above.
#[derive(Debug)]
pub(super) struct FuelGuard(Rc<Cell<u32>>);

impl Drop for FuelGuard {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

impl Fuel {
    pub(super) fn new() -> Self {
        Self {
            left: Cell::new(100_000),
            depth: Rc::default(),
        }
    }

    /// Takes a step. Returns `None` if all steps are used or the search is too deep.
    pub(super) fn step(&self) -> Option<FuelGuard> {
        let (left, depth) = (self.left.get(), self.depth.get());
        if left == 0 || depth >= DEPTH {
            return None;
        }
        self.left.set(left - 1);
        self.depth.set(depth + 1);
        Some(FuelGuard(Rc::clone(&self.depth)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_limit_ends_only_one_branch() {
        fn descend(fuel: &Fuel) -> u32 {
            fuel.step().map_or(0, |_step| 1 + descend(fuel))
        }
        let fuel = Fuel::new();
        assert_eq!(descend(&fuel), 128);
        assert_eq!(descend(&fuel), 128);
    }
}
