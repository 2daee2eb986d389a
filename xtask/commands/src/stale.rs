//! `cargo xtask check --drop-stale`: removes stale overlay actions from their files and keeps all
//! other lines, comments included.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde_json::Value;
use trackstar_openapi::{Preparation, Problem, Source};

use crate::lock::Lock;
use crate::vendored::{self, DOCUMENT, Overlays};

/// Removes the stale actions, if possible. The check that follows reports the others.
pub(crate) fn drop_all(lock: &Lock, out: &mut impl Write) -> anyhow::Result<()> {
    let root = lock.root();
    let mut unreadable = Vec::new();
    let document = vendored::read(root, DOCUMENT, &mut unreadable)?;
    let overlays = Overlays::read(root, &mut unreadable)?;
    let (Some(document), Some(overlays)) = (document, overlays) else {
        return Ok(());
    };
    let source = Source {
        name: DOCUMENT,
        text: &document,
    };
    let sources = overlays.sources();
    let preparation = Preparation::new(source)
        .overlays(&sources)
        .report_stale_actions();
    let Ok(prepared) = preparation.run() else {
        return Ok(());
    };
    let mut actions: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for problem in prepared.stale_actions() {
        let of = actions.entry(problem.file.as_str()).or_default();
        of.extend(position(problem));
    }
    for (file, actions) in actions {
        let text = sources.iter().find(|source| source.name == file);
        match text.and_then(|source| without(source.text, &actions)) {
            Some(text) => {
                vendored::write(lock, file, &text)?;
                let count = actions.len();
                writeln!(out, "{file}: dropped {count} stale: read its diff")?;
            }
            None => writeln!(
                out,
                "{file}: it is not written in a way that an action can be cut out of, or no action \
                 would be left: edit it by hand"
            )?,
        }
    }
    Ok(())
}

/// Returns the index of the action that a problem is about.
fn position(problem: &Problem) -> Option<usize> {
    let rest = problem.pointer.as_deref()?.strip_prefix("/actions/")?;
    rest.split('/').next()?.parse().ok()
}

/// Returns the text of an overlay without some of its actions, or `None` if removing their lines gives
/// another result or leaves no action.
fn without(text: &str, dropped: &BTreeSet<usize>) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let list = lines
        .iter()
        .position(|line| line.trim_end() == "actions:")?
        + 1;
    let first = lines[list..].iter().find(|line| is_entry(line))?;
    let indent = first.len() - first.trim_start().len();
    let starts: Vec<usize> = (list..lines.len())
        .filter(|&at| {
            let line = lines[at];
            line.len() - line.trim_start().len() == indent && is_entry(line)
        })
        .collect();
    let mut kept = String::new();
    for (at, line) in lines.iter().enumerate() {
        let action = starts.iter().rposition(|&start| start <= at);
        if action.is_none_or(|action| !dropped.contains(&action)) {
            kept.push_str(line);
        }
    }
    let parse = |text: &str| {
        let name = "overlay";
        trackstar_openapi::parse(Source { name, text }).ok()
    };
    let (mut expected, result) = (parse(text)?, parse(&kept)?);
    let actions = expected.get_mut("actions").and_then(Value::as_array_mut)?;
    let mut index = 0;
    actions.retain(|_| {
        index += 1;
        !dropped.contains(&(index - 1))
    });
    (!actions.is_empty() && expected == result).then_some(kept)
}

fn is_entry(line: &str) -> bool {
    line.trim_start().starts_with("- ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAY: &str = "\
# Why there are corrections.
overlay: 1.0.0
info: {title: T, version: 1.0.0}
actions:
  # The first.
  - target: $.a
    description: one
    update:
      - a
  - target: $.b
    description: >-
      two
      - no entry

  - target: $.c
    description: three
    remove: true
";

    #[test]
    fn removes_only_the_lines_of_the_action() {
        let expected = "\
# Why there are corrections.
overlay: 1.0.0
info: {title: T, version: 1.0.0}
actions:
  # The first.
  - target: $.a
    description: one
    update:
      - a
  - target: $.c
    description: three
    remove: true
";
        assert_eq!(
            without(OVERLAY, &BTreeSet::from([1])).as_deref(),
            Some(expected)
        );
    }

    #[test]
    fn what_cannot_be_cut_is_left_alone() {
        assert_eq!(without(OVERLAY, &BTreeSet::from([0, 1, 2])), None);
        let flow = "overlay: 1.0.0\nactions: [{target: $.a}, {target: $.b}]\n";
        assert_eq!(without(flow, &BTreeSet::from([0])), None);
    }
}
