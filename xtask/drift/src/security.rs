//! Compares servers and security requirements.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trackstar_openapi::pointer::below;

use crate::canonical;
use crate::comparison::{Change, Comparison, Context};
use crate::document::{At, Document};
use crate::operation::{Operation, url};
use crate::verdict::{Aspect, Effect, Mode};

pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    servers(cmp, base, revision);
    requirements(cmp, base, revision);
}

fn report<'a>(
    cmp: &mut Comparison<'a>,
    at: (Option<At<'a>>, Option<At<'a>>),
    rule: &str,
    values: (Option<Value>, Option<Value>),
    message: String,
) {
    let change =
        Change::new(rule, Effect::Unknown, Aspect::Settings, message).values(values.0, values.1);
    cmp.report(Context::new(Mode::Neither), at.0, at.1, change);
}

/// Servers or requirements with their places, by their canonical text.
type Said<'a> = BTreeMap<String, (Value, At<'a>)>;

/// Compares the servers. If a part of the URL moves between the server and the path, the URL stays the
/// same for deployed clients.
fn servers<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let before = server_list(&mut cmp.base, base);
    let after = server_list(&mut cmp.revision, revision);
    let (mut gone, mut new) = (before.clone(), after.clone());
    if base.route() != revision.route() {
        for (key, (value, at)) in &before {
            let url = base.url(value);
            let partner = after.iter().find(|(_, (now, _))| revision.url(now) == url);
            if let Some((other, (now, at_now))) = partner {
                moved(cmp, (base, value, *at), (revision, now, *at_now));
                gone.remove(key);
                new.remove(other);
            }
        }
    }
    one_sided(cmp, &gone, &new, |server| {
        let words = format!("the server {}", url(server));
        (words, "server".to_owned())
    });
}

type Served<'v, 'a> = (Operation<'a>, &'v Value, At<'a>);

/// Reports that the same URL is another path on another server.
fn moved<'a>(cmp: &mut Comparison<'a>, before: Served<'_, 'a>, after: Served<'_, 'a>) {
    let (was, is) = (url(before.1), url(after.1));
    let message = format!(
        "the path `{}` of the server {was} is `{}` of the server {is}, which is the same URL; a client \
         that is compiled again needs the other base URL",
        before.0.path, after.0.path,
    );
    let change = Change::new(
        "path-moved-to-server",
        Effect::Same,
        Aspect::NoCode,
        message,
    )
    .values(
        Some(json!(format!("{was} {}", before.0.path))),
        Some(json!(format!("{is} {}", after.0.path))),
    );
    cmp.report(
        Context::new(Mode::Neither),
        Some(before.2),
        Some(after.2),
        change,
    );
}

/// Returns the nearest list of servers, which replaces those of the outer objects.
fn server_list<'a>(document: &mut Document<'a>, operation: Operation<'a>) -> Said<'a> {
    let root = document.root();
    for holder in [operation.at, operation.item, root] {
        let Some(list) = document.get(holder, "servers") else {
            continue;
        };
        let servers = document.items(list);
        if !servers.is_empty() {
            return said(servers);
        }
    }
    Said::new()
}

/// Returns the servers of an operation. The default is the server of the document.
pub(crate) fn servers_of<'a>(document: &mut Document<'a>, operation: Operation<'a>) -> Vec<Value> {
    let said = server_list(document, operation);
    if said.is_empty() {
        return vec![json!({"url": "/"})];
    }
    said.into_values().map(|(server, _)| server).collect()
}

fn said(places: Vec<At<'_>>) -> Said<'_> {
    places
        .into_iter()
        .map(|at| {
            let value = canonical::bare(at.value);
            (canonical::text(&value), (value, at))
        })
        .collect()
}

fn one_sided<'a>(
    cmp: &mut Comparison<'a>,
    before: &Said<'a>,
    after: &Said<'a>,
    name: impl Fn(&Value) -> (String, String),
) {
    for (_, (value, at)) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        let (words, rule) = name(value);
        report(
            cmp,
            (Some(*at), None),
            &format!("{rule}-removed"),
            (Some(value.clone()), None),
            format!("{words} is gone"),
        );
    }
    for (_, (value, at)) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        let (words, rule) = name(value);
        report(
            cmp,
            (None, Some(*at)),
            &format!("{rule}-added"),
            (None, Some(value.clone())),
            format!("{words} is new"),
        );
    }
}

