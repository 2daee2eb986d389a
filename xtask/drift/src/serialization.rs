//! The serialization of a parameter: the result of `style`, `explode` and `allowReserved` with OpenAPI's
//! defaults, for the kinds of values that the schema allows.

use serde_json::Value;
use trackstar_openapi::model::{Parameter, ParameterLocation};

use crate::schema::Kinds;

/// The effective serialization of a parameter or of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Serialization<'a> {
    pub(crate) location: ParameterLocation,
    pub(crate) style: &'a str,
    pub(crate) explode: bool,
    pub(crate) reserved: bool,
}

impl<'a> Serialization<'a> {
    /// Returns the serialization of a parameter.
    pub(crate) fn of(parameter: &'a Parameter) -> Self {
        Self {
            location: parameter.location,
            style: &parameter.style,
            explode: parameter.explode,
            reserved: parameter.reserved,
        }
    }

    /// Returns the serialization of a response header.
    pub(crate) fn of_header(header: &'a Value) -> Self {
        let trackstar_openapi::Serialization { style, explode } =
            trackstar_openapi::Serialization::of(header);
        Self {
            location: ParameterLocation::Header,
            style,
            explode,
            reserved: false,
        }
    }

    /// Returns an example of each kind of value: a parameter `name` with the values `a` and `b`, or the
    /// properties `k` and `l`. If OpenAPI does not define the result, returns the keywords.
    pub(crate) fn written(self, kinds: Kinds) -> Vec<String> {
        let undefined = || format!("{} {}", self.style, self.explode);
        let mut all = Vec::new();
        if kinds.scalar {
            all.push(match self.style {
                "form" | "spaceDelimited" | "pipeDelimited" => "name=a".to_owned(),
                "simple" => "a".to_owned(),
                "label" => ".a".to_owned(),
                "matrix" => ";name=a".to_owned(),
                _ => undefined(),
            });
        }
        if kinds.list {
            let text = match (self.style, self.explode) {
                ("form" | "spaceDelimited" | "pipeDelimited", true) => "name=a&name=b",
                ("form", false) => "name=a,b",
                ("spaceDelimited", false) => "name=a%20b",
                ("pipeDelimited", false) => "name=a|b",
                ("simple", _) => "a,b",
                ("label", true) => ".a.b",
                ("label", false) => ".a,b",
                ("matrix", true) => ";name=a;name=b",
                ("matrix", false) => ";name=a,b",
                _ => "",
            };
            all.push(if text.is_empty() {
                undefined()
            } else {
                text.to_owned()
            });
        }
        if kinds.object {
            let text = match (self.style, self.explode) {
                ("form", true) => "k=a&l=b",
                ("form", false) => "name=k,a,l,b",
                ("spaceDelimited", false) => "name=k%20a%20l%20b",
                ("pipeDelimited", false) => "name=k|a|l|b",
                ("deepObject", _) => "name[k]=a&name[l]=b",
                ("simple", true) => "k=a,l=b",
                ("simple", false) => "k,a,l,b",
                ("label", true) => ".k=a.l=b",
                ("label", false) => ".k,a,l,b",
                ("matrix", true) => ";k=a;l=b",
                ("matrix", false) => ";name=k,a,l,b",
                _ => "",
            };
            all.push(if text.is_empty() {
                undefined()
            } else {
                text.to_owned()
            });
        }
        // Numbers and booleans contain no reserved characters.
        if self.reserved && self.location == ParameterLocation::Query && kinds.text {
            all.push("reserved characters as they are".to_owned());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trackstar_openapi::model;

    use super::*;

    const SCALAR: Kinds = Kinds {
        scalar: true,
        list: false,
        object: false,
        text: true,
    };
    const LIST: Kinds = Kinds {
        scalar: false,
        list: true,
        ..SCALAR
    };
    const OBJECT: Kinds = Kinds {
        scalar: false,
        object: true,
        ..SCALAR
    };

    fn written(mut parameter: Value, kinds: Kinds) -> String {
        parameter["name"] = json!("name");
        parameter["schema"] = json!({});
        let operation = json!({"parameters": [parameter]});
        let document = json!({"openapi": "3.1.0", "paths": {"/a": {"get": operation}}});
        let parameter = &model::read(&document)[0].parameters[0];
        Serialization::of(parameter).written(kinds).join(" ")
    }

    #[test]
    fn defaults_depend_on_the_location() {
        for (place, list, object) in [
            ("query", "name=a&name=b", "k=a&l=b"),
            ("cookie", "name=a&name=b", "k=a&l=b"),
            ("path", "a,b", "k,a,l,b"),
            ("header", "a,b", "k,a,l,b"),
        ] {
            let said = json!({"in": place});
            assert_eq!(written(said.clone(), LIST), list, "{place}");
            assert_eq!(written(said, OBJECT), object, "{place}");
        }
    }

    #[test]
    fn explode_has_no_effect_on_text_and_header_lists() {
        for (place, kinds) in [("query", SCALAR), ("header", LIST), ("path", LIST)] {
            let said = |explode: bool| json!({"in": place, "explode": explode});
            assert_eq!(written(said(true), kinds), written(said(false), kinds));
        }
        let said = |explode: bool| json!({"in": "query", "explode": explode});
        assert_ne!(written(said(true), LIST), written(said(false), LIST));
    }

    #[test]
    fn allow_reserved_only_affects_query_text() {
        let said = json!({"in": "query", "allowReserved": true});
        let number = Kinds {
            text: false,
            ..SCALAR
        };
        assert_eq!(written(said.clone(), number), "name=a");
        assert_eq!(
            written(said, SCALAR),
            "name=a reserved characters as they are"
        );
        let said = json!({"in": "header", "allowReserved": true});
        assert_eq!(written(said, SCALAR), "a");
    }
}
