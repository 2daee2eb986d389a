//! Configures how often and when to retry.

use std::time::Duration;

/// The longest possible wait. In nanoseconds, this fits into 55 bits.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Configures how many attempts a call makes, and how long it waits between them.
///
/// By default, a call makes up to 3 attempts and waits up to 200 ms after the first one. This limit
/// is doubled for every attempt, up to a maximum of 20 seconds, and the actual wait is chosen at
/// random (also known as exponential backoff with full jitter). If a response has a `Retry-After`
/// header, the call waits at least that long. If the header asks for more than 60 seconds, the call
/// fails right away.
///
/// You can set a policy for a client ([`ClientBuilder::retries`]) or for a single call (the
/// `with_retries` method of its builder).
///
/// # What is retried
///
/// The policy doesn't decide which errors are retried. Instead, this depends on whether it's safe
/// to repeat the request:
///
/// - Any request is retried if the client failed to connect, if an HTTP/2 server refused to process
///   the request (`REFUSED_STREAM`), or for a 429, since nothing was done in these cases.
/// - GET, HEAD, PUT and DELETE are also retried for 502, 503 and 504 (with or without
///   `Retry-After`), if the connection is interrupted, and after a timeout. For other methods, this
///   needs [`assume_idempotent`](crate::CallOptions::assume_idempotent).
/// - Nothing else is retried, except for a 401 if there is a newer API key (see
///   [`ApiKeyProvider`](crate::ApiKeyProvider)).
///
/// For fractions, lists and invalid values in `Retry-After`, see
/// [`Error::retry_after`](crate::Error::retry_after).
///
/// # Retry budget
///
/// The calls of a connection share a retry budget. Each retry takes something from it when it
/// starts, and returns it if it succeeds. When the budget is used up, calls fail without retrying.
///
/// ```
/// use std::time::Duration;
/// use trackstar_api::prelude::*;
/// use trackstar_api::{AccessToken, ApiKey, Client, RetryPolicy};
///
/// let client = Client::builder(ApiKey::new("key-1")?)
///     .retries(RetryPolicy::default().attempts(5).time_limit(Duration::from_secs(30)))
///     .build()?;
/// let connection = client.connection(AccessToken::new("token-1")?);
/// let once = connection.delete_connection().with_retries(RetryPolicy::never());
/// # let _ = once;
/// # Ok::<(), trackstar_api::Error>(())
/// ```
///
/// [`ClientBuilder::retries`]: crate::ClientBuilder::retries
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "retry policies do nothing unless passed to a client or a call"]
pub struct RetryPolicy {
    attempts: u32,
    first: Duration,
    longest: Duration,
    longest_retry_after: Duration,
    time_limit: Option<Duration>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(20),
            longest_retry_after: Duration::from_secs(60),
            time_limit: None,
        }
    }
}

impl RetryPolicy {
    /// Returns a policy that never retries.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// Sets the maximum number of attempts, including the first one. Zero is treated as one.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets a time limit for starting attempts, measured from the start of the call.
    ///
    /// Attempts that are already running aren't affected, but the client's
    /// [`timeout`](crate::ClientBuilder::timeout) still applies. Pass `None` to remove the limit.
    pub fn time_limit(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.time_limit = limit.into();
        self
    }

