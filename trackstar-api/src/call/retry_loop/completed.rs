//! A call whose final response has a status code that the document lists.

use std::borrow::Cow;
use std::sync::Arc;

use super::log::AttemptLog;
use crate::call::context::CallContext;
use crate::call::observer::CallObserver;
use crate::error::{Drift, Error, Exchange};
use crate::operation::Operation;
use crate::secret::wiped::Wiped;
use crate::transport::RawResponse;

/// The final response of a call, and its record.
pub(crate) struct Completed<'c> {
    pub(crate) response: Box<RawResponse>,
    pub(crate) record: CallRecord<'c>,
}

/// Everything needed to build an error from the response and to notify the observers.
pub(crate) struct CallRecord<'c> {
    /// The context with the API key of the last attempt.
    pub(super) context: Cow<'c, CallContext>,
    pub(super) operation: &'static Operation,
    pub(super) log: AttemptLog,
    pub(super) observer: CallObserver,
    pub(super) keep_body: bool,
}

impl Completed<'_> {
    /// Returns true if the body is empty even though the document specifies one.
    pub(crate) fn lacks_content(&self) -> bool {
        let Self { response, record } = self;
        response.body.is_empty() && record.operation.promises_content(response.status)
    }

    /// Returns true if the operation doesn't change any data.
    pub(crate) fn is_safe(&self) -> bool {
        self.record.operation.is_safe()
    }

    /// Reports that the response doesn't match the document.
    pub(crate) fn drift(&self, drift: Drift<'_>) {
        self.record.observer.drift(drift);
    }

    /// Records that the call succeeded, and returns its response. This also returns a copy of the
    /// body if the call asked for one.
    pub(crate) fn succeed(mut self) -> (RawResponse, Option<Arc<Wiped>>) {
        self.record.observer.succeed(&self.response);
        let kept = self.record.keep_body.then(|| {
            let mut copy = Wiped::with_capacity(self.response.body.len());
            copy.extend(&self.response.body);
            Arc::new(copy)
        });
        (*self.response, kept)
    }

    /// Records that the call failed because of its response, and returns the error.
    pub(crate) fn fail(self, error: impl FnOnce(&Exchange<'_>) -> Error) -> Error {
        let Self { response, record } = self;
        let (mut log, mut observer) = (record.log, record.observer);
        let error = error(&Exchange {
            operation: record.operation,
            secrets: &record.context.secrets(),
            response: &response,
        });
        log.note(&error);
        let error = log.give_up(error, None);
        if let Some(drift) = error.drift() {
            observer.drift(drift);
        }
        observer.fail(&error);
        error
    }
}
