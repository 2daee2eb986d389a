//! A document that can be compared with several others.

use std::panic::resume_unwind;
use std::sync::OnceLock;

use serde_json::Value;
use trackstar_openapi::Prepared;

use crate::comparison::Comparison;
use crate::document::{Document, Model};
use crate::record::Record;
use crate::worklist::{Unit, Worklist};
use crate::{Error, Finding, Scope, code, operations, root, schema, webhooks};

/// A document for several comparisons. Its prepared form takes longer than a comparison and is computed
/// once.
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
    /// Returns the subject for a document, as [`compare`](crate::compare) takes it.
    #[must_use]
    pub fn of(value: &'v Value) -> Self {
        Self {
            value,
            prepared: OnceLock::new(),
        }
    }

    /// Compares this document with a later one, and returns the findings, the worst first.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`compare`](crate::compare).
    pub fn compare(&self, revision: &Subject<'_>, scope: &Scope) -> Result<Vec<Finding>, Error> {
        let models = [self.value, revision.value].map(Model::read);
        let mut run = Run::new(
            Document::read("the base", self.value, &models[0])?,
            Document::read("the revision", revision.value, &models[1])?,
        );
        // Preparing a document takes longer than comparing it, so it uses two threads.
        let (operations, prepared) = std::thread::scope(|threads| {
            let differs = self.value != revision.value;
            let revision = differs.then(|| threads.spawn(|| revision.prepared()));
            let operations = run.run(scope);
            let prepared = revision.and_then(|thread| {
                let base = self.prepared();
                let revision = thread.join().unwrap_or_else(|panic| resume_unwind(panic));
                Some([base?, revision?])
            });
            (operations, prepared)
        });
        let operations = operations?;
        let compared = operations.iter().map(|(_, name)| name.clone()).collect();
        let mut findings = run.record.finish(&run.worklist, &operations);
        if let Some(prepared) = prepared {
            code::adjust(&mut findings, prepared, &compared);
        }
        Ok(findings)
    }

    /// Returns the document as the generator reads it, or `None` if no code can be generated.
    fn prepared(&self) -> Option<&Prepared> {
        let prepared = self.prepared.get_or_init(|| code::prepared(self.value));
        prepared.as_ref()
    }
}

/// A comparison of two documents in progress.
struct Run<'a> {
    cmp: Comparison<'a>,
    worklist: Worklist<'a>,
    record: Record,
}

impl<'a> Run<'a> {
    fn new(base: Document<'a>, revision: Document<'a>) -> Self {
        Self {
            cmp: Comparison::new(base, revision),
            worklist: Worklist::default(),
            record: Record::default(),
        }
    }

    /// Compares everything in the scope, and returns the compared operations and webhooks.
    fn run(&mut self, scope: &Scope) -> Result<Vec<(Unit, String)>, Error> {
        let unit = self.worklist.begin();
        root::compare(&mut self.cmp, scope);
        self.keep(unit);
        let mut compared = Vec::new();
        for pair in operations::pairs(&mut self.cmp, scope)? {
            let unit = self.worklist.begin();
            operations::compare(&mut self.cmp, pair);
            self.keep(unit);
            compared.push((unit, operations::name(pair)));
        }
        for (event, pair) in webhooks::pairs(&mut self.cmp) {
            let unit = self.worklist.begin();
            webhooks::compare(&mut self.cmp, event, pair);
            self.keep(unit);
            compared.push((unit, webhooks::name(event)));
        }
        while let Some((unit, task)) = self.worklist.next() {
            schema::compare(&mut self.cmp, task);
            self.keep(unit);
        }
        Ok(compared)
    }

    /// Records the changes that a unit reported, and adds the pairs that it met to the worklist.
    fn keep(&mut self, unit: Unit) {
        let tasks = std::mem::take(&mut self.cmp.tasks);
        self.worklist.add(unit, tasks);
        let changes = std::mem::take(&mut self.cmp.changes);
        let documents = (&self.cmp.base, &self.cmp.revision);
        self.record.add(unit, documents, changes);
    }
}
