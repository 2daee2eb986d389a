//! An audit log of all writes.

use crate::error::Effect;
use crate::operation::Operation;

/// An audit log, which gets a record of every write.
///
/// Use [`ClientBuilder::audit`] to set one. Records are made on the task that makes the call, so
/// this shouldn't block. If it panics, you lose the record, but the call isn't affected.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use trackstar_api::{ApiKey, Audit, Client, WriteRecord};
///
/// #[derive(Clone, Default)]
/// struct Log(Arc<Mutex<Vec<String>>>);
///
/// impl Audit for Log {
///     fn record(&self, write: &WriteRecord<'_>) {
///         let customer = write.connection.unwrap_or("?");
///         let line = format!("{customer} {} {:?}", write.operation_id, write.result);
///         self.0.lock().expect("no panic").push(line);
///     }
/// }
///
/// let client = Client::builder(ApiKey::new("key-1")?).audit(Log::default()).build()?;
/// # let _ = client;
/// # Ok::<(), trackstar_api::Error>(())
/// ```
///
/// [`ClientBuilder::audit`]: crate::ClientBuilder::audit
pub trait Audit: Send + Sync + 'static {
    /// Records a write that has ended.
    fn record(&self, write: &WriteRecord<'_>);
}

/// A call that may have changed data.
///
/// This doesn't contain any credentials, bodies or parameter values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteRecord<'a> {
    /// The `operationId`, or `request` for a [custom request](crate::Connection::request).
    pub operation_id: &'static str,
    /// The HTTP method in uppercase.
    pub method: &'static str,
    /// The path template. For a custom request, this is always `<custom path>`, since the real path
    /// might contain ids.
    pub path: &'static str,
    /// The [label](crate::Connection::label) of the connection.
    pub connection: Option<&'a str>,
    /// The id that the API has assigned to the last request (the `X-Request-Id` header).
    pub request_id: Option<&'a str>,
    /// The number of attempts that were sent.
    pub attempts: u32,
    /// Whether the write took effect.
    pub result: WriteResult,
}

/// Whether a write took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WriteResult {
    /// The API reported success.
    Done,
    /// The write didn't take effect.
    NotDone,
    /// The write may or may not have taken effect.
    ///
    /// Either [`Error::outcome_unknown`](crate::Error::outcome_unknown) is true, or the call was
    /// dropped after it was sent.
    Unknown,
}

impl From<Effect> for WriteResult {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::NotDone => Self::NotDone,
            Effect::Unknown | Effect::Reported => Self::Unknown,
        }
    }
}

impl<'a> WriteRecord<'a> {
    pub(crate) fn new(
        operation: &'static Operation,
        connection: Option<&'a str>,
        request_id: Option<&'a str>,
        attempts: u32,
        result: WriteResult,
    ) -> Self {
        Self {
            operation_id: operation.id,
            method: operation.method,
            path: operation.path,
            connection,
            request_id,
            attempts,
            result,
        }
    }
}
