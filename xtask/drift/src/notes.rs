//! What any part of a document can say: prose, marks, extensions, and what nobody knows.

use serde_json::Value;
use trackstar_openapi::Kind;

use crate::canonical;
use crate::document::At;
use crate::engine::{Change, Context, Engine};
use crate::verdict::{Aspect, Effect};

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
        (None, _) => ("added", "is there now"),
        (_, None) => ("removed", "is gone"),
        _ => ("changed", "is another one"),
    }
}

/// One keyword of prose.
pub(crate) fn prose<'a>(
    engine: &mut Engine<'a>,
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
    let change = Change {
        rule: format!("{}-changed", kebab(keyword)),
        effect: Effect::Same,
        aspect: Aspect::Documentation,
        base: before.cloned(),
        revision: after.cloned(),
        message: format!("the `{keyword}` {words}"),
    };
    engine.found(context, Some(at.0), Some(at.1), change);
}

/// The mark that makes the compiler warn.
pub(crate) fn deprecated<'a>(
    engine: &mut Engine<'a>,
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
    let change = Change {
        rule: rule.to_owned(),
        effect: Effect::Same,
        aspect: Aspect::Deprecated,
        base: Some(before.into()),
        revision: Some(after.into()),
        message: message.to_owned(),
    };
    engine.found(context, Some(at.0), Some(at.1), change);
}

/// An extension, of which no document says what it means.
pub(crate) fn extension<'a>(
    engine: &mut Engine<'a>,
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
    let change = Change {
        rule: format!("extension-{what}"),
        effect: Effect::Same,
        aspect: Aspect::Documentation,
        base: before.map(|it| serde_json::json!({ name: it })),
        revision: after.map(|it| serde_json::json!({ name: it })),
        message: format!("the extension `{name}` {words}"),
    };
    engine.found(context, Some(at.0), Some(at.1), change);
}

/// A keyword that the comparison does not know, or that has no value that it could read.
pub(crate) fn unknown<'a>(
    engine: &mut Engine<'a>,
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
        "what stands here cannot be read".to_owned()
    } else {
        format!("the keyword `{name}`, which this comparison cannot read, {words}")
    };
    let base = engine.base.get(at.0, name).unwrap_or(at.0);
    let revision = engine.revision.get(at.1, name).unwrap_or(at.1);
    let change = Change {
        rule: "unknown-keyword".to_owned(),
        effect: Effect::Unknown,
        aspect: Aspect::Unknown,
        base: before.map(|it| serde_json::json!({ name: it })),
        revision: after.map(|it| serde_json::json!({ name: it })),
        message,
    };
    engine.found(context, Some(base), Some(revision), change);
}

/// Prose, marks and extensions of what is no schema; everything that is neither, nor a field of its kind.
/// Fields among `others` are none that are compared.
pub(crate) fn object<'a>(
    engine: &mut Engine<'a>,
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
        if canonical::PROSE.contains(&name) {
            prose(engine, context, at, name, before, after);
        } else if name == "deprecated" {
            let flag = |value: Option<&Value>| value == Some(&Value::Bool(true));
            deprecated(engine, context, at, flag(before), flag(after));
        } else if name.starts_with("x-") {
            extension(engine, context, at, name, before, after);
        } else if !is_field(kind, name) || others.contains(&name) {
            unknown(engine, context, at, name, before, after);
        }
    }
    if !(base.is_object() && revision.is_object()) {
        unknown(engine, context, at, "", Some(base), Some(revision));
    }
}

/// Returns true for the fields of a kind. A reference may be in the place of all but the document.
fn is_field(kind: Kind, name: &str) -> bool {
    let reference = name == "$ref" && kind != Kind::Document;
    reference || kind.takes(name, &Value::Null).is_some()
}

/// `maxLength` as `max-length`.
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
