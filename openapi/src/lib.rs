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
//! use trackstar_openapi::{Preparation, Source};
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
//! let prepared = Preparation::new(document).overlays(&[overlay]).run().unwrap();
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
mod overlay;
mod parse;
pub mod pointer;
mod preparation;
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

// The tests that look between the steps name the crate as those from outside do.
#[cfg(test)]
extern crate self as trackstar_openapi;
#[cfg(test)]
#[path = "../tests/stages/mod.rs"]
mod tests;

use serde_json::Value;

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
pub use overlay::{Action, Overlay};
pub use parse::parse;
pub use preparation::Preparation;
pub use serialization::Serialization;
pub use slice::{slice, slice_with_webhooks};
pub use spec::{is_annotation, methods};

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
/// let prepared = trackstar_openapi::Preparation::new(source).run().unwrap();
/// assert_eq!(prepared.document()["openapi"], "3.0.3");
/// assert!(prepared.notes().is_empty());
/// assert!(prepared.to_json().starts_with("{\n  \"info\": {"));
/// ```
#[derive(Clone, Debug)]
pub struct Prepared {
    document: Value,
    notes: Vec<Note>,
    outlived: Vec<Problem>,
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

    /// Every overlay action that changes nothing, where the preparation was asked to
    /// [report](Preparation::report_outlived) them.
    #[must_use]
    pub fn outlived(&self) -> &[Problem] {
        &self.outlived
    }

    /// The document as indented JSON with sorted keys and a newline at the end.
    ///
    /// The same document gives the same text on every machine, so that it can be kept and compared.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!("{:#}\n", self.document)
    }
}
