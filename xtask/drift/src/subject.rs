//! A document that is compared, perhaps with several others.

use std::sync::OnceLock;

use serde_json::Value;
use trackstar_openapi::Prepared;

use crate::document::Document;
use crate::engine::Engine;
use crate::{Error, Finding, Scope, code, operations, root, schema};

/// A document for several comparisons. To find out what is generated of it takes longer than to compare
/// it, and is done once.
///
/// ```
/// use serde_json::json;
/// use trackstar_drift::{Scope, Subject};
///
/// let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}});
/// let other = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "2"}, "paths": {}});
/// let (document, other) = (Subject::of(&document), Subject::of(&other));
/// assert_eq!(document.compare(&document, &Scope::All).unwrap(), []);
/// assert_eq!(document.compare(&other, &Scope::All).unwrap()[0].rule, "info-changed");
/// ```
#[derive(Debug)]
pub struct Subject<'v> {
    value: &'v Value,
    prepared: OnceLock<Option<Prepared>>,
}

impl<'v> Subject<'v> {
    /// A document, as [`compare`](crate::compare) takes it.
    #[must_use]
    pub fn of(value: &'v Value) -> Self {
        Self {
            value,
            prepared: OnceLock::new(),
        }
    }

    /// Compares this document with a later one, the gravest finding first.
    ///
    /// # Errors
    ///
    /// Those of [`compare`](crate::compare).
    pub fn compare(&self, revision: &Subject<'_>, scope: &Scope) -> Result<Vec<Finding>, Error> {
        let mut engine = Engine::new(
            Document::read("the base", self.value)?,
            Document::read("the revision", revision.value)?,
        );
        root::compare(&mut engine, scope);
        let operations = operations::compare(&mut engine, scope)?;
        schema::run(&mut engine);
        let mut findings = engine.finish(&operations);
        let compared = operations.into_iter().map(|(_, name)| name).collect();
        code::hold(&mut findings, (self, revision), &compared);
        Ok(findings)
    }

    pub(crate) fn value(&self) -> &'v Value {
        self.value
    }

    /// The document as the generator is given it; `None` of one that has no code.
    pub(crate) fn prepared(&self) -> Option<&Prepared> {
        let prepared = self.prepared.get_or_init(|| code::prepared(self.value));
        prepared.as_ref()
    }
}
