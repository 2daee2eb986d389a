//! Middleware, metrics and the audit log, which let your code observe calls.

pub(crate) mod audit;
pub(crate) mod metrics;
pub(crate) mod middleware;
pub mod telemetry;
