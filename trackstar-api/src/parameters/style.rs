//! How the values of a parameter are put together, as OpenAPI's `style` and `explode` say by way of
//! RFC 6570.
//!
//! Delimiters stand in a URL as they are and values percent-encoded, so that a comma within an item
//! (`%2C`) cannot be taken for the one between two items. The space and the bar of the styles that
//! are named after them, and all of a header, know no such difference. Values that hold such a
//! delimiter are refused there.

use percent_encoding::utf8_percent_encode;

use super::written::{Written, write};
use super::{UNRESERVED, segment};
use crate::operation::{Parameter, Place, Style};

/// Returns the texts of an argument: one for each item of a list, and a name and a value in turn for
/// an object that is written as a whole.
///
/// A list of nothing is refused: it would not be written at all, and a filter that was to let nothing
/// through would let everything.
pub(crate) fn argument(
    parameter: &Parameter,
    value: &(impl serde::Serialize + ?Sized),
) -> Result<Vec<String>, String> {
    let texts = match write(value)? {
        Written::Nothing => return Ok(Vec::new()),
        Written::Text(text) => return Ok(vec![text]),
        Written::List(items) if items.is_empty() => {
            return Err(
                "it is an empty list, which the API would take for no filter: give a value, or \
                 leave it out"
                    .to_owned(),
            );
        }
        Written::List(items) => items.into_iter().map(item).collect::<Result<Vec<_>, _>>()?,
        Written::Object(fields) if parameter.object => {
            let mut texts = Vec::with_capacity(2 * fields.len());
            for (name, value) in fields {
                match value {
                    Written::Nothing => {}
                    // Each item stands by itself, under the name of its list.
                    Written::List(items)
                        if parameter.place == Place::Query && by_itself(parameter) =>
                    {
                        for value in items {
                            texts.extend([name.clone(), item(value)?]);
                        }
                    }
                    value => texts.extend([name, item(value)?]),
                }
            }
            texts
        }
        Written::Object(_) => return Err(NESTED.to_owned()),
    };
    for mark in reserved(parameter) {
        if texts.iter().any(|text| text.contains(*mark)) {
            return Err(format!(
                "one of its values holds {mark:?}, which parts the values of this parameter: give \
                 values without it"
            ));
        }
    }
    Ok(texts)
}

/// Returns true if each property of an object is a parameter of its own.
fn by_itself(parameter: &Parameter) -> bool {
    parameter.explode || parameter.style == Style::DeepObject
}

const NESTED: &str = "it holds an object, which no parameter can carry";

fn item(value: Written) -> Result<String, String> {
    match value {
        Written::Nothing => Ok(String::new()),
        Written::Text(text) => Ok(text),
        Written::List(_) => Err("it holds a list in a list, which no parameter can carry".into()),
        Written::Object(_) => Err(NESTED.to_owned()),
    }
}

/// Returns the delimiters that no value of a list or an object may hold.
fn reserved(parameter: &Parameter) -> &'static [char] {
    match (parameter.place, parameter.style) {
        (Place::Header, _) if parameter.object && parameter.explode => &[',', '='],
        (Place::Header, _) => &[','],
        (Place::Query, Style::SpaceDelimited) => &[' '],
        (Place::Query, Style::PipeDelimited) => &['|'],
        _ => &[],
    }
}

/// Returns true if the values are those of an object, and not the one text that may stand in its place.
fn is_object(parameter: &Parameter, values: &[String]) -> bool {
    parameter.object && values.len().is_multiple_of(2)
}

/// Appends a query parameter to `query`. A space is `%20`, which also servers that do not read forms
/// understand.
pub(crate) fn append(query: &mut String, parameter: &Parameter, values: &[String]) {
    let name = parameter.name;
    let object = is_object(parameter, values);
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
    match (parameter.style, parameter.explode) {
        _ if values.is_empty() => {}
        (Style::DeepObject, _) if object => {
            for field in values.chunks_exact(2) {
                pair(&[name, "[", &field[0], "]"], &encoded(&field[1]));
            }
        }
        (_, true) if object => {
            for field in values.chunks_exact(2) {
                pair(&[&field[0]], &encoded(&field[1]));
            }
        }
        (Style::DeepObject, _) | (_, true) => {
            for value in values {
                pair(&[name], &encoded(value));
            }
        }
        (style, false) => {
            let delimiter = match style {
                Style::SpaceDelimited => "%20",
                Style::PipeDelimited => "%7C",
                _ => ",",
            };
            let values: Vec<String> = values.iter().map(encoded).collect();
            pair(&[name], &values.join(delimiter));
        }
    }
}

/// Returns the text that fills the place of a path parameter; see [`segment`].
pub(crate) fn path(parameter: &Parameter, values: &[String]) -> Result<String, String> {
    let name = parameter.name;
    let values: Vec<String> = match values {
        [] => vec![segment(name, "")?],
        values => values
            .iter()
            .map(|value| segment(name, value))
            .collect::<Result<_, _>>()?,
    };
    let encoded = utf8_percent_encode(name, UNRESERVED);
    let (before, delimiter) = match (parameter.style, parameter.explode) {
        (Style::Label, true) => (".".to_owned(), "."),
        (Style::Label, false) => (".".to_owned(), ","),
        (Style::Matrix, true) if is_object(parameter, &values) => (";".to_owned(), ";"),
        (Style::Matrix, true) => {
            let values = values.iter().map(|value| format!(";{encoded}={value}"));
            return Ok(values.collect());
        }
        (Style::Matrix, false) => (format!(";{encoded}="), ","),
        _ => (String::new(), ","),
    };
    Ok(before + &joined(parameter, &values).join(delimiter))
}

/// Returns the value of a header.
pub(crate) fn header(parameter: &Parameter, values: &[String]) -> String {
    joined(parameter, values).join(",")
}

/// Returns the items of a list, or of an object `name=value` if each of its fields stands by itself.
fn joined(parameter: &Parameter, values: &[String]) -> Vec<String> {
    if parameter.explode && is_object(parameter, values) {
        let fields = values.chunks_exact(2);
        return fields.map(|field| field.join("=")).collect();
    }
    values.to_vec()
}

#[cfg(test)]
mod tests;
