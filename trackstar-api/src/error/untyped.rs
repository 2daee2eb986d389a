//! Properties of an error for tools that know their operations only at run time.

use super::{Error, Kind};

/// Returns true if the connection ended before the server processed the request.
#[must_use]
pub fn is_unprocessed(error: &Error) -> bool {
    matches!(error.0.kind, Kind::Unprocessed)
}

/// Returns true if the caller's request or configuration is invalid.
#[must_use]
pub fn is_usage(error: &Error) -> bool {
    matches!(error.0.kind, Kind::Config(_) | Kind::Request(_))
}
