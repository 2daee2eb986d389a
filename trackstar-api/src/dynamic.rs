//! Operations by name, for tools that learn at run time what to call: command lines, tests of whole
//! documents, bridges to other protocols. Services are better served by the typed methods.
//!
//! Every argument passes through the typed setter of its operation and every answer through its
//! type, so that what is sent and read is what the typed methods would send and read. An argument that
//! the type has no room for is refused and never dropped: a property that the document does not know,
//! a null where it has none, a text that is no date or none of an enum's values.
//!
//! ```no_run
//! use serde_json::json;
//! use trackstar_api::dynamic::{Arguments, operations};
//!
//! # async fn example(connection: &trackstar_api::Connection) -> Result<(), trackstar_api::Error> {
//! for operation in operations() {
//!     println!("{} {} {}", operation.id, operation.method, operation.path);
//! }
//! let deleted = connection.call("delete_connection", Arguments::default()).await?;
//! assert_eq!(deleted["deleted"], json!(true));
//! # Ok(())
//! # }
//! ```

mod answer;
mod arguments;
mod strict;

use std::ops::ControlFlow;
use std::pin::Pin;

use bytes::Bytes;
use serde::Serialize;

use crate::answer::Head;
use crate::caller::{Caller, Calls};
use crate::pages::{Page, Pages};
use crate::{Client, Connection, Error, Response, generated};

pub use answer::Answer;
#[cfg(feature = "cli")]
pub(crate) use arguments::File;
pub use arguments::{Arguments, Refusal};
#[cfg(feature = "cli")]
pub(crate) use strict::read;

/// What can be called.
///
/// ```
/// let all = trackstar_api::dynamic::operations();
/// assert!(all.iter().any(|one| one.method == "DELETE" && one.needs_token));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The name to call it by, the `operationId`.
    pub id: &'static str,
    /// The HTTP method, upper case.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// Whether it is called on a [`Connection`].
    pub needs_token: bool,
    /// Whether it answers a page of a list, so that `call_all` reads all of it.
    pub paged: bool,
}

impl Operation {
    #[doc(hidden)]
    #[must_use]
    pub const fn of(one: &crate::operation::Operation) -> Self {
        Self {
            id: one.id,
            method: one.method,
            path: one.path,
            needs_token: one.needs_token,
            paged: one.page_token.is_some(),
        }
    }
}

/// All operations of the document that this crate was built from.
///
/// ```
/// for operation in trackstar_api::dynamic::operations() {
///     println!("{} {} {}", operation.id, operation.method, operation.path);
/// }
/// ```
#[must_use]
pub fn operations() -> &'static [Operation] {
    generated::dynamic::TABLE.operations
}

/// The operations of a document by name.
///
/// Generated code has one, for the conformance tests of whole documents.
#[doc(hidden)]
#[derive(Debug)]
pub struct Table {
    operations: &'static [Operation],
    call: Call,
}

type Call = for<'a> fn(
    &'a Caller,
    &'a str,
    Arguments,
    Option<Each<'a>>,
) -> Pin<Box<dyn Future<Output = Result<Answered, Error>> + Send + 'a>>;

#[allow(
    clippy::missing_errors_doc,
    reason = "hidden: as the methods of `Connection`"
)]
impl Table {
    /// For generated code.
    #[must_use]
    pub const fn new(operations: &'static [Operation], call: Call) -> Self {
        Self { operations, call }
    }

