//! Rate limits. Each access token has its own limiter, which also takes the headers of responses
//! into account.

mod headers;
pub(crate) mod limiter;
mod queue;
mod spacing;
pub(crate) mod tokens;
