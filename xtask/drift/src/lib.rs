//! What changed between two OpenAPI documents, and what that breaks in a client that was generated
//! from the first of them.
//!
//! ```text
//! two documents -> as the client sees them -> effect on the values -> two verdicts -> report
//! ```
//!
//! - [`compare`] walks both documents at once, operation by operation, in the direction in which
//!   values travel: through references, `allOf` and the spellings of 3.0 and 3.1, which mean the same.
//! - A [`Finding`] says what a change does to the set of allowed values (its [`Effect`]). What it
//!   breaks, on the wire and when code is compiled again, follows from that, from the direction, and
//!   from what the generated code does with such values.
//! - A [`Report`] holds the findings that count against those that were accepted, and writes them
//!   down in four formats.
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
mod diff;
mod document;
mod engine;
mod escape;
mod finding;
mod format;
mod notes;
mod operations;
mod parameters;
mod report;
mod responses;
mod root;
mod schema;
mod scope;
mod security;
mod serialization;
mod subject;
mod texts;
mod verdict;

use serde_json::Value;

pub use accepted::{Accepted, Date};
pub use diff::Line;
pub use escape::{code_span, visible};
pub use finding::{Direction, Finding, Location, Side};
pub use format::Format;
pub use report::{Bump, Report, Threshold};
pub use scope::Scope;
pub use subject::Subject;
pub use texts::{TextChange, texts};
pub use trackstar_openapi::Message as Error;
pub use verdict::{Effect, Verdict};

/// Compares two documents, the gravest finding first.
///
/// Both are taken as they are: what the client is told otherwise than upstream states it has been
/// corrected before, by `trackstar_openapi::Preparation::correct`.
///
/// # Errors
///
/// One of the values is no OpenAPI document of 3.0 or 3.1, or is nested beyond 128 levels, or the scope
/// names an operation that neither has.
pub fn compare(base: &Value, revision: &Value, scope: &Scope) -> Result<Vec<Finding>, Error> {
    Subject::of(base).compare(&Subject::of(revision), scope)
}
