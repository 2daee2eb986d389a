//! The deletes themselves: several at once, each written down before and behind.

use std::collections::BTreeMap;
use std::fmt;

use tokio::task::JoinSet;
use trackstar_api::prelude::*;
use trackstar_api::types::DeleteConnectionResponse;
use trackstar_api::{Client, Effect, Error, Response};

use super::Failure;
use super::list::Row;
use super::report::{Line, Outcome, Records};

pub(crate) struct Options {
    /// How many deletes are under way at once. The limits of each access token are the client's
    /// matter.
    pub(crate) concurrency: usize,
    /// Whether rows are deleted (once more) of which nobody knows whether they are.
    pub(crate) retry_unknown: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            concurrency: 16,
            retry_unknown: false,
        }
    }
}

/// How many rows came to what.
#[derive(Default)]
pub(crate) struct Summary {
    outcomes: BTreeMap<Outcome, usize>,
    skipped: usize,
    left: usize,
}

impl Summary {
    pub(crate) fn is_done(&self) -> bool {
        self.left == 0
            && self
                .outcomes
                .keys()
                .all(|outcome| *outcome == Outcome::Deleted)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |outcome| self.outcomes.get(&outcome).copied().unwrap_or_default();
        write!(
            f,
            "{} deleted, {} before; {} refused, {} failed, {} unknown, {} not begun",
            of(Outcome::Deleted),
            self.skipped,
            of(Outcome::Refused),
            of(Outcome::Failed),
            of(Outcome::Unknown),
            self.left,
        )
    }
}

/// Deletes what is left of `rows`, until all are through or somebody presses Ctrl-C.
pub(crate) async fn run(
    client: &Client,
    rows: Vec<Row>,
    report: &mut impl Records,
    options: &Options,
) -> Result<Summary, Failure> {
    let mut summary = Summary::default();
    let mut left = Vec::new();
    for row in rows {
        match report.outcome_of(&row.customer) {
            Some(Outcome::Deleted) => summary.skipped += 1,
            // Of what was begun and has no end nobody knows.
            Some(Outcome::Unknown | Outcome::Started) if !options.retry_unknown => {
                eprintln!(
                    "{}: the outcome is unknown; look (GET /connections), then --retry-unknown",
                    row.customer
                );
                *summary.outcomes.entry(Outcome::Unknown).or_default() += 1;
            }
            _ => left.push(row),
        }
    }
    let mut left = left.into_iter();
    let mut under_way = JoinSet::new();
    let mut stop = std::pin::pin!(tokio::signal::ctrl_c());
    let mut stopped = false;
    let mut failure: Option<Failure> = None;
    loop {
        while !stopped && under_way.len() < options.concurrency {
            let Some(row) = left.next() else { break };
            if let Err(error) = report.write(&line(&row.customer, Outcome::Started)) {
                summary.left += 1;
                (stopped, failure) = (true, Some(error));
                break;
            }
            let connection = client.connection(row.token).label(&row.customer);
            under_way.spawn(async move {
                let outcome = connection.delete_connection().send().await;
                told(&row.customer, &outcome)
            });
        }
        tokio::select! {
            ended = under_way.join_next() => {
                let Some(ended) = ended else { break };
                let line = match ended {
                    Ok(line) => line,
                    Err(error) => {
                        // Its line in the report says that it has begun, and no more.
                        *summary.outcomes.entry(Outcome::Unknown).or_default() += 1;
                        (stopped, failure) = (true, failure.or(Some(error.into())));
                        continue;
                    }
                };
                eprintln!("{}: {:?} {}", line.customer, line.outcome, line.message.as_deref().unwrap_or_default());
                *summary.outcomes.entry(line.outcome).or_default() += 1;
                // Where it cannot be written, it stands on the terminal, and the others come to an end.
                if failure.is_none() && let Err(error) = report.write(&line) {
                    eprintln!("stopping, for the report cannot be written: {error}");
                    (stopped, failure) = (true, Some(error));
                }
            }
            _ = &mut stop, if !stopped => {
                eprintln!("stopping: waiting for the {} deletes under way", under_way.len());
                stopped = true;
            }
        }
    }
    summary.left += left.len();
    match failure {
        None => Ok(summary),
        Some(error) => Err(format!(
            "{error}; it came to: {summary}. What has begun and has no end in the report is told above, \
             and counts as unknown when you go on"
        )
        .into()),
    }
}

fn line(customer: &str, outcome: Outcome) -> Line {
    Line {
        customer: customer.to_owned(),
        outcome,
        status: None,
        request_id: None,
        message: None,
    }
}

/// What a delete came to. Whether the outcome is known is asked first: 401 and 404 behind an attempt
/// that got no answer are what a delete leaves behind.
fn told(customer: &str, outcome: &Result<Response<DeleteConnectionResponse>, Error>) -> Line {
    let (outcome, status, request_id, message) = match outcome {
        Ok(done) => {
            let (outcome, text) = if done.deleted {
                (Outcome::Deleted, None)
            } else {
                let text = "the API says that it did not delete it".to_owned();
                (Outcome::Failed, Some(text))
            };
            (outcome, Some(done.status()), done.request_id(), text)
        }
        Err(error) => {
            let outcome = match error.effect() {
                Effect::NotDone if error.message().is_some() => Outcome::Refused,
                Effect::NotDone => Outcome::Failed,
                // Also a success that could not be read: it is looked for before it is sent again.
                _ => Outcome::Unknown,
            };
            let text = error.to_string();
            (outcome, error.status(), error.request_id(), Some(text))
        }
    };
    Line {
        status: status.map(|status| status.as_u16()),
        request_id: request_id.map(str::to_owned),
        message,
        ..line(customer, outcome)
    }
}
