//! Rate limits: one limiter for each access token, which follows the headers of responses.

mod headers;
pub(crate) mod limiter;
mod queue;
mod spacing;
pub(crate) mod tokens;
