//! Calls operations by name, with JSON arguments and responses. The generated table uses this module.
//!
//! Every argument passes through the typed setter of its operation, and every response through its type. An argument
//! that its type cannot represent is an error, so no data is lost silently.

use std::fmt;
use std::pin::Pin;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trackstar_api::__rt::untyped::{strictly, text as decode};
use trackstar_api::__rt::{CallContext, HasContext, Page, Pages, ParameterLocation, Response};

/// An operation that can be called.
#[derive(Debug)]
pub struct Operation {
    /// Value of `operationId`.
    pub id: &'static str,
    /// HTTP method, in upper case.
    pub method: &'static str,
    /// Path template.
    pub path: &'static str,
    /// Whether the operation needs the access token.
    pub needs_token: bool,
    /// Whether the operation returns a page of a list.
    pub paged: bool,
}

/// The operations of a document.
pub struct Table {
    operations: &'static [Operation],
    call: Call,
}

type Call = for<'a> fn(
    &'a CallContext,
    &'a str,
    Arguments,
    Option<Each<'a>>,
) -> Pin<Box<dyn Future<Output = Result<Answered, Error>> + Send + 'a>>;

/// A collector for the items of a list.
pub type Each<'a> = &'a mut Vec<Value>;

/// The result of a call.
pub enum Answered {
    /// A single response.
    One(Value),
    /// All pages were read, and their items were collected.
    All,
    /// The operation does not exist.
    Unknown,
}

impl Table {
    /// Creates the table. Called by generated code.
    #[must_use]
    pub const fn new(operations: &'static [Operation], call: Call) -> Self {
        Self { operations, call }
    }

    /// Returns the operations.
    #[must_use]
    pub fn operations(&self) -> &'static [Operation] {
        self.operations
    }

    /// Calls the operation, for a single response or for the items of all pages.
    ///
    /// # Errors
    /// Returns an error if the operation does not exist, if it does not accept the arguments, or if the call fails.
    pub async fn call(
        &self,
        on: &impl HasContext,
        id: &str,
        arguments: Arguments,
        all: bool,
    ) -> Result<Value, Error> {
        let mut items = Vec::new();
        let each = all.then_some(&mut items);
        match (self.call)(on.context(), id, arguments, each).await? {
            Answered::One(value) => Ok(value),
            Answered::All => Ok(items.into()),
            Answered::Unknown => Err(Error(format!("no operation is called `{id}`"))),
        }
    }
}

/// The message of a failed call, including the messages of its sources.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<trackstar_api::Error> for Error {
    fn from(error: trackstar_api::Error) -> Self {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            text = format!("{text}: {inner}");
            source = inner.source();
        }
        Self(text)
    }
}

/// Arguments of a call, by their wire names.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arguments {
    path: Map<String, Value>,
    query: Map<String, Value>,
    headers: Map<String, Value>,
    #[serde(deserialize_with = "given")]
    body: Option<Value>,
    parts: Map<String, Value>,
}

/// Deserializes a null body as `Some(Null)` instead of `None`.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[allow(clippy::missing_errors_doc, reason = "only generated code calls it")]
impl Arguments {
    /// Removes a parameter, and converts it to the type of its setter.
    pub fn take<T: DeserializeOwned + Serialize>(
        &mut self,
        place: ParameterLocation,
        name: &str,
    ) -> Result<Option<T>, Error> {
        let values = match place {
            ParameterLocation::Path => &mut self.path,
            ParameterLocation::Query => &mut self.query,
            ParameterLocation::Header => &mut self.headers,
        };
        read(name, values.remove(name))
    }

    /// Removes the body, and converts it to the type of its setter.
    pub fn take_body<T: DeserializeOwned + Serialize>(&mut self) -> Result<Option<T>, Error> {
        read("body", self.body.take())
    }

    /// Removes a part of the body, and converts it to the type of its setter.
    pub fn take_part<T: DeserializeOwned + Serialize>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, Error> {
        // Forms cannot represent null, so the part is omitted.
        read(name, self.parts.remove(name).filter(|part| !part.is_null()))
    }

