//! Names that documents must not give to methods, because handwritten or generated code has them.
//!
//! A method named like one of them gets a trailing underscore. `tests/it/reserved.rs` compares the lists with the
//! source of `trackstar-api`.

/// Methods of `Client` and `Connection`, and of the traits in scope everywhere that they implement. The compiler
/// would call them instead of an operation of the same name, or report an ambiguity.
pub const OF_RECEIVERS: &[&str] = &[
    "clone",
    "clone_into",
    "connection",
    "context",
    "into",
    "label",
    "read_only",
    "request",
    "set_api_key",
    "to_owned",
    "try_into",
];

/// Methods of the builders of calls, and of the traits in the prelude that they implement. A setter of the same
/// name would conflict with them or hide them.
pub const OF_CALLS: &[&str] = &[
    "assume_idempotent",
    "body",
    "body_map",
    "clone",
    "keep_body",
    "new",
    "pages",
    "preview_request",
    "resume",
    "send",
    "send_blocking",
    "stream",
    "with_attempt_timeout",
    "with_header",
    "with_retries",
    "with_timeout",
];

/// Methods of the builders of types.
pub const OF_VALUES: &[&str] = &["build", "clone"];

/// Returns a list that [`names::free`](crate::names::free) extends.
pub(crate) fn taken(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
