//! Recognizes actions in the last segment of a path: `PUT /orders/{order_id}/cancel` becomes `cancel_order`.
//!
//! Only the path matters. A name derived from descriptions would change together with them.

use super::parameter;
use crate::normalize::casing::snake;

/// Verbs at the end of paths.
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

/// An action on a resource.
pub(super) struct NamedAction {
    pub(super) verb: String,
    /// Number of segments that describe the resource.
    pub(super) objects: usize,
    /// Rest of the segment after the verb: `inventory` in `adjust-inventory`.
    pub(super) tail: Option<String>,
}

/// Returns the action of an operation if its last segment that is not a parameter begins with a verb.
pub(super) fn action(method: &str, segments: &[&str]) -> Option<NamedAction> {
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
    // Without other segments the action lacks an object.
    if !VERBS.contains(&verb) || (objects == 0 && tail.is_none()) {
        return None;
    }
    let before = objects.checked_sub(1).and_then(|index| segments.get(index));
    // `/sandbox/generate-sandbox` repeats the object.
    let tail = tail.filter(|tail| before.is_none_or(|before| snake(before) != *tail));
    Some(NamedAction {
        verb: verb.to_owned(),
        objects,
        tail: tail.filter(|tail| !tail.is_empty()).map(str::to_owned),
    })
}
