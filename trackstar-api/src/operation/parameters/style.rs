//! Serializes parameters according to OpenAPI's `style` and `explode`, which are based on RFC 6570.
//!
//! In a URL, values are percent-encoded and delimiters aren't. As a result, a comma inside of an
//! item (`%2C`) is different from a comma between two items. That doesn't work for
//! `spaceDelimited`, `pipeDelimited` and headers, so we reject values that contain the delimiter.

use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};

use super::written::{Written, write};
use crate::operation::segment::{UNRESERVED, segment};
use crate::operation::{Parameter, ParameterLocation, Style};

/// The values of a parameter, converted to text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Values {
    /// The items of a list. Anything that isn't a list or object is a single item.
    #[serde(rename = "values")]
    Items(Vec<String>),
    /// The properties of an object.
    #[serde(rename = "fields")]
    Fields(Vec<(String, String)>),
}

impl Values {
    fn texts(&self) -> impl Iterator<Item = &String> {
        let (items, fields): (&[String], &[_]) = match self {
            Self::Items(items) => (items, &[]),
            Self::Fields(fields) => (&[], fields),
        };
        let fields = fields.iter().flat_map(|(name, value)| [name, value]);
        items.iter().chain(fields)
    }

    /// Applies a function to each value.
    fn map<E>(&self, write: impl Fn(&String) -> Result<String, E>) -> Result<Self, E> {
        Ok(match self {
            Self::Items(items) => Self::Items(items.iter().map(write).collect::<Result<_, _>>()?),
            Self::Fields(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, value)| Ok((write(name)?, write(value)?)));
                Self::Fields(fields.collect::<Result<_, E>>()?)
            }
        })
    }
}

/// Returns the values of an argument, or `None` for null, in which case the parameter is left out.
///
/// Empty lists are an error. They would be left out, too, so a filter that shouldn't match anything
/// would match everything instead.
pub(crate) fn argument(
    parameter: &Parameter,
    value: &(impl Serialize + ?Sized),
) -> Result<Option<Values>, String> {
    let values = match write(value)? {
        Written::Nothing => return Ok(None),
        Written::Text(text) => return Ok(Some(Values::Items(vec![text]))),
        Written::List(items) if items.is_empty() => return Err(EMPTY.to_owned()),
        Written::List(items) => {
            Values::Items(items.into_iter().map(item).collect::<Result<_, _>>()?)
        }
        Written::Object(fields) if parameter.object => {
            let mut texts = Vec::with_capacity(fields.len());
            for (name, value) in fields {
                match value {
                    Written::Nothing => {}
                    Written::List(items) if items.is_empty() => return Err(EMPTY.to_owned()),
                    // Each item becomes a parameter with the same name.
                    Written::List(items)
                        if parameter.location == ParameterLocation::Query
                            && by_itself(parameter) =>
                    {
                        for value in items {
                            texts.push((name.clone(), item(value)?));
                        }
                    }
                    value => texts.push((name, item(value)?)),
                }
            }
            Values::Fields(texts)
        }
        Written::Object(_) => return Err(NESTED.to_owned()),
    };
    for mark in reserved(parameter) {
        if values.texts().any(|text| text.contains(*mark)) {
            return Err(format!(
                "one of its values contains {mark:?}, which separates the values of this \
                 parameter: use values without it"
            ));
        }
    }
    Ok(Some(values))
}

/// Returns true if the properties of an object become separate parameters.
fn by_itself(parameter: &Parameter) -> bool {
    parameter.explode || parameter.style == Style::DeepObject
}

const EMPTY: &str = "the list is empty, which would have the same effect as no filter: add a value, or omit the \
     parameter";

const NESTED: &str = "it contains an object, which is not supported";

fn item(value: Written) -> Result<String, String> {
    match value {
        Written::Nothing => Ok(String::new()),
        Written::Text(text) => Ok(text),
        Written::List(_) => {
            Err("it contains a list inside of a list, which is not supported".into())
        }
        Written::Object(_) => Err(NESTED.to_owned()),
    }
}

/// Returns the delimiters that must not occur in an item or property.
fn reserved(parameter: &Parameter) -> &'static [char] {
    match (parameter.location, parameter.style) {
        (ParameterLocation::Header, _) if parameter.object && parameter.explode => &[',', '='],
        (ParameterLocation::Header, _) => &[','],
        (ParameterLocation::Query, Style::SpaceDelimited) => &[' '],
        (ParameterLocation::Query, Style::PipeDelimited) => &['|'],
        _ => &[],
    }
}

/// Appends a query parameter to `query`.
///
/// Spaces are written as `%20`, since this also works for servers that don't parse the query as a
/// form. An object without properties is treated as empty text, unless its properties are separate
/// parameters. In that case, there's nothing to write.
pub(crate) fn append(query: &mut String, parameter: &Parameter, values: &Values) {
    let name = parameter.name;
    let mut pair = |name: &[&str], value: &str| {
        if !query.is_empty() {
            query.push('&');
        }
        for part in name {
            query.extend(utf8_percent_encode(part, UNRESERVED));
        }
        query.push('=');
        query.push_str(value);
    };
    let encoded = |text: &String| utf8_percent_encode(text, UNRESERVED).to_string();
    match values {
        Values::Fields(fields) if parameter.style == Style::DeepObject => {
            for (field, value) in fields {
                pair(&[name, "[", field, "]"], &encoded(value));
            }
        }
        Values::Fields(fields) if parameter.explode => {
            for (field, value) in fields {
                pair(&[field], &encoded(value));
            }
        }
        Values::Items(items) if by_itself(parameter) => {
            for value in items {
                pair(&[name], &encoded(value));
            }
        }
        values => {
            let delimiter = match parameter.style {
                Style::SpaceDelimited => "%20",
                Style::PipeDelimited => "%7C",
                _ => ",",
            };
            let values: Vec<String> = values.texts().map(encoded).collect();
            pair(&[name], &values.join(delimiter));
        }
    }
}

/// Returns the segment for a path parameter. See [`segment`].
pub(crate) fn path(parameter: &Parameter, values: &Values) -> Result<String, String> {
    let name = parameter.name;
    if values.texts().next().is_none() {
        return segment(name, "");
    }
    let values = values.map(|text| segment(name, text))?;
    let encoded = utf8_percent_encode(name, UNRESERVED);
    let (before, delimiter) = match (parameter.style, parameter.explode, &values) {
        (Style::Label, true, _) => (".".to_owned(), "."),
        (Style::Label, false, _) => (".".to_owned(), ","),
        (Style::Matrix, true, Values::Fields(_)) => (";".to_owned(), ";"),
        (Style::Matrix, true, Values::Items(items)) => {
            let items = items.iter().map(|item| format!(";{encoded}={item}"));
            return Ok(items.collect());
        }
        (Style::Matrix, false, _) => (format!(";{encoded}="), ","),
        _ => (String::new(), ","),
    };
    Ok(before + &joined(parameter, &values, delimiter))
}

/// Returns the value of a header parameter.
pub(crate) fn header(parameter: &Parameter, values: &Values) -> String {
    joined(parameter, values, ",")
}

/// Joins the items of a list or the fields of an object. With `explode`, fields are written as
/// `name=value`.
fn joined(parameter: &Parameter, values: &Values, delimiter: &str) -> String {
    let parts: Vec<String> = match values {
        Values::Fields(fields) if parameter.explode => {
            let fields = fields.iter();
            fields
                .map(|(name, value)| format!("{name}={value}"))
                .collect()
        }
        values => values.texts().cloned().collect(),
    };
    parts.join(delimiter)
}

#[cfg(test)]
mod tests;
