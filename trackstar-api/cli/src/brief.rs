//! Decides which flags the help of an operation shows, so that it fits on one screen. The man page,
//! `trackstar help COMMAND` and shell completions always have all of them.

use std::cmp::Reverse;

use clap::Arg;

use super::flag::{Flag, Goes, Need};

/// The number of lines for the flags of an operation. Everything else takes up to 15.
const LINES: usize = 25;
/// The width of a description, if flags and descriptions are on separate lines of a terminal with
/// 100 columns.
const WIDTH: usize = 90;

/// Hides the flags that don't fit, and returns how many the help doesn't mention. Required flags are
/// always shown. `arguments` and `flags` have the same order, and `mentioned` returns the number of
/// flags that the line of a flag mentions.
pub(super) fn shorten(
    arguments: &mut [Arg],
    flags: &[Flag],
    mentioned: impl Fn(&Flag) -> usize,
) -> usize {
    let mut order: Vec<usize> = (0..flags.len()).collect();
    order.sort_by_key(|index| flags.get(*index).map(rank));
    let (mut lines, mut hidden) = (0, 0);
    let mut full = false;
    for index in order {
        let (Some(flag), Some(argument)) = (flags.get(index), arguments.get_mut(index)) else {
            continue;
        };
        if argument.is_hide_short_help_set() {
            continue;
        }
        lines += height(argument);
        // Once a flag doesn't fit, less important ones are not shown either.
        full |= lines > LINES;
        if full && flag.need == Need::Optional {
            *argument = argument.clone().hide_short_help(true);
            hidden += mentioned(flag);
        }
    }
    hidden
}

/// Returns the sort key of a flag. The most important flags are first.
fn rank(flag: &Flag) -> (bool, bool, Reverse<usize>, usize) {
    let index = match flag.goes {
        Goes::Path(index)
        | Goes::Query(index)
        | Goes::Header(index)
        | Goes::Part(index)
        | Goes::File(index) => index,
        Goes::Property => 0,
    };
    (
        flag.need == Need::Optional,
        !flag.goes.is_parameter(),
        Reverse(flag.mentions),
        index,
    )
}

/// Returns the number of lines that the flag and its description take.
fn height(argument: &Arg) -> usize {
    let help = argument.get_help().map(ToString::to_string);
    let length = help.unwrap_or_default().chars().count();
    1 + length.div_ceil(WIDTH)
}
