//! Describes deserialization errors without quoting the input.

use crate::de::lenient;

/// Returns what a deserialization error expected, and where.
///
/// We leave out any values, numbers or names that come from the input, since they might be secrets
/// or a customer's data.
pub(crate) fn of(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    if !error.is_data() {
        // Syntax errors never quote anything.
        return error.to_string();
    }
    let text = error.to_string();
    let place = format!(" at line {line} column {column}");
    let (text, place) = match text.strip_suffix(&place) {
        Some(text) => (text, place.as_str()),
        // If we're deserializing from a `Value`, there is no position.
        None => (text.as_str(), ""),
    };
    match of_text(text) {
        Some(expectation) => format!("{expectation}{place}"),
        None => format!("unexpected value{place}"),
    }
}

/// Extracts the expected type from an error message, or returns `None` if the message might not
/// contain one.
pub(crate) fn of_text(text: &str) -> Option<String> {
    // These messages are constants in this crate.
    if let Some(own) = lenient::TEXTS.iter().find(|own| **own == text) {
        return Some((*own).to_owned());
    }
    // The name is usually a field of our type. However, if there is anything else in the message,
    // the name might come from the input.
    for fixed in ["missing field `", "duplicate field `"] {
        let name = text.strip_prefix(fixed).and_then(|it| it.strip_suffix('`'));
        if name.is_some_and(|name| !name.contains('`')) {
            return Some(text.to_owned());
        }
    }
    for fixed in [
        "data did not match any variant of untagged enum ",
        "value did not match any variant of ",
    ] {
        let name = text.strip_prefix(fixed);
        let name = name.filter(|it| it.chars().all(|it| it.is_alphanumeric() || it == '_'));
        if let Some(name) = name {
            return Some(format!("no value of {name}"));
        }
    }
    // serde starts these messages with the input and ends them with what was expected.
    let given = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown variant `",
        "unknown field `",
    ];
    let begins = given.iter().any(|begin| text.starts_with(begin));
    // The text before these comes from the input. They mean that nothing was expected.
    let nothing = ["`, there are no fields", "`, there are no variants"];
    if !begins || nothing.iter().any(|end| text.ends_with(end)) {
        return None;
    }
    let (_, expected) = text.rsplit_once(", expected ")?;
    Some(format!("expected {expected}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::{DateTime, Sensitive};

    fn told<T: DeserializeOwned + Debug>(body: &str) -> String {
        of(&serde_json::from_str::<T>(body).expect_err("not of the type"))
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Record {
        #[serde(rename = "kind")]
        _kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        First,
        Second,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Empty {}

    #[derive(Debug, Deserialize)]
    enum Never {}

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[allow(dead_code, reason = "only deserialized")]
    enum Either {
        _Number(u8),
        _Flag(bool),
    }

    /// Fails to convert, using the value as the error message.
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    struct Picky;

    impl TryFrom<String> for Picky {
        type Error = String;

        fn try_from(text: String) -> Result<Self, String> {
            Err(text)
        }
    }

    #[test]
    fn reports_position_and_expected_type() {
        let at = " at line 1 column ";
        for (told, expected) in [
            (told::<bool>("847291"), format!("expected a boolean{at}6")),
            (
                told::<String>("-8472910384756123"),
                format!("expected a string{at}17"),
            ),
            (
                told::<Sensitive>("[\"s3cret\"]"),
                format!("expected a string{at}1"),
            ),
            (told::<Record>("{}"), format!("missing field `kind`{at}2")),
            (
                told::<Record>(r#"{"kind": "s3cret, expected s3cret"}"#),
                format!("expected `first` or `second`{at}34"),
            ),
            (
                told::<Record>(r#"{"s3cret": 1}"#),
                format!("expected `kind`{at}9"),
            ),
            (
                told::<Empty>(r#"{"a, expected s3cret": 1}"#),
                format!("unexpected value{at}21"),
            ),
            (
                told::<Never>(r#""a, expected s3cret""#),
                format!("unexpected value{at}20"),
            ),
            (
                told::<Either>("\"s3cret\""),
                "no value of Either".to_owned(),
            ),
            (
                told::<(u8, u8)>("[1]"),
                format!("expected a tuple of size 2{at}3"),
            ),
            (told::<u8>("300"), format!("expected u8{at}3")),
            (told::<bool>("NaN"), format!("expected value{at}1")),
            (
                told::<bool>("true false"),
                format!("trailing characters{at}6"),
            ),
            (
                told::<String>("\"s3cret"),
                format!("EOF while parsing a string{at}7"),
            ),
        ] {
            assert_eq!(told, expected);
        }
        for spoof in [
            "missing field `x` s3cret",
            "invalid: x, expected s3cret",
            "s3cret",
            "x, expected s3cret",
        ] {
            let told = told::<Picky>(&format!("{spoof:?}"));
            assert_eq!(told, "unexpected value");
        }
    }

    proptest! {
        #[test]
        fn does_not_quote_the_input(
            name in "[a-z`, \\\\\"]{0,6}s3cret[a-z`, ]{0,6}",
            number in 100_000_000_u64..,
            shape in 0..6,
        ) {
            let name = serde_json::to_string(&name).expect("a text");
            let body = match shape {
                0 => name,
                1 => number.to_string(),
                2 => format!("-{number}"),
                3 => format!("{{{name}: {number}}}"),
                4 => format!("[{name}, {number}.5]"),
                _ => format!("{{\"kind\": {name}}}"),
            };
            let number = number.to_string();
            for told in [
                serde_json::from_str::<Record>(&body).map(drop),
                serde_json::from_str::<Kind>(&body).map(drop),
                serde_json::from_str::<Empty>(&body).map(drop),
                serde_json::from_str::<Never>(&body).map(drop),
                serde_json::from_str::<Either>(&body).map(drop),
                serde_json::from_str::<BTreeMap<Key, bool>>(&body).map(drop),
                serde_json::from_str::<Option<DateTime>>(&body).map(drop),
                serde_json::from_str::<(bool, bool)>(&body).map(drop),
                serde_json::from_str::<Vec<Sensitive>>(&body).map(drop),
                serde_json::from_str::<u8>(&body).map(drop),
            ].into_iter().filter_map(Result::err) {
                let told = of(&told);
                prop_assert!(!told.contains("s3cret") && !told.contains(&number), "{told}");
            }
        }
    }

    /// The key types of a map.
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
    enum Key {
        Only,
    }
}
