//! What a document says of itself, apart from its operations.

use std::collections::BTreeSet;

use serde_json::json;
use trackstar_openapi::Kind;

use crate::engine::{Change, Context, Engine};
use crate::operations::whole;
use crate::verdict::{Aspect, Effect, Mode};
use crate::{Scope, notes, security};

pub(crate) fn compare(engine: &mut Engine<'_>, scope: &Scope) {
    engine.begin();
    let at = (engine.base.root(), engine.revision.root());
    let context = Context::new(Mode::Neither);
    notes::object(engine, context, at, Kind::Document, &["jsonSchemaDialect"]);
    let info = |value: &serde_json::Value| value.get("info").cloned();
    let (before, after) = (info(at.0.value), info(at.1.value));
    if before != after {
        let change = Change {
            rule: "info-changed".to_owned(),
            effect: Effect::Same,
            aspect: Aspect::Documentation,
            base: before,
            revision: after,
            message: "the document says otherwise of itself".to_owned(),
        };
        let place = (
            engine.base.get(at.0, "info"),
            engine.revision.get(at.1, "info"),
        );
        engine.found(context, place.0, place.1, change);
    }
    if *scope == Scope::All {
        webhooks(engine);
        security::schemes_of_documents(engine);
    }
}

/// Code is generated for them with the feature `webhooks`, and no operation has them.
fn webhooks(engine: &mut Engine<'_>) {
    let (root, root_now) = (engine.base.root(), engine.revision.root());
    let (before, after) = (
        engine.base.get(root, "webhooks"),
        engine.revision.get(root_now, "webhooks"),
    );
    let base = before.map_or_else(Vec::new, |at| engine.base.members(at));
    let revision = after.map_or_else(Vec::new, |at| engine.revision.members(at));
    let names = base.iter().chain(&revision).map(|(name, _)| *name);
    let names: BTreeSet<&str> = names.collect();
    for name in names {
        let find = |list: &[(&str, _)]| list.iter().find(|(it, _)| *it == name).map(|it| it.1);
        let at = (find(&base), find(&revision));
        let (rule, effect, words) = match at {
            (Some(_), Some(_)) => {
                if let (Some(base), Some(revision)) = (before, after) {
                    let message = format!(
                        "the webhook `{name}` is not as it was; code is generated for it with the \
                         feature `webhooks`"
                    );
                    whole(engine, (base, revision), name, "webhook-changed", message);
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
        engine.found(Context::new(Mode::Neither), at.0, at.1, change);
    }
}
