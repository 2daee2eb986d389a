//! Reading YAML and JSON strictly: what cannot be kept is refused, never dropped.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::Source;
use crate::brackets;
use crate::error::{Error, Problem};

/// How deep a document may nest. Both parsers stop there, and overlays may not go beyond it, so
/// that no pass over a document can exhaust the stack.
pub(crate) const MAX_DEPTH: usize = 128;

/// What aliases may add to a document, whatever its length, in values and bytes of text.
const ALIAS_ALLOWANCE: usize = 1 << 20;

/// Maximum number of `%TAG` directives. The YAML parser compares each with all before it, and no
/// document needs one.
const MAX_TAG_DIRECTIVES: usize = 16;

/// Reads YAML or JSON into a value, strictly.
///
/// Text that opens with a brace or a bracket is read as JSON, all other as YAML. Keys that are
/// not text in YAML (`200:`) become the text they are written as. An error is: a key that stands
/// twice in one mapping, a merge key, a tag of the document's own, a number that JSON has no room
/// for, an alias that multiplies the document, nesting beyond 128 levels, and text that is no
/// document at all.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::{Source, parse};
///
/// let value = parse(Source { name: "a.yaml", text: "responses:\n  200: fine\n" }).unwrap();
/// assert_eq!(value, json!({"responses": {"200": "fine"}}));
///
/// let error = parse(Source { name: "a.yaml", text: "a: 1\na: 2\n" }).unwrap_err();
/// assert!(error.to_string().contains("the key `a` stands twice"));
/// ```
///
/// # Errors
///
/// One [`Problem`], with line and column where the parser gives them.
pub fn parse(source: Source<'_>) -> Result<Value, Error> {
    let refuse = |message: String, advice: &str| -> Error {
        Problem::new(source.name, None, message, advice).into()
    };
    let text = source.text.trim_start_matches('\u{feff}');
    let start = text.trim_start();
    if start.is_empty() {
        return Err(refuse(
            "the text is empty".into(),
            "restore the file or fetch it again",
        ));
    }
    if let Some(line) = conflict_line(text) {
        let message = format!("a merge conflict is left in the text at line {line}");
        return Err(refuse(
            message,
            "resolve the conflict or fetch the file again",
        ));
    }
    if start.starts_with('<') {
        let message = "the text is a web page, not a document".into();
        return Err(refuse(
            message,
            "fetch the document itself, not a page that shows it",
        ));
    }
    let budget = Cell::new(text.len().saturating_mul(2).saturating_add(ALIAS_ALLOWANCE));
    let json = start.starts_with(['{', '[']);
    let read = if json {
        read_json(text, &budget)
    } else {
        read_yaml(text, &budget)
    };
    let mut value = read.map_err(|message| {
        let (language, advice) = if json {
            (
                "JSON",
                "correct the text; what opens with a brace or bracket is read as JSON",
            )
        } else {
            ("YAML", "correct the text")
        };
        refuse(format!("not readable as {language}: {message}"), advice)
    })?;
    if value.is_null() {
        let message = "the text holds nothing but comments".into();
        return Err(refuse(message, "restore the file or fetch it again"));
    }
    value.sort_all_objects();
    Ok(value)
}

/// The number of the first line that only a version control system writes.
fn conflict_line(text: &str) -> Option<usize> {
    let marker = |line: &str| line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>");
    text.lines().position(marker).map(|index| index + 1)
}

/// Counts the lines that start with `%TAG`, by all characters that end a line in YAML.
fn tag_directives(text: &str) -> usize {
    let lines = text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    lines.filter(|line| line.starts_with("%TAG")).count()
}

fn read_json(text: &str, budget: &Cell<usize>) -> Result<Value, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { budget }
        .deserialize(&mut deserializer)
        .map_err(|e| e.to_string())?;
    deserializer.end().map_err(|e| e.to_string())?;
    Ok(value)
}

fn read_yaml(text: &str, budget: &Cell<usize>) -> Result<Value, String> {
    if tag_directives(text) > MAX_TAG_DIRECTIVES {
        return Err(format!(
            "more than {MAX_TAG_DIRECTIVES} lines start with `%TAG`"
        ));
    }
    brackets::check(text)?;
    let deserializer = serde_norway::Deserializer::from_str(text);
    Strict { budget }
        .deserialize(deserializer)
        .map_err(|e| e.to_string())
}

/// Builds a value and pays for every part of it.
///
/// The parser bounds the number of aliases that it follows but not the size of what each brings
/// in. A document without aliases cannot cost more than twice its length: every value and every
/// byte of text was written.
#[derive(Clone, Copy)]
struct Strict<'b> {
    budget: &'b Cell<usize>,
}

impl Strict<'_> {
    fn pay<E: de::Error>(self, cost: usize) -> Result<(), E> {
        match self.budget.get().checked_sub(cost) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(E::custom(
                "the aliases multiply the document beyond all measure",
            )),
        }
    }

    fn text<E: de::Error>(self, text: &str) -> Result<Value, E> {
        self.pay(text.len() + 1)?;
        Ok(Value::String(text.to_owned()))
    }

    fn number<E: de::Error>(self, number: impl Into<Number>) -> Result<Value, E> {
        self.pay(1)?;
        Ok(Value::Number(number.into()))
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        self.pay(1)?;
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        self.pay(1)?;
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        self.number(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        self.number(value)
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Value, E> {
        Err(E::custom(format!(
            "the number {value} is too large to be kept exactly"
        )))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Value, E> {
        Err(E::custom(format!(
            "the number {value} is too large to be kept exactly"
        )))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        match Number::from_f64(value) {
            Some(number) => self.number(number),
            None => Err(E::custom(format!("{value} is no number that JSON has"))),
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        self.text(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.pay(1)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.pay(1)?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(Key(self))? {
            if map.contains_key(&key) {
                let message = format!("the key `{key}` stands twice in one mapping");
                return Err(de::Error::custom(message));
            }
            let value = entries.next_value_seed(self)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }

    /// Only a tag of the document's own (`!name`) leads here, and nothing in JSON stands for it.
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let (tag, _) = data.variant::<String>()?;
        Err(de::Error::custom(format!(
            "the tag `!{tag}` has no meaning in a document"
        )))
    }
}

/// Reads a key as the text it is written as: `200` and `1.10` stay what they are.
struct Key<'b>(Strict<'b>);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is a single text or number")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        // Taken as a name it would end up as a property, taken as a merge it would need rules
        // for keys that stand on both sides; documents in the wild have neither.
        if key == "<<" {
            return Err(E::custom(
                "the merge key `<<` is not supported, write the keys out",
            ));
        }
        self.0.pay(key.len() + 1)?;
        Ok(key.to_owned())
    }
}

/// What a copy of a value adds to a document, in values and a little for long texts.
pub(crate) fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum::<usize>(),
        Value::String(text) => text.len() / 64,
        _ => 0,
    }
}
