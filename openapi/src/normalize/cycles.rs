//! Cycles in directed graphs.

use std::collections::{BTreeMap, BTreeSet};

/// The successors of each node.
pub(super) type Edges = BTreeMap<String, BTreeSet<String>>;

/// Returns the nodes in cycles and on paths between cycles.
///
/// Nodes without predecessors or successors are removed until none remain.
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

/// Returns the nodes without predecessors, with the length of the longest path from each.
///
/// Knotted nodes count as nodes without successors.
pub(super) fn towers<'a>(edges: &'a Edges, knotted: &BTreeSet<String>) -> Vec<(&'a str, usize)> {
    let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
    let next = |name: &str| {
        let own = edges.get(name).filter(|_| !knotted.contains(name));
        own.into_iter().flatten().map(String::as_str)
    };
    // Each node is pushed twice, so that it is visited again after its successors.
    let mut todo: Vec<(&str, bool)> = edges.keys().map(|name| (name.as_str(), false)).collect();
    while let Some((name, known)) = todo.pop() {
        if known {
            let most = next(name).map(|target| levels.get(target).copied().unwrap_or(0) + 1);
            levels.insert(name, most.max().unwrap_or(0));
        } else if !levels.contains_key(name) {
            todo.push((name, true));
            let unknown = next(name).filter(|target| !levels.contains_key(target));
            todo.extend(unknown.map(|target| (target, false)));
        }
    }
    let inner: BTreeSet<&str> = edges.values().flatten().map(String::as_str).collect();
    levels.retain(|name, _| !inner.contains(name));
    levels.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_ends_are_not_in_cycles() {
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

    #[test]
    fn height_is_the_longest_path() {
        let edges: Edges = [
            ("a", ["b", "d"]),
            ("b", ["c", "c"]),
            ("c", ["d", "d"]),
            ("x", ["itself", "d"]),
            ("itself", ["itself", "a"]),
        ]
        .into_iter()
        .map(|(from, to)| (from.to_owned(), to.map(str::to_owned).into()))
        .collect();
        let knotted = BTreeSet::from(["itself".to_owned()]);
        assert_eq!(towers(&edges, &knotted), [("x", 1)]);
        let edges: Edges = edges
            .into_iter()
            .filter(|(name, _)| name.len() == 1)
            .collect();
        assert_eq!(towers(&edges, &knotted), [("a", 3), ("x", 1)]);
    }
}
