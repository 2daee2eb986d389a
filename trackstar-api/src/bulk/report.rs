//! The outcomes of items, and where to store them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::item::{ItemError, ItemFailure};
use crate::call::response::Response;
use crate::error::Effect;
use crate::transport::BoxError;

/// Whether an item took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ItemOutcome {
    /// The API reported success.
    Done,
    /// The item didn't take effect.
    NotDone,
    /// The item may or may not have taken effect. This includes items whose call is still in
    /// progress.
    Unknown,
}

/// A journal entry. It doesn't contain a credential or a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// The key of the item.
    pub key: String,
    /// Whether the item took effect.
    pub outcome: ItemOutcome,
    /// The status code of the last response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The id that the API has assigned to the last request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The error message, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Record {
    /// Creates a record.
    ///
    /// You can use this to correct a journal after looking into an item yourself.
    #[must_use]
    pub fn new(key: impl Into<String>, outcome: ItemOutcome) -> Self {
        Self {
            key: key.into(),
            outcome,
            status: None,
            request_id: None,
            message: None,
        }
    }

    /// Creates the record for a call that has completed or panicked.
    pub(super) fn ended<A, E: Into<ItemError>>(
        key: String,
        result: Option<Result<Response<A>, E>>,
    ) -> Self {
        let mut record = Self::new(key, ItemOutcome::Unknown);
        match result.map(|result| result.map_err(Into::into)) {
            Some(Ok(response)) => {
                record.outcome = ItemOutcome::Done;
                record.status = Some(response.status().as_u16());
                record.request_id = response.request_id().map(str::to_owned);
            }
            Some(Err(ItemError(ItemFailure::Call(error)))) => {
                if error.effect() == Effect::NotDone {
                    record.outcome = ItemOutcome::NotDone;
                }
                record.status = error.status().map(|status| status.as_u16());
                record.request_id = error.request_id().map(str::to_owned);
                record.message = Some(error.to_string());
            }
            Some(Err(ItemError(ItemFailure::Reported {
                status,
                request_id,
                message,
            }))) => {
                record.outcome = ItemOutcome::NotDone;
                record.status = Some(status);
                record.request_id = request_id;
                record.message = Some(message);
            }
            None => record.message = Some("the call panicked".to_owned()),
        }
        record
    }
}

/// A place to store the outcomes of items.
///
/// You can also wrap an existing journal, for example to watch the progress of a run:
///
/// ```
/// use trackstar_api::bulk::{ItemOutcome, Journal, Record, Report};
///
/// struct Shown(Report);
///
/// impl Journal for Shown {
///     fn outcome_of(&self, key: &str) -> Option<ItemOutcome> {
///         self.0.outcome_of(key)
///     }
///
///     fn record(
///         &mut self,
///         record: &Record,
///     ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///         println!("{}: {:?}", record.key, record.outcome);
///         self.0.record(record)
///     }
/// }
/// ```
pub trait Journal {
    /// Returns the latest outcome of an item, or `None` if it hasn't been started.
    fn outcome_of(&self, key: &str) -> Option<ItemOutcome>;

    /// Records an outcome.
    ///
    /// This is called twice for each call. It's called with [`ItemOutcome::Unknown`] before the
    /// call, and again afterwards.
    ///
    /// # Errors
    ///
    /// This should return an error if the outcome may not have been stored. The run then stops, and
    /// doesn't record anything else.
    fn record(&mut self, record: &Record) -> Result<(), BoxError>;
}

/// A journal that is kept in memory.
///
/// With serde, it is represented as a list of records.
///
/// ```
/// use trackstar_api::bulk::{ItemOutcome, Journal, Record, Report};
///
/// let mut report = Report::default();
/// report.record(&Record::new("customer-7", ItemOutcome::Done))?;
/// let stored = serde_json::to_string(&report)?;
/// assert_eq!(stored, r#"[{"key":"customer-7","outcome":"done"}]"#);
/// let report: Report = serde_json::from_str(&stored)?;
/// assert_eq!(report.outcome_of("customer-7"), Some(ItemOutcome::Done));
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Record>", into = "Vec<Record>")]
pub struct Report(BTreeMap<String, Record>);

impl Report {
    /// Returns the latest record for each item, sorted by key.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.0.values()
    }

    pub(super) fn insert(&mut self, record: Record) {
        self.0.insert(record.key.clone(), record);
    }
}

impl From<Vec<Record>> for Report {
    /// If there are several records with the same key, the last one is used.
    fn from(records: Vec<Record>) -> Self {
        Self(records.into_iter().map(|it| (it.key.clone(), it)).collect())
    }
}

impl From<Report> for Vec<Record> {
    fn from(report: Report) -> Self {
        report.0.into_values().collect()
    }
}

impl Journal for Report {
    fn outcome_of(&self, key: &str) -> Option<ItemOutcome> {
        self.0.get(key).map(|record| record.outcome)
    }

    fn record(&mut self, record: &Record) -> Result<(), BoxError> {
        self.insert(record.clone());
        Ok(())
    }
}
