//! The retry loop of a call.
//!
//! Before every attempt, we wait for the rate limits of its access token. Once it has completed,
//! its result determines whether we try again.

mod completed;
mod key;
mod log;

use std::borrow::Cow;
use std::time::Duration;

use tokio::time::Instant;

use super::observer::CallObserver;
use crate::call::context::CallContext;
use crate::call::options::Options;
use crate::contain::contained;
use crate::error::{Error, GaveUp};
use crate::observe::metrics::WaitReason;
use crate::observe::middleware::{AfterAttempt, BeforeAttempt};
use crate::operation::Operation;
use crate::rate_limit::limiter::TooLong;
use crate::retry::budget::Withdrawal;
use crate::retry::policy::{RetryPolicy, chance};
use crate::transport::RawResponse;
use completed::CallRecord;
pub(crate) use completed::Completed;
use log::AttemptLog;

/// Supplies the request for each attempt.
pub(crate) struct Requests<'a> {
    next: Option<reqwest::Request>,
    /// Builds another request. Few calls ever need this, so it's cheaper than cloning every request
    /// up front. If the first request could be built, this has to work too, because it's only called
    /// after waiting.
    again: Option<&'a Again<'a>>,
}

pub(crate) type Again<'a> = dyn Fn() -> Result<reqwest::Request, Error> + Send + Sync + 'a;

impl<'a> Requests<'a> {
    /// Supplies `first`, and after that the requests that `again` builds.
    pub(crate) fn new(first: reqwest::Request, again: Option<&'a Again<'a>>) -> Self {
        Self {
            next: Some(first),
            again,
        }
    }

    /// Returns the request for the next attempt, or `None` if we've run out.
    fn take(&mut self) -> Result<Option<reqwest::Request>, Error> {
        match (self.next.take(), self.again) {
            (None, Some(again)) => again().map(Some),
            (next, _) => Ok(next),
        }
    }

    /// Returns true if there is another request.
    fn is_left(&self) -> bool {
        self.next.is_some() || self.again.is_some()
    }
}

/// Sends a request, retrying if necessary.
///
/// If the document doesn't list the response's status code, this returns an error.
#[expect(
    clippy::manual_async_fn,
    reason = "an `async fn` would store the requests twice"
)]
pub(crate) fn execute<'a>(
    context: &'a CallContext,
    mut requests: Requests<'a>,
    operation: &'static Operation,
    options: &'a Options,
) -> impl Future<Output = Result<Completed<'a>, Error>> + Send + 'a {
    async move {
        context.admits(operation)?;
        if let (Some(preview), Some(request)) = (options.preview(), &requests.next) {
            let (headers, secrets) = (options.headers(), options.secrets());
            return Err(preview.take(request, context, operation, headers, secrets));
        }
        let mut run = RetryLoop::new(context, operation, options);
        match run.finish_with(&mut requests).await {
            Ok(response) => Ok(Completed {
                response,
                record: run.into_record(),
            }),
            Err(error) => {
                run.observer.fail(&error);
                Err(error)
            }
        }
    }
}

/// The minimum time that an attempt needs (or a tenth of the timeout, if that is shorter). If we
/// started one with even less time left, it would most likely time out, and we'd replace an outcome
/// that we know with one that we don't.
const LEAST: Duration = Duration::from_secs(1);

/// Overrides the timeout of an HTTP client that has one. No attempt ever takes this long.
const NO_LIMIT: Duration = Duration::from_secs(366 * 24 * 60 * 60);

struct RetryLoop<'c> {
    base: &'c CallContext,
    /// The same with the API key of the current attempt, which may be newer.
    context: Cow<'c, CallContext>,
    operation: &'static Operation,
    options: &'c Options,
    policy: RetryPolicy,
    /// The time at which the timeout of the call expires.
    deadline: Option<Instant>,
    /// The latest time at which an attempt may still start.
    latest: Option<Instant>,
    log: AttemptLog,
    observer: CallObserver,
}

