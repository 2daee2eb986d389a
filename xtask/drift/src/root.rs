//! Compares the parts of a document that are not operations.

use std::collections::BTreeSet;

use serde_json::json;
use trackstar_openapi::Kind;

use crate::comparison::{Change, Comparison, Context};
use crate::verdict::{Aspect, Effect, Mode};
use crate::{Scope, notes, security};

pub(crate) fn compare(cmp: &mut Comparison<'_>, scope: &Scope) {
    let at = (cmp.base.root(), cmp.revision.root());
    let context = Context::new(Mode::Neither);
    notes::object(cmp, context, at, Kind::Document, &["jsonSchemaDialect"]);
    let info = |value: &serde_json::Value| value.get("info").cloned();
    let (before, after) = (info(at.0.value), info(at.1.value));
    if before != after {
        let change = Change::new(
            "info-changed",
            Effect::Same,
            Aspect::Documentation,
            "the `info` of the document changed",
        )
        .values(before, after);
        let place = (cmp.base.get(at.0, "info"), cmp.revision.get(at.1, "info"));
        cmp.report(context, place.0, place.1, change);
    }
    if *scope == Scope::All {
        webhooks(cmp);
        security::schemes_of_documents(cmp);
    }
}

/// Compares webhooks. The feature `webhooks` generates code for them, and operations do not refer to
/// them.
fn webhooks(cmp: &mut Comparison<'_>) {
    let (root, root_now) = (cmp.base.root(), cmp.revision.root());
    let (before, after) = (
        cmp.base.get(root, "webhooks"),
        cmp.revision.get(root_now, "webhooks"),
    );
    let base = before.map_or_else(Vec::new, |at| cmp.base.members(at));
    let revision = after.map_or_else(Vec::new, |at| cmp.revision.members(at));
    let names = base.iter().chain(&revision).map(|(name, _)| *name);
    let names: BTreeSet<&str> = names.collect();
    for name in names {
        let find = |list: &[(&str, _)]| list.iter().find(|(it, _)| *it == name).map(|it| it.1);
        let at = (find(&base), find(&revision));
        let (rule, effect, words) = match at {
            (Some(_), Some(_)) => {
                if let (Some(base), Some(revision)) = (before, after) {
                    let message = format!(
                        "the webhook `{name}` changed; code is generated for it with the \
                         feature `webhooks`"
                    );
                    notes::whole(cmp, (base, revision), name, "webhook-changed", message);
                }
                continue;
            }
            (Some(_), None) => ("webhook-removed", Effect::Narrowed, "is gone"),
            (None, _) => ("webhook-added", Effect::Widened, "is new"),
        };
        let change = Change::new(
            rule,
            effect,
            Aspect::NoCode,
            format!("the webhook `{name}` {words}"),
        )
        .values(at.0.map(|_| json!(name)), at.1.map(|_| json!(name)));
        cmp.report(Context::new(Mode::Neither), at.0, at.1, change);
    }
}
