//! What an operation is called with by its name.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::strict;
use crate::operation::{Operation, Place};
use crate::sanitize::Sanitized;

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
    /// The files among the parts, by the names of the parts, where they are no texts.
    #[cfg(feature = "uploads")]
    #[serde(skip)]
    pub(crate) files: Vec<(String, File)>,
    /// The body, where it is a file.
    #[cfg(feature = "uploads")]
    #[serde(skip)]
    pub(crate) content: Option<File>,
}

/// A file that is to be sent.
#[cfg(feature = "uploads")]
#[derive(Clone, PartialEq)]
pub(crate) struct File {
    pub(crate) name: Option<String>,
    pub(crate) bytes: bytes::Bytes,
}

#[cfg(feature = "uploads")]
impl From<File> for crate::Upload {
    fn from(file: File) -> Self {
        let upload = Self::from(file.bytes);
        match file.name {
            Some(name) => upload.file_name(name),
            None => upload,
        }
    }
}

/// A body that is null is a body.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// What is wrong with the arguments of a call.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal(pub(super) String);

impl From<String> for Refusal {
    fn from(problem: String) -> Self {
        Self(problem)
    }
}

/// For generated code.
#[doc(hidden)]
#[allow(
    clippy::missing_errors_doc,
    reason = "hidden: generated code alone calls it"
)]
impl Arguments {
    /// Takes a parameter out, as the type that its setter takes.
    pub fn take<T: DeserializeOwned + Serialize>(
        &mut self,
        place: Place,
        name: &str,
    ) -> Result<Option<T>, Refusal> {
        let values = match place {
            Place::Path => &mut self.path,
            Place::Query => &mut self.query,
            Place::Header => &mut self.headers,
        };
        Ok(strict::read(name, values.remove(name))?)
    }

    pub fn take_body<T: DeserializeOwned + Serialize>(&mut self) -> Result<Option<T>, Refusal> {
        Ok(strict::read("body", self.body.take())?)
    }

    pub fn take_part<T: DeserializeOwned + Serialize>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, Refusal> {
        // A form has no null: it is a part that is not there.
        let part = self.parts.remove(name).filter(|part| !part.is_null());
        Ok(strict::read(name, part)?)
    }

    /// The parts of one name: a list of them, or the only one.
    pub fn take_parts<T: DeserializeOwned + Serialize>(
        &mut self,
        name: &str,
    ) -> Result<Vec<T>, Refusal> {
        match self.parts.remove(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(list @ Value::Array(_)) => {
                let list: Option<Vec<T>> = strict::read(name, Some(list))?;
                Ok(list.unwrap_or_default())
            }
            one => {
                let one: Option<T> = strict::read(name, one)?;
                Ok(one.into_iter().collect())
            }
        }
    }

    /// The files of the parts of one name.
    #[cfg(feature = "uploads")]
    pub fn take_files(&mut self, name: &str) -> Vec<crate::Upload> {
        let files = self.files.extract_if(.., |(of, _)| of == name);
        files.map(|(_, file)| file.into()).collect()
    }

    /// The file that is the body.
    #[cfg(feature = "uploads")]
    pub fn take_content(&mut self) -> Option<crate::Upload> {
        self.content.take().map(Into::into)
    }

    /// Whether all have been taken.
    pub fn finish(self, operation: &Operation) -> Result<(), Refusal> {
        let names = [&self.path, &self.query, &self.headers, &self.parts];
        let names = names.into_iter().flat_map(Map::keys).map(String::as_str);
        let names: Vec<String> = names
            .map(|name| match near(operation, name) {
                Some((place, near)) => format!("{name} (did you mean `{near}` of `{place}`?)"),
                None => name.to_owned(),
            })
            .chain(self.body.as_ref().map(|_| "body".to_owned()))
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(Refusal(format!(
            "it takes no argument {}",
            names.join(", ")
        )))
    }
}

/// The parameter that `name` may stand for: what is written so but for case and punctuation
/// (`created_date_gte` for `created_date[gte]`), or the same under another place.
fn near(operation: &Operation, name: &str) -> Option<(&'static str, &'static str)> {
    let plain = |text: &str| {
        let letters = text.chars().filter(|it| it.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let mut parameters = operation.parameters.iter();
    let near = parameters.find(|one| plain(one.name) == plain(name))?;
    let place = match near.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "headers",
    };
    Some((place, near.name))
}

/// Without values: they may be a customer's.
impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |name: &String| Sanitized::new(name, &[]);
        let names = |of: &Map<String, Value>| of.keys().map(name).collect::<Vec<_>>();
        let mut shown = f.debug_struct("Arguments");
        #[cfg(feature = "uploads")]
        shown
            .field("files", &self.files.len())
            .field("content", &self.content.is_some());
        shown
            .field("path", &names(&self.path))
            .field("query", &names(&self.query))
            .field("headers", &names(&self.headers))
            .field("body", &self.body.is_some())
            .field("parts", &names(&self.parts))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::operation::Parameter;

    #[test]
    fn unknown_argument_error_suggests_names() {
        const PARAMETER: Parameter = Parameter {
            name: "created_date[gte]",
            setter: "created_date_gte",
            ..Parameter::BLANK
        };
        let operation = Operation {
            parameters: &[PARAMETER],
            ..Operation::BLANK
        };
        let told = |arguments: Value| {
            let arguments: Arguments = serde_json::from_value(arguments).expect("arguments");
            arguments.finish(&operation).expect_err("not taken").0
        };
        let meant = " (did you mean `created_date[gte]` of `query`?)";
        assert_eq!(
            told(json!({"query": {"Created_Date_gte": 1}})),
            format!("it takes no argument Created_Date_gte{meant}")
        );
        assert_eq!(
            told(json!({"path": {"created_date[gte]": 1}})),
            format!("it takes no argument created_date[gte]{meant}")
        );
        assert_eq!(
            told(json!({"query": {"colour": 1}, "body": null})),
            "it takes no argument colour, body"
        );
    }
}
