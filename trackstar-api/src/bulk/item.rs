//! Errors for individual items.

use crate::call::response::Response;
use crate::error::Error;

/// The error for a single item.
///
/// This is usually the [`Error`] of a call. It can also stand for a successful response which says
/// that nothing was done.
#[derive(Debug)]
pub struct ItemError(pub(super) ItemFailure);

#[derive(Debug)]
pub(super) enum ItemFailure {
    Call(Error),
    Reported {
        status: u16,
        request_id: Option<String>,
        message: String,
    },
}

impl ItemError {
    /// Creates an error for a successful response which says that nothing was done.
    ///
    /// ```
    /// use trackstar_api::bulk::ItemError;
    /// use trackstar_api::prelude::*;
    /// use trackstar_api::{Connection, Response, types};
    ///
    /// async fn delete(
    ///     connection: Connection,
    /// ) -> Result<Response<types::DeleteConnectionResponse>, ItemError> {
    ///     let response = connection.delete_connection().send().await?;
    ///     if response.deleted {
    ///         Ok(response)
    ///     } else {
    ///         Err(ItemError::not_done(&response, "the API did not delete it"))
    ///     }
    /// }
    /// # let _ = delete;
    /// ```
    pub fn not_done<T>(response: &Response<T>, message: impl Into<String>) -> Self {
        Self(ItemFailure::Reported {
            status: response.status().as_u16(),
            request_id: response.request_id().map(str::to_owned),
            message: message.into(),
        })
    }
}

impl From<Error> for ItemError {
    fn from(error: Error) -> Self {
        Self(ItemFailure::Call(error))
    }
}
