//! Prepares OpenAPI 3.0 and 3.1 documents for a code generator that supports only OpenAPI 3.0.
//!
//! ```text
//! text -> parse -> overlays -> downgrade to 3.0 -> remove error responses -> normalize -> prune -> Prepared
//! ```
//!
//! - [`parse`] reads YAML or JSON strictly.
//! - Each [`Overlay`] corrects the document. A correction is data with a reason, and a correction
//!   that changes nothing is an error.
//! - The downgrade rewrites OpenAPI 3.1 as 3.0. A construct that 3.0 cannot express is an error with a
//!   JSON pointer, and a construct that 3.0 can express only less precisely produces a [`Note`].
//! - Error responses are removed from the operations, because the client decodes all of them in one
//!   place.
//! - Normalization rewrites constructs that the generator rejects or misinterprets. Operations get
//!   names, and response schemas are relaxed so that they accept the document's own examples. A
//!   construct that cannot be normalized is an error that names its location and its operation.
//! - Unreferenced components are removed.
//!
//! No step performs I/O or knows the API that it processes. The feature `vendored` embeds a document
//! in the module `vendored`. Without the feature `prepare`, which is enabled by default, the crate
//! contains only its kernel: [`mod@pointer`], [`mod@reference`], [`media_type`], the table of keywords,
//! [`Merged`] schemas, and the [operations](mod@model) of a document.
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
//! // Expressed in OpenAPI 3.0, and without the bound, because responses are not validated.
//! let prepared = serde_json::json!({"type": "number", "nullable": true});
//! assert_eq!(schema, &prepared);
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(feature = "prepare"),
    allow(
        dead_code,
        unused_imports,
        reason = "the preparation uses the whole kernel, and other crates use a part of it"
    )
)]

#[cfg(feature = "prepare")]
mod attribution;
#[cfg(feature = "prepare")]
mod canonical;
#[cfg(feature = "prepare")]
mod catalog;
mod contents;
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
pub mod headers;
#[cfg(feature = "prepare")]
mod inline_headers;
#[cfg(feature = "prepare")]
mod json_positions;
#[cfg(feature = "prepare")]
mod locate;
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
pub mod secret;
mod serialization;
#[cfg(feature = "prepare")]
mod slice;
mod spec;
#[cfg(feature = "prepare")]
mod stages;
#[cfg(feature = "prepare")]
mod subset;
pub mod template;
#[cfg(feature = "prepare")]
mod variants;
#[cfg(feature = "vendored")]
pub mod vendored;
#[cfg(feature = "prepare")]
mod webhooks;
#[cfg(feature = "prepare")]
mod yaml;

// The tests of single steps refer to the crate by the name that external tests use.
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

/// Names of the vendored overlays, in the order in which they are applied.
///
/// The build embeds the overlays, and tools read the same files from disk.
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
pub use spec::{
    Kind, holds_names, is_a, is_annotation, is_prose, is_set, methods, restricted_type,
    rewrite_schemas,
};
#[cfg(feature = "prepare")]
pub use webhooks::FIELDS as WEBHOOKS;

/// Source text with the name that errors report for it.
///
/// ```
/// let source = trackstar_openapi::Source { name: "openapi/api.yaml", text: "openapi: 3.1.0" };
/// assert_eq!(source.name, "openapi/api.yaml");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Name of the source, such as a file path.
    pub name: &'a str,
    /// Contents of the source.
    pub text: &'a str,
}

/// A prepared document, ready for the generator.
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
    variants: variants::Variants,
    notes: Vec<Note>,
    stale: Vec<Problem>,
}

#[cfg(feature = "prepare")]
impl Prepared {
    /// Returns the document as OpenAPI 3.0, with sorted keys in every object.
    ///
    /// If the preparation [keeps](Preparation::webhooks) webhooks, the document has the field `webhooks` of
    /// OpenAPI 3.1.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Returns the operations, sorted by path and method.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Returns the webhooks, if the preparation [keeps](Preparation::webhooks) them.
    #[must_use]
    pub fn webhooks(&self) -> &[Webhook] {
        &self.webhooks
    }

    /// Returns the original pointers of the schemas that became components, keyed by the component's pointer.
    #[must_use]
    pub fn origins(&self) -> &BTreeMap<String, String> {
        &self.origins
    }

    /// Returns the names of duplicate components with the names of the components that replace them.
    ///
    /// Duplicates have the same keywords and descriptions, and are schemas of properties with the same
    /// name.
    #[must_use]
    pub fn copies(&self) -> &BTreeMap<String, String> {
        &self.copies
    }

    /// Returns the names of the components that are variants of a union, keyed by the pointer of the union,
    /// if the preparation [keeps](Preparation::variants) them.
    #[must_use]
    pub fn variants(&self) -> &BTreeMap<String, Vec<String>> {
        &self.variants
    }

    /// Returns a note for each change that made the document less precise, in document order.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Returns the overlay actions that change nothing, if the preparation
    /// [reports](Preparation::report_stale_actions) them.
    #[must_use]
    pub fn stale_actions(&self) -> &[Problem] {
        &self.stale
    }

    /// Returns the document as indented JSON with sorted keys and a trailing newline.
    ///
    /// The output for a document is the same on every machine, so it can be stored and compared.
    #[must_use]
    pub fn to_json(&self) -> String {
        format!("{:#}\n", self.document)
    }
}
