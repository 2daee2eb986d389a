//! Compares the parts of a document that are not operations.

use std::collections::BTreeSet;

use serde_json::json;
use trackstar_openapi::Kind;

use crate::comparison::{Change, Comparison, Context};
use crate::verdict::{Aspect, Effect, Mode};
use crate::{Scope, notes, security};

pub(crate) fn compare(comparison: &mut Comparison<'_>, scope: &Scope) {
    let at = (comparison.base.root(), comparison.revision.root());
    let context = Context::new(Mode::Neither);
    notes::object(
        comparison,
        context,
        at,
        Kind::Document,
        &["jsonSchemaDialect"],
    );
    let info = |value: &serde_json::Value| value.get("info").cloned();
    let (before, after) = (info(at.0.value), info(at.1.value));
    if before != after {
        let change = Change {
            rule: "info-changed".to_owned(),
            effect: Effect::Same,
            aspect: Aspect::Documentation,
            base: before,
            revision: after,
            message: "the `info` of the document changed".to_owned(),
        };
        let place = (
            comparison.base.get(at.0, "info"),
            comparison.revision.get(at.1, "info"),
        );
        comparison.report(context, place.0, place.1, change);
    }
    if *scope == Scope::All {
        webhooks(comparison);
        security::schemes_of_documents(comparison);
    }
}

/// Compares webhooks. The feature `webhooks` generates code for them, and operations do not refer to
/// them.
fn webhooks(comparison: &mut Comparison<'_>) {
    let (root, root_now) = (comparison.base.root(), comparison.revision.root());
    let (before, after) = (
        comparison.base.get(root, "webhooks"),
        comparison.revision.get(root_now, "webhooks"),
    );
    let base = before.map_or_else(Vec::new, |at| comparison.base.members(at));
    let revision = after.map_or_else(Vec::new, |at| comparison.revision.members(at));
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
                    notes::whole(
                        comparison,
                        (base, revision),
                        name,
                        "webhook-changed",
                        message,
                    );
                }
                continue;
            }
            (Some(_), None) => ("webhook-removed", Effect::Narrowed, "is gone"),
            (None, _) => ("webhook-added", Effect::Widened, "is new"),
        };
        let change = Change {
            rule: rule.to_owned(),
            effect,
            aspect: Aspect::NoCode,
            base: at.0.map(|_| json!(name)),
            revision: at.1.map(|_| json!(name)),
            message: format!("the webhook `{name}` {words}"),
        };
        comparison.report(Context::new(Mode::Neither), at.0, at.1, change);
    }
}
