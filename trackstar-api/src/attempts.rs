//! The attempts of one call. Each attempt waits for the rate limits of its token and has a
//! deadline. Its result determines whether another attempt follows.
//!
//! The module contains no operation-specific code. The call provides the properties of its
//! operation.

mod key;

use std::time::Duration;

use tokio::time::Instant;

use crate::answer::Answer;
use crate::budget::Withdrawal;
use crate::caller::Caller;
use crate::contain::contained;
use crate::error::{Attempt, Error, GaveUp};
use crate::limit::TooLong;
use crate::middleware::{AfterAttempt, BeforeAttempt};
use crate::observe::{WaitReason, Watch};
use crate::operation::Operation;
use crate::options::Options;
use crate::retry::{RetryPolicy, chance};

/// The attempts of a call so far, and the start of the current one.
#[derive(Debug)]
pub(crate) struct Trail {
    attempts: Vec<Attempt>,
    number: u32,
    waited: Duration,
    began: Instant,
}

impl Trail {
    fn note(&mut self, error: &Error) {
        let attempt = Attempt::new(self.number, self.waited, self.began.elapsed(), error);
        self.attempts.push(attempt);
        self.waited = Duration::ZERO;
    }

    /// Adds the attempts to an error that was created from the last attempt's response.
    pub(crate) fn behind(mut self, error: Error) -> Error {
        self.note(&error);
        error.after(self.attempts, None)
    }
}

/// The source of the requests for the attempts.
pub(crate) struct Requests<'a> {
    next: Option<reqwest::Request>,
    /// Creates further requests. Creating a request again is cheaper than keeping a copy of it,
    /// which few calls need.
    again: Option<&'a Again<'a>>,
}

/// Creates the request again.
pub(crate) type Again<'a> = dyn Fn() -> Result<reqwest::Request, Error> + Send + Sync + 'a;

impl<'a> Requests<'a> {
    /// Creates a source of `first` and of the requests that `again` creates.
    pub(crate) fn new(first: reqwest::Request, again: Option<&'a Again<'a>>) -> Self {
        Self {
            next: Some(first),
            again,
        }
    }

    /// Returns a request for an attempt, or `None` if there is no other.
    fn take(&mut self) -> Result<Option<reqwest::Request>, Error> {
        match (self.next.take(), self.again) {
            (None, Some(again)) => again().map(Some),
            (next, _) => Ok(next),
        }
    }

    /// Returns true if another request is available.
    fn is_left(&self) -> bool {
        self.next.is_some() || self.again.is_some()
    }
}

/// Sends a request, and repeats it if necessary. A status that the document does not specify is an
/// error.
pub(crate) async fn execute(
    caller: &Caller,
    mut requests: Requests<'_>,
    operation: &'static Operation,
    options: &Options,
) -> Result<Box<Answer>, Error> {
    caller.admits(operation)?;
    if let (Some(preview), Some(request)) = (options.preview(), &requests.next) {
        return Err(preview.take(request, caller, operation, options));
    }
    let mut run = Run::new(caller, operation, options);
    match run.finish_with(&mut requests).await {
        Ok(mut answer) => {
            if options.keeps_body() {
                answer.keep_body();
            }
            answer.of_call = Some((run.trail, run.watch));
            Ok(answer)
        }
        Err(error) => {
            run.watch.fail(&error);
            Err(error)
        }
    }
}

/// Minimum time for an attempt, unless a tenth of the whole timeout is shorter. With less time, the
/// attempt would probably replace a known outcome by an unknown one.
const LEAST: Duration = Duration::from_secs(1);

/// Replaces the timeout of an HTTP client that has one. No attempt takes this long.
const NO_LIMIT: Duration = Duration::from_secs(366 * 24 * 60 * 60);

struct Run<'c> {
    base: &'c Caller,
    /// The caller with a newer API key.
    renewed: Option<Caller>,
    operation: &'static Operation,
    options: &'c Options,
    policy: RetryPolicy,
    /// The end of the call's timeout.
    deadline: Option<Instant>,
    /// The latest time at which an attempt may begin.
    latest: Option<Instant>,
    trail: Trail,
    watch: Watch,
}

