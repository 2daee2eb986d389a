//! The pipeline that prepares a document, and the points at which callers can leave it.

use serde_json::Value;

use crate::findings::{Findings, Note};
use crate::{Error, Prepared, Problem, Source, contract, locate, read, repair, stages};

/// A builder that prepares a document for the generator.
///
/// The document is parsed strictly, corrected by overlays, downgraded to OpenAPI 3.0, and normalized
/// to what the generator supports. Each step reports all of its problems at once.
///
/// ```
/// use trackstar_openapi::{Preparation, Source};
///
/// let text = r#"{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}"#;
/// let document = Source { name: "api.json", text };
/// let text = "
/// overlay: 1.0.0
/// info: {title: Corrections, version: 1.0.0}
/// actions: [{target: $.info, description: Reason., update: {title: Parcels}}]
/// ";
/// let overlay = Source { name: "overlay.yaml", text };
///
/// let prepared = Preparation::new(document).overlays(&[overlay]).run()?;
/// assert_eq!(prepared.document()["openapi"], "3.0.3");
/// assert_eq!(prepared.document()["info"]["title"], "Parcels");
/// # Ok::<(), trackstar_openapi::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a preparation does nothing until `run` is called"]
pub struct Preparation<'a> {
    document: Document<'a>,
    overlays: Vec<Source<'a>>,
    own_overlays: Vec<Source<'a>>,
    report_stale_actions: bool,
    lenient: bool,
    options: Options,
}

#[derive(Clone, Debug)]
enum Document<'a> {
    Text(Source<'a>),
    Read(Value),
}

/// Optional contents of the prepared document that no operation needs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    pub(crate) variants: bool,
    pub(crate) webhooks: bool,
}

impl<'a> Preparation<'a> {
    /// Creates a preparation from the text of a document.
    pub fn new(document: Source<'a>) -> Self {
        Self::begin(Document::Text(document))
    }

    /// Creates a preparation from a parsed document. Errors call it "the document".
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_openapi::Preparation;
    ///
    /// let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}});
    /// let prepared = Preparation::of(document).run()?;
    /// assert_eq!(prepared.document()["openapi"], "3.0.3");
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    pub fn of(document: Value) -> Self {
        Self::begin(Document::Read(document))
    }

    fn begin(document: Document<'a>) -> Self {
        Self {
            document,
            overlays: Vec::new(),
            own_overlays: Vec::new(),
            report_stale_actions: false,
            lenient: false,
            options: Options::default(),
        }
    }

