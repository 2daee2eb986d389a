//! Prepares an OpenAPI document for a code generator that takes 3.0 only.
//!
//! ```text
//! text -> parse -> overlays -> lower 3.1 to 3.0 -> hand over error answers -> cure -> prune -> Prepared
//! ```
//!
//! - [`parse`] reads YAML or JSON strictly.
//! - [`Overlay`]s correct the document: each correction is data, with its reason, and one that
//!   changes nothing is an error.
//! - The lowering says 3.1 in the words of 3.0. What it cannot say is an error with a JSON pointer;
//!   what it can only say more weakly is a [`Note`].
//! - Answers that are no success are taken out of the operations: the client reads them itself,
//!   once for all.
//! - Cures for what real documents say and the generator cannot take, or takes the wrong way:
//!   operations get names, answers are read tolerantly and as the document's own examples have
//!   them, and what is beyond cure is an error that names place and operation.
//! - Components that nothing reaches are dropped.
//!
//! No step does input or output, and none knows the API that it works on. With the feature
//! `vendored` the crate also carries a document, in the module `vendored`.
//!
//! ```
//! use trackstar_openapi::{Source, prepare};
//!
//! let document = Source {
//!     name: "api.yaml",
//!     text: "
//! openapi: 3.1.0
//! info: {title: Parcels, version: 1.0.0}
//! paths:
//!   /weight:
//!     get:
//!       responses:
//!         200:
//!           description: The weight in grams.
//!           content:
//!             application/json:
//!               schema: {type: [number, 'null'], exclusiveMinimum: 0}
//! ",
//! };
//! let overlay = Source {
//!     name: "overlay.yaml",
//!     text: "
//! overlay: 1.0.0
//! info: {title: Corrections, version: 1.0.0}
//! actions:
//!   - target: $.paths['/weight'].get
//!     description: The operation has no name.
//!     update: {operationId: weight}
//! ",
//! };
//! let prepared = prepare(document, &[overlay]).unwrap();
//! let operation = &prepared.document()["paths"]["/weight"]["get"];
//! assert_eq!(operation["operationId"], "weight");
//! let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
//! // In the words of 3.0, and without the limit: what is read is not held to one.
//! let prepared = serde_json::json!({"type": "number", "nullable": true});
//! assert_eq!(schema, &prepared);
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod answers;
mod brackets;
mod canonical;
mod cure;
mod error;
mod findings;
mod lower;
mod mend;
mod offered;
mod options;
mod overlay;
mod parse;
pub mod pointer;
mod promised;
mod prune;
mod reached;
mod read;
pub mod reference;
mod rust_type;
mod serialization;
mod slice;
mod spec;
mod spread;
mod stages;
mod variants;
#[cfg(feature = "vendored")]
pub mod vendored;
mod webhooks;

use serde_json::{Map, Value};

use stages::{finish, lower};

/// The names of the vendored overlays, in the order in which they are applied: the same for the
/// build, which embeds them, and for tools, which read them from disk.
///
/// ```
/// assert_eq!(trackstar_openapi::OVERLAY_NAMES[0], "openapi/overlays/upstream.yaml");
/// ```
pub const OVERLAY_NAMES: [&str; 2] = [
    "openapi/overlays/upstream.yaml",
    "openapi/overlays/generator.yaml",
];

pub use canonical::{canonical, sort_sets};
pub use error::{Error, Problem};
pub use findings::Note;
pub use offered::{Operation, operations};
pub use options::Options;
pub use overlay::{Action, Overlay};
pub use parse::parse;
pub use promised::promised;
pub use serialization::Serialization;
pub use slice::{slice, slice_with_webhooks};
pub use spec::methods;
pub use stages::{corrected, lowered};

/// A text and the name it is reported under in errors.
///
/// ```
/// let source = trackstar_openapi::Source { name: "openapi/api.yaml", text: "openapi: 3.1.0" };
/// assert_eq!(source.name, "openapi/api.yaml");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The name, such as the path of a file.
    pub name: &'a str,
    /// The text itself.
    pub text: &'a str,
}

