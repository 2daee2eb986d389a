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
//! `vendored` the crate also carries a document, in the module `vendored`. Without the feature
//! `prepare`, which is on by default, the crate contains only its kernel: [`mod@pointer`], [`mod@reference`],
//! [`media_type`], the table of keywords, [`Merged`] schemas, and the list of [`operations`].
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
#![cfg_attr(
    not(feature = "prepare"),
    allow(
        dead_code,
        unused_imports,
        reason = "the preparation uses all of the kernel, and other crates a part"
    )
)]

#[cfg(feature = "prepare")]
mod attribution;
#[cfg(feature = "prepare")]
mod canonical;
#[cfg(feature = "prepare")]
mod catalog;
#[cfg(feature = "prepare")]
mod contract;
#[cfg(feature = "prepare")]
mod downgrade;
#[cfg(feature = "prepare")]
mod error;
#[cfg(feature = "prepare")]
mod error_responses;
#[cfg(feature = "prepare")]
mod findings;
#[cfg(feature = "prepare")]
mod inline_headers;
#[cfg(feature = "prepare")]
mod json_positions;
pub mod media_type;
mod merged;
mod message;
pub mod model;
#[cfg(feature = "prepare")]
mod normalize;
#[cfg(feature = "prepare")]
mod overlay;
#[cfg(feature = "prepare")]
mod parse;
pub mod pointer;
#[cfg(feature = "prepare")]
mod position;
#[cfg(feature = "prepare")]
mod preparation;
#[cfg(feature = "prepare")]
mod prune;
#[cfg(feature = "prepare")]
mod read;
pub mod reference;
#[cfg(feature = "prepare")]
mod repair;
#[cfg(feature = "prepare")]
mod rust_type;
mod serialization;
#[cfg(feature = "prepare")]
mod slice;
mod spec;
#[cfg(feature = "prepare")]
mod stages;
#[cfg(feature = "prepare")]
mod subset;
#[cfg(feature = "prepare")]
mod variants;
#[cfg(feature = "vendored")]
pub mod vendored;
#[cfg(feature = "prepare")]
mod webhooks;
#[cfg(feature = "prepare")]
mod yaml;

// The tests that look between the steps name the crate as those from outside do.
#[cfg(all(test, feature = "prepare"))]
extern crate self as trackstar_openapi;
#[cfg(all(test, feature = "prepare"))]
#[path = "../tests/stages/mod.rs"]
mod tests;

#[cfg(feature = "prepare")]
use std::collections::BTreeMap;

#[cfg(feature = "prepare")]
use serde_json::Value;

#[cfg(feature = "prepare")]
use model::{Operation, Webhook};

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

#[cfg(feature = "prepare")]
pub use canonical::{canonical, sort_sets};
#[cfg(feature = "prepare")]
pub use catalog::catalog;
#[cfg(feature = "prepare")]
pub use error::{Error, Problem};
#[cfg(feature = "prepare")]
pub use findings::Note;
pub use merged::{Alternatives, Merged};
pub use message::Message;
pub use model::{Listed, operations};
#[cfg(feature = "prepare")]
pub use overlay::{Action, Overlay};
#[cfg(feature = "prepare")]
pub use parse::{parse, positions};
#[cfg(feature = "prepare")]
pub use position::{Position, Positions};
#[cfg(feature = "prepare")]
pub use preparation::Preparation;
pub use serialization::Serialization;
#[cfg(feature = "prepare")]
pub use slice::{slice, slice_with_webhooks};
pub use spec::{Kind, holds_names, is_a, is_annotation, methods, rewrite_schemas};

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
#[cfg(feature = "prepare")]
#[derive(Clone, Debug)]
pub struct Prepared {
    document: Value,
    operations: Vec<Operation>,
    webhooks: Vec<Webhook>,
    origins: BTreeMap<String, String>,
    copies: BTreeMap<String, String>,
    notes: Vec<Note>,
    outlived: Vec<Problem>,
}

#[cfg(feature = "prepare")]
impl Prepared {
    /// The document, in OpenAPI 3.0, with the keys of every object sorted.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The operations, by path and method.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The webhooks, if the preparation was asked to [keep](Preparation::webhooks) them.
    #[must_use]
    pub fn webhooks(&self) -> &[Webhook] {
        &self.webhooks
    }

    /// Returns where the schemas stood that the preparation made components of, by the pointers of these.
    #[must_use]
    pub fn origins(&self) -> &BTreeMap<String, String> {
        &self.origins
    }

    /// Returns the names of the components that the document states twice, each with the name of the
    /// component that is left. Copies have the same keywords and descriptions, and are the schema of
    /// properties of one name.
    #[must_use]
    pub fn copies(&self) -> &BTreeMap<String, String> {
        &self.copies
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
