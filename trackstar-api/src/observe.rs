//! Observation of calls by the user's code: middleware, metrics and the audit.

pub(crate) mod audit;
pub(crate) mod metrics;
pub(crate) mod middleware;
pub mod telemetry;
