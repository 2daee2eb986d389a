//! Compares servers and security requirements.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trackstar_openapi::model::{Requirement, Scheme, Server};

use crate::canonical;
use crate::comparison::{Change, Comparison, Context};
use crate::document::{At, Document};
use crate::operation::Operation;
use crate::verdict::{Aspect, Effect, Mode};

pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    servers(cmp, base, revision);
    requirements(cmp, base, revision);
}

/// A server or a requirement, and its place.
type Stated<'a, T> = (&'a T, At<'a>);

/// Servers or requirements, by their canonical text.
type All<'a, T> = BTreeMap<String, Stated<'a, T>>;

/// Compares the servers. If a part of the URL moves between the server and the path, the URL stays the
/// same for deployed clients.
fn servers<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let pointer = |server: &'a Server| server.pointer.as_str();
    let before = all(&mut cmp.base, &base.model.servers, pointer);
    let after = all(&mut cmp.revision, &revision.model.servers, pointer);
    let (mut gone, mut new) = (before.clone(), after.clone());
    if base.route() != revision.route() {
        for (key, (server, at)) in &before {
            let url = base.url(&server.url);
            let mut others = after.iter();
            let partner = others.find(|(_, (now, _))| revision.url(&now.url) == url);
            if let Some((other, (now, at_now))) = partner {
                moved(cmp, (base, (server, *at)), (revision, (now, *at_now)));
                gone.remove(key);
                new.remove(other);
            }
        }
    }
    one_sided(cmp, (&gone, &new), "server", |server| {
        format!("the server {}", server.url)
    });
}

type Served<'a> = (Operation<'a>, Stated<'a, Server>);

/// Reports that the same URL is another path on another server.
fn moved<'a>(cmp: &mut Comparison<'a>, before: Served<'a>, after: Served<'a>) {
    let of = |(operation, (server, _)): &Served<'a>| (&server.url, &operation.model.path);
    let ((was, path), (is, path_now)) = (of(&before), of(&after));
    let message = format!(
        "the path `{path}` of the server {was} is `{path_now}` of the server {is}, which is the same URL; \
         a client that is compiled again needs the other base URL",
    );
    let change = Change::new(
        "path-moved-to-server",
        Effect::Same,
        Aspect::NoCode,
        message,
    )
    .values(
        Some(json!(format!("{was} {path}"))),
        Some(json!(format!("{is} {path_now}"))),
    );
    let (_, (_, at)) = before;
    let (_, (_, at_now)) = after;
    cmp.report(Context::new(Mode::Neither), Some(at), Some(at_now), change);
}

fn all<'a, T>(
    document: &mut Document<'a>,
    list: &'a [T],
    pointer: impl Fn(&'a T) -> &'a str,
) -> All<'a, T> {
    let stated = list.iter().filter_map(|one| {
        let at = document.at(pointer(one))?;
        let text = canonical::text(&canonical::bare(at.value));
        Some((text, (one, at)))
    });
    stated.collect()
}

fn one_sided<'a, T>(
    cmp: &mut Comparison<'a>,
    (before, after): (&All<'a, T>, &All<'a, T>),
    rule: &str,
    name: impl Fn(&T) -> String,
) {
    let gone = before.iter().filter(|(key, _)| !after.contains_key(*key));
    let gone = gone.map(|(_, (one, at))| (one, (Some(*at), None)));
    let new = after.iter().filter(|(key, _)| !before.contains_key(*key));
    let new = new.map(|(_, (one, at))| (one, (None, Some(*at))));
    for (one, at) in gone.chain(new) {
        let value = |at: Option<At<'a>>| at.map(|at| canonical::bare(at.value));
        let mut change = Change::one_sided(at, rule, &name(one), None, Aspect::Settings)
            .values(value(at.0), value(at.1));
        change.effect = Effect::Unknown;
        cmp.report(Context::new(Mode::Neither), at.0, at.1, change);
    }
}

