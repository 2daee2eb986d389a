//! Compares two OpenAPI documents, and reports what the changes break in a client generated from the
//! first.
//!
//! ```text
//! two documents -> changes -> verdicts (judge) -> findings (record) -> report
//! ```
//!
//! - [`compare`] visits both documents at once, operation by operation, in the direction in which values
//!   travel. References, `allOf` and the notations of 3.0 and 3.1 do not matter.
//! - A [`Finding`] states the effect of a change on the set of allowed values (its [`Effect`]). The
//!   verdicts for deployed binaries (wire) and for code that is compiled again (source) follow from the
//!   effect, the direction, and the behavior of the generated code.
//! - A [`Report`] removes the accepted findings and writes the others in several formats.
//!
//! ```
//! use serde_json::json;
//! use trackstar_drift::{Effect, Scope, Verdict, compare};
//!
//! let document = |property: serde_json::Value| json!({
//!     "openapi": "3.1.0", "info": {"title": "Parcels", "version": "1"},
//!     "paths": {"/weight": {"get": {"responses": {"200": {
//!         "description": "The weight.",
//!         "content": {"application/json": {"schema": {
//!             "type": "object", "required": ["grams"], "properties": {"grams": property},
//!         }}},
//!     }}}}},
//! });
//! let base = document(json!({"type": "integer"}));
//! let revision = document(json!({"type": "number"}));
//! let findings = compare(&base, &revision, &Scope::All).unwrap();
//! assert_eq!(findings.len(), 1);
//! assert_eq!(findings[0].rule, "response-type-changed");
//! assert_eq!(findings[0].effect, Effect::Widened);
//! assert_eq!((findings[0].wire, findings[0].source), (Verdict::Breaks, Verdict::Breaks));
//! assert!(findings[0].used_by.contains("GET /weight"));
//! ```

mod accepted;
mod bodies;
mod canonical;
mod code;
mod comparison;
mod diff;
mod document;
mod escape;
mod finding;
mod format;
mod judge;
mod notes;
mod operation;
mod operations;
mod parameters;
mod record;
mod report;
mod responses;
mod root;
mod rules;
mod schema;
mod scope;
mod security;
mod serialization;
mod subject;
mod texts;
mod verdict;
mod version;
mod webhooks;
mod worklist;

use serde_json::Value;

pub use accepted::Accepted;
pub use diff::Line;
pub use escape::{code_span, visible};
pub use finding::{Direction, Finding, Location, Side};
pub use format::Format;
pub use jiff::civil::Date;
pub use report::{Report, Threshold};
pub use rules::Rule;
pub use scope::Scope;
pub use subject::Subject;
pub use texts::{TextChange, texts};
pub use trackstar_openapi::Message as Error;
pub use verdict::{Effect, Verdict};
pub use version::Bump;

/// Compares two documents, and returns the findings, the worst first.
///
/// Apply corrections before, with `trackstar_openapi::Preparation::correct`.
///
/// # Errors
///
/// Returns an error if a value is not an OpenAPI document of version 3.0 or 3.1, if it is nested deeper
/// than 128 levels, or if neither document has an operation of the scope.
pub fn compare(base: &Value, revision: &Value, scope: &Scope) -> Result<Vec<Finding>, Error> {
    Subject::of(base).compare(&Subject::of(revision), scope)
}
