//! Error predicates for tools that only learn about their operations at run time.

use super::{Error, Kind};

/// Returns true if the connection was closed before the server processed the request.
#[must_use]
pub fn is_unprocessed(error: &Error) -> bool {
    matches!(error.0.kind, Kind::Unprocessed)
}

/// Returns true if the caller is at fault, because of an invalid request or configuration.
#[must_use]
pub fn is_usage(error: &Error) -> bool {
    matches!(error.0.kind, Kind::Config(_) | Kind::Request(_))
}
