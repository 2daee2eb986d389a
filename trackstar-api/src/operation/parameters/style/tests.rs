//! Tests of styles.

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
    if let Some(values) = argument(&parameter, value)? {
        append(&mut query, &parameter, &values);
    }
    Ok(query)
}

fn filled(style: Style, explode: bool, value: &Value) -> Result<String, String> {
    let parameter = Parameter {
        location: ParameterLocation::Path,
        style,
        explode,
        object: value.is_object(),
        ..BLANK
    };
    let nothing = Values::Items(Vec::new());
    path(&parameter, &argument(&parameter, value)?.unwrap_or(nothing))
}

#[test]
fn query_styles_match_the_openapi_table() {
    let page = json!({"page": 1, "sort": ["a", "b"]});
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
        (Style::Form, true, page, "page=1&sort=a&sort=b"),
    ] {
        assert_eq!(query(style, explode, &value), Ok(expected.to_owned()));
    }
}

#[test]
fn path_styles_match_the_openapi_table() {
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
fn accepts_text_instead_of_an_object() {
    let parameter = Parameter {
        object: true,
        ..BLANK
    };
    let mut query = String::new();
    let values = argument(&parameter, &json!(5)).expect("a text");
    append(&mut query, &parameter, &values.expect("not null"));
    assert_eq!(query, "color=5");
}

#[test]
fn accepts_a_list_instead_of_an_object() {
    for (value, expected) in [
        (json!(["R"]), ["color=R", "color=R", "color=R"]),
        (
            json!(["R", 1]),
            ["color=R&color=1", "color=R,1", "color=R&color=1"],
        ),
    ] {
        for ((style, explode), expected) in [
            (Style::Form, true),
            (Style::Form, false),
            (Style::DeepObject, true),
        ]
        .into_iter()
        .zip(expected)
        {
            let parameter = Parameter {
                style,
                explode,
                object: true,
                ..BLANK
            };
            let values = argument(&parameter, &value).expect("a list");
            let mut query = String::new();
            append(&mut query, &parameter, &values.expect("not null"));
            assert_eq!(query, expected);
        }
    }
}

#[test]
fn writes_empty_object_as_empty_text() {
    for value in [json!({}), json!({"R": null, "S": null})] {
        for (style, explode, expected) in [
            (Style::Form, false, "color="),
            (Style::SpaceDelimited, false, "color="),
            (Style::PipeDelimited, false, "color="),
            // Each property would be a separate parameter, and the object has no properties.
            (Style::Form, true, ""),
            (Style::DeepObject, true, ""),
            (Style::DeepObject, false, ""),
        ] {
            assert_eq!(query(style, explode, &value), Ok(expected.to_owned()));
        }
        for style in [Style::Simple, Style::Label, Style::Matrix] {
            let error = filled(style, false, &value).expect_err("no segment is empty");
            assert!(error.contains("`color` is empty"), "{error}");
        }
    }
}

#[test]
fn rejects_values_that_the_style_cannot_express() {
    for (style, value, told) in [
        (Style::SpaceDelimited, json!(["a b"]), "' '"),
        (Style::PipeDelimited, json!(["a|b"]), "'|'"),
        (Style::Form, json!([]), "list is empty"),
        (Style::Form, json!([{"a": 1}]), "an object"),
        (Style::Form, json!([[1]]), "a list inside of a list"),
        (Style::Form, json!({"a": {"b": 1}}), "an object"),
        (Style::Form, json!({"a": []}), "list is empty"),
        (Style::Form, json!({"a": [1]}), "a list inside of a list"),
    ] {
        let error = query(style, false, &value).expect_err(told);
        assert!(error.contains(told), "{error}");
    }
    let error = argument(&BLANK, &json!({"a": 1})).expect_err("no object is taken");
    assert!(error.contains("an object"), "{error}");
    let in_header = |explode, value: &Value| -> Result<String, String> {
        let parameter = Parameter {
            location: ParameterLocation::Header,
            style: Style::Simple,
            explode,
            object: value.is_object(),
            ..BLANK
        };
        let values = argument(&parameter, value)?;
        Ok(header(&parameter, &values.expect("not null")))
    };
    for (explode, value, expected) in [
        (false, json!("a, b"), Ok("a, b")),
        (false, json!(["a b", 1.23e16]), Ok("a b,12300000000000000")),
        (false, json!({"R": 1, "S": 2}), Ok("R,1,S,2")),
        (true, json!({"R": 1, "S": 2}), Ok("R=1,S=2")),
        (false, json!({}), Ok("")),
        (true, json!({"R": null}), Ok("")),
        (false, json!(["a,b"]), Err("','")),
        (true, json!({"R": "1=2"}), Err("'='")),
        (false, json!({"R": "1=2"}), Ok("R,1=2")),
        (true, json!(["1=2"]), Ok("1=2")),
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
    fn lists_round_trip(
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