/// A document that is ready for the generator.
///
/// ```
/// let text = r#"{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}"#;
/// let source = trackstar_openapi::Source { name: "api.json", text };
/// let prepared = trackstar_openapi::prepare(source, &[]).unwrap();
/// assert_eq!(prepared.document()["openapi"], "3.0.3");
/// assert!(prepared.notes().is_empty());
/// assert!(prepared.to_json().starts_with("{\n  \"info\": {"));
/// ```
#[derive(Clone, Debug)]
pub struct Prepared {
    document: Value,
    notes: Vec<Note>,
}

impl Prepared {
    /// The document, in OpenAPI 3.0, with the keys of every object sorted.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every place where the document now says less than it did, in document order.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The document as indented JSON with sorted keys and a newline at the end.
    ///
    /// The same document gives the same text on every machine, so that it can be kept and compared.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!("{:#}\n", self.document)
    }
}

/// Takes a document through all steps of the preparation.
///
/// # Errors
///
/// All problems of the first step that finds any: texts that cannot be read, overlay actions that
/// do not apply, what the lowering cannot say in 3.0, operations and references that lead nowhere,
/// and what the generator has no code for.
pub fn prepare(document: Source<'_>, overlays: &[Source<'_>]) -> Result<Prepared, Error> {
    prepare_with(document, overlays, &Options::default())
}

