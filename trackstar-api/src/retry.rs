//! Retry policies and retry budgets.

pub(crate) mod budget;
pub(crate) mod policy;
