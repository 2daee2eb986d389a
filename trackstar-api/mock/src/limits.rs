//! Rate limits for access tokens. Like the API, we count requests in each second.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The maximum number of requests per second for each access token.
///
/// ```
/// let limits = trackstar_mock::Limits::default();
/// assert_eq!((limits.reads, limits.writes), (10, 50));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The number of GET and HEAD requests. Default is 10.
    pub reads: u32,
    /// The number of other requests. Default is 50.
    pub writes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            reads: 10,
            writes: 50,
        }
    }
}

/// The number of requests in the current second.
#[derive(Debug)]
pub(crate) struct Windows {
    limits: Limits,
    /// The second and the number of requests, by token and whether they are reads.
    counted: BTreeMap<(String, bool), (u64, u32)>,
}

/// The values for a response's rate-limit headers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LimitHeaders {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// In seconds since the Unix epoch.
    pub(crate) reset: u64,
    /// The number of seconds to wait, if this request was over the limit.
    pub(crate) wait: Option<u64>,
}

impl Windows {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            counted: BTreeMap::new(),
        }
    }

    /// Counts a request and returns the state of its limit.
    pub(crate) fn count(&mut self, token: &str, method: &str, now: SystemTime) -> LimitHeaders {
        let reads = is_read(method);
        let limit = if reads {
            self.limits.reads
        } else {
            self.limits.writes
        };
        let second = seconds(now);
        let entry = self
            .counted
            .entry((token.to_owned(), reads))
            .or_insert((second, 0));
        if entry.0 != second {
            *entry = (second, 0);
        }
        entry.1 = entry.1.saturating_add(1);
        LimitHeaders {
            limit,
            remaining: limit.saturating_sub(entry.1),
            reset: second + 1,
            wait: (entry.1 > limit).then_some(1),
        }
    }
}

impl LimitHeaders {
    /// Returns the values for a request that has to wait. This works even if limits aren't
    /// enforced.
    pub(crate) fn waiting(method: &str, wait: Duration, now: SystemTime) -> Self {
        let limits = Limits::default();
        let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self {
            limit: if is_read(method) {
                limits.reads
            } else {
                limits.writes
            },
            remaining: 0,
            reset: seconds(now).saturating_add(whole),
            wait: Some(whole),
        }
    }

    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let header = |name: &str, value: &dyn ToString| (name.to_owned(), value.to_string());
        let mut headers = vec![
            header("x-ratelimit-limit", &self.limit),
            header("x-ratelimit-remaining", &self.remaining),
            header("x-ratelimit-reset", &self.reset),
        ];
        headers.extend(self.wait.map(|wait| header("retry-after", &wait)));
        headers
    }
}

fn is_read(method: &str) -> bool {
    ["GET", "HEAD"].contains(&method)
}

fn seconds(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
