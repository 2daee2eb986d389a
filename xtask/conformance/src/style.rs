//! The serialization of values in OpenAPI, and checks of received text.
//!
//! Follows the tables of the specification ("Style Values", "Style Examples") and RFC 6570. Received text
//! is compared without decoding it first: `%2C` is a comma in a value, `,` separates values, and `+` is a
//! plus sign, which is not used for a space outside of forms.

use serde_json::Value;

use crate::call::text;
use crate::spec::{Parameter, Style};

/// An expected pair of a query: its name, and its values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) values: Vec<Value>,
    /// The separator, if there may be several values.
    between: Between,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Nothing,
    Comma,
    Space,
    Pipe,
}

/// Returns the pairs of a query parameter.
pub(crate) fn pairs(parameter: &Parameter, value: &Value) -> Vec<Pair> {
    let name = parameter.name.as_str();
    if parameter.content {
        return vec![one(name, &Value::String(value.to_string()))];
    }
    let between = match parameter.style {
        Style::SpaceDelimited => Between::Space,
        Style::PipeDelimited => Between::Pipe,
        _ => Between::Comma,
    };
    match (parameter.style, parameter.explode, value) {
        (_, _, Value::Null) => Vec::new(),
        (Style::DeepObject, _, Value::Object(_)) => deep(name, value),
        (_, true, Value::Object(fields)) => fields
            .iter()
            .flat_map(|(name, value)| deep(name, value))
            .collect(),
        (_, true, Value::Array(items)) => items.iter().map(|item| one(name, item)).collect(),
        (_, false, Value::Array(_) | Value::Object(_)) => vec![Pair {
            name: name.to_owned(),
            values: flat(value),
            between,
        }],
        (_, _, value) => vec![one(name, value)],
    }
}

/// Returns the pairs of a property that is a separate parameter. The specification does not define how a
/// list or an object in it is written. This tool expects the form of a query parameter.
fn deep(name: &str, value: &Value) -> Vec<Pair> {
    match value {
        Value::Null => Vec::new(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(field, value)| deep(&format!("{name}[{field}]"), value))
            .collect(),
        Value::Array(items) => items.iter().flat_map(|item| deep(name, item)).collect(),
        value => vec![one(name, value)],
    }
}

fn one(name: &str, value: &Value) -> Pair {
    Pair {
        name: name.to_owned(),
        values: vec![value.clone()],
        between: Between::Nothing,
    }
}

/// Returns the items of a list, or the names and values of an object in turn.
fn flat(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .flat_map(|(name, value)| [Value::String(name.clone()), value.clone()])
            .collect(),
        other => vec![other.clone()],
    }
}

/// Returns the pairs of a query as received, without decoding.
pub(crate) fn arrived(query: &str) -> Vec<(String, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), value)
        })
        .collect()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

impl Pair {
    /// Returns true if the received value is the value of the pair.
    pub(crate) fn is(&self, raw: &str) -> bool {
        let parts: Vec<&str> = match self.between {
            Between::Nothing => vec![raw],
            Between::Comma => raw.split(',').collect(),
            Between::Space => raw.split("%20").collect(),
            Between::Pipe => raw
                .split(['|'])
                .flat_map(|part| part.split("%7C"))
                .collect(),
        };
        if self.values.is_empty() {
            return raw.is_empty();
        }
        parts.len() == self.values.len()
            && parts.iter().zip(&self.values).all(|(part, value)| {
                // RFC 3986: both characters are encoded in the value of a template expansion.
                !part.contains(['+', ',', '|', ' ']) && says(value, &decoded(part))
            })
    }
}

