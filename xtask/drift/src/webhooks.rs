//! Compares webhooks, which are requests from the API. A client reads their payloads like responses
//! (feature `webhooks`), and the user's own code responds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trackstar_openapi::{Kind, WEBHOOKS, methods};

use crate::comparison::{Change, Comparison, Context};
use crate::document::{At, Document};
use crate::verdict::{Aspect, Mode};
use crate::{bodies, notes};

/// A webhook in both documents, or in one of them.
pub(crate) type WebhookPair<'a> = (Option<At<'a>>, Option<At<'a>>);

/// Rule for parts of a webhook that have no code, and for those that only one document has.
const RULE: &str = "webhook-changed";

/// Fields of a webhook without effect on the client.
const UNUSED: [&str; 5] = [
    "callbacks",
    "operationId",
    "parameters",
    "security",
    "servers",
];

/// Returns the name of the user of a finding about an event.
pub(crate) fn name(event: &str) -> String {
    format!("webhook {event}")
}

/// Returns the webhooks of both documents by their events.
pub(crate) fn pairs<'a>(cmp: &mut Comparison<'a>) -> BTreeMap<&'a str, WebhookPair<'a>> {
    let mut pairs: BTreeMap<&str, WebhookPair<'_>> = BTreeMap::new();
    for (event, at) in all(&mut cmp.base) {
        pairs.entry(event).or_default().0 = Some(at);
    }
    for (event, at) in all(&mut cmp.revision) {
        pairs.entry(event).or_default().1 = Some(at);
    }
    pairs
}

/// Returns the webhooks of a document. Those of the standard field take precedence.
fn all<'a>(document: &mut Document<'a>) -> BTreeMap<&'a str, At<'a>> {
    let root = document.root();
    let mut all = BTreeMap::new();
    for field in WEBHOOKS {
        let field = document.get(root, field);
        for (event, at) in field.map_or_else(Vec::new, |at| document.members(at)) {
            all.entry(event).or_insert(at);
        }
    }
    all
}

pub(crate) fn compare<'a>(cmp: &mut Comparison<'a>, event: &str, pair: WebhookPair<'a>) {
    let context = Context::new(Mode::Neither);
    let (Some(base), Some(revision)) = pair else {
        let what = format!("the webhook `{event}`");
        let change = Change::one_sided(pair, "webhook", &what, Some(event), Aspect::NoCode);
        return cmp.report(context, pair.0, pair.1, change);
    };
    let base = cmp.base.follow(base).unwrap_or(base);
    let revision = cmp.revision.follow(revision).unwrap_or(revision);
    notes::object(cmp, context, (base, revision), Kind::PathItem, &[]);
    let of = |at: At<'a>| -> BTreeSet<&str> {
        methods().filter(|it| at.value.get(it).is_some()).collect()
    };
    if of(base) != of(revision) {
        let message = format!(
            "the webhook `{event}` changed; code is generated for it with the feature `webhooks`"
        );
        return notes::whole(cmp, (Some(base), Some(revision)), RULE, message);
    }
    for method in methods() {
        let at = (
            cmp.base.get(base, method),
            cmp.revision.get(revision, method),
        );
        if let (Some(base), Some(revision)) = at {
            request(cmp, (base, revision));
        }
    }
}

fn request<'a>(cmp: &mut Comparison<'a>, at: (At<'a>, At<'a>)) {
    let context = Context::new(Mode::Neither);
    notes::object(cmp, context, at, Kind::Operation, &[]);
    for keyword in UNUSED {
        notes::opaque(cmp, at, keyword, RULE);
    }
    let bodies = (
        cmp.base.followed(at.0, "requestBody"),
        cmp.revision.followed(at.1, "requestBody"),
    );
    match bodies {
        (Some(base), Some(revision)) => {
            let (at, context) = ((base, revision), Context::new(Mode::Success));
            notes::object(cmp, context, at, Kind::RequestBody, &[]);
            notes::opaque(cmp, at, "required", RULE);
            bodies::content(cmp, context, at);
        }
        at => notes::whole(cmp, at, RULE, "the payload is new or gone".to_owned()),
    }
    for status in names(at, "responses") {
        let of = |document: &mut Document<'a>, at| {
            let responses = document.get(at, "responses")?;
            document.followed(responses, status)
        };
        match (of(&mut cmp.base, at.0), of(&mut cmp.revision, at.1)) {
            (Some(base), Some(revision)) => response(cmp, (base, revision)),
            at => {
                let message = format!("the response {status} to the webhook is new or gone");
                notes::whole(cmp, at, RULE, message);
            }
        }
    }
}

/// Compares a response, for which no code is generated. The user's own code sends it.
fn response<'a>(cmp: &mut Comparison<'a>, at: (At<'a>, At<'a>)) {
    let context = Context::new(Mode::Request).unseen();
    notes::object(cmp, context, at, Kind::Response, &[]);
    for keyword in ["headers", "links"] {
        notes::opaque(cmp, at, keyword, RULE);
    }
    bodies::content(cmp, context, at);
}

/// Returns the names of the members that a field has in either document.
fn names<'a>(at: (At<'a>, At<'a>), field: &str) -> BTreeSet<&'a str> {
    let fields = [at.0, at.1].map(|at| at.value.get(field).and_then(Value::as_object));
    let members = fields.into_iter().flatten().flatten();
    members.map(|(name, _)| name.as_str()).collect()
}