fn requirements<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let pointer = |requirement: &'a Requirement| requirement.pointer.as_str();
    let before = all(&mut cmp.base, &base.model.security, pointer);
    let after = all(&mut cmp.revision, &revision.model.security, pointer);
    let (mut gone, mut new) = (before.clone(), after.clone());
    // The same schemes with other scopes are the same requirement.
    for (key, (requirement, at)) in &before {
        if after.contains_key(key) {
            continue;
        }
        let same = |(other, _): &Stated<'a, Requirement>| names(other) == names(requirement);
        let partner = after
            .iter()
            .find(|(key, it)| !before.contains_key(*key) && same(it));
        if let Some((other, (now, at_now))) = partner {
            scopes(cmp, (*at, *at_now), requirement, now);
            gone.remove(key);
            new.remove(other);
        }
    }
    one_sided(cmp, (&gone, &new), "security-requirement", |requirement| {
        let names: Vec<_> = names(requirement).into_iter().collect();
        match names.as_slice() {
            [] => "the permission to call without credentials".to_owned(),
            names => format!("the security requirement {}", names.join(" with ")),
        }
    });
    let used = before.values().chain(after.values());
    let used: BTreeSet<&str> = used.flat_map(|(it, _)| names(it)).collect();
    for name in used {
        scheme(cmp, name, Aspect::Settings);
    }
}

/// Compares all defined security schemes, whether operations use them or not.
pub(crate) fn schemes_of_documents(cmp: &mut Comparison<'_>) {
    let schemes = [cmp.base.model, cmp.revision.model].map(|model| &model.schemes);
    let all: BTreeSet<&str> = schemes
        .into_iter()
        .flatten()
        .map(|scheme| scheme.name.as_str())
        .collect();
    for name in all {
        scheme(cmp, name, Aspect::NoCode);
    }
}

fn names(requirement: &Requirement) -> BTreeSet<&str> {
    let schemes = requirement.schemes.iter();
    schemes.map(|scheme| scheme.name.as_str()).collect()
}

fn scopes<'a>(
    cmp: &mut Comparison<'a>,
    at: (At<'a>, At<'a>),
    before: &Requirement,
    after: &Requirement,
) {
    let scoped = |scheme: &Scheme| {
        let scopes = scheme.scopes.iter();
        let scopes = scopes.map(|scope| format!("{}: {scope}", scheme.name));
        scopes.collect::<Vec<_>>()
    };
    let all = |requirement: &Requirement| -> BTreeSet<String> {
        requirement.schemes.iter().flat_map(scoped).collect()
    };
    let (before, after) = (all(before), all(after));
    for scope in before.symmetric_difference(&after) {
        let (how, words) = if before.contains(scope) {
            ("removed", "is no longer required")
        } else {
            ("added", "is required now")
        };
        let change = Change::new(
            format!("security-scope-{how}"),
            Effect::Unknown,
            Aspect::Settings,
            format!("the scope {scope} {words}"),
        )
        .values(
            before.get(scope).map(|it| json!(it)),
            after.get(scope).map(|it| json!(it)),
        );
        cmp.report(Context::new(Mode::Neither), Some(at.0), Some(at.1), change);
    }
}

/// Compares the security scheme with a name.
fn scheme<'a>(cmp: &mut Comparison<'a>, name: &str, aspect: Aspect) {
    let at = (
        defined(&mut cmp.base, name),
        defined(&mut cmp.revision, name),
    );
    let value = |at: Option<At<'a>>| at.map(|at| credential(at.value));
    let values = (value(at.0), value(at.1));
    if values.0 == values.1 {
        return;
    }
    let (how, words) = match values {
        (None, _) => ("added", "is defined now"),
        (_, None) => ("removed", "is no longer defined"),
        _ => ("changed", "changed"),
    };
    let message = format!("the security scheme `{name}` {words}");
    let change = Change::new(
        format!("security-scheme-{how}"),
        Effect::Unknown,
        aspect,
        message,
    )
    .values(values.0, values.1);
    cmp.report(Context::new(Mode::Neither), at.0, at.1, change);
}

/// Returns a scheme with the name of its header in lower case, because header names are case-insensitive.
fn credential(scheme: &Value) -> Value {
    let mut scheme = canonical::bare(scheme);
    if scheme.get("in").is_some_and(|place| place == "header")
        && let Some(Value::String(name)) = scheme.get_mut("name")
    {
        name.make_ascii_lowercase();
    }
    scheme
}

fn defined<'a>(document: &mut Document<'a>, name: &str) -> Option<At<'a>> {
    let mut schemes = document.model.schemes.iter();
    let scheme = schemes.find(|scheme| scheme.name == name)?;
    document.at(scheme.pointer.as_deref()?)
}