    /// Adds overlays. They are applied in the given order.
    pub fn overlays(mut self, overlays: &[Source<'a>]) -> Self {
        self.overlays.extend_from_slice(overlays);
        self
    }

    /// Adds overlays that were written for this document, even if the preparation is
    /// [`lenient`](Self::lenient).
    ///
    /// They are applied after the other overlays and after the repairs. An action that changes nothing is
    /// always an error.
    ///
    /// ```
    /// use trackstar_openapi::{Preparation, Source};
    ///
    /// let text = r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}"#;
    /// let document = Source { name: "other.json", text };
    /// let text = "
    /// overlay: 1.0.0
    /// info: {title: Corrections, version: 1.0.0}
    /// actions: [{target: $.paths.old, description: Reason., remove: true}]
    /// ";
    /// let overlay = Source { name: "own.yaml", text };
    /// let error = Preparation::new(document).lenient().own_overlays(&[overlay]).run().unwrap_err();
    /// assert!(error.to_string().starts_with("own.yaml:4:12: at /actions/0/target"));
    /// ```
    pub fn own_overlays(mut self, overlays: &[Source<'a>]) -> Self {
        self.own_overlays.extend_from_slice(overlays);
        self
    }

    /// Collects overlay actions that change nothing in [`Prepared::stale_actions`].
    ///
    /// Otherwise each such action is an error, or a note if the preparation is
    /// [`lenient`](Self::lenient).
    ///
    /// ```
    /// use trackstar_openapi::{Preparation, Source};
    ///
    /// let text = r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}"#;
    /// let document = Source { name: "new.json", text };
    /// let text = "
    /// overlay: 1.0.0
    /// info: {title: Corrections, version: 1.0.0}
    /// actions: [{target: $.paths.old, description: Reason., remove: true}]
    /// ";
    /// let preparation = Preparation::new(document).overlays(&[Source { name: "overlay.yaml", text }]);
    /// assert!(preparation.clone().run().is_err());
    ///
    /// let prepared = preparation.report_stale_actions().run()?;
    /// let action = prepared.stale_actions()[0].pointer.as_deref();
    /// assert_eq!(action, Some("/actions/0/target"));
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    pub fn report_stale_actions(mut self) -> Self {
        self.report_stale_actions = true;
        self
    }

    /// Accepts a document that the overlays were not written for, such as another version of the API.
    ///
    /// Overlay actions that do not apply become notes. Header parameters that several operations share
    /// are copied into each operation before the overlays are applied. Mistakes in the document are
    /// repaired, or removed if they do not affect requests or responses. Each repair produces a note.
    ///
    /// ```
    /// use trackstar_openapi::{Preparation, Source};
    ///
    /// let text = r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}"#;
    /// let document = Source { name: "other.json", text };
    /// let text = "
    /// overlay: 1.0.0
    /// info: {title: Corrections, version: 1.0.0}
    /// actions: [{target: '$.paths.*', description: Reason., remove: true}]
    /// ";
    /// let overlay = Source { name: "overlay.yaml", text };
    /// let prepared = Preparation::new(document).overlays(&[overlay]).lenient().run()?;
    /// assert!(prepared.notes()[0].text.contains("matches nothing"));
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Keeps the variants of a union that has too many of them for one type, as components.
    ///
    /// The union itself becomes a schema with the shared properties. [`Prepared::variants`] lists the
    /// variants.
    ///
    /// ```
    /// use trackstar_openapi::Preparation;
    ///
    /// // An order in one of nine variants.
    /// let names: Vec<String> = (1..10).map(|n| format!("Order{n}")).collect();
    /// let schema = |name: &String| serde_json::json!({"$ref": format!("#/components/schemas/{name}")});
    /// let way = serde_json::json!({"type": "object", "properties": {"id": {"type": "string"}}});
    /// let document = serde_json::json!({
    ///     "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
    ///     "paths": {"/orders": {"post": {
    ///         "requestBody": {"required": true, "content": {"application/json": {
    ///             "schema": {"oneOf": names.iter().map(schema).collect::<Vec<_>>()},
    ///         }}},
    ///         "responses": {"200": {"description": "fine"}},
    ///     }}},
    ///     "components": {"schemas": names.iter().map(|name| (name.clone(), way.clone()))
    ///         .collect::<serde_json::Map<_, _>>()},
    /// });
    ///
    /// let prepared = Preparation::of(document.clone()).run()?;
    /// assert!(prepared.document().pointer("/components/schemas/Order9").is_none());
    ///
    /// let prepared = Preparation::of(document).variants(true).run()?;
    /// assert_eq!(prepared.variants()["/components/schemas/CreateOrderBody"][8], "Order9");
    /// assert_eq!(prepared.document()["components"]["schemas"]["Order9"], way);
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    pub fn variants(mut self, keep: bool) -> Self {
        self.options.variants = keep;
        self
    }

    /// Keeps the payloads of the document's webhooks in [`Prepared::webhooks`], and the field `webhooks` in
    /// [`Prepared::document`].
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_openapi::Preparation;
    ///
    /// let body = json!({"content": {"application/json": {
    ///     "schema": {"$ref": "#/components/schemas/Order"},
    /// }}});
    /// let document = json!({
    ///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
    ///     "webhooks": {"order.created": {"post": {"requestBody": body}}},
    ///     "components": {"schemas": {"Order": {"type": "object"}}},
    /// });
    /// let prepared = Preparation::of(document).webhooks(true).run()?;
    /// assert_eq!(prepared.webhooks()[0].event, "order.created");
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    pub fn webhooks(mut self, keep: bool) -> Self {
        self.options.webhooks = keep;
        self
    }

    /// Runs all steps.
    ///
    /// # Errors
    ///
    /// Returns all problems of the first step that finds any: text that cannot be parsed, overlay actions
    /// that do not apply, constructs that OpenAPI 3.0 cannot express, unresolved references, and
    /// constructs that the generator does not support.
    pub fn run(self) -> Result<Prepared, Error> {
        let (options, sources) = (self.options, self.sources());
        let corrected = self.apply(true)?;
        let name = &corrected.name;
        let located = |error| locate::error(error, &sources);
        let downgraded = stages::downgrade(name, corrected.document, options);
        let (document, notes) = downgraded.map_err(located)?;
        let notes = [corrected.notes, notes].concat();
        let prepared = stages::finish(name, document, notes, options);
        let mut prepared = prepared.map_err(located)?;
        prepared.stale = corrected.stale;
        Ok(prepared)
    }

    /// Applies only the overlays, which loses no information.
    ///
    /// The notes list the actions that did not apply and the repairs.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_openapi::{Preparation, Source};
    ///
    /// let text = "
    /// overlay: 1.0.0
    /// info: {title: Corrections, version: 1.0.0}
    /// actions:
    ///   - {target: $.info, description: Reason., update: {title: Parcels}}
    ///   - {target: $.tags, description: Reason., remove: true}
    /// ";
    /// let overlay = Source { name: "overlay.yaml", text };
    /// let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}});
    /// let (document, notes) = Preparation::of(document).overlays(&[overlay]).lenient().correct()?;
    /// assert_eq!(document["info"]["title"], "Parcels");
    /// assert_eq!(notes.len(), 1);
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a text cannot be parsed or an overlay action does not apply.
    pub fn correct(self) -> Result<(Value, Vec<Note>), Error> {
        let corrected = self.apply(true)?;
        Ok((corrected.document, corrected.notes))
    }

    /// Applies only the overlays and gives the operations the names that they have in `prepared`, and
    /// therefore in the client.
    ///
    /// A mock of the API responds from this document. It is still in the original version of OpenAPI and
    /// contains the error responses and the headers for credentials.
    ///
    /// ```
    /// use trackstar_openapi::{Preparation, Source};
    ///
    /// let text = r#"{
    ///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
    ///     "paths": {"/parcels": {"get": {"responses": {
    ///         "200": {"description": "All."}, "404": {"description": "None."}
    ///     }}}}
    /// }"#;
    /// let preparation = Preparation::new(Source { name: "api.json", text });
    /// let prepared = preparation.clone().run()?;
    /// let document = preparation.contract(&prepared)?;
    /// let operation = &document["paths"]["/parcels"]["get"];
    /// assert_eq!(operation["operationId"], "get_parcels");
    /// assert_eq!(operation["responses"]["404"]["description"], "None.");
    /// # Ok::<(), trackstar_openapi::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`correct`](Self::correct).
    pub fn contract(self, prepared: &Prepared) -> Result<Value, Error> {
        // The document's own overlays may correct actions that the contract omits.
        let mut document = self.apply(false)?.document;
        contract::name(&mut document, prepared.document());
        Ok(document)
    }

    /// Returns the texts of the document and of the overlays.
    fn sources(&self) -> Vec<Source<'a>> {
        let document = match self.document {
            Document::Text(source) => Some(source),
            Document::Read(_) => None,
        };
        let overlays = self.overlays.iter().chain(&self.own_overlays);
        document.into_iter().chain(overlays.copied()).collect()
    }

    /// Parses the document and applies the overlays. Actions of its own overlays that cannot be applied are
    /// errors if `strict` is set.
    fn apply(self, strict: bool) -> Result<Corrected, Error> {
        let sources = self.sources();
        let (name, text, value) = match self.document {
            Document::Text(source) => (source.name.to_owned(), Some(source), None),
            Document::Read(value) => ("the document".to_owned(), None, Some(value)),
        };
        let count = self.overlays.len();
        let (read, overlays) = read::all(text, &[self.overlays, self.own_overlays].concat())?;
        let (overlays, own) = overlays.split_at(count);
        let mut document = read.or(value).unwrap_or_default();
        let mut findings = Findings::new("");
        let problems = if self.lenient {
            let problems = read::apply_of_another(&mut document, overlays);
            repair::repair(&mut document, &mut findings);
            problems
        } else {
            read::apply(overlays, &mut document)
        };
        let reported = |problem: &Problem| self.report_stale_actions && problem.stale;
        let (mut stale, rest): (Vec<Problem>, Vec<Problem>) =
            problems.into_iter().partition(reported);
        let (mut notes, mut wrong) = (Vec::new(), Vec::new());
        if self.lenient {
            notes.extend(rest.into_iter().map(|problem| Note {
                pointer: String::new(),
                text: format!("{}: {}; {}", problem.file, problem.message, problem.advice),
            }));
            notes.extend(findings.into_notes());
        } else {
            wrong = rest;
        }
        wrong.extend(
            read::apply(own, &mut document)
                .into_iter()
                .filter(|_| strict),
        );
        locate::locate(&mut stale, &sources);
        Error::unless_empty(wrong).map_err(|error| locate::error(error, &sources))?;
        Ok(Corrected {
            name,
            document,
            notes,
            stale,
        })
    }
}

/// A document after its overlays.
struct Corrected {
    name: String,
    document: Value,
    notes: Vec<Note>,
    stale: Vec<Problem>,
}