    /// What can be called.
    #[must_use]
    pub fn operations(&self) -> &'static [Operation] {
        self.operations
    }

    /// As [`Connection::call`], for these operations.
    pub async fn call(
        &self,
        on: &impl Calls,
        id: &str,
        arguments: Arguments,
    ) -> Result<Response<Answer>, Error> {
        self.call_one(on.caller(), id, arguments).await
    }

    /// As [`Connection::call_all`], for these operations.
    pub async fn call_all(
        &self,
        on: &impl Calls,
        id: &str,
        arguments: Arguments,
    ) -> Result<Vec<Answer>, Error> {
        let mut items = Vec::new();
        let mut each = |item| {
            items.push(item);
            ControlFlow::Continue(())
        };
        self.call_each(on.caller(), id, arguments, &mut each)
            .await?;
        Ok(items)
    }

    /// As [`call`](Self::call), on a thread without a runtime.
    #[cfg(feature = "blocking")]
    pub fn call_blocking(
        &self,
        on: &impl Calls,
        id: &str,
        arguments: Arguments,
    ) -> Result<Response<Answer>, Error> {
        crate::blocking::wait(self.call(on, id, arguments))
    }

    /// As [`call_all`](Self::call_all), on a thread without a runtime.
    #[cfg(feature = "blocking")]
    pub fn call_all_blocking(
        &self,
        on: &impl Calls,
        id: &str,
        arguments: Arguments,
    ) -> Result<Vec<Answer>, Error> {
        crate::blocking::wait(self.call_all(on, id, arguments))
    }

    pub(crate) async fn call_one(
        &self,
        caller: &Caller,
        id: &str,
        arguments: Arguments,
    ) -> Result<Response<Answer>, Error> {
        match (self.call)(caller, id, arguments, None).await? {
            Answered::One(answer) => Ok(answer),
            Answered::All => Err(Error::config(format!("`{id}` did not answer once"))),
            Answered::Unknown => Err(unknown(id)),
        }
    }

    /// Hands out the items of a list over all its pages. A page is asked for when the one before is
    /// used up.
    pub(crate) async fn call_each(
        &self,
        caller: &Caller,
        id: &str,
        arguments: Arguments,
        each: Each<'_>,
    ) -> Result<(), Error> {
        match (self.call)(caller, id, arguments, Some(each)).await? {
            Answered::All => Ok(()),
            Answered::One(_) => Err(Error::config(NO_LIST)),
            Answered::Unknown => Err(unknown(id)),
        }
    }
}

/// What generated code answers: one answer, that the items of all pages have been handed out, or that
/// there is no such operation.
#[doc(hidden)]
#[derive(Debug)]
pub enum Answered {
    /// One answer.
    One(Response<Answer>),
    /// All items.
    All,
    /// Nothing was called.
    Unknown,
}

/// Takes the items of a list, one by one, for as long as it goes on.
#[doc(hidden)]
pub type Each<'a> = &'a mut (dyn FnMut(Answer) -> ControlFlow<()> + Send);

/// Writes a value as JSON. If it has none, the call is done all the same.
fn written(
    caller: &Caller,
    operation: &'static crate::operation::Operation,
    head: &Head,
    value: impl Serialize,
) -> Result<Answer, Error> {
    // The text of the error may quote the value.
    serde_json::to_value(value).map(Answer::from).map_err(|_| {
        Error::unwritable(Box::new(crate::answer::Answer {
            operation,
            caller: caller.clone(),
            head: head.clone(),
            body: Bytes::new(),
            of_call: None,
        }))
    })
}

/// For generated code: an answer as JSON.
#[doc(hidden)]
#[allow(
    clippy::missing_errors_doc,
    reason = "hidden: generated code alone calls it"
)]
pub fn one<T: Serialize>(
    caller: &Caller,
    operation: &'static crate::operation::Operation,
    answer: Response<T>,
) -> Result<Answered, Error> {
    let (value, head) = answer.into_parts();
    let value = written(caller, operation, &head, value)?;
    Ok(Answered::One(Response::from_parts(value, head)))
}

/// For generated code: an answer that is no JSON, as a text.
#[doc(hidden)]
#[allow(
    clippy::missing_errors_doc,
    reason = "hidden: generated code alone calls it"
)]
pub fn text(
    caller: &Caller,
    operation: &'static crate::operation::Operation,
    answer: Response<Vec<u8>>,
) -> Result<Answered, Error> {
    one(caller, operation, answer.text(caller, operation)?)
}

