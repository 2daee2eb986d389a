//! How a client behaves when things go wrong, and who is told.

use std::sync::Arc;
use std::time::Duration;

use super::ClientBuilder;
use crate::{Audit, Metrics, Middleware, RateLimit, RetryPolicy};

impl ClientBuilder {
    /// How long connecting may take, TLS included; less where less is left of the attempt's time.
    /// Whichever ends it, the error says that nothing was sent. Default: 10 seconds. `None`: no
    /// limit of its own.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer; less where
    /// less is left of [`timeout`](Self::timeout). Default: 60 seconds. `None`: no limit of its own.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = timeout.into();
        self
    }

    /// How long a call may take, with all its attempts and all that it waits for in between. What is
    /// left of it has to be of use: with less than a second, or less than a tenth of the whole where
    /// that is shorter, no attempt is begun. Default: 180 seconds. `None`: for ever.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// When calls are tried again. Each call can be given a policy of its own.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = policy;
        self
    }

    /// How fast the requests of one access token go out. All connections of a token share the
    /// limit, whoever made them of this client or its clones.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// How much of a successful answer is read, in bytes, behind any decompression. A longer one is
    /// an error ([`is_too_long`](crate::Error::is_too_long)). Of a refusal no more than that is read,
    /// and no more than 1 MiB. Default: 32 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Calls `middleware` before and after each attempt, behind those that were given before.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.0.push(Arc::new(middleware));
        self
    }

    /// Tells `metrics` of calls, attempts, waits, outcomes and of what the document does not promise.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.metrics.0 = Some(Arc::new(metrics));
        self
    }

    /// Records every write in `audit`: the operation, the label of the connection, the request id and
    /// whether it took effect. There is exactly one record for each call that was allowed to begin. A call
    /// that is dropped after it was sent is recorded as unknown.
    pub fn audit(mut self, audit: impl Audit) -> Self {
        self.audit.0 = Some(Arc::new(audit));
        self
    }
}