fn requirements<'a>(cmp: &mut Comparison<'a>, base: Operation<'a>, revision: Operation<'a>) {
    let before = requirement_list(&mut cmp.base, base);
    let after = requirement_list(&mut cmp.revision, revision);
    let (mut gone, mut new) = (before.clone(), after.clone());
    // The same schemes with other scopes are the same requirement.
    for (key, (value, at)) in &before {
        if after.contains_key(key) {
            continue;
        }
        let same = |(other, _): &&(Value, At<'a>)| schemes(other) == schemes(value);
        let partner = after
            .iter()
            .find(|(key, it)| !before.contains_key(*key) && same(it));
        if let Some((other, (now, at_now))) = partner {
            scopes(cmp, (*at, *at_now), value, now);
            gone.remove(key);
            new.remove(other);
        }
    }
    one_sided(cmp, &gone, &new, |requirement| {
        let names = schemes(requirement);
        let names: Vec<_> = names.into_iter().collect();
        let words = match names.as_slice() {
            [] => "the permission to call without credentials".to_owned(),
            names => format!("the security requirement {}", names.join(" with ")),
        };
        (words, "security-requirement".to_owned())
    });
    let used = before.values().chain(after.values());
    let used: BTreeSet<String> = used
        .flat_map(|(value, _)| schemes(value))
        .map(str::to_owned)
        .collect();
    for name in used {
        scheme(cmp, &name, Aspect::Settings);
    }
}

/// Compares all defined security schemes, whether operations use them or not.
pub(crate) fn schemes_of_documents(cmp: &mut Comparison<'_>) {
    let names = |document: &Document<'_>| -> BTreeSet<String> {
        let schemes = document.root().value.pointer("/components/securitySchemes");
        let fields = schemes.and_then(Value::as_object).into_iter();
        fields.flat_map(|it| it.keys()).cloned().collect()
    };
    let all: BTreeSet<String> = &names(&cmp.base) | &names(&cmp.revision);
    for name in all {
        scheme(cmp, &name, Aspect::NoCode);
    }
}

fn requirement_list<'a>(document: &mut Document<'a>, operation: Operation<'a>) -> Said<'a> {
    let root = document.root();
    let own = document.get(operation.at, "security");
    let list = own.or_else(|| document.get(root, "security"));
    said(list.map_or_else(Vec::new, |at| document.items(at)))
}

fn schemes(requirement: &Value) -> BTreeSet<&str> {
    let fields = requirement.as_object().into_iter().flat_map(|it| it.keys());
    fields.map(String::as_str).collect()
}

fn scopes<'a>(cmp: &mut Comparison<'a>, at: (At<'a>, At<'a>), before: &Value, after: &Value) {
    let all = |requirement: &Value| -> BTreeSet<String> {
        let fields = requirement.as_object().into_iter().flatten();
        fields
            .flat_map(|(scheme, scopes)| {
                let scopes = scopes.as_array().into_iter().flatten();
                let scopes = scopes.filter_map(Value::as_str);
                scopes.map(move |scope| format!("{scheme}: {scope}"))
            })
            .collect()
    };
    let (before, after) = (all(before), all(after));
    let at = (Some(at.0), Some(at.1));
    for scope in before.difference(&after) {
        let message = format!("the scope {scope} is no longer required");
        report(
            cmp,
            at,
            "security-scope-removed",
            (Some(json!(scope)), None),
            message,
        );
    }
    for scope in after.difference(&before) {
        let message = format!("the scope {scope} is required now");
        report(
            cmp,
            at,
            "security-scope-added",
            (None, Some(json!(scope))),
            message,
        );
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
    let scheme = document.at(&below("/components/securitySchemes", &[name]))?;
    document.follow(scheme)
}