    /// Removes the parts with this name. The argument is an array of parts or a single part.
    pub fn take_parts<T: DeserializeOwned + Serialize>(
        &mut self,
        name: &str,
    ) -> Result<Vec<T>, Error> {
        match self.parts.remove(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            list @ Some(Value::Array(_)) => Ok(read(name, list)?.unwrap_or_default()),
            one => Ok(read::<T>(name, one)?.into_iter().collect()),
        }
    }

    /// Returns an error if any arguments remain.
    pub fn finish(self) -> Result<(), Error> {
        let names = [&self.path, &self.query, &self.headers, &self.parts];
        let names = names.into_iter().flat_map(Map::keys).map(String::as_str);
        let names: Vec<&str> = names.chain(self.body.as_ref().map(|_| "body")).collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(Error(format!("unknown argument: {}", names.join(", "))))
    }
}

/// Reads an argument strictly, and checks that its type serializes to the same value.
fn read<T: DeserializeOwned + Serialize>(name: &str, value: Option<Value>) -> Result<Option<T>, Error> {
    let Some(value) = value else {
        return Ok(None);
    };
    let refuse = |why: String| Error(format!("the argument `{name}` is not what it takes: {why}"));
    let read: T = strictly(|| T::deserialize(&value)).map_err(|error| refuse(error.to_string()))?;
    let again = serde_json::to_value(&read).map_err(|error| refuse(error.to_string()))?;
    match lost(&value, &again, String::new()) {
        None => Ok(Some(read)),
        Some(place) => Err(refuse(format!("`{place}` would not be sent as it is"))),
    }
}

/// Returns a JSON pointer to the first value that the round trip drops or changes.
fn lost(given: &Value, again: &Value, place: String) -> Option<String> {
    match (given, again) {
        (Value::Object(given), Value::Object(again)) => given.iter().find_map(|(name, value)| {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            let place = format!("{place}/{escaped}");
            match again.get(name) {
                Some(again) => lost(value, again, place),
                None => Some(place),
            }
        }),
        (Value::Array(given), Value::Array(again)) if given.len() == again.len() => {
            let mut pairs = given.iter().zip(again).enumerate();
            pairs.find_map(|(at, (given, again))| lost(given, again, format!("{place}/{at}")))
        }
        // An integer may be written with a zero fraction.
        (Value::Number(given), Value::Number(again))
            if (given.is_f64() || again.is_f64()) && given.as_f64() == again.as_f64() =>
        {
            None
        }
        _ => (given != again).then_some(place),
    }
}

fn written(value: impl Serialize) -> Result<Value, Error> {
    let written = serde_json::to_value(value);
    written.map_err(|error| Error(format!("the value cannot be written as JSON: {error}")))
}

/// Converts a response to JSON.
#[allow(clippy::missing_errors_doc, reason = "only generated code calls it")]
pub fn one<T: Serialize>(response: Response<T>) -> Result<Answered, Error> {
    written(response.into_inner()).map(Answered::One)
}

/// Decodes a response that is not JSON as text.
#[allow(clippy::missing_errors_doc, reason = "only generated code calls it")]
pub fn text(response: Response<Vec<u8>>) -> Result<Answered, Error> {
    let text = decode(&response, response.headers());
    let text = text.ok_or_else(|| Error("it is not text in a known character set".to_owned()))?;
    written(text).map(Answered::One)
}

/// Collects the items of all pages.
#[allow(clippy::missing_errors_doc, reason = "only generated code calls it")]
pub async fn all<P>(mut pages: Pages<P>, each: Each<'_>) -> Result<Answered, Error>
where
    P: Page<Item: Serialize>,
{
    while let Some(page) = pages.next().await {
        for item in page?.into_inner().into_items() {
            each.push(written(item)?);
        }
    }
    Ok(Answered::All)
}

/// Returns the error for an operation that is not a paginated list.
#[must_use]
pub fn no_list() -> Error {
    Error("it answers no list in pages".to_owned())
}