/// For generated code: all items of a list as JSON.
#[doc(hidden)]
#[allow(
    clippy::missing_errors_doc,
    reason = "hidden: generated code alone calls it"
)]
pub async fn all<P>(mut pages: Pages<P>, each: Each<'_>) -> Result<Answered, Error>
where
    P: Page<Item: Serialize>,
{
    while let Some(page) = pages.next().await {
        let (page, head) = page?.into_parts();
        for item in page.into_items() {
            let item = written(pages.caller(), pages.operation(), &head, item)?;
            if each(item).is_break() {
                return Ok(Answered::All);
            }
        }
    }
    Ok(Answered::All)
}

const NO_LIST: &str = "it answers no list in pages: call it with `call`";

/// For generated code: refuses to read an operation as a list.
#[doc(hidden)]
#[must_use]
pub fn no_list(caller: &Caller, operation: &'static crate::operation::Operation) -> Error {
    Error::invalid_request(caller, operation)(NO_LIST)
}

/// For generated code: refuses the arguments of a call.
#[doc(hidden)]
pub fn refusal(
    caller: &Caller,
    operation: &'static crate::operation::Operation,
) -> impl Fn(Refusal) -> Error {
    let refuse = Error::invalid_request(caller, operation);
    move |Refusal(problem)| refuse(problem)
}

fn unknown(id: &str) -> Error {
    Error::config(format!(
        "no operation is called `{id}`: dynamic::operations() lists them"
    ))
}

impl Client {
    /// Calls the operation that is named `id`, with the API key alone; see [`dynamic`](crate::dynamic).
    ///
    /// # Errors
    /// As the typed method; also when there is no such operation, it needs an access token, or it
    /// does not take these arguments.
    pub async fn call(&self, id: &str, arguments: Arguments) -> Result<Response<Answer>, Error> {
        generated::dynamic::TABLE.call(self, id, arguments).await
    }

    /// All items of the list that the operation named `id` answers, over all pages.
    ///
    /// # Errors
    /// As [`call`](Self::call), for any page; also when it answers no list in pages.
    pub async fn call_all(&self, id: &str, arguments: Arguments) -> Result<Vec<Answer>, Error> {
        generated::dynamic::TABLE
            .call_all(self, id, arguments)
            .await
    }

    /// As [`call`](Self::call), on a thread without a runtime; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// As [`call`](Self::call).
    #[cfg(feature = "blocking")]
    pub fn call_blocking(&self, id: &str, arguments: Arguments) -> Result<Response<Answer>, Error> {
        crate::blocking::wait(self.call(id, arguments))
    }

    /// As [`call_all`](Self::call_all), on a thread without a runtime.
    ///
    /// # Errors
    /// As [`call_all`](Self::call_all).
    #[cfg(feature = "blocking")]
    pub fn call_all_blocking(&self, id: &str, arguments: Arguments) -> Result<Vec<Answer>, Error> {
        crate::blocking::wait(self.call_all(id, arguments))
    }
}

impl Connection {
    /// Calls the operation that is named `id`; see [`dynamic`](crate::dynamic).
    ///
    /// # Errors
    /// As the typed method; also when there is no such operation, or it does not take these
    /// arguments.
    pub async fn call(&self, id: &str, arguments: Arguments) -> Result<Response<Answer>, Error> {
        generated::dynamic::TABLE.call(self, id, arguments).await
    }

    /// All items of the list that the operation named `id` answers, over all pages.
    ///
    /// # Errors
    /// As [`call`](Self::call), for any page; also when it answers no list in pages.
    pub async fn call_all(&self, id: &str, arguments: Arguments) -> Result<Vec<Answer>, Error> {
        generated::dynamic::TABLE
            .call_all(self, id, arguments)
            .await
    }

    /// As [`call`](Self::call), on a thread without a runtime; see [`blocking`](crate::blocking).
    ///
    /// # Errors
    /// As [`call`](Self::call).
    #[cfg(feature = "blocking")]
    pub fn call_blocking(&self, id: &str, arguments: Arguments) -> Result<Response<Answer>, Error> {
        crate::blocking::wait(self.call(id, arguments))
    }

    /// As [`call_all`](Self::call_all), on a thread without a runtime.
    ///
    /// # Errors
    /// As [`call_all`](Self::call_all).
    #[cfg(feature = "blocking")]
    pub fn call_all_blocking(&self, id: &str, arguments: Arguments) -> Result<Vec<Answer>, Error> {
        crate::blocking::wait(self.call_all(id, arguments))
    }
}

#[cfg(test)]
mod tests;
