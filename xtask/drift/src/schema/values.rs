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
    if let ([old], [new], 1, 1) = (
        removed.as_slice(),
        added.as_slice(),
        before.len(),
        after.len(),
    ) {
        let change = Change::new(
            "const-changed",
            Effect::Incomparable,
            Aspect::EnumValue {
                open: is_open(before) && is_open(after),
            },
            format!("the one value was {old} and is {new}"),
        )
        .values(Some((*old).clone()), Some((*new).clone()));
        return pair.report(cmp, change);
    }
    let open = is_open(before) && is_open(after);
    for value in removed {
        let change = Change::new(
            "enum-value-removed",
            Effect::Narrowed,
            Aspect::EnumValue { open },
            format!("the value {value} is gone"),
        )
        .values(Some(value.clone()), None);
        pair.report(cmp, change);
    }
    for value in added {
        let change = Change::new(
            "enum-value-added",
            Effect::Widened,
            Aspect::EnumValue { open },
            format!("the value {value} is new"),
        )
        .values(None, Some(value.clone()));
        pair.report(cmp, change);
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

/// Returns the type that the generator derives from a type and a format.
fn rust_type(types: Types, format: Option<&str>) -> &'static str {
    if types == Types::INTEGER {
        return match format {
            Some("int8") => "i8",
            Some("uint8") => "u8",
            Some("int16") => "i16",
            Some("uint16") => "u16",
            Some("int32") => "i32",
            Some("uint32" | "uint") => "u32",
            Some("uint64") => "u64",
            _ => "i64",
        };
    }
    match format {
        Some("date-time") if types == Types::STRING => "a date and time",
        _ => "plain",
    }
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
    let was = rust_type(pair.base.types, before);
    let aspect = if was == rust_type(pair.revision.types, after) {
        Aspect::Limit { typed: false }
    } else if pair.base.types == Types::STRING {
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
