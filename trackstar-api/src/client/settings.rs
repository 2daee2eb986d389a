//! Builder methods for timeouts, limits, observers and the transport.

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
    /// Sets a timeout for only the connect phase, including the TLS handshake.
    ///
    /// If an attempt has less time left than this, its own timeout applies instead. When either one
    /// passes during the connect phase, the error reports that nothing was sent.
    ///
    /// Default is 10 seconds. Pass `None` to disable this timeout.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sets a timeout for each attempt.
    ///
    /// It applies from when the attempt starts connecting until the response body has finished, and
    /// is cut short when [`timeout`](Self::timeout) runs out first.
    ///
    /// Default is 60 seconds. Pass `None` to disable this timeout.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = timeout.into();
        self
    }

    /// Sets a timeout for the whole call, including all of its attempts and the waits in between.
    ///
    /// An attempt isn't started if less than a second remains. (For timeouts of less
    /// than 10 seconds, the threshold is a tenth of the timeout.)
    ///
    /// Default is 180 seconds. Pass `None` to disable this timeout.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// Sets the default retry policy.
    ///
    /// You can override it for individual calls.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = policy;
        self
    }

    /// Sets the rate limit for requests with the same access token.
    ///
    /// All connections with that token share the limit, provided that they were created from this
    /// client or one of its clones.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// Sets the maximum size of a response body, in bytes.
    ///
    /// The limit applies after decompression. If a successful response is larger than this, the
    /// call fails with an error for which [`is_too_long`](crate::Error::is_too_long) returns true.
    /// For an error response, reading just stops at this limit or at 1 MiB, whichever is smaller.
    ///
    /// Default is 32 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Adds a middleware that is called before and after each attempt.
    ///
    /// If you add more than one, they are called in the order in which they were added.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.0.push(Arc::new(middleware));
        self
    }

    /// Sets where to report metrics to.
    ///
    /// These cover calls, attempts, waits, outcomes and responses that don't match the document.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.metrics.0 = Some(Arc::new(metrics));
        self
    }

    /// Sets the audit log for calls that change data.
    ///
    /// Each record contains the operation, the label of the connection, the request id and whether
    /// the operation took effect. Every write that is permitted to start is recorded exactly once.
    /// If you drop a call after its request was sent, it is recorded as unknown.
    pub fn audit(mut self, audit: impl Audit) -> Self {
        self.audit.0 = Some(Arc::new(audit));
        self
    }

    /// Sends all requests through `transport` instead of the built-in HTTP client.
    ///
    /// Everything else keeps working the same way. This includes credentials, rate limits, retries,
    /// deadlines, `body_limit`, redaction, middleware, metrics, the audit log and blocking calls.
    /// The features of the HTTP client are up to the transport, however: TLS, proxies, decompression
    /// (even with the `gzip` feature) and `connect_timeout`.
    ///
    /// A transport can't be combined with `reqwest_0_13` or `reqwest_0_13_blocking`. See
    /// [`transport`](crate::transport) for an example and for what a transport needs to implement.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.http.transport.0 = Some(Boxed::new(transport));
        self
    }
}
