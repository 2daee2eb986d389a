//! A strict parser for YAML and JSON. Content that it cannot represent is an error, and is never
//! dropped.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::{Error, Problem};
use crate::position::{Position, Positions, SourceNode};
use crate::{Source, json_positions, yaml};

/// Parses YAML or JSON strictly.
///
/// Text that begins with a brace or a bracket is parsed as JSON, and any other text as YAML. YAML keys
/// that are not strings, such as `200:`, become the text that the document contains.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::{Source, parse};
///
/// let value = parse(Source { name: "a.yaml", text: "responses:\n  200: fine\n" }).unwrap();
/// assert_eq!(value, json!({"responses": {"200": "fine"}}));
///
/// let error = parse(Source { name: "a.yaml", text: "a: 1\na: 2\n" }).unwrap_err();
/// assert!(error.to_string().contains("duplicate key `a`"));
/// ```
///
/// # Errors
///
/// Returns one [`Problem`] if the text is not a document, or contains a duplicate key, a merge key,
/// a custom tag, a number that JSON cannot represent, an alias that multiplies the document, or more
/// than 128 levels of nesting. Errors of the syntax have a [position](Problem::position).
pub fn parse(source: Source<'_>) -> Result<Value, Error> {
    let refuse = |message: String, advice: &str| -> Error {
        Problem::new(source.name, None, message, advice).into()
    };
    let text = without_mark(source.text);
    let start = text.trim_start();
    if start.is_empty() {
        return Err(refuse(
            "the text is empty".into(),
            "restore the file or fetch it again",
        ));
    }
    if let Some(line) = conflict_line(text) {
        let message = format!("unresolved merge conflict at line {line}");
        let advice = "resolve the conflict or fetch the file again";
        let position = Some(Position { line, column: 1 });
        return Err(Error::from(Problem {
            position,
            ..Problem::new(source.name, None, message, advice)
        }));
    }
    if start.starts_with('<') {
        let message = "the text is an HTML page, not a document".into();
        return Err(refuse(
            message,
            "fetch the document itself instead of a page that displays it",
        ));
    }
    let mut value = if is_json(text) {
        let read = read_json(text);
        read.map_err(|error| unreadable_json(source, &error))?
    } else {
        let node = read_positions(source, true)?;
        node.map(|node| node.content.to_value()).unwrap_or_default()
    };
    if value.is_null() {
        let message = "the text contains only comments".into();
        return Err(refuse(message, "restore the file or fetch it again"));
    }
    value.sort_all_objects();
    Ok(value)
}

/// Returns the number of the first line that is a conflict marker of a version control system.
fn conflict_line(text: &str) -> Option<usize> {
    let marker = |line: &str| line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>");
    text.lines().position(marker).map(|index| index + 1)
}

/// Returns the positions of a text that [`parse`] accepts.
///
/// ```
/// use trackstar_openapi::{Position, Source, positions};
///
/// let text = r#"{"paths": {"/a": {}}}"#;
/// let positions = positions(Source { name: "api.json", text }).unwrap();
/// assert_eq!(positions.key("/paths/~1a"), Some(Position { line: 1, column: 12 }));
/// ```
///
/// # Errors
///
/// Returns an error if the text is neither YAML nor JSON.
pub fn positions(source: Source<'_>) -> Result<Positions, Error> {
    let text = without_mark(source.text);
    if let Some(node) = is_json(text).then(|| json_positions::read(text)).flatten() {
        return Ok(Positions(node));
    }
    match read_positions(source, false)? {
        Some(node) => Ok(Positions(node)),
        None => Err(unreadable(source, None, None, "the text is empty")),
    }
}

/// Parses a text as YAML, which includes JSON. The values of scalars are read only if `scalars` is set.
fn read_positions(source: Source<'_>, scalars: bool) -> Result<Option<SourceNode>, Error> {
    let read = yaml::read(without_mark(source.text), scalars);
    read.map_err(|refusal| {
        let pointer = Some(refusal.pointer).filter(|pointer| !pointer.is_empty());
        let position = Some(refusal.position);
        unreadable(source, pointer.as_deref(), position, &refusal.message)
    })
}

fn unreadable_json(source: Source<'_>, error: &serde_json::Error) -> Error {
    let message = error.to_string();
    let (line, column) = (error.line(), error.column());
    let place = format!(" at line {line} column {column}");
    let message = message.strip_suffix(&place).unwrap_or(&message);
    // The parser counts bytes, and not characters.
    let text = without_mark(source.text);
    let read = text.split('\n').nth(line.saturating_sub(1));
    let read = read.and_then(|line| line.get(..column.saturating_sub(1)));
    let column = 1 + read.map_or(0, |read| read.chars().count());
    let position = Some(Position { line, column });
    unreadable(source, None, position, message)
}

fn unreadable(
    source: Source<'_>,
    pointer: Option<&str>,
    position: Option<Position>,
    message: &str,
) -> Error {
    let (language, advice) = if is_json(without_mark(source.text)) {
        (
            "JSON",
            "correct the text (text that begins with a brace or a bracket is read as JSON)",
        )
    } else {
        ("YAML", "correct the text")
    };
    let message = format!("invalid {language}: {message}");
    Error::from(Problem {
        position,
        ..Problem::new(source.name, pointer, message, advice)
    })
}

/// Returns a text without its byte order mark.
fn without_mark(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

fn read_json(text: &str) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// A seed that rejects duplicate keys.
#[derive(Clone, Copy)]
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                let message = format!("duplicate key `{key}` in a mapping");
                return Err(de::Error::custom(message));
            }
            let value = entries.next_value_seed(self)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// Returns the cost of copying a value: the number of values in it, plus a small amount for long text.
pub(crate) fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum::<usize>(),
        Value::String(text) => text.len() / 64,
        _ => 0,
    }
}
