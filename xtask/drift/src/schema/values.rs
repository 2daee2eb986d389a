//! Compares `enum`, `const` and `format`: the allowed values, and the Rust type.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::pair::Pair;
use super::types::Types;
use super::view::View;
use crate::canonical;
use crate::comparison::{Change, Comparison};
use crate::verdict::{Aspect, Effect};

pub(super) fn compare<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    enums(cmp, pair);
    format(cmp, pair);
}

fn enums<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (before, after) = match (&pair.base.values, &pair.revision.values) {
        (None, None) => return,
        (Some(before), Some(after)) => (before, after),
        (None, Some(after)) => {
            return whole(
                cmp,
                pair,
                "became-enum",
                Effect::Narrowed,
                "only listed values are allowed now",
                after,
            );
        }
        (Some(before), None) => {
            return whole(
                cmp,
                pair,
                "stopped-being-enum",
                Effect::Widened,
                "values are no longer listed, any of the type is allowed",
                before,
            );
        }
    };
    let missing = |from: &[&'a Value], list: &[&'a Value]| -> Vec<&'a Value> {
        let from: BTreeSet<String> = from.iter().map(|value| canonical::text(value)).collect();
        let is_new = |value: &&Value| !from.contains(&canonical::text(value));
        list.iter().copied().filter(is_new).collect()
    };
    let (removed, added) = (missing(after, before), missing(before, after));
    let open = is_open(before) && is_open(after);
    let aspect = Aspect::EnumValue { open };
    if before.len() == 1
        && after.len() == 1
        && let ([old], [new]) = (removed.as_slice(), added.as_slice())
    {
        let message = format!("the one value was {old} and is {new}");
        let change = Change::new("const-changed", Effect::Incomparable, aspect, message);
        return pair.report(
            cmp,
            change.values(Some((*old).clone()), Some((*new).clone())),
        );
    }
    for value in removed {
        let message = format!("the value {value} is gone");
        let change = Change::new("enum-value-removed", Effect::Narrowed, aspect, message);
        pair.report(cmp, change.values(Some(value.clone()), None));
    }
    for value in added {
        let message = format!("the value {value} is new");
        let change = Change::new("enum-value-added", Effect::Widened, aspect, message);
        pair.report(cmp, change.values(None, Some(value.clone())));
    }
}

fn whole<'a>(
    cmp: &mut Comparison<'a>,
    pair: &Pair<'a>,
    rule: &str,
    effect: Effect,
    message: &str,
    values: &[&Value],
) {
    let mut listed: Vec<Value> = values.iter().map(|value| (*value).clone()).collect();
    listed.sort_by_cached_key(canonical::text);
    let listed = Some(Value::Array(listed));
    let (base, revision) = match effect {
        Effect::Widened => (listed, None),
        _ => (None, listed),
    };
    let change = Change::new(
        rule,
        effect,
        Aspect::Enum {
            open: is_open(values),
        },
        message,
    )
    .values(base, revision);
    pair.report(cmp, change);
}

/// Returns true if all values are strings. The generator makes an enum of them, with a variant for
/// unknown values.
fn is_open(values: &[&Value]) -> bool {
    values.iter().all(|value| value.is_string())
}

/// Returns true if the generator derives the same type from two types with their formats.
fn is_same_type(before: (Types, Option<&str>), after: (Types, Option<&str>)) -> bool {
    const I64: (i32, i32) = (-63, 63);
    let integer =
        |(types, format)| (types == Types::INTEGER).then(|| integers(types, format).unwrap_or(I64));
    let is_date = |(types, format)| types == Types::STRING && format == Some("date-time");
    integer(before) == integer(after) && is_date(before) == is_date(after)
}

fn format<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let of = |view: &View<'a>| view.found("format").and_then(Value::as_str);
    let (before, after) = (of(&pair.base), of(&pair.revision));
    if before == after {
        return;
    }
    let ranges = |view: &View<'_>, format| integers(view.types, format);
    let (rule, effect, message) = match (before, after) {
        (Some(old), Some(new)) => (
            "format-changed",
            match (ranges(&pair.base, before), ranges(&pair.revision, after)) {
                (Some(old), Some(new)) if new.0 <= old.0 && old.1 <= new.1 => Effect::Widened,
                (Some(old), Some(new)) if old.0 <= new.0 && new.1 <= old.1 => Effect::Narrowed,
                _ => Effect::Incomparable,
            },
            format!("the format was `{old}` and is `{new}`"),
        ),
        (Some(old), None) => (
            "format-removed",
            Effect::Widened,
            format!("the format `{old}` is gone"),
        ),
        (None, Some(new)) => (
            "format-added",
            Effect::Narrowed,
            format!("the format is `{new}` now"),
        ),
        (None, None) => return,
    };
    let types = (pair.base.types, pair.revision.types);
    let aspect = if is_same_type((types.0, before), (types.1, after)) {
        Aspect::Limit { typed: false }
    } else if types.0 == Types::STRING {
        Aspect::TextType
    } else {
        Aspect::Type
    };
    let change = Change::new(rule, effect, aspect, message)
        .values(before.map(|it| json!(it)), after.map(|it| json!(it)));
    pair.report(cmp, change);
}

/// Returns the number of bits below and above zero of an integer format.
fn integers(types: Types, format: Option<&str>) -> Option<(i32, i32)> {
    let bits = |bits: i32| Some((-bits, bits));
    if types != Types::INTEGER {
        return None;
    }
    match format? {
        "int8" => bits(7),
        "int16" => bits(15),
        "int32" => bits(31),
        "int64" => bits(63),
        "uint8" => Some((0, 8)),
        "uint16" => Some((0, 16)),
        "uint32" | "uint" => Some((0, 32)),
        "uint64" => Some((0, 64)),
        _ => None,
    }
}
