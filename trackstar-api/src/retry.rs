//! Retries: the policy of a call, and the budget of a connection.

pub(crate) mod budget;
pub(crate) mod policy;
