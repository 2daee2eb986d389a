//! Compares the parts of a document that are not operations.

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
        security::schemes_of_documents(cmp);
    }
}
