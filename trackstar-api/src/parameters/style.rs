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
                if value != Written::Nothing {
                    texts.extend([name, item(value)?]);
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
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const BLANK: Parameter = Parameter {
        name: "color",
        ..Parameter::BLANK
    };

    fn query(style: Style, explode: bool, value: &Value) -> Result<String, String> {
        let parameter = Parameter {
            style,
            explode,
            object: value.is_object(),
            ..BLANK
        };
        let mut query = String::new();
        append(&mut query, &parameter, &argument(&parameter, value)?);
        Ok(query)
    }

    fn filled(style: Style, explode: bool, value: &Value) -> Result<String, String> {
        let parameter = Parameter {
            place: Place::Path,
            style,
            explode,
            object: value.is_object(),
            ..BLANK
        };
        path(&parameter, &argument(&parameter, value)?)
    }

    #[test]
    fn a_query_is_written_as_the_table_of_openapi_has_it() {
        let list = json!(["blue", "black", "brown"]);
        let object = json!({"R": 100, "S": 200.0, "T": null});
        for (style, explode, value, expected) in [
            (Style::Form, true, json!("blue"), "color=blue"),
            (Style::Form, false, json!("a,b c"), "color=a%2Cb%20c"),
            (Style::Form, true, json!(""), "color="),
            (Style::Form, false, json!(5.0), "color=5"),
            (
                Style::Form,
                true,
                list.clone(),
                "color=blue&color=black&color=brown",
            ),
            (Style::Form, false, list.clone(), "color=blue,black,brown"),
            (Style::Form, false, json!(["a", "b c"]), "color=a,b%20c"),
            (Style::Form, false, json!(["a,b", "c"]), "color=a%2Cb,c"),
            (Style::Form, true, object.clone(), "R=100&S=200"),
            (Style::Form, false, object.clone(), "color=R,100,S,200"),
            (
                Style::Form,
                false,
                json!({"a,b": "c,d"}),
                "color=a%2Cb,c%2Cd",
            ),
            (
                Style::SpaceDelimited,
                false,
                list.clone(),
                "color=blue%20black%20brown",
            ),
            (
                Style::SpaceDelimited,
                false,
                object.clone(),
                "color=R%20100%20S%20200",
            ),
            (
                Style::PipeDelimited,
                false,
                list.clone(),
                "color=blue%7Cblack%7Cbrown",
            ),
            (
                Style::PipeDelimited,
                false,
                object.clone(),
                "color=R%7C100%7CS%7C200",
            ),
            (
                Style::PipeDelimited,
                true,
                list,
                "color=blue&color=black&color=brown",
            ),
            (
                Style::DeepObject,
                true,
                object,
                "color%5BR%5D=100&color%5BS%5D=200",
            ),
            (
                Style::Form,
                true,
                json!("é&=+#/ü"),
                "color=%C3%A9%26%3D%2B%23%2F%C3%BC",
            ),
            (Style::Form, true, json!(null), ""),
        ] {
            assert_eq!(query(style, explode, &value), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn a_path_is_written_as_the_table_of_openapi_has_it() {
        let list = json!(["blue", "black"]);
        let object = json!({"R": 100, "S": 200});
        for (style, explode, value, expected) in [
            (Style::Simple, false, json!("blue"), "blue"),
            (Style::Simple, false, json!(5.0), "5"),
            (Style::Simple, false, list.clone(), "blue,black"),
            (Style::Simple, true, list.clone(), "blue,black"),
            (Style::Simple, false, json!(["a,b", "c/d"]), "a%2Cb,c%2Fd"),
            (Style::Simple, false, object.clone(), "R,100,S,200"),
            (Style::Simple, true, object.clone(), "R=100,S=200"),
            (Style::Label, false, json!("blue"), ".blue"),
            (Style::Label, false, list.clone(), ".blue,black"),
            (Style::Label, true, list.clone(), ".blue.black"),
            (Style::Label, false, object.clone(), ".R,100,S,200"),
            (Style::Label, true, object.clone(), ".R=100.S=200"),
            (Style::Matrix, false, json!("blue"), ";color=blue"),
            (Style::Matrix, false, list.clone(), ";color=blue,black"),
            (Style::Matrix, true, list, ";color=blue;color=black"),
            (Style::Matrix, false, object.clone(), ";color=R,100,S,200"),
            (Style::Matrix, true, object, ";R=100;S=200"),
        ] {
            assert_eq!(filled(style, explode, &value), Ok(expected.to_owned()));
        }
        for refused in [
            json!(""),
            json!(["a", ".."]),
            json!([".", "a"]),
            json!(null),
        ] {
            for style in [Style::Simple, Style::Label, Style::Matrix] {
                filled(style, true, &refused).expect_err("leaves its segment");
            }
        }
    }

    #[test]
    fn a_text_may_stand_in_the_place_of_an_object() {
        let parameter = Parameter {
            object: true,
            ..BLANK
        };
        let mut query = String::new();
        let values = argument(&parameter, &json!(5)).expect("a text");
        append(&mut query, &parameter, &values);
        assert_eq!(query, "color=5");
    }

    #[test]
    fn what_no_parameter_can_carry_is_refused() {
        for (style, value, told) in [
            (Style::SpaceDelimited, json!(["a b"]), "' '"),
            (Style::PipeDelimited, json!(["a|b"]), "'|'"),
            (Style::Form, json!([]), "empty list"),
            (Style::Form, json!([{"a": 1}]), "an object"),
            (Style::Form, json!([[1]]), "a list in a list"),
            (Style::Form, json!({"a": {"b": 1}}), "an object"),
        ] {
            let error = query(style, false, &value).expect_err(told);
            assert!(error.contains(told), "{error}");
        }
        let in_header = |explode, value: &Value| {
            let parameter = Parameter {
                place: Place::Header,
                style: Style::Simple,
                explode,
                object: value.is_object(),
                ..BLANK
            };
            argument(&parameter, value).map(|values| header(&parameter, &values))
        };
        for (explode, value, expected) in [
            (false, json!("a, b"), Ok("a, b")),
            (false, json!(["a b", 1.23e16]), Ok("a b,12300000000000000")),
            (false, json!({"R": 1, "S": 2}), Ok("R,1,S,2")),
            (true, json!({"R": 1, "S": 2}), Ok("R=1,S=2")),
            (false, json!(["a,b"]), Err("','")),
            (true, json!({"R": "1=2"}), Err("'='")),
        ] {
            match (in_header(explode, &value), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(error), Err(told)) => assert!(error.contains(told), "{error}"),
                other => panic!("{value}: {other:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn a_list_is_read_back_whatever_its_items_hold(
            items in prop::collection::vec(".{0,8}", 1..4),
            explode in any::<bool>(),
        ) {
            let query = query(Style::Form, explode, &json!(items)).expect("written");
            let values = query.split('&').map(|pair| pair.strip_prefix("color=").expect("named"));
            let values = values.flat_map(|value| value.split(','));
            let decoded = values.map(|value| {
                percent_encoding::percent_decode_str(value).decode_utf8().expect("text").into_owned()
            });
            prop_assert_eq!(decoded.collect::<Vec<_>>(), items);
        }
    }
}
