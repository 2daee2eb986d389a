//! Compares the responses of an operation: statuses, headers, content.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trackstar_openapi::Kind;

use crate::comparison::{Change, Comparison, Context, Site};
use crate::document::{At, Document};
use crate::serialization::Serialization;
use crate::verdict::{Aspect, Mode};
use crate::{bodies, canonical, notes, schema};

type Responses<'a> = BTreeMap<&'a str, At<'a>>;

pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, base: At<'a>, revision: At<'a>) {
    let (responses, responses_now) = (
        cmp.base.get(base, "responses"),
        cmp.revision.get(revision, "responses"),
    );
    if let (Some(base), Some(revision)) = (responses, responses_now) {
        extensions(cmp, (base, revision));
    }
    let before = all(&mut cmp.base, responses);
    let after = all(&mut cmp.revision, responses_now);
    let typed = success_types(&before) != success_types(&after);
    let statuses: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    for status in statuses {
        match (before.get(status), after.get(status)) {
            (Some(base), Some(revision)) => both(cmp, status, (*base, *revision)),
            (base, revision) => {
                one_sided(cmp, status, base.copied(), revision.copied(), typed);
            }
        }
    }
}

fn all<'a>(document: &mut Document<'a>, responses: Option<At<'a>>) -> Responses<'a> {
    let members = responses.map_or_else(Vec::new, |at| document.members(at));
    members
        .into_iter()
        .filter(|(status, _)| !status.starts_with("x-"))
        .map(|(status, at)| (status, document.follow(at).unwrap_or(at)))
        .collect()
}

fn extensions<'a>(cmp: &mut Comparison<'a>, at: (At<'a>, At<'a>)) {
    let keys = |at: At<'a>| {
        let fields = at.value.as_object().into_iter().flat_map(|it| it.keys());
        fields
            .map(String::as_str)
            .filter(|key| key.starts_with("x-"))
    };
    let names: BTreeSet<&str> = keys(at.0).chain(keys(at.1)).collect();
    for name in names {
        let (before, after) = (at.0.value.get(name), at.1.value.get(name));
        notes::extension(cmp, Context::new(Mode::Neither), at, name, before, after);
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Returns the types of the successes. The generated method returns one type for all of them, and an
/// `Option` of it if a success has no content.
fn success_types(responses: &Responses<'_>) -> BTreeSet<String> {
    let successes = responses.iter().filter(|(status, _)| is_success(status));
    successes
        .filter_map(|(_, at)| {
            let content = at.value.get("content").and_then(Value::as_object);
            let Some(content) = content.filter(|it| !it.is_empty()) else {
                return Some(String::new());
            };
            let json = content.iter().find(|(name, _)| name.contains("json"));
            json.map(|(_, media)| {
                let schema = media.get("schema").unwrap_or(&Value::Null);
                canonical::text(&canonical::bare(schema))
            })
        })
        .collect()
}

fn one_sided<'a>(
    cmp: &mut Comparison<'a>,
    status: &str,
    base: Option<At<'a>>,
    revision: Option<At<'a>>,
    typed: bool,
) {
    let (kind, mode) = if is_success(status) {
        ("success", Mode::Success)
    } else {
        ("error", Mode::Failure)
    };
    let change = Change::one_sided(
        (base, revision),
        &format!("{kind}-status"),
        &format!("the {kind} {status}"),
        Some(status),
        Aspect::Success { typed },
    );
    cmp.report(Context::new(mode), base, revision, change);
}

fn both<'a>(cmp: &mut Comparison<'a>, status: &str, at: (At<'a>, At<'a>)) {
    let context = Context::new(if is_success(status) {
        Mode::Success
    } else {
        Mode::Failure
    });
    notes::object(cmp, context, at, Kind::Response, &[]);
    bodies::content(cmp, context, at);
    headers(cmp, context.unseen(), at);
    notes::opaque(cmp, at, "links", "links-changed");
}

/// Compares response headers, for which no code is generated.
fn headers<'a>(cmp: &mut Comparison<'a>, context: Context, at: (At<'a>, At<'a>)) {
    let before = named(&mut cmp.base, at.0);
    let after = named(&mut cmp.revision, at.1);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        match (before.get(name), after.get(name)) {
            (Some(base), Some(revision)) => header(cmp, context, (*base, *revision)),
            (base, revision) => {
                let at = (base.copied(), revision.copied());
                let what = format!("the header `{name}`");
                let change = Change::one_sided(at, "header", &what, Some(name), Aspect::NoCode);
                cmp.report(context, at.0, at.1, change);
            }
        }
    }
}

fn named<'a>(document: &mut Document<'a>, at: At<'a>) -> BTreeMap<String, At<'a>> {
    let Some(headers) = document.get(at, "headers") else {
        return BTreeMap::new();
    };
    let members = document.members(headers).into_iter();
    members
        .map(|(name, at)| {
            let at = document.follow(at).unwrap_or(at);
            (name.to_ascii_lowercase(), at)
        })
        .collect()
}

fn header<'a>(cmp: &mut Comparison<'a>, context: Context, at: (At<'a>, At<'a>)) {
    let others = ["allowEmptyValue", "allowReserved"];
    notes::object(cmp, context, at, Kind::Header, &others);
    notes::opaque(cmp, at, "required", "header-changed");
    bodies::content(cmp, context, at);
    let (before, after) = (
        cmp.base.get(at.0, "schema"),
        cmp.revision.get(at.1, "schema"),
    );
    match (before, after) {
        (Some(before), Some(after)) => {
            cmp.defer(context, vec![before], vec![after], Site::PLAIN);
        }
        _ => notes::opaque(cmp, at, "schema", "header-changed"),
    }
    let kinds = (
        schema::kinds(&mut cmp.base, before),
        schema::kinds(&mut cmp.revision, after),
    );
    let written = (
        Serialization::of_header(at.0.value).written(kinds.0),
        Serialization::of_header(at.1.value).written(kinds.1),
    );
    if kinds.0 == kinds.1 && written.0 != written.1 {
        for keyword in ["explode", "style"] {
            notes::opaque(cmp, at, keyword, "header-changed");
        }
    }
}