impl<'c> Run<'c> {
    fn new(caller: &'c Caller, operation: &'static Operation, options: &'c Options) -> Self {
        let (began, settings) = (Instant::now(), caller.settings());
        caller.begins(began);
        let policy = options.retries().unwrap_or(settings.retries);
        let timeout = options.timeout(settings.timeout);
        let useful = |total: Duration| total.saturating_sub(LEAST.min(total / 10));
        let latest = timeout.map(useful);
        let latest = latest.into_iter().chain(policy.limit()).min();
        Self {
            base: caller,
            renewed: None,
            operation,
            options,
            policy,
            deadline: timeout.and_then(|total| began.checked_add(total)),
            latest: latest.and_then(|latest| began.checked_add(latest)),
            trail: Trail {
                attempts: Vec::new(),
                number: 0,
                waited: Duration::ZERO,
                began,
            },
            watch: Watch::new(caller, operation, began),
        }
    }

    async fn finish_with(&mut self, requests: &mut Requests<'_>) -> Result<Box<Answer>, Error> {
        let mut withdrawal: Option<Withdrawal<'c>> = None;
        let mut last: Option<Error> = None;
        loop {
            let taken = requests.take().map_err(|error| self.unmade(error))?;
            let Some(mut request) = taken else {
                // The body of the previous attempt cannot be sent again, which that attempt
                // reported.
                return Err(self.out_of_time(last, Duration::ZERO));
            };
            if let Err(TooLong(wait)) = self.held_back().await {
                return Err(self.out_of_time(last, wait));
            }
            if let Err(error) = self.take_key().await {
                return Err(match last {
                    Some(last) => self.give_up(last, Some(GaveUp::Key)),
                    None => error,
                });
            }
            // Reading the clock costs more than most other steps here.
            if last.is_some() || self.trail.waited > Duration::ZERO {
                self.trail.began = Instant::now();
            }
            let late = self.latest.is_some_and(|latest| self.trail.began > latest);
            if late && last.is_some() {
                // The future was polled too late after its wait.
                return Err(self.out_of_time(last, Duration::ZERO));
            }
            self.trail.number += 1;
            if let Err(error) = self.before(&mut request) {
                self.trail.note(&error);
                return Err(self.give_up(error, None));
            }
            self.watch.begins(self.trail.number);
            if let Some(withdrawal) = &mut withdrawal {
                withdrawal.spend();
            }
            let mut error = match self.attempt(request).await {
                Ok(answer) => {
                    self.tell(Ok(&answer), None, None);
                    match withdrawal {
                        Some(withdrawal) => withdrawal.refund(),
                        None => self.base.lane().budget.reward(),
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            self.trail.note(&error);
            let took = self.trail.began.elapsed();
            let next = self.next_after(&mut error, requests.is_left()).await;
            // Observers see the previous attempts, too, because one of them may have taken effect.
            let mut error = self.give_up(error, next.as_ref().err().copied().flatten());
            let again_in = next.as_ref().ok().map(|(wait, _)| *wait);
            self.tell(Err(&error), again_in, Some(took));
            let Ok((wait, taken)) = next else {
                return Err(error);
            };
            self.trail.attempts = error.take_attempts();
            withdrawal = taken;
            self.wait(wait, &error).await;
            last = Some(error);
        }
    }

    /// Waits for the rate limits of the access token.
    async fn held_back(&mut self) -> Result<(), TooLong> {
        let lane = self.base.lane();
        let waited = lane.ready(self.operation, self.latest).await?;
        self.trail.waited += waited;
        self.watch.waited(WaitReason::RateLimit, waited);
        Ok(())
    }

    /// Completes a request with its timeout and the headers of middleware.
    fn before(&mut self, request: &mut reqwest::Request) -> Result<(), Error> {
        let settings = self.base.settings();
        for (name, value) in self.options.headers() {
            request.headers_mut().insert(name, value.clone());
        }
        let middleware = &settings.middleware;
        for one in middleware {
            let number = self.trail.number;
            let mut before = BeforeAttempt::new(self.operation, number, request.headers_mut());
            // After a panic, the request may be incomplete, so it is not sent.
            contained(|| one.before(&mut before))
                .unwrap_or_else(|| Err("it panicked".into()))
                .map_err(Error::stopped(self.caller(), self.operation))?;
        }
        let now = if middleware.is_empty() {
            self.trail.began
        } else {
            Instant::now()
        };
        let left = self.deadline.map(|it| it.saturating_duration_since(now));
        if left == Some(Duration::ZERO) {
            return Err(Error::held(self.operation, Duration::ZERO));
        }
        let own = self.options.attempt_timeout(settings.attempt_timeout);
        let timeout = left.into_iter().chain(own).min();
        // The HTTP client applies its own timeout. Setting one on each request costs more.
        if timeout != settings.http_timeout() {
            *request.timeout_mut() = Some(timeout.unwrap_or(NO_LIMIT));
        }
        Ok(())
    }

    fn attempt(
        &self,
        request: reqwest::Request,
    ) -> impl Future<Output = Result<Box<Answer>, Error>> + Send {
        let sending = self.caller().send(request, self.operation);
        #[cfg(feature = "tracing")]
        let sending = {
            let span = self.watch.span().attempt(self.trail.number);
            async move {
                let result = span.within(sending).await;
                span.record_result(&result);
                result
            }
        };
        sending
    }

    /// Reports the result of the attempt to middleware and metrics.
    fn tell(
        &mut self,
        result: Result<&Answer, &Error>,
        again_in: Option<Duration>,
        took: Option<Duration>,
    ) {
        let middleware = &self.base.settings().middleware;
        if result.is_ok() && middleware.is_empty() && !self.watch.counts() {
            return;
        }
        let took = took.unwrap_or_else(|| self.trail.began.elapsed());
        let after = AfterAttempt::new(self.operation, self.trail.number, took, result, again_in);
        for one in middleware {
            contained(|| one.after(&after));
        }
        self.watch.attempted(&after);
    }

    /// Returns the wait before another attempt, and the withdrawal from the retry budget. Returns
    /// an error if there is no other attempt, with the reason unless the error itself forbids it.
    fn next(
        &self,
        error: &Error,
        repeatable: bool,
    ) -> Result<(Duration, Withdrawal<'c>), Option<GaveUp>> {
        let retry = error.retry(self.options.is_idempotent()).ok_or(None)?;
        let number = self.trail.number;
        if number >= self.policy.most_attempts() {
            return Err(Some(GaveUp::Attempts));
        }
        if !repeatable {
            return Err(Some(GaveUp::Stream));
        }
        let wait = self.policy.wait(number, error.retry_after(), chance());
        let wait = wait.ok_or(Some(GaveUp::RetryAfter))?;
        if self
            .latest
            .is_some_and(|latest| Instant::now() + wait >= latest)
        {
            return Err(Some(GaveUp::Time));
        }
        let budget = &self.base.lane().budget;
        let taken = budget.withdraw(retry).ok_or(Some(GaveUp::Budget))?;
        Ok((wait, taken))
    }

    async fn wait(&mut self, wait: Duration, error: &Error) {
        let reason = if error.retry_after().is_some_and(|asked| asked == wait) {
            WaitReason::RetryAfter
        } else {
            WaitReason::Backoff
        };
        if wait == Duration::ZERO {
            return;
        }
        self.watch.waited(reason, wait);
        self.trail.waited += wait;
        tokio::time::sleep(wait).await;
    }

    /// Returns the error for a request that cannot be created again. Earlier attempts may have
    /// taken effect.
    fn unmade(&mut self, error: Error) -> Error {
        self.trail.began = Instant::now();
        self.trail.number += 1;
        self.trail.note(&error);
        self.give_up(error, None)
    }

    /// Returns the error of the previous attempt, if there was one, because the current one was not
    /// sent.
    fn out_of_time(&mut self, last: Option<Error>, wait: Duration) -> Error {
        match last {
            Some(last) => self.give_up(last, Some(GaveUp::Time)),
            None => Error::held(self.operation, wait),
        }
    }

    fn give_up(&mut self, error: Error, gave_up: Option<GaveUp>) -> Error {
        error.after(std::mem::take(&mut self.trail.attempts), gave_up)
    }
}

#[cfg(test)]
mod tests;