impl<'c> RetryLoop<'c> {
    fn new(context: &'c CallContext, operation: &'static Operation, options: &'c Options) -> Self {
        let (began, settings) = (Instant::now(), context.settings());
        context.begins(began);
        let policy = options.retries().unwrap_or(settings.retries);
        let timeout = options.timeout(settings.timeout);
        let useful = |total: Duration| total.saturating_sub(LEAST.min(total / 10));
        let latest = timeout.map(useful);
        let latest = latest.into_iter().chain(policy.limit()).min();
        Self {
            base: context,
            context: Cow::Borrowed(context),
            operation,
            options,
            policy,
            deadline: timeout.and_then(|total| began.checked_add(total)),
            latest: latest.and_then(|latest| began.checked_add(latest)),
            log: AttemptLog::new(began),
            observer: CallObserver::new(context, operation, began),
        }
    }

    async fn finish_with(
        &mut self,
        requests: &mut Requests<'_>,
    ) -> Result<Box<RawResponse>, Error> {
        let mut withdrawal: Option<Withdrawal<'c>> = None;
        let mut last: Option<Error> = None;
        loop {
            if let Err(TooLong(wait)) = self.held_back().await {
                return Err(self.out_of_time(last, wait));
            }
            if let Err(error) = self.take_key().await {
                return Err(match last {
                    Some(last) => self.log.give_up(last, Some(GaveUp::Key)),
                    None => error,
                });
            }
            // We avoid reading the clock if possible, since it costs more than almost anything else
            // in this function.
            if last.is_some() || self.log.waited > Duration::ZERO {
                self.log.began = Instant::now();
            }
            let late = self.latest.is_some_and(|latest| self.log.began > latest);
            if late && last.is_some() {
                // We were polled too late after waiting.
                return Err(self.out_of_time(last, Duration::ZERO));
            }
            // With `?`, the future would store the attempt twice.
            let attempt = match self.start(requests, &mut last) {
                Ok(attempt) => attempt,
                Err(error) => return Err(error),
            };
            if let Some(withdrawal) = &mut withdrawal {
                withdrawal.spend();
            }
            let mut error = match attempt.await {
                Ok(response) => {
                    self.tell(Ok(&response), None, None);
                    match withdrawal {
                        Some(withdrawal) => withdrawal.refund(),
                        None => self.base.token_state().budget.reward(),
                    }
                    return Ok(response);
                }
                Err(error) => error,
            };
            let ended = Instant::now();
            if self.deadline.is_some_and(|deadline| ended >= deadline) {
                error.expire_call();
            }
            self.log.note(&error);
            let took = ended - self.log.began;
            let next = self.next_after(&mut error, requests.is_left()).await;
            // Observers need to see the earlier attempts as well, since any of them might have
            // taken effect.
            let mut error = self
                .log
                .give_up(error, next.as_ref().err().copied().flatten());
            let again_in = next.as_ref().ok().map(|(wait, _)| *wait);
            self.tell(Err(&error), again_in, Some(took));
            let Ok((wait, taken)) = next else {
                return Err(error);
            };
            self.log.attempts = error.take_attempts();
            withdrawal = taken;
            self.wait(wait, &error).await;
            last = Some(error);
        }
    }

    /// Waits for the access token's rate limits.
    async fn held_back(&mut self) -> Result<(), TooLong> {
        let state = self.base.token_state();
        let waited = state.ready(self.operation, self.latest).await?;
        self.log.waited += waited;
        self.observer.waited(WaitReason::RateLimit, waited);
        Ok(())
    }

    /// Adds the timeout and runs the middleware, which can add headers.
    fn before(&mut self, request: &mut reqwest::Request) -> Result<(), Error> {
        let settings = self.base.settings();
        for (name, value) in self.options.headers() {
            request.headers_mut().insert(name, value.clone());
        }
        let middleware = &settings.middleware;
        for one in middleware {
            let number = self.log.number;
            let mut before = BeforeAttempt::new(self.operation, number, request.headers_mut());
            // If the middleware panics, the request might be incomplete. In that case, we don't
            // send it.
            contained(|| one.before(&mut before))
                .unwrap_or_else(|| Err("it panicked".into()))
                .map_err(|it| Error::stopped(it, &self.context.secrets(), self.operation))?;
        }
        let now = if middleware.is_empty() {
            self.log.began
        } else {
            Instant::now()
        };
        let left = self.deadline.map(|it| it.saturating_duration_since(now));
        if left == Some(Duration::ZERO) {
            return Err(Error::throttled(self.operation, Duration::ZERO));
        }
        let own = self.options.attempt_timeout(settings.attempt_timeout);
        let timeout = left.into_iter().chain(own).min();
        // Setting a timeout on the request is more expensive than relying on the one that the HTTP
        // client already has, so we only do it if they differ.
        if timeout != settings.http_timeout() {
            *request.timeout_mut() = Some(timeout.unwrap_or(NO_LIMIT));
        }
        Ok(())
    }

