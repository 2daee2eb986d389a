//! `cargo xtask check --drop-stale`: removes stale overlay actions from their files and keeps all
//! other lines, comments included.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::Value;
use trackstar_openapi::{Problem, Source};

use crate::lock::Lock;
use crate::outcome::shown;
use crate::vendored::{self, Vendored};

/// Removes the stale actions, if possible. The check that follows reports the others.
pub(crate) fn drop_all(lock: &Lock, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(vendored) = Vendored::read(lock.root(), &mut Vec::new())? else {
        return Ok(());
    };
    let Ok(prepared) = vendored.preparation().report_stale_actions().run() else {
        return Ok(());
    };
    for source in vendored.overlays.sources() {
        let stale = prepared.stale_actions().iter();
        let stale = stale.filter(|problem| problem.file == source.name);
        let actions: BTreeMap<usize, &Problem> = stale
            .filter_map(|problem| Some((position(problem)?, problem)))
            .collect();
        if actions.is_empty() {
            continue;
        }
        let file = source.name;
        let Some(text) = without(source.text, |index| actions.contains_key(&index)) else {
            writeln!(
                out,
                "{file}: it is not written in a way that an action can be cut out of, or no action \
                 would be left: edit it by hand"
            )?;
            continue;
        };
        vendored::write(lock, file, &text)?;
        for problem in actions.values() {
            writeln!(out, "removed from {file}: {}", shown(&problem.message))?;
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
fn without(text: &str, is_dropped: impl Fn(usize) -> bool) -> Option<String> {
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
        if !action.is_some_and(&is_dropped) {
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
        !is_dropped(index - 1)
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
            without(OVERLAY, |index| index == 1).as_deref(),
            Some(expected)
        );
    }

    #[test]
    fn keeps_actions_that_cannot_be_removed() {
        assert_eq!(without(OVERLAY, |_| true), None);
        let flow = "overlay: 1.0.0\nactions: [{target: $.a}, {target: $.b}]\n";
        assert_eq!(without(flow, |index| index == 0), None);
    }
}