/// Returns the text of a path parameter.
pub(crate) fn segment(parameter: &Parameter, value: &Value) -> String {
    let encoded = |value: &Value| encoded(&plain(value));
    let name = encoded(&Value::String(parameter.name.clone()));
    if parameter.content {
        return encoded(&Value::String(value.to_string()));
    }
    let fields = |between: &str| {
        let fields = value.as_object().into_iter().flatten();
        let fields = fields.filter(|(_, value)| !value.is_null());
        let fields = fields.map(|(name, value)| {
            format!(
                "{}={}",
                encoded(&Value::String(name.clone())),
                encoded(value)
            )
        });
        fields.collect::<Vec<_>>().join(between)
    };
    let values: Vec<String> = flat(value).iter().map(encoded).collect();
    match (parameter.style, parameter.explode, value) {
        (Style::Label, true, Value::Object(_)) => format!(".{}", fields(".")),
        (Style::Label, true, _) => format!(".{}", values.join(".")),
        (Style::Label, false, _) => format!(".{}", values.join(",")),
        (Style::Matrix, true, Value::Object(_)) => format!(";{}", fields(";")),
        (Style::Matrix, true, Value::Array(_)) => {
            let values = values.iter().map(|value| format!(";{name}={value}"));
            values.collect()
        }
        (Style::Matrix, _, _) => format!(";{name}={}", values.join(",")),
        (_, true, Value::Object(_)) => fields(","),
        _ => values.join(","),
    }
}

/// Returns a value without parts as text, with a number in plain digits.
fn plain(value: &Value) -> String {
    match value.as_f64() {
        Some(0.0) => "0".to_owned(),
        Some(number) if value.is_f64() => number.to_string(),
        _ => text(value).unwrap_or_default(),
    }
}

/// Returns a path in canonical percent-encoding, so that equal paths are equal texts. Separators of
/// styles stay as received.
pub(crate) fn canonical(path: &str) -> String {
    let mut canonical = String::new();
    let mut rest = path;
    while !rest.is_empty() {
        let length = match rest.bytes().next() {
            Some(b'%') if rest.len() >= 3 && rest.is_char_boundary(3) => 3,
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        let (first, after) = rest.split_at(length);
        if matches!(first, "/" | "," | ";" | "=" | "+") {
            canonical.push_str(first);
        } else {
            let bytes: Vec<u8> = percent_encoding::percent_decode_str(first).collect();
            canonical.extend(percent_encoding::percent_encode(&bytes, UNRESERVED));
        }
        rest = after;
    }
    canonical
}

/// RFC 3986, "Unreserved Characters".
const UNRESERVED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Returns true if a header has the given value. Headers have no encoding.
pub(crate) fn is_header(parameter: &Parameter, value: &Value, found: &str) -> bool {
    if parameter.content {
        return serde_json::from_str::<Value>(found).is_ok_and(|read| read == *value);
    }
    let all = |values: &[Value], parts: Vec<&str>| {
        values.len() == parts.len()
            && values
                .iter()
                .zip(parts)
                .all(|(value, part)| says(value, part.trim()))
    };
    match value {
        Value::Object(_) if parameter.explode => {
            all(&flat(value), found.split([',', '=']).collect()) && found.contains('=')
        }
        Value::Array(_) | Value::Object(_) => all(&flat(value), found.split(',').collect()),
        value => says(value, found),
    }
}

/// Returns true if a text has the given value: a number in plain digits, or a date in any notation of the
/// same second.
pub(crate) fn says(value: &Value, found: &str) -> bool {
    match value {
        Value::Number(number) => is_plain(found) && found.parse::<f64>().ok() == number.as_f64(),
        Value::String(given) => found == given || same_second(given, found),
        value => text(value).is_some_and(|given| given == found),
    }
}

/// Returns true for a number without exponent, zero fraction and negative zero, because readers of
/// integers reject `5.0` and `1e3`.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
    let only_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    only_digits(whole) && only_digits(fraction) && !fraction.ends_with('0') && text != "-0"
}

