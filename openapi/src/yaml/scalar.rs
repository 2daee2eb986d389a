//! The values of scalars.

use granit_parser::{ScalarStyle, Tag};
use serde_json::{Number, Value};

/// Rejects tags that a document defines itself (`!name`), because JSON cannot express them.
pub(super) fn known(tag: Option<&Tag>) -> Result<(), String> {
    match tag.map(ToString::to_string) {
        Some(tag) if tag.starts_with('!') => {
            Err(format!("the custom tag `{tag}` is not supported"))
        }
        _ => Ok(()),
    }
}

/// Returns the value of a scalar, by its tag or by the core schema of YAML 1.2.
pub(super) fn read(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let wrong = |name: &str| format!("`{text}` is not a valid {name}");
    let core = tag.and_then(Tag::core_suffix);
    match core {
        Some("null") => null(text).ok_or_else(|| wrong("null")),
        Some("bool") => boolean(text).ok_or_else(|| wrong("boolean")),
        Some("int") => integer(text).unwrap_or_else(|| Err(wrong("integer"))),
        Some("float") => float(text).unwrap_or_else(|| Err(wrong("number"))),
        None if tag.is_none() && style == ScalarStyle::Plain => plain(text),
        _ => known(tag).map(|()| Value::from(text)),
    }
}

pub(super) fn plain(text: &str) -> Result<Value, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Digits with leading zeros are a string, such as a postal code.
    let zeros = digits.len() > 1 && digits.starts_with('0');
    if zeros && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Value::from(text));
    }
    let value = null(text).or_else(|| boolean(text)).map(Ok);
    let value = value.or_else(|| integer(text)).or_else(|| float(text));
    value.unwrap_or_else(|| Ok(Value::from(text)))
}

fn null(text: &str) -> Option<Value> {
    matches!(text, "null" | "Null" | "NULL" | "~").then_some(Value::Null)
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "TRUE" => Some(true.into()),
        "false" | "False" | "FALSE" => Some(false.into()),
        _ => None,
    }
}

/// Returns the integer that a text represents, or an error if JSON cannot represent it exactly.
fn integer(text: &str) -> Option<Result<Value, String>> {
    let (sign, digits) = match text.split_at_checked(1) {
        Some(("-", digits)) => ("-", digits),
        Some(("+", digits)) => ("", digits),
        _ => ("", text),
    };
    let radixes = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter();
    let mut based =
        radixes.filter_map(|(prefix, radix)| Some((digits.strip_prefix(prefix)?, radix)));
    let (digits, radix) = based.next().unwrap_or((digits, 10));
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let number = format!("{sign}{digits}");
    let exact = i64::from_str_radix(&number, radix).map(Value::from);
    let exact = exact.or_else(|_| u64::from_str_radix(&number, radix).map(Value::from));
    Some(exact.map_err(|_| format!("the integer {text} does not fit into 64 bits")))
}

fn float(text: &str) -> Option<Result<Value, String>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Err(format!("JSON cannot represent the number {text}")));
    }
    let number: f64 = text.parse().ok()?;
    Number::from_f64(number).map(|number| Ok(Value::Number(number)))
}
