//! Operations by name, for tools that learn at run time what to call: command lines, tests of whole
//! documents, bridges to other protocols. Services are better served by the typed methods.
//!
//! Every argument passes through the typed setter of its operation and every answer through its
//! type, so that what is sent and read is what the typed methods would send and read.
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

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::operation::Place;
use crate::pages::{Items, Page};
use crate::{Client, Connection, Error, Response, generated};

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
    pub(crate) const fn of(one: &crate::operation::Operation) -> Self {
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
#[must_use]
pub fn operations() -> &'static [Operation] {
    generated::dynamic::OPERATIONS
}

/// The arguments of one call, by the names that they have on the wire (`created_date[gte]`).
///
/// ```
/// use serde_json::json;
/// use trackstar_api::dynamic::Arguments;
///
/// let arguments: Arguments = serde_json::from_value(json!({
///     "path": {"order_id": "o-1"},
///     "query": {"limit": 10, "ids[in]": ["a", "b"]},
///     "body": {"note": null},
/// }))?;
/// assert_eq!(arguments.query["limit"], 10);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Arguments {
    /// Path parameters.
    pub path: Map<String, Value>,
    /// Query parameters; lists as lists.
    pub query: Map<String, Value>,
    /// Header parameters, without the credentials, which are the client's.
    pub headers: Map<String, Value>,
    /// The body, where the operation takes one.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub body: Option<Value>,
    /// The parts of a body of several; a file as a text.
    pub parts: Map<String, Value>,
}

/// A body that is null is a body.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// For the generated code.
#[allow(dead_code, reason = "what is called depends on the document")]
impl Arguments {
    /// Takes a parameter out, as the type that its setter takes.
    pub(crate) fn take<T: DeserializeOwned>(
        &mut self,
        place: Place,
        name: &str,
    ) -> Result<Option<T>, String> {
        let values = match place {
            Place::Path => &mut self.path,
            Place::Query => &mut self.query,
            Place::Header => &mut self.headers,
        };
        read(name, values.remove(name))
    }

    pub(crate) fn take_body<T: DeserializeOwned>(&mut self) -> Result<Option<T>, String> {
        read("body", self.body.take())
    }

    pub(crate) fn take_part<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, String> {
        // A form has no null: it is a part that is not there.
        read(name, self.parts.remove(name).filter(|part| !part.is_null()))
    }

    /// The parts of one name: a list of them, or the only one.
    pub(crate) fn take_parts<T: DeserializeOwned>(&mut self, name: &str) -> Result<Vec<T>, String> {
        match self.parts.remove(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(list @ Value::Array(_)) => {
                read(name, Some(list)).map(|list: Option<Vec<T>>| list.unwrap_or_default())
            }
            one => read(name, one).map(|one: Option<T>| one.into_iter().collect()),
        }
    }

    /// Whether all have been taken.
    pub(crate) fn finish(self) -> Result<(), String> {
        let names = [&self.path, &self.query, &self.headers, &self.parts];
        let names = names.into_iter().flat_map(Map::keys).map(String::as_str);
        let names: Vec<&str> = names.chain(self.body.as_ref().map(|_| "body")).collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(format!("it takes no argument {}", names.join(", ")))
    }
}

fn read<T: DeserializeOwned>(name: &str, value: Option<Value>) -> Result<Option<T>, String> {
    let value = value.map(serde_json::from_value).transpose();
    value.map_err(|error| format!("the argument `{name}` is not what it takes: {error}"))
}

/// Without values: they may be a customer's.
impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |of: &Map<String, Value>| of.keys().cloned().collect::<Vec<_>>();
        f.debug_struct("Arguments")
            .field("path", &names(&self.path))
            .field("query", &names(&self.query))
            .field("headers", &names(&self.headers))
            .field("body", &self.body.is_some())
            .field("parts", &names(&self.parts))
            .finish()
    }
}

/// What the generated code answers: one answer, or the items of all pages.
pub(crate) enum Answered {
    One(Response<Value>),
    All(Vec<Value>),
}

/// For the generated code: an answer as JSON.
pub(crate) fn one<T: Serialize>(answer: Response<T>) -> Result<Answered, Error> {
    let value = answer.try_map(serde_json::to_value);
    value.map(Answered::One).map_err(|error| {
        Error::config(format!(
            "the answer cannot be written as JSON ({error}): use the typed method"
        ))
    })
}

/// For the generated code: an answer that is no JSON, as a text.
#[allow(dead_code, reason = "called where the document has such an answer")]
pub(crate) fn text(answer: Response<Vec<u8>>) -> Result<Answered, Error> {
    one(answer.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// For the generated code: all items of a list as JSON.
#[allow(dead_code, reason = "called where the document has a list")]
pub(crate) async fn all<P>(mut items: Items<P>) -> Result<Answered, Error>
where
    P: Page<Item: Serialize>,
{
    let mut values = Vec::new();
    while let Some(item) = items.next().await {
        let value = serde_json::to_value(item?).map_err(|error| {
            Error::config(format!(
                "an item cannot be written as JSON ({error}): use the typed method"
            ))
        })?;
        values.push(value);
    }
    Ok(Answered::All(values))
}

async fn call_one(
    caller: &crate::transport::Caller,
    id: &str,
    arguments: Arguments,
) -> Result<Response<Value>, Error> {
    match generated::dynamic::call(caller, id, arguments, false).await? {
        Answered::One(answer) => Ok(answer),
        Answered::All(_) => Err(Error::config(format!("`{id}` did not answer once"))),
    }
}

async fn call_all(
    caller: &crate::transport::Caller,
    id: &str,
    arguments: Arguments,
) -> Result<Vec<Value>, Error> {
    match generated::dynamic::call(caller, id, arguments, true).await? {
        Answered::All(items) => Ok(items),
        Answered::One(_) => Err(Error::config(NO_LIST)),
    }
}

/// For the generated code.
pub(crate) const NO_LIST: &str = "it answers no list in pages: call it with `call`";

/// For the generated code.
pub(crate) fn unknown(id: &str) -> Error {
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
    pub async fn call(&self, id: &str, arguments: Arguments) -> Result<Response<Value>, Error> {
        call_one(self.caller(), id, arguments).await
    }

    /// All items of the list that the operation named `id` answers, over all pages.
    ///
    /// # Errors
    /// As [`call`](Self::call), for any page; also when it answers no list in pages.
    pub async fn call_all(&self, id: &str, arguments: Arguments) -> Result<Vec<Value>, Error> {
        call_all(self.caller(), id, arguments).await
    }
}

impl Connection {
    /// Calls the operation that is named `id`; see [`dynamic`](crate::dynamic).
    ///
    /// # Errors
    /// As the typed method; also when there is no such operation, or it does not take these
    /// arguments.
    pub async fn call(&self, id: &str, arguments: Arguments) -> Result<Response<Value>, Error> {
        call_one(self.caller(), id, arguments).await
    }

    /// All items of the list that the operation named `id` answers, over all pages.
    ///
    /// # Errors
    /// As [`call`](Self::call), for any page; also when it answers no list in pages.
    pub async fn call_all(&self, id: &str, arguments: Arguments) -> Result<Vec<Value>, Error> {
        call_all(self.caller(), id, arguments).await
    }
}
