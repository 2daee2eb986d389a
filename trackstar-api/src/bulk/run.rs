//! Runs the calls and records their outcomes.

use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Bulk, BulkError, ItemError, ItemOutcome, Journal, Problem, Record, Stopped, Summary};
use crate::call::response::Response;
use crate::contain::contained;

/// A call that is in progress. If creating it panicked, the future is `None`.
struct UnderWay<F> {
    key: String,
    future: Option<Pin<Box<F>>>,
}

enum Step<R> {
    /// The call at this index has either completed or panicked.
    Ended(usize, Option<R>),
    StopRequested,
}

impl Bulk {
    /// Makes a call for each item that isn't done yet, and records the outcomes in `journal`.
    ///
    /// Items are pairs of a key and some value, which is passed to `call`. For example, the value
    /// could be an access token. All keys need to be different, since the journal only identifies
    /// items by their key.
    ///
    /// If you drop the future, items that are in progress remain unknown.
    ///
    /// ```
    /// use trackstar_api::bulk::{Bulk, Report};
    /// use trackstar_api::prelude::*;
    /// use trackstar_api::{AccessToken, ApiKey, Client};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::new(ApiKey::from_env()?)?;
    /// let items = [("customer-7", AccessToken::new("token-7")?)];
    /// let mut report = Report::default();
    /// let delete = |token| client.connection(token).delete_connection().send();
    /// let summary = Bulk::new().run(items, &mut report, delete).await?;
    /// assert!(summary.is_complete(), "{report:?}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// This returns an error if two items have the same key, in which case nothing is sent, or if
    /// an outcome can't be recorded. If a call fails, that's just another outcome, not an error.
    pub async fn run<K, T, F, A, E>(
        self,
        items: impl IntoIterator<Item = (K, T)>,
        journal: &mut (impl Journal + ?Sized),
        mut call: impl FnMut(T) -> F,
    ) -> Result<Summary, BulkError>
    where
        K: Into<String>,
        F: Future<Output = Result<Response<A>, E>>,
        E: Into<ItemError>,
    {
        let mut summary = Summary::default();
        let mut left = self.left(items, journal, &mut summary)?;
        let mut run = Run::new(self, journal);
        let mut under_way: Vec<UnderWay<F>> = Vec::new();
        loop {
            while summary.stopped.is_none() && under_way.len() < run.bulk.concurrency {
                let Some((key, item)) = left.pop_front() else {
                    break;
                };
                // From here on, the item counts as unknown.
                if !run.record(Record::new(key.as_str(), ItemOutcome::Unknown)) {
                    // We didn't start it after all.
                    run.unrecorded.pop();
                    summary.stopped = Some(Stopped::Journal);
                    summary.not_begun += 1;
                    break;
                }
                let future = contained(|| Box::pin(call(item)));
                under_way.push(UnderWay { key, future });
            }
            if under_way.is_empty() {
                break;
            }
            let stoppable = summary.stopped.is_none();
            match std::future::poll_fn(|cx| run.poll(&mut under_way, stoppable, cx)).await {
                Step::StopRequested => summary.stopped = Some(Stopped::Requested),
                Step::Ended(index, result) => {
                    let ended = under_way.swap_remove(index);
                    contained(|| drop(ended.future));
                    let record = Record::ended(ended.key, result);
                    let is_spike = run.is_spike(record.outcome);
                    summary.count(record.outcome);
                    if !run.record(record) {
                        summary.stopped = Some(Stopped::Journal);
                    } else if is_spike && summary.stopped.is_none() && !left.is_empty() {
                        summary.stopped = Some(Stopped::UnknownOutcomes);
                    }
                }
            }
        }
        summary.not_begun += left.len();
        run.end(summary)
    }

    /// Returns the items that are left to do, and counts the others.
    fn left<K: Into<String>, T>(
        &self,
        items: impl IntoIterator<Item = (K, T)>,
        journal: &(impl Journal + ?Sized),
        summary: &mut Summary,
    ) -> Result<VecDeque<(String, T)>, BulkError> {
        let (mut left, mut keys) = (VecDeque::new(), HashSet::new());
        for (key, item) in items {
            let key = key.into();
            if !keys.insert(key.clone()) {
                return Err(BulkError(Problem::Duplicate(key)));
            }
            match journal.outcome_of(&key) {
                Some(ItemOutcome::Done) => summary.done_before += 1,
                Some(ItemOutcome::Unknown) if !self.repeat_unknown => summary.unknown += 1,
                _ => left.push_back((key, item)),
            }
        }
        Ok(left)
    }
}

impl Summary {
    fn count(&mut self, outcome: ItemOutcome) {
        match outcome {
            ItemOutcome::Done => self.done += 1,
            ItemOutcome::NotDone => self.not_done += 1,
            ItemOutcome::Unknown => self.unknown += 1,
        }
    }
}

struct Run<'j, J: ?Sized> {
    bulk: Bulk,
    journal: &'j mut J,
    /// The journal's error, if any. We don't write anything to it after that.
    failure: Option<crate::transport::BoxError>,
    unrecorded: Vec<Record>,
    /// For each recent outcome, whether it was unknown.
    last: VecDeque<bool>,
}

impl<'j, J: Journal + ?Sized> Run<'j, J> {
    fn new(bulk: Bulk, journal: &'j mut J) -> Self {
        Self {
            bulk,
            journal,
            failure: None,
            unrecorded: Vec::new(),
            last: VecDeque::new(),
        }
    }

    /// Records an outcome. This returns false if the journal fails or has failed before.
    fn record(&mut self, record: Record) -> bool {
        if self.failure.is_none() {
            match self.journal.record(&record) {
                Ok(()) => return true,
                Err(error) => self.failure = Some(error),
            }
        }
        self.unrecorded.push(record);
        false
    }

    /// Returns true if too many of the recent outcomes (including this one) are unknown.
    fn is_spike(&mut self, outcome: ItemOutcome) -> bool {
        let Some((count, last)) = self.bulk.spike else {
            return false;
        };
        self.last.push_back(outcome == ItemOutcome::Unknown);
        if self.last.len() > last {
            self.last.pop_front();
        }
        self.last.iter().filter(|unknown| **unknown).count() >= count
    }

    /// Polls all calls until one of them completes.
    fn poll<F: Future>(
        &mut self,
        under_way: &mut [UnderWay<F>],
        stoppable: bool,
        context: &mut Context<'_>,
    ) -> Poll<Step<F::Output>> {
        if stoppable
            && let Some(stop) = &mut self.bulk.stop
            && stop.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Step::StopRequested);
        }
        for (index, one) in under_way.iter_mut().enumerate() {
            let Some(future) = &mut one.future else {
                return Poll::Ready(Step::Ended(index, None));
            };
            match contained(|| future.as_mut().poll(context)) {
                Some(Poll::Pending) => {}
                Some(Poll::Ready(result)) => {
                    return Poll::Ready(Step::Ended(index, Some(result)));
                }
                None => return Poll::Ready(Step::Ended(index, None)),
            }
        }
        Poll::Pending
    }

    fn end(self, summary: Summary) -> Result<Summary, BulkError> {
        match self.failure {
            None => Ok(summary),
            Some(source) => Err(BulkError(Problem::Journal {
                source,
                summary,
                unrecorded: self.unrecorded,
            })),
        }
    }
}
