//! Compares keywords that the generated code does not see: conditions, and the keywords of 3.1 for names
//! and for some items. A server may enforce them in requests, so a change is a change of limits.

use std::collections::BTreeSet;

use serde_json::Value;

use super::limits::restriction;
use super::pair::Pair;
use super::view::View;
use crate::canonical;
use crate::comparison::{Change, Comparison, Context, Site};
use crate::document::{At, Document};
use crate::notes::kebab;
use crate::verdict::{Aspect, Effect};

/// Keywords with a schema.
const SCHEMAS: [&str; 9] = [
    "contains",
    "contentSchema",
    "else",
    "if",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords with schemas by name, and their rules.
const MAPS: [(&str, &str); 2] = [
    ("dependentSchemas", "dependent-schema"),
    ("patternProperties", "pattern-property"),
];

pub(super) fn compare<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    for keyword in SCHEMAS {
        let at = (
            place(&mut cmp.base, &pair.base, keyword),
            place(&mut cmp.revision, &pair.revision, keyword),
        );
        schema(cmp, pair, keyword, &kebab(keyword), at);
    }
    for (keyword, rule) in MAPS {
        map(cmp, pair, keyword, rule);
    }
    map(cmp, pair, "dependentRequired", "dependent-required");
    prefix(cmp, pair);
    for (keyword, upper) in [("maxContains", true), ("minContains", false)] {
        count(cmp, pair, keyword, upper);
    }
    for keyword in ["contentEncoding", "contentMediaType"] {
        text(cmp, pair, keyword);
    }
}

fn place<'a>(document: &mut Document<'a>, view: &View<'a>, keyword: &str) -> Option<At<'a>> {
    document.get(view.place(keyword)?, keyword)
}

/// Compares a schema that restricts the schema around it, or that selects such a restriction.
fn schema<'a>(
    cmp: &mut Comparison<'a>,
    pair: &Pair<'a>,
    keyword: &str,
    rule: &str,
    at: (Option<At<'a>>, Option<At<'a>>),
) {
    let mut context = match keyword {
        "prefixItems" => pair.context.first_items(),
        _ => pair.context.unseen(),
    };
    let (how, effect, words) = match at {
        (None, None) => return,
        (Some(before), Some(after)) if keyword == "if" => {
            if canonical::bare(before.value) == canonical::bare(after.value) {
                return;
            }
            context = pair.context;
            ("changed", Effect::Unknown, "changed")
        }
        (Some(before), Some(after)) => {
            context.flipped ^= keyword == "not";
            return cmp.defer(context, vec![before], vec![after], Site::PLAIN);
        }
        (Some(_), None) => ("removed", Effect::Widened, "is gone"),
        (None, Some(_)) => ("added", Effect::Narrowed, "is new"),
    };
    let effect = match keyword {
        "if" => Effect::Unknown,
        _ => effect,
    };
    let message = format!("the condition `{keyword}` {words}");
    report(cmp, context, at, &format!("{rule}-{how}"), effect, message);
}

fn report<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: (Option<At<'a>>, Option<At<'a>>),
    rule: &str,
    effect: Effect,
    message: String,
) {
    let value = |at: Option<At<'a>>| at.map(|at| canonical::bare(at.value));
    let change = Change::new(rule, effect, Aspect::Limit { typed: false }, message)
        .values(value(at.0), value(at.1));
    cmp.report(context, at.0, at.1, change);
}

fn map<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>, keyword: &str, rule: &str) {
    let base = place(&mut cmp.base, &pair.base, keyword);
    let revision = place(&mut cmp.revision, &pair.revision, keyword);
    let members = |at: Option<At<'a>>| {
        let fields = at.and_then(|at| at.value.as_object());
        fields
            .into_iter()
            .flat_map(|it| it.keys())
            .map(String::as_str)
    };
    let names: BTreeSet<&'a str> = members(base).chain(members(revision)).collect();
    for name in names {
        let at = (
            base.and_then(|at| cmp.base.get(at, name)),
            revision.and_then(|at| cmp.revision.get(at, name)),
        );
        if rule == "dependent-required" {
            required(cmp, pair, at);
        } else {
            schema(cmp, pair, keyword, rule, at);
        }
    }
}

fn required<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>, at: (Option<At<'a>>, Option<At<'a>>)) {
    let names = |at: Option<At<'a>>| -> BTreeSet<&'a str> {
        let list = at.and_then(|at| at.value.as_array());
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    let (before, after) = (names(at.0), names(at.1));
    let (how, effect) = match at {
        _ if before == after => return,
        (None, _) => ("added", Effect::Narrowed),
        (_, None) => ("removed", Effect::Widened),
        _ if after.is_superset(&before) => ("changed", Effect::Narrowed),
        _ if before.is_superset(&after) => ("changed", Effect::Widened),
        _ => ("changed", Effect::Incomparable),
    };
    let message = "the properties that another one requires changed".to_owned();
    report(
        cmp,
        pair.context,
        at,
        &format!("dependent-required-{how}"),
        effect,
        message,
    );
}

/// Compares the first items of a list by position.
fn prefix<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>) {
    let base = place(&mut cmp.base, &pair.base, "prefixItems");
    let revision = place(&mut cmp.revision, &pair.revision, "prefixItems");
    let before = base.map_or_else(Vec::new, |at| cmp.base.items(at));
    let after = revision.map_or_else(Vec::new, |at| cmp.revision.items(at));
    for index in 0..before.len().max(after.len()) {
        let at = (before.get(index).copied(), after.get(index).copied());
        schema(cmp, pair, "prefixItems", "prefix-items", at);
    }
}

fn count<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>, keyword: &str, upper: bool) {
    let of = |view: &View<'a>| view.found(keyword).and_then(Value::as_u64);
    let (before, after) = (of(&pair.base), of(&pair.revision));
    if before == after {
        return;
    }
    let both = if (after < before) == upper {
        ("tightened", Effect::Narrowed)
    } else {
        ("loosened", Effect::Widened)
    };
    let values = (before.map(Value::from), after.map(Value::from));
    let change = restriction(keyword, values, both, format!("`{keyword}` changed"));
    pair.report(cmp, change);
}

fn text<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>, keyword: &str) {
    let of = |view: &View<'a>| view.found(keyword).and_then(Value::as_str);
    let (before, after) = (of(&pair.base), of(&pair.revision));
    if before == after {
        return;
    }
    let both = ("changed", Effect::Incomparable);
    let values = (before.map(Value::from), after.map(Value::from));
    let message = format!("`{keyword}` of a string changed");
    pair.report(cmp, restriction(keyword, values, both, message));
}
