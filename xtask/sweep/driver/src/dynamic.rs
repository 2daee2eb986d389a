//! Operations by name, with JSON arguments and responses: the generated table calls into this module.
//!
//! Every argument passes through the typed setter of its operation and every response through its type. An
//! argument that the type has no room for is an error, so that nothing is lost on the way.

use std::fmt;
use std::pin::Pin;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trackstar_api::__rt::untyped::{strictly, text as decode};
use trackstar_api::__rt::{Caller, Calls, Page, Pages, Place, Response};

/// An operation that can be called.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: &'static str,
    /// The HTTP method in upper case.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// Whether it needs the access token.
    pub needs_token: bool,
    /// Whether it returns a page of a list.
    pub paged: bool,
}

/// The operations of a document.
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

/// Takes the items of a list.
pub type Each<'a> = &'a mut Vec<Value>;

/// The result of a call.
pub enum Answered {
    /// A response.
    One(Value),
    /// The items of all pages were taken.
    All,
    /// There is no such operation.
    Unknown,
}

impl Table {
    /// Creates the table, in generated code.
    #[must_use]
    pub const fn new(operations: &'static [Operation], call: Call) -> Self {
        Self { operations, call }
    }

    /// Returns the operations.
    #[must_use]
    pub fn operations(&self) -> &'static [Operation] {
        self.operations
    }

    /// Calls the operation, for one response or for the items of all pages.
    ///
    /// # Errors
    /// Returns an error if there is no such operation, if it does not take the arguments, or if the call fails.
    pub async fn call(
        &self,
        on: &impl Calls,
        id: &str,
        arguments: Arguments,
        all: bool,
    ) -> Result<Value, Error> {
        let mut items = Vec::new();
        let each = all.then_some(&mut items);
        match (self.call)(on.caller(), id, arguments, each).await? {
            Answered::One(value) => Ok(value),
            Answered::All => Ok(items.into()),
            Answered::Unknown => Err(Error(format!("no operation is called `{id}`"))),
        }
    }
}

/// The failure of a call, as a text with those of its sources.
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

/// The arguments of one call, by their names on the wire.
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

/// Reads a body that is null as a body.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[allow(clippy::missing_errors_doc, reason = "only generated code calls it")]
impl Arguments {
    /// Takes a parameter out, as the type that its setter takes.
    pub fn take<T: DeserializeOwned + Serialize>(
        &mut self,
        place: Place,
        name: &str,
    ) -> Result<Option<T>, Error> {
        let values = match place {
            Place::Path => &mut self.path,
            Place::Query => &mut self.query,
            Place::Header => &mut self.headers,
        };
        read(name, values.remove(name))
    }

    /// Takes the body out.
    pub fn take_body<T: DeserializeOwned + Serialize>(&mut self) -> Result<Option<T>, Error> {
        read("body", self.body.take())
    }

    /// Takes a part of the body out.
    pub fn take_part<T: DeserializeOwned + Serialize>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, Error> {
        // A form has no null: the part is left out.
        read(name, self.parts.remove(name).filter(|part| !part.is_null()))
    }

    /// Takes the parts of one name out: a list of them, or the only one.
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

    /// Returns an error if an argument was not taken.
    pub fn finish(self) -> Result<(), Error> {
        let names = [&self.path, &self.query, &self.headers, &self.parts];
        let names = names.into_iter().flat_map(Map::keys).map(String::as_str);
        let names: Vec<&str> = names.chain(self.body.as_ref().map(|_| "body")).collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(Error(format!("it takes no argument {}", names.join(", "))))
    }
}

/// Reads an argument strictly, and compares it with what its type would send.
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

/// Returns the place of something that was given and does not come out again, as a JSON pointer.
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
        // A whole number may be written with a fraction of zero.
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

/// Writes a response as JSON.
#[allow(clippy::missing_errors_doc, reason = "only generated code calls it")]
pub fn one<T: Serialize>(response: Response<T>) -> Result<Answered, Error> {
    written(response.into_inner()).map(Answered::One)
}

/// Reads a response that is not JSON as a text.
#[allow(clippy::missing_errors_doc, reason = "only generated code calls it")]
pub fn text(response: Response<Vec<u8>>) -> Result<Answered, Error> {
    let text = decode(&response, response.headers());
    let text = text.ok_or_else(|| Error("it is no text in a known character set".to_owned()))?;
    written(text).map(Answered::One)
}

/// Takes the items of all pages.
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

/// Refuses to read an operation as a list.
#[must_use]
pub fn no_list() -> Error {
    Error("it answers no list in pages".to_owned())
}
