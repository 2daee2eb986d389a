//! Leads from the use of a schema to the schema itself. Removes wrappers that only add descriptions or
//! null, in each of the three notations, and follows references.

use serde_json::{Value, json};
use trackstar_openapi::{is_annotation, is_prose};

use super::{notes, types};
use crate::canonical;
use crate::comparison::{Change, Comparison, Task};
use crate::document::{At, Document, Version};
use crate::verdict::{Aspect, Effect};

/// Maximum number of nested wrappers.
const MAX_WRAPPERS: usize = 32;

/// Keywords of a wrapper that, like annotations, do not restrict values except for null.
const LIGHT: [&str; 2] = ["discriminator", "nullable"];

/// The schema within wrappers.
struct Entered<'a> {
    at: At<'a>,
    null: bool,
    /// The name in the first reference: the name of the generated type.
    name: Option<&'a str>,
    /// The wrappers before that reference.
    wrappers: Vec<At<'a>>,
}

/// Compares the wrappers of two schemas. Returns the task if it is about the schemas themselves, and
/// otherwise defers the pair within the wrappers.
pub(super) fn enter<'a>(cmp: &mut Comparison<'a>, task: Task<'a>) -> Option<Task<'a>> {
    let ([base], [revision]) = (task.base.as_slice(), task.revision.as_slice()) else {
        return Some(task);
    };
    let before = within(&mut cmp.base, *base);
    let after = within(&mut cmp.revision, *revision);
    if before.name.is_none() && after.name.is_none() {
        return Some(task);
    }
    renamed(cmp, &task, &before, &after);
    notes::beside(
        cmp,
        task.context,
        (*base, *revision),
        &before.wrappers,
        &after.wrappers,
    );
    let mut sites = task.sites;
    sites.0.null |= before.null;
    sites.1.null |= after.null;
    cmp.defer(task.context, vec![before.at], vec![after.at], sites);
    None
}

fn within<'a>(document: &mut Document<'a>, at: At<'a>) -> Entered<'a> {
    let mut entered = Entered {
        at,
        null: false,
        name: None,
        wrappers: Vec::new(),
    };
    for _ in 0..MAX_WRAPPERS {
        let Some((next, null, name)) = unwrap(document, entered.at) else {
            break;
        };
        if entered.name.is_none() {
            entered.wrappers.push(entered.at);
        }
        entered.at = next;
        entered.null |= null;
        entered.name = entered.name.or(name);
    }
    // Without a reference, the wrappers and the schema are one schema.
    if entered.name.is_none() {
        entered = Entered {
            at,
            null: false,
            name: None,
            wrappers: Vec::new(),
        };
    }
    entered
}

/// Returns the content of a wrapper, whether it adds null, and the name of the component that it refers
/// to.
fn unwrap<'a>(document: &mut Document<'a>, at: At<'a>) -> Option<(At<'a>, bool, Option<&'a str>)> {
    let fields = at.value.as_object()?;
    let only = |keyword: &str| {
        let light = |key: &str| is_annotation(key) || is_prose(key) || LIGHT.contains(&key);
        fields.keys().all(|key| key == keyword || light(key))
    };
    let nullable = fields.get("nullable") == Some(&Value::Bool(true));
    if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
        let alone = document.version == Version::V30;
        if !alone && !only("$ref") {
            return None;
        }
        let target = document.resolve(reference)?;
        return Some((
            target,
            nullable && !alone,
            Some(canonical::name_of(reference)),
        ));
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        if !only(keyword) {
            continue;
        }
        let Some(list) = document.get(at, keyword) else {
            continue;
        };
        let mut members = document.items(list);
        let all = members.len();
        if keyword != "allOf" {
            members.retain(|member| !types::is_null(member.value));
        }
        let null = nullable || members.len() < all;
        if let [member] = members.as_slice() {
            return Some((*member, null, None));
        }
    }
    None
}

fn renamed<'a>(
    cmp: &mut Comparison<'a>,
    task: &Task<'a>,
    before: &Entered<'a>,
    after: &Entered<'a>,
) {
    let (rule, message) = match (before.name, after.name) {
        (Some(before), Some(after)) if before != after => (
            "schema-renamed",
            format!("the schema was `{before}` and is `{after}`"),
        ),
        (Some(before), None) => (
            "reference-became-inline",
            format!("the schema was `{before}` and is written out"),
        ),
        (None, Some(after)) => (
            "inline-became-reference",
            format!("the schema was written out and is `{after}`"),
        ),
        _ => return,
    };
    let (base, revision) = (task.base[0], task.revision[0]);
    let change = Change::new(rule, Effect::Same, Aspect::Name, message).values(
        before.name.map(|name| json!(name)),
        after.name.map(|name| json!(name)),
    );
    cmp.report(task.context, Some(base), Some(revision), change);
}