/// As [`prepare`], with [`Options`], whose documentation has an example.
///
/// # Errors
///
/// Those of [`prepare`].
pub fn prepare_with(
    document: Source<'_>,
    overlays: &[Source<'_>],
    options: &Options,
) -> Result<Prepared, Error> {
    let (value, problems) = read::overlaid(document, overlays)?;
    read::refuse(problems)?;
    finish(
        document.name,
        lower(document.name, value, options)?,
        options,
    )
}

/// As [`prepare`], for a document that is new: overlay actions that it no longer needs are no
/// error, and come beside what is prepared, as problems of their overlays.
///
/// ```
/// use trackstar_openapi::{Source, prepare_new};
///
/// let text = r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}"#;
/// let document = Source { name: "new.json", text };
/// let text = "
/// overlay: 1.0.0
/// info: {title: Corrections, version: 1.0.0}
/// actions: [{target: $.paths.old, description: Reason., remove: true}]
/// ";
/// let overlay = Source { name: "overlay.yaml", text };
/// let (prepared, outlived) = prepare_new(document, &[overlay]).unwrap();
/// assert_eq!(prepared.document()["info"]["title"], "T");
/// assert_eq!(outlived[0].pointer.as_deref(), Some("/actions/0/target"));
/// ```
///
/// # Errors
///
/// Those of [`prepare`] but for such actions.
pub fn prepare_new(
    document: Source<'_>,
    overlays: &[Source<'_>],
) -> Result<(Prepared, Vec<Problem>), Error> {
    let (value, problems) = read::overlaid(document, overlays)?;
    let (outlived, wrong) = problems.into_iter().partition(|problem| problem.outlived);
    read::refuse(wrong)?;
    let options = Options::default();
    let lowered = lower(document.name, value, &options)?;
    let prepared = finish(document.name, lowered, &options)?;
    Ok((prepared, outlived))
}

/// As [`prepare`], for a document that the overlays were not written for, such as another version
/// or another slice of the same API: an action that does not apply there is a note, not an error,
/// and header parameters that the document says once for several operations stand in each of them
/// before the overlays look. What its authors got wrong is taken as it must be meant, or left out
/// where it says nothing of requests and answers, with a note each: nobody here has an overlay for it.
///
/// ```
/// use trackstar_openapi::{Source, prepare, prepare_other};
///
/// let text = r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}"#;
/// let document = Source { name: "other.json", text };
/// let text = "
/// overlay: 1.0.0
/// info: {title: Corrections, version: 1.0.0}
/// actions: [{target: '$.paths.*', description: Reason., remove: true}]
/// ";
/// let overlay = Source { name: "overlay.yaml", text };
/// assert!(prepare(document, &[overlay]).is_err());
/// let prepared = prepare_other(document, &[overlay]).unwrap();
/// assert!(prepared.notes()[0].text.contains("matches nothing"));
/// ```
///
/// # Errors
///
/// Those of [`prepare`] but for actions that do not apply.
pub fn prepare_other(document: Source<'_>, overlays: &[Source<'_>]) -> Result<Prepared, Error> {
    prepare_other_with(document, overlays, &Options::default())
}

/// As [`prepare_other`], with [`Options`].
///
/// ```
/// use trackstar_openapi::{Options, Source, prepare_other_with};
///
/// let text = r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}"#;
/// let document = Source { name: "other.json", text };
/// let options = Options::default().with_variants(true);
/// assert!(prepare_other_with(document, &[], &options).is_ok());
/// ```
///
/// # Errors
///
/// Those of [`prepare_other`].
pub fn prepare_other_with(
    document: Source<'_>,
    overlays: &[Source<'_>],
    options: &Options,
) -> Result<Prepared, Error> {
    let (value, overlays) = read::all(document, overlays)?;
    let (value, passed_over) = overlaid(value, &overlays);
    let mut lowered = lower(document.name, value, options)?;
    lowered.notes.splice(..0, passed_over);
    finish(document.name, lowered, options)
}

/// A document under overlays that may have been written for another one, its slips mended, and before
/// anything is lowered: nothing that it says is lost. The notes tell which actions did not apply, and
/// what was mended.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::{Overlay, Source, overlaid};
///
/// let text = "
/// overlay: 1.0.0
/// info: {title: Corrections, version: 1.0.0}
/// actions:
///   - {target: $.info, description: Reason., update: {title: Parcels}}
///   - {target: $.tags, description: Reason., remove: true}
/// ";
/// let overlay = Overlay::parse(Source { name: "overlay.yaml", text }).unwrap();
/// let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}});
/// let (document, notes) = overlaid(document, &[overlay]);
/// assert_eq!(document["info"]["title"], "Parcels");
/// assert_eq!(notes.len(), 1);
/// ```
#[must_use]
pub fn overlaid(mut document: Value, overlays: &[Overlay]) -> (Value, Vec<Note>) {
    spread::spread(&mut document);
    // A correction that adds a component finds the place for it, whether the document has any or not.
    let bare = document.get("components").is_none();
    if let Some(fields) = document.as_object_mut().filter(|_| bare) {
        fields.insert("components".to_owned(), Map::new().into());
    }
    let problems = read::apply(overlays, &mut document).into_iter();
    if let Some(fields) = document.as_object_mut().filter(|_| bare)
        && fields
            .get("components")
            .is_some_and(|it| *it == Value::Object(Map::new()))
    {
        fields.remove("components");
    }
    let mut passed_over: Vec<Note> = problems
        .map(|problem| Note {
            pointer: String::new(),
            text: format!("{}: {}", problem.file, problem.message),
        })
        .collect();
    let mut findings = findings::Findings::new("");
    mend::mend(&mut document, &mut findings);
    passed_over.extend(findings.into_notes());
    (document, passed_over)
}

/// Prepares a document that is read already, with its corrections in it: the last steps of
/// [`prepare_other_with`], for a tool that wants to know what code comes of a document.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::{Options, prepare_overlaid};
///
/// let document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}});
/// let prepared = prepare_overlaid(document, &Options::default()).unwrap();
/// assert_eq!(prepared.document()["openapi"], "3.0.3");
/// ```
///
/// # Errors
///
/// Those of [`prepare`] but for texts that cannot be read and actions that do not apply.
pub fn prepare_overlaid(document: Value, options: &Options) -> Result<Prepared, Error> {
    finish(
        "the document",
        lower("the document", document, options)?,
        options,
    )
}
