//! Timeouts, limits, observers and the transport of a client.

use std::sync::Arc;
use std::time::Duration;

use super::ClientBuilder;
use crate::observe::audit::Audit;
use crate::observe::metrics::Metrics;
use crate::observe::middleware::Middleware;
use crate::rate_limit::limiter::RateLimit;
use crate::retry::policy::RetryPolicy;
use crate::transport::Transport;
use crate::transport::own::Boxed;

impl ClientBuilder {
    /// Sets the maximum time to connect, including TLS. It is shorter if less time remains for the
    /// attempt. In both cases, the error reports that nothing was sent. Default: 10 seconds. `None`
    /// removes this limit.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sets the maximum time of one attempt, from connecting to the last byte of the response. It
    /// is shorter if less of [`timeout`](Self::timeout) remains. Default: 60 seconds. `None`
    /// removes this limit.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = timeout.into();
        self
    }

    /// Sets the maximum time of a call, including all attempts and all waits between them. No
    /// attempt begins if less than a second remains, or less than a tenth of the timeout if that is
    /// shorter. Default: 180 seconds. `None` removes the limit.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// Sets the retry policy. A call can have its own policy.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = policy;
        self
    }

    /// Sets the rate limit for the requests of one access token. All connections with the same
    /// token share the limit if this client or its clones created them.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// Sets the maximum size of a successful response body, in bytes, after decompression. A longer
    /// body is an error ([`is_too_long`](crate::Error::is_too_long)). Of the body of an error
    /// response, at most this many bytes are read, and at most 1 MiB. Default: 32 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Adds a middleware, whose hooks run before and after each attempt, after those of earlier
    /// middleware.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.0.push(Arc::new(middleware));
        self
    }

    /// Reports calls, attempts, waits, outcomes and deviations from the document to `metrics`.
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

    /// Sends every request through `transport` instead of the built-in HTTP client; see
    /// [`transport`](crate::transport) for an example and for the requirements of a transport.
    ///
    /// Credentials, rate limits, retries, deadlines, `body_limit`, redaction, middleware, metrics
    /// and the audit work as usual. Blocking calls use the transport, too. `connect_timeout` does
    /// not apply. It cannot be combined with an HTTP client of your own (`reqwest_0_13`).
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.http.transport.0 = Some(Boxed::new(transport));
        self
    }
}
