//! The pairs of schemas that wait to be compared, and which comparison met which.
//!
//! No pair is compared twice in the same surroundings.

use std::collections::HashMap;

use crate::comparison::{Context, Site, Task};
use crate::document::At;

/// A comparison of two operations or of two schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit(usize);

type PairKey = (Vec<usize>, Vec<usize>, Context, (Site, Site));

#[derive(Debug, Default)]
pub(crate) struct Worklist<'a> {
    /// The units that each unit met.
    met: Vec<Vec<Unit>>,
    known: HashMap<PairKey, Unit>,
    waiting: Vec<(Unit, Task<'a>)>,
}

impl<'a> Worklist<'a> {
    /// Adds a unit that is compared at once.
    pub(crate) fn begin(&mut self) -> Unit {
        self.met.push(Vec::new());
        Unit(self.met.len() - 1)
    }

    /// Adds pairs of schemas that a unit met.
    pub(crate) fn add(&mut self, by: Unit, tasks: Vec<Task<'a>>) {
        for task in tasks {
            let addresses = |places: &[At<'a>]| places.iter().map(|at| at.address()).collect();
            let (base, revision) = (addresses(&task.base), addresses(&task.revision));
            let key = (base, revision, task.context, task.sites);
            let unit = if let Some(known) = self.known.get(&key) {
                *known
            } else {
                let unit = self.begin();
                self.known.insert(key, unit);
                self.waiting.push((unit, task));
                unit
            };
            self.met[by.0].push(unit);
        }
    }

    /// Removes and returns the pair that was added last.
    pub(crate) fn next(&mut self) -> Option<(Unit, Task<'a>)> {
        self.waiting.pop()
    }

    /// Returns a unit and all units that it met, directly or not.
    pub(crate) fn reached_from(&self, start: Unit) -> Vec<Unit> {
        let mut seen = vec![false; self.met.len()];
        let mut reached = Vec::new();
        let mut todo = vec![start];
        while let Some(unit) = todo.pop() {
            if !std::mem::replace(&mut seen[unit.0], true) {
                reached.push(unit);
                todo.extend(&self.met[unit.0]);
            }
        }
        reached
    }
}

impl Unit {
    /// Returns the number of the unit, counted from 0 in the order of creation.
    pub(crate) fn index(self) -> usize {
        self.0
    }
}
