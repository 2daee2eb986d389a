//! What is done to a thing, as the last segment of a path says it: `PUT /orders/{order_id}/cancel` is
//! `cancel_order`.
//!
//! From the path alone: a name made from prose would change with the prose.

use super::parameter;
use crate::normalize::casing::snake;

/// Words that paths end with and that are done, not made.
const VERBS: &[&str] = &[
    "activate",
    "adjust",
    "allocate",
    "approve",
    "archive",
    "assign",
    "attach",
    "cancel",
    "close",
    "complete",
    "confirm",
    "deactivate",
    "detach",
    "disable",
    "enable",
    "exchange",
    "export",
    "fulfill",
    "generate",
    "hold",
    "import",
    "link",
    "lock",
    "merge",
    "move",
    "pause",
    "publish",
    "receive",
    "refresh",
    "refund",
    "reject",
    "release",
    "reopen",
    "resend",
    "reset",
    "restart",
    "restore",
    "resume",
    "retry",
    "revoke",
    "rotate",
    "run",
    "send",
    "ship",
    "simulate",
    "split",
    "start",
    "stop",
    "submit",
    "sync",
    "transfer",
    "trigger",
    "unarchive",
    "unassign",
    "unlink",
    "unlock",
    "validate",
    "verify",
    "void",
];

/// Something that is done.
pub(super) struct Action {
    pub(super) verb: String,
    /// How many segments are about what it is done to.
    pub(super) objects: usize,
    /// What stands behind the verb in its segment: `inventory` in `adjust-inventory`.
    pub(super) tail: Option<String>,
}

/// What an operation does, where the last segment that is no parameter begins with a verb.
pub(super) fn action(method: &str, segments: &[&str]) -> Option<Action> {
    if !["post", "put", "patch"].contains(&method) {
        return None;
    }
    let objects = segments
        .iter()
        .rposition(|segment| parameter(segment).is_none())?;
    let words = snake(segments.get(objects)?);
    let (verb, tail) = match words.split_once('_') {
        Some((verb, tail)) => (verb, Some(tail)),
        None => (words.as_str(), None),
    };
    // Alone it has nothing that it is done to.
    if !VERBS.contains(&verb) || (objects == 0 && tail.is_none()) {
        return None;
    }
    let before = objects.checked_sub(1).and_then(|index| segments.get(index));
    // `/sandbox/generate-sandbox` says it twice.
    let tail = tail.filter(|tail| before.is_none_or(|before| snake(before) != *tail));
    Some(Action {
        verb: verb.to_owned(),
        objects,
        tail: tail.filter(|tail| !tail.is_empty()).map(str::to_owned),
    })
}
