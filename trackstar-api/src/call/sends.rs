//! A trait that abstracts over the calls of all operations.

use super::response::Response;
use crate::error::Error;

/// A call that is ready to be sent.
pub trait Sends {
    /// The type that a successful response contains.
    type Output;
    /// Sends the call.
    fn sends(self) -> impl Future<Output = Result<Response<Self::Output>, Error>>;
}
