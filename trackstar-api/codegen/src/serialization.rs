//! How the values of parameters are put together, as the preparation states it.

use serde_json::Value;

use crate::operations::Place;

/// How the values of a parameter are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Serialization {
    /// The name of the variant in the crate of the generated code.
    pub(crate) style: &'static str,
    pub(crate) explode: bool,
    /// Whether it is an object that is written as a whole.
    pub(crate) object: bool,
}

/// OpenAPI's styles, and the variants that stand for them.
const STYLES: [(&str, &str); 7] = [
    ("form", "Form"),
    ("spaceDelimited", "SpaceDelimited"),
    ("pipeDelimited", "PipeDelimited"),
    ("deepObject", "DeepObject"),
    ("simple", "Simple"),
    ("label", "Label"),
    ("matrix", "Matrix"),
];

impl Serialization {
    /// Returns what the preparation states (`x-serialization`), or what OpenAPI has for the place if it
    /// states nothing.
    pub(crate) fn read(parameter: &Value, place: Place) -> Self {
        let stated = match &parameter["x-serialization"] {
            Value::Null => parameter,
            stated => stated,
        };
        let usual = match place {
            Place::Query => "form",
            Place::Path | Place::Header => "simple",
        };
        let style = stated["style"].as_str().unwrap_or(usual);
        let known = STYLES.into_iter().find(|(name, _)| *name == style);
        Self {
            style: known.map_or("Form", |(_, variant)| variant),
            explode: stated["explode"].as_bool().unwrap_or(style == "form"),
            object: stated["object"] == true,
        }
    }

    /// Returns a sentence on the character that no value of a list or an object may hold.
    pub(crate) fn reserved(self, place: Place) -> Option<&'static str> {
        match (place, self.style) {
            (Place::Header, _) => Some(" Its values hold no comma, which stands between them."),
            (_, "SpaceDelimited") => Some(" Its values hold no space, which stands between them."),
            (_, "PipeDelimited") => Some(" Its values hold no bar, which stands between them."),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_is_written_as_it_states_or_as_its_place_has_it() {
        for (parameter, place, style, explode, object) in [
            (json!({}), Place::Query, "Form", true, false),
            (
                json!({"explode": false}),
                Place::Query,
                "Form",
                false,
                false,
            ),
            (json!({}), Place::Path, "Simple", false, false),
            (json!({}), Place::Header, "Simple", false, false),
            (
                json!({"explode": true, "x-serialization": {"style": "pipeDelimited", "object": true}}),
                Place::Query,
                "PipeDelimited",
                false,
                true,
            ),
        ] {
            let expected = Serialization {
                style,
                explode,
                object,
            };
            assert_eq!(Serialization::read(&parameter, place), expected);
        }
    }
}
