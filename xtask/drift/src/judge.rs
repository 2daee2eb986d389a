//! Judges a change: from its effect, its direction and the part of the client that it affects to verdicts.

use crate::comparison::{Change, Context};
use crate::finding::Direction;
use crate::verdict::{Aspect, Effect, Mode, Verdict, verdicts};

/// The conclusions from a change.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The rule with the prefix for its direction.
    pub(crate) rule: String,
    pub(crate) direction: Direction,
    pub(crate) effect: Effect,
    pub(crate) wire: Verdict,
    pub(crate) source: Verdict,
}

/// Judges a change in its context.
pub(crate) fn judge(context: Context, change: &Change) -> Judged {
    let effect = if context.flipped {
        change.effect.mirrored()
    } else {
        change.effect
    };
    let aspect = match change.aspect {
        aspect @ (Aspect::Documentation | Aspect::Unknown) => aspect,
        _ if context.unseen => Aspect::Limit { typed: false },
        _ if context.first_items => Aspect::FirstItem,
        aspect => aspect,
    };
    let (wire, source) = verdicts(effect, context.mode, aspect);
    let (direction, prefix) = match context.mode {
        Mode::Neither => (Direction::None, ""),
        Mode::Request => (Direction::Request, "request-"),
        Mode::Success | Mode::Failure => (Direction::Response, "response-"),
    };
    // A keyword that the comparison does not understand has the same rule in any direction.
    let prefix = if aspect == Aspect::Unknown {
        ""
    } else {
        prefix
    };
    Judged {
        rule: format!("{prefix}{}", change.rule),
        direction,
        effect,
        wire,
        source,
    }
}
