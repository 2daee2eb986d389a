//! Limits: of numbers, lengths and counts, patterns, multiples.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::pair::Pair;
use super::types::Types;
use super::view::View;
use crate::comparison::{Change, Comparison};
use crate::notes::kebab;
use crate::verdict::{Aspect, Effect};

/// The keyword, whether it is an upper limit, and the keyword for the exclusive limit.
const BOUNDS: [(&str, bool, Option<&str>); 8] = [
    ("maximum", true, Some("exclusiveMaximum")),
    ("minimum", false, Some("exclusiveMinimum")),
    ("maxLength", true, None),
    ("minLength", false, None),
    ("maxItems", true, None),
    ("minItems", false, None),
    ("maxProperties", true, None),
    ("minProperties", false, None),
];

/// Patterns that match every string.
const ANYTHING: [&str; 4] = ["", ".*", "^.*", "^.*$"];

pub(super) fn compare<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    for (keyword, upper, exclusive) in BOUNDS {
        let of = |view: &View<'a>| bound(view, keyword, upper, exclusive);
        let (before, after) = (of(&pair.base), of(&pair.revision));
        if before != after {
            report(cmp, pair, keyword, upper, before, after);
        }
    }
    patterns(cmp, pair);
    multiple(cmp, pair);
    unique(cmp, pair);
}

/// The number, and whether the limit is exclusive.
type Bound = (f64, bool);

/// Returns the tightest limit of all parts.
fn bound(view: &View<'_>, keyword: &str, upper: bool, exclusive: Option<&str>) -> Option<Bound> {
    let mut tightest: Option<Bound> = None;
    let mut take = |new: Bound| {
        let tighter = tightest.is_none_or(|old| is_tighter(new, old, upper));
        if tighter {
            tightest = Some(new);
        }
    };
    for part in &view.parts {
        let number = |keyword: &str| part.at.value.get(keyword).and_then(Value::as_f64);
        let flag = exclusive.and_then(|key| part.at.value.get(key));
        if let Some(limit) = number(keyword) {
            take((limit, flag == Some(&Value::Bool(true))));
        }
        if let Some(limit) = exclusive.and_then(number) {
            take((limit, true));
        }
    }
    // Lengths and counts are never below zero.
    tightest.filter(|(limit, _)| exclusive.is_some() || upper || *limit > 0.0)
}

fn is_tighter(new: Bound, old: Bound, upper: bool) -> bool {
    let (new_limit, old_limit) = if upper {
        (-new.0, -old.0)
    } else {
        (new.0, old.0)
    };
    new_limit > old_limit || (new_limit.total_cmp(&old_limit).is_eq() && new.1 && !old.1)
}

fn report<'a>(
    cmp: &mut Comparison<'a>,
    pair: &Pair<'a>,
    keyword: &str,
    upper: bool,
    before: Option<Bound>,
    after: Option<Bound>,
) {
    let value = |bound: Option<Bound>| {
        bound.map(|(limit, exclusive)| match (number(limit), exclusive) {
            (limit, true) => json!({"limit": limit, "exclusive": true}),
            (limit, false) => limit,
        })
    };
    let words = |bound: Option<Bound>| {
        let (limit, exclusive) = bound?;
        let limit = number(limit);
        let itself = if exclusive {
            " (itself not allowed)"
        } else {
            ""
        };
        Some(format!("{limit}{itself}"))
    };
    let both = match (before, after) {
        (Some(old), Some(new)) if is_tighter(new, old, upper) => ("tightened", Effect::Narrowed),
        _ => ("loosened", Effect::Widened),
    };
    let message = match (words(before), words(after)) {
        (Some(old), Some(new)) => format!("`{keyword}` was {old} and is {new}"),
        (Some(old), None) => format!("`{keyword}` {old} is gone"),
        (None, new) => format!("`{keyword}` is {} now", new.unwrap_or_default()),
    };
    // Lengths of strings and limits of integers become types that check them.
    let typed = matches!(keyword, "maxLength" | "minLength")
        || (matches!(keyword, "maximum" | "minimum") && pair.base.types == Types::INTEGER);
    let change = restriction(keyword, (value(before), value(after)), both, message);
    let aspect = Aspect::Limit { typed };
    pair.report(cmp, Change { aspect, ..change });
}

/// Returns the change of a keyword that narrows a schema. `both` is the change if both documents have it.
pub(super) fn restriction(
    keyword: &str,
    (before, after): (Option<Value>, Option<Value>),
    both: (&str, Effect),
    message: String,
) -> Change {
    let (how, effect) = match (&before, &after) {
        (None, _) => ("added", Effect::Narrowed),
        (_, None) => ("removed", Effect::Widened),
        _ => both,
    };
    let rule = format!("{}-{how}", kebab(keyword));
    Change::new(rule, effect, Aspect::Limit { typed: false }, message).values(before, after)
}

/// Returns a whole number without a decimal point.
fn number(number: f64) -> Value {
    let whole = format!("{number:.0}").parse::<i64>();
    match whole {
        Ok(whole) if number.fract() == 0.0 => json!(whole),
        _ => json!(number),
    }
}

/// Reports a limit that only one document has, or that differs.
fn other<'a>(
    cmp: &mut Comparison<'a>,
    pair: &Pair<'a>,
    keyword: &str,
    before: Option<Value>,
    after: Option<Value>,
    both: Effect,
) {
    let message = match (&before, &after) {
        (before, after) if before == after => return,
        (Some(old), Some(new)) => format!("`{keyword}`: it was {old} and is {new}"),
        (Some(old), None) => format!("`{keyword}`: {old} is gone"),
        (None, new) => format!("`{keyword}`: it is {} now", new.clone().unwrap_or_default()),
    };
    let change = restriction(keyword, (before, after), ("changed", both), message);
    pair.report(cmp, change);
}

fn patterns<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let all = |view: &View<'a>| -> BTreeSet<&'a str> {
        let parts = view.parts.iter();
        let patterns = parts.filter_map(|part| part.at.value.get("pattern")?.as_str());
        patterns.filter(|it| !ANYTHING.contains(it)).collect()
    };
    let (before, after) = (all(&pair.base), all(&pair.revision));
    let gone: Vec<_> = before.difference(&after).collect();
    let new: Vec<_> = after.difference(&before).collect();
    let value = |all: &[&&str]| match all {
        [] => None,
        [one] => Some(json!(one)),
        more => Some(json!(more)),
    };
    other(
        cmp,
        pair,
        "pattern",
        value(&gone),
        value(&new),
        Effect::Incomparable,
    );
}

fn multiple<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let of = |view: &View<'a>| view.found("multipleOf").and_then(Value::as_f64);
    let (before, after) = (of(&pair.base), of(&pair.revision));
    let divides = |small: f64, large: f64| small > 0.0 && (large / small).fract() == 0.0;
    let both = match (before, after) {
        (Some(old), Some(new)) if divides(old, new) => Effect::Narrowed,
        (Some(old), Some(new)) if divides(new, old) => Effect::Widened,
        _ => Effect::Incomparable,
    };
    let value = |limit: Option<f64>| limit.map(number);
    other(cmp, pair, "multipleOf", value(before), value(after), both);
}

fn unique<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let of = |view: &View<'a>| view.is_flagged("uniqueItems").then_some(json!(true));
    let (before, after) = (of(&pair.base), of(&pair.revision));
    other(cmp, pair, "uniqueItems", before, after, Effect::Unknown);
}