fn same_second(one: &str, other: &str) -> bool {
    let read = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let second = |text: &str| read(text).map(jiff::Timestamp::as_second);
    second(one).is_some() && second(one) == second(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::ParameterLocation;

    fn parameter(place: ParameterLocation, style: Style, explode: bool) -> Parameter {
        Parameter {
            name: "color".into(),
            place,
            required: true,
            schema: None,
            content: false,
            style,
            explode,
            properties: Vec::new(),
            examples: Vec::new(),
        }
    }

    fn right(style: Style, explode: bool, value: &Value, query: &str) -> bool {
        let expected = pairs(&parameter(ParameterLocation::Query, style, explode), value);
        let found = arrived(query);
        expected.len() == found.len()
            && expected
                .iter()
                .zip(found)
                .all(|(pair, (name, raw))| pair.name == name && pair.is(raw))
    }

    #[test]
    fn accepts_only_the_specified_form_of_a_query() {
        let list = json!(["blue", "a,b c"]);
        let object = json!({"R": 100, "S": 2.5});
        for (style, explode, value, query, expected) in [
            (Style::Form, true, &list, "color=blue&color=a%2Cb%20c", true),
            (Style::Form, true, &list, "color=blue,a%2Cb%20c", false),
            (Style::Form, true, &list, "color=blue&color=a%2Cb+c", false),
            (Style::Form, false, &list, "color=blue,a%2Cb%20c", true),
            (Style::Form, false, &list, "color=blue%2Ca%2Cb%20c", false),
            (Style::Form, false, &list, "color=blue,a,b%20c", false),
            (Style::Form, false, &json!("a,b"), "color=a%2Cb", true),
            (Style::Form, false, &json!("a,b"), "color=a,b", false),
            (Style::Form, true, &object, "R=100&S=2.5", true),
            (
                Style::Form,
                true,
                &object,
                "color%5BR%5D=100&color%5BS%5D=2.5",
                false,
            ),
            (Style::Form, false, &object, "color=R,100,S,2.5", true),
            (Style::Form, false, &object, "R=100&S=2.5", false),
            (Style::Form, false, &json!({}), "color=", true),
            (Style::Form, false, &json!({}), "color=R", false),
            (Style::Form, false, &json!({}), "", false),
            (
                Style::DeepObject,
                false,
                &object,
                "color%5BR%5D=100&color[S]=2.5",
                true,
            ),
            (Style::DeepObject, false, &object, "R=100&S=2.5", false),
            (
                Style::PipeDelimited,
                false,
                &list,
                "color=blue%7Ca%2Cb%20c",
                true,
            ),
            (
                Style::PipeDelimited,
                false,
                &list,
                "color=blue,a%2Cb%20c",
                false,
            ),
            (
                Style::SpaceDelimited,
                false,
                &json!([1, 2]),
                "color=1%202",
                true,
            ),
            (
                Style::SpaceDelimited,
                false,
                &json!([1, 2]),
                "color=1+2",
                false,
            ),
            (Style::Form, true, &json!(5), "color=5", true),
            (Style::Form, true, &json!(5), "color=5.0", false),
            (
                Style::Form,
                true,
                &json!(1.23e16),
                "color=12300000000000000",
                true,
            ),
            (Style::Form, true, &json!(1.23e16), "color=1.23e16", false),
            (Style::Form, true, &json!(0), "color=-0", false),
            (Style::Form, true, &json!(null), "", true),
        ] {
            assert_eq!(right(style, explode, value, query), expected, "{query}");
        }
    }

    #[test]
    fn accepts_only_the_specified_form_of_paths_and_headers() {
        let (list, object) = (json!(["a", "b/c"]), json!({"R": 1, "S": 2}));
        for (style, explode, value, expected) in [
            (Style::Simple, false, &list, "a,b%2Fc"),
            (Style::Simple, true, &object, "R=1,S=2"),
            (Style::Simple, false, &object, "R,1,S,2"),
            (Style::Label, false, &list, ".a,b%2Fc"),
            (Style::Label, true, &list, ".a.b%2Fc"),
            (Style::Matrix, false, &list, ";color=a,b%2Fc"),
            (Style::Matrix, true, &list, ";color=a;color=b%2Fc"),
            (Style::Matrix, true, &object, ";R=1;S=2"),
            (Style::Simple, false, &json!(1.23e16), "12300000000000000"),
        ] {
            let parameter = parameter(ParameterLocation::Path, style, explode);
            assert_eq!(segment(&parameter, value), expected);
        }
        assert_eq!(
            canonical("/a%41/b:c,d%2Ce%2f;x=%7e"),
            "/aA/b%3Ac,d%2Ce%2F;x=~"
        );
        let header = |explode, value: &Value, found: &str| {
            is_header(
                &parameter(ParameterLocation::Header, Style::Simple, explode),
                value,
                found,
            )
        };
        assert!(header(false, &list, "a, b/c") && !header(false, &list, "a"));
        assert!(header(true, &object, "R=1,S=2") && !header(true, &object, "R,1,S,2"));
        assert!(header(false, &json!(5), "5") && !header(false, &json!(5), "5.0"));
    }
}
