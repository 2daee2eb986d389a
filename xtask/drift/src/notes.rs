//! Comparisons for any part of a document: descriptions, deprecations, extensions, and unknown keywords.

use serde_json::Value;
use trackstar_openapi::{Kind, is_prose};

use crate::canonical;
use crate::comparison::{Change, Comparison, Context};
use crate::document::At;
use crate::verdict::{Aspect, Effect, Mode};

type Places<'a> = (At<'a>, At<'a>);

fn differ(before: Option<&Value>, after: Option<&Value>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => !canonical::same(before, after),
        (None, None) => false,
        _ => true,
    }
}

fn how(before: Option<&Value>, after: Option<&Value>) -> (&'static str, &'static str) {
    match (before, after) {
        (None, _) => ("added", "was added"),
        (_, None) => ("removed", "was removed"),
        _ => ("changed", "changed"),
    }
}

/// Compares a keyword with text for readers.
pub(crate) fn prose<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: Places<'a>,
    keyword: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) {
    if !differ(before, after) || canonical::is_same_set(keyword, before, after) {
        return;
    }
    let (_, words) = how(before, after);
    let change = Change::new(
        format!("{}-changed", kebab(keyword)),
        Effect::Same,
        Aspect::Documentation,
        format!("the `{keyword}` {words}"),
    )
    .values(before.cloned(), after.cloned());
    cmp.report(context, Some(at.0), Some(at.1), change);
}

/// Compares the deprecation, which makes the compiler warn.
pub(crate) fn deprecated<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: Places<'a>,
    before: bool,
    after: bool,
) {
    if before == after {
        return;
    }
    let (rule, message) = if after {
        ("became-deprecated", "it is deprecated now")
    } else {
        ("became-not-deprecated", "it is no longer deprecated")
    };
    let change = Change::new(rule, Effect::Same, Aspect::Deprecated, message)
        .values(Some(before.into()), Some(after.into()));
    cmp.report(context, Some(at.0), Some(at.1), change);
}

/// Compares an extension, whose meaning is unknown.
pub(crate) fn extension<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: Places<'a>,
    name: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) {
    if !differ(before, after) {
        return;
    }
    let (what, words) = how(before, after);
    let change = Change::new(
        format!("extension-{what}"),
        Effect::Same,
        Aspect::Documentation,
        format!("the extension `{name}` {words}"),
    )
    .values(
        before.map(|it| serde_json::json!({ name: it })),
        after.map(|it| serde_json::json!({ name: it })),
    );
    cmp.report(context, Some(at.0), Some(at.1), change);
}

/// Compares a keyword that is unknown or has an unreadable value.
pub(crate) fn unknown<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: Places<'a>,
    name: &str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
) {
    if !differ(before, after) {
        return;
    }
    let (_, words) = how(before, after);
    let message = if name.is_empty() {
        "the value cannot be read".to_owned()
    } else {
        format!("the keyword `{name}`, which this comparison cannot read, {words}")
    };
    let base = cmp.base.get(at.0, name).unwrap_or(at.0);
    let revision = cmp.revision.get(at.1, name).unwrap_or(at.1);
    let change = Change::new("unknown-keyword", Effect::Unknown, Aspect::Unknown, message).values(
        before.map(|it| serde_json::json!({ name: it })),
        after.map(|it| serde_json::json!({ name: it })),
    );
    cmp.report(context, Some(base), Some(revision), change);
}

/// Compares the descriptions, the deprecation, the extensions and the unknown fields of an object that is
/// not a schema. Fields in `others` count as unknown.
pub(crate) fn object<'a>(
    cmp: &mut Comparison<'a>,
    context: Context,
    at: Places<'a>,
    kind: Kind,
    others: &[&str],
) {
    let (base, revision) = (at.0.value, at.1.value);
    let keys = |value: &'a Value| value.as_object().into_iter().flat_map(|it| it.keys());
    let mut names: Vec<&'a str> = keys(base)
        .chain(keys(revision))
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (before, after) = (base.get(name), revision.get(name));
        if is_prose(name) {
            prose(cmp, context, at, name, before, after);
        } else if name == "deprecated" {
            let flag = |value: Option<&Value>| value == Some(&Value::Bool(true));
            deprecated(cmp, context, at, flag(before), flag(after));
        } else if name.starts_with("x-") {
            extension(cmp, context, at, name, before, after);
        } else if !is_field(kind, name) || others.contains(&name) {
            unknown(cmp, context, at, name, before, after);
        }
    }
    if !(base.is_object() && revision.is_object()) {
        unknown(cmp, context, at, "", Some(base), Some(revision));
    }
}

/// Returns true for the fields of a kind. Except for the document, any object may be a reference.
fn is_field(kind: Kind, name: &str) -> bool {
    let reference = name == "$ref" && kind != Kind::Document;
    reference || kind.takes(name, &Value::Null).is_some()
}

/// Compares a part without generated code as a whole.
pub(crate) fn opaque<'a>(
    cmp: &mut Comparison<'a>,
    at: (At<'a>, At<'a>),
    keyword: &str,
    rule: &str,
) {
    let place = (cmp.base.get(at.0, keyword), cmp.revision.get(at.1, keyword));
    let message = format!("`{keyword}` changed; no code is generated for it");
    whole(cmp, place, rule, message);
}

/// Compares a part as a whole.
pub(crate) fn whole<'a>(
    cmp: &mut Comparison<'a>,
    at: (Option<At<'a>>, Option<At<'a>>),
    rule: &str,
    message: String,
) {
    let bare = |at: Option<At<'a>>| at.map(|at| canonical::bare(at.value));
    let (before, after) = (bare(at.0), bare(at.1));
    if before == after {
        return;
    }
    let change = Change::new(rule, Effect::Unknown, Aspect::NoCode, message).values(before, after);
    cmp.report(Context::new(Mode::Neither), at.0, at.1, change);
}

/// Returns `max-length` for `maxLength`.
pub(crate) fn kebab(keyword: &str) -> String {
    let mut kebab = String::new();
    for character in keyword.chars() {
        if character.is_ascii_uppercase() {
            kebab.push('-');
        }
        if character != '$' {
            kebab.push(character.to_ascii_lowercase());
        }
    }
    kebab
}
