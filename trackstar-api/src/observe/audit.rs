//! A record of every write, for an audit log.

use crate::error::Effect;
use crate::operation::Operation;

/// Receives a record of every write of a client; see [`ClientBuilder::audit`].
///
/// It runs on the caller's task and should not block. A panic in it is contained: the record is lost, and
/// the call goes on.
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

/// A call of an operation that changes data, after its end. It contains no credential, no body and
/// no value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteRecord<'a> {
    /// The `operationId`, or `request` for a [request of your own](crate::Connection::request).
    pub operation_id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template, or `of one's own` for a request of your own, whose path may contain ids.
    pub path: &'static str,
    /// The [label](crate::Connection::label) of the connection.
    pub connection: Option<&'a str>,
    /// The id that the API gave the last request (header `X-Request-Id`).
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
    /// It did not take effect.
    NotDone,
    /// It may have taken effect: [`Error::outcome_unknown`](crate::Error::outcome_unknown) is true, or the
    /// call was dropped after it was sent.
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
