//! Calls of any operation.

use super::response::Response;
use crate::error::Error;

/// A call that is ready to be sent.
pub trait Sends {
    /// The value of a successful response.
    type Output;
    /// Sends the call.
    fn sends(self) -> impl Future<Output = Result<Response<Self::Output>, Error>>;
}