    /// Sets the maximum wait after the first attempt, and the maximum that it can grow to.
    ///
    /// The actual waits are random. This prevents clients that failed at the same time from all
    /// retrying at the same time.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first = first.min(LONGEST);
        self.longest = longest.max(first).min(LONGEST);
        self
    }

    /// Sets the longest `Retry-After` that a call waits for.
    ///
    /// If the server asks for more than that, the call fails right away. You can use
    /// [`Error::retry_after`](crate::Error::retry_after) to find out how long it should wait.
    pub fn longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    pub(crate) fn most_attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn limit(&self) -> Option<Duration> {
        self.time_limit
    }

    /// Returns how long to wait after the given attempt (the first one is 1), or `None` if
    /// `retry_after` is longer than the policy allows. `chance` is a random number from 0 to 1.
    pub(crate) fn wait(
        &self,
        number: u32,
        retry_after: Option<Duration>,
        chance: f64,
    ) -> Option<Duration> {
        let asked = retry_after.unwrap_or_default();
        let own = self.ceiling(number).mul_f64(chance.clamp(0.0, 1.0));
        (asked <= self.longest_retry_after).then(|| asked.max(own))
    }

    /// Returns the maximum backoff after the given attempt.
    fn ceiling(&self, number: u32) -> Duration {
        // This can't overflow, because `first` needs at most 55 bits. The limit is always reached
        // in fewer than 64 doublings.
        let doublings = number.saturating_sub(1).min(64);
        let nanos = (self.first.as_nanos() << doublings).min(self.longest.as_nanos());
        u64::try_from(nanos).map_or(self.longest, Duration::from_nanos)
    }
}

/// Returns a random number from 0 to 1.
pub(crate) fn chance() -> f64 {
    fastrand::f64()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: f64 = 1.0;

    fn millis(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn backoff_doubles_from_200_milliseconds_to_20_seconds() {
        let policy = RetryPolicy::default();
        let waits = (1..=9).map(|number| policy.wait(number, None, WHOLE).expect("waited for"));
        let rounded: Vec<u128> = waits.map(|wait| wait.as_millis()).collect();
        assert_eq!(
            rounded,
            [200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000]
        );
        assert_eq!(policy.wait(u32::MAX, None, WHOLE), Some(millis(20_000)));
    }

    #[test]
    fn applies_full_jitter() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(2, None, 0.0), Some(Duration::ZERO));
        let half = policy.wait(2, None, 0.5).expect("waited for");
        assert_eq!(half.as_millis(), 200);
        let drawn: Vec<f64> = (0..1000).map(|_| chance()).collect();
        assert!(drawn.iter().any(|it| *it < 0.1) && drawn.iter().any(|it| *it > 0.9));
    }

    #[test]
    fn waits_for_longer_retry_after_up_to_the_cap() {
        let policy = RetryPolicy::default();
        assert_eq!(
            policy.wait(1, Some(millis(7000)), WHOLE),
            Some(millis(7000))
        );
        assert_eq!(policy.wait(1, Some(millis(50)), WHOLE), Some(millis(200)));
        assert_eq!(
            policy.wait(1, Some(millis(60_000)), WHOLE),
            Some(millis(60_000))
        );
        assert_eq!(policy.wait(1, Some(millis(60_001)), WHOLE), None);
        let patient = policy.longest_retry_after(millis(90_000));
        assert_eq!(
            patient.wait(1, Some(millis(60_001)), WHOLE),
            Some(millis(60_001))
        );
    }

    #[test]
    fn all_settings_allow_an_attempt_and_respect_the_cap() {
        assert_eq!(RetryPolicy::never().most_attempts(), 1);
        assert_eq!(RetryPolicy::default().attempts(0).most_attempts(), 1);
        let odd = RetryPolicy::default().backoff(Duration::MAX, Duration::ZERO);
        assert_eq!(odd.wait(7, None, WHOLE), Some(LONGEST));
        let none = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
        assert_eq!(none.wait(7, None, WHOLE), Some(Duration::ZERO));
    }

    proptest! {
        #[test]
        fn waits_are_within_their_bounds(
            number in 0u32..1000,
            first in 0u64..100_000,
            longest in 0u64..1_000_000,
            asked in proptest::option::of(0u64..200_000),
            chance in 0.0..=1.0,
        ) {
            let policy = RetryPolicy::default().backoff(millis(first), millis(longest));
            let wait = policy.wait(number, asked.map(millis), chance);
            let asked = asked.unwrap_or(0);
            prop_assert_eq!(wait.is_some(), asked <= 60_000);
            if let Some(wait) = wait {
                prop_assert!(wait >= millis(asked));
                prop_assert!(wait <= millis(asked.max(longest).max(first)));
            }
        }
    }
}