    /// Builds the request for the next attempt, and returns the future that sends it. Nothing is
    /// sent until that is polled.
    ///
    /// This is a separate function so that the future of the loop doesn't have to store the request,
    /// which is large. If there isn't another request, it takes the error in `last`.
    fn start(
        &mut self,
        requests: &mut Requests<'_>,
        last: &mut Option<Error>,
    ) -> Result<impl Future<Output = Result<Box<RawResponse>, Error>> + Send + use<'_, 'c>, Error>
    {
        let taken = requests.take().map_err(|error| self.unmade(error))?;
        let Some(mut request) = taken else {
            // The previous attempt's body can't be sent a second time. That attempt has already
            // reported this.
            return Err(self.out_of_time(last.take(), Duration::ZERO));
        };
        self.log.number += 1;
        if let Err(error) = self.before(&mut request) {
            self.log.note(&error);
            return Err(self.log.give_up(error, None));
        }
        self.observer.begins(self.log.number);
        Ok(self.attempt(request))
    }

    fn attempt(
        &self,
        request: reqwest::Request,
    ) -> impl Future<Output = Result<Box<RawResponse>, Error>> + Send {
        let sending = self.context.send(request, self.operation);
        #[cfg(feature = "tracing")]
        let sending = {
            let span = self.observer.span().attempt(self.log.number);
            async move {
                let result = span.within(sending).await;
                span.record_result(&result);
                result
            }
        };
        sending
    }

    /// Reports the result of an attempt to middleware and metrics.
    fn tell(
        &mut self,
        result: Result<&RawResponse, &Error>,
        again_in: Option<Duration>,
        took: Option<Duration>,
    ) {
        let middleware = &self.base.settings().middleware;
        if result.is_ok() && middleware.is_empty() && !self.observer.counts() {
            return;
        }
        let took = took.unwrap_or_else(|| self.log.began.elapsed());
        let after = AfterAttempt::new(self.operation, self.log.number, took, result, again_in);
        for one in middleware {
            contained(|| one.after(&after));
        }
        self.observer.attempted(&after);
    }

    /// Decides whether to make another attempt. If so, this returns how long to wait and what was
    /// withdrawn from the retry budget. If not, it returns the error, along with the reason why we
    /// gave up (unless that follows from the error).
    fn next(
        &self,
        error: &Error,
        repeatable: bool,
    ) -> Result<(Duration, Withdrawal<'c>), Option<GaveUp>> {
        let retry = error
            .retry_class(self.options.is_idempotent())
            .ok_or(None)?;
        let number = self.log.number;
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
        let budget = &self.base.token_state().budget;
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
        self.observer.waited(reason, wait);
        self.log.waited += wait;
        tokio::time::sleep(wait).await;
    }

    /// Returns the error for a request that can't be built a second time, taking into account that
    /// an earlier attempt may have taken effect.
    fn unmade(&mut self, error: Error) -> Error {
        self.log.began = Instant::now();
        self.log.number += 1;
        self.log.note(&error);
        self.log.give_up(error, None)
    }

    /// Returns the error for running out of time. We prefer the error of the previous attempt,
    /// since the current one was never sent.
    fn out_of_time(&mut self, last: Option<Error>, wait: Duration) -> Error {
        match last {
            Some(last) => self.log.give_up(last, Some(GaveUp::Time)),
            None => Error::throttled(self.operation, wait),
        }
    }

    fn into_record(self) -> CallRecord<'c> {
        CallRecord {
            context: self.context,
            operation: self.operation,
            log: self.log,
            observer: self.observer,
            keep_body: self.options.keeps_body(),
        }
    }
}

#[cfg(test)]
mod tests;
