//! What leads back to itself.

use std::collections::{BTreeMap, BTreeSet};

/// What each place leads to.
pub(super) type Edges = BTreeMap<String, BTreeSet<String>>;

/// The places in circles, and those on the way from one circle to another.
///
/// What leads nowhere or comes from nowhere is in none; without it others are not either.
pub(super) fn knotted(edges: &Edges) -> BTreeSet<String> {
    let mut back: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut out: BTreeMap<&str, usize> = BTreeMap::new();
    let mut into: BTreeMap<&str, usize> = BTreeMap::new();
    for (from, targets) in edges {
        let known = targets.iter().filter(|target| edges.contains_key(*target));
        for target in known {
            back.entry(target).or_default().push(from);
            *out.entry(from).or_default() += 1;
            *into.entry(target).or_default() += 1;
        }
    }
    let count = |counts: &BTreeMap<&str, usize>, name: &str| counts.get(name).copied().unwrap_or(0);
    let loose = |name: &&str| count(&out, name) == 0 || count(&into, name) == 0;
    let mut todo: Vec<&str> = edges.keys().map(String::as_str).filter(loose).collect();
    let mut left: BTreeSet<&str> = edges.keys().map(String::as_str).collect();
    for name in &todo {
        left.remove(name);
    }
    let lower = |counts: &mut BTreeMap<&str, usize>, name: &str| {
        counts.get_mut(name).is_some_and(|count| {
            *count = count.saturating_sub(1);
            *count == 0
        })
    };
    while let Some(name) = todo.pop() {
        let targets = edges.get(name).into_iter().flatten().map(String::as_str);
        for target in targets {
            if lower(&mut into, target) && left.remove(target) {
                todo.push(target);
            }
        }
        for from in back.get(name).into_iter().flatten() {
            if lower(&mut out, from) && left.remove(from) {
                todo.push(from);
            }
        }
    }
    left.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_nowhere_is_in_no_circle() {
        let edges: Edges = [
            ("a", ["b", "x"]),
            ("b", ["c", "c"]),
            ("c", ["a", "gone"]),
            ("x", ["y", "y"]),
            ("y", ["gone", "gone"]),
            ("into", ["a", "a"]),
            ("itself", ["itself", "itself"]),
        ]
        .into_iter()
        .map(|(from, to)| (from.to_owned(), to.map(str::to_owned).into()))
        .collect();
        let knotted: Vec<String> = knotted(&edges).into_iter().collect();
        assert_eq!(knotted, ["a", "b", "c", "itself"]);
    }
}
