//! The keywords of schemas: those of OpenAPI 3.0, and the vocabularies of JSON Schema 2020-12 that
//! OpenAPI 3.1 includes.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::field::{On, Vocabulary};
use super::{Field, Kind, Shape, Version};

const NOTE: Vocabulary = Vocabulary::Annotation;
const VALUE: Vocabulary = Vocabulary::Assertion(On::Any);
const NUMBER: Vocabulary = Vocabulary::Assertion(On::Number);
const TEXT: Vocabulary = Vocabulary::Assertion(On::Text);
const LIST: Vocabulary = Vocabulary::Assertion(On::List);
const OBJECT: Vocabulary = Vocabulary::Assertion(On::Object);
const IN_PLACE: Vocabulary = Vocabulary::Applicator(On::Any);
const ITEMS: Vocabulary = Vocabulary::Applicator(On::List);
const MEMBERS: Vocabulary = Vocabulary::Applicator(On::Object);

/// All keywords, in the order of the specification.
pub(super) const SCHEMA: &[Field] = &[
    // Keywords with the same meaning in both versions.
    Field::prose("title", Shape::Text),
    Field::prose("description", Shape::Text),
    Field::both("default", Shape::Any).is(NOTE),
    Field::both("deprecated", Shape::Flag).is(NOTE),
    Field::both("readOnly", Shape::Flag).is(NOTE),
    Field::both("writeOnly", Shape::Flag).is(NOTE),
    Field::both("format", Shape::Text).is(TEXT),
    Field::both("enum", Shape::Values).is(VALUE).set(),
    Field::both("multipleOf", Shape::Number).is(NUMBER),
    Field::both("maximum", Shape::Number).is(NUMBER),
    Field::both("minimum", Shape::Number).is(NUMBER),
    Field::both("maxLength", Shape::Number).is(TEXT),
    Field::both("minLength", Shape::Number).is(TEXT),
    Field::both("pattern", Shape::Text).is(TEXT),
    Field::both("maxItems", Shape::Number).is(LIST),
    Field::both("minItems", Shape::Number).is(LIST),
    Field::both("uniqueItems", Shape::Flag).is(LIST),
    Field::both("maxProperties", Shape::Number).is(OBJECT),
    Field::both("minProperties", Shape::Number).is(OBJECT),
    Field::both("required", Shape::Texts).is(OBJECT).set(),
    Field::both("allOf", Shape::List(Kind::Schema))
        .is(IN_PLACE)
        .set(),
    Field::both("oneOf", Shape::List(Kind::Schema))
        .is(IN_PLACE)
        .set(),
    Field::both("anyOf", Shape::List(Kind::Schema))
        .is(IN_PLACE)
        .set(),
    Field::both("not", Shape::Node(Kind::Schema)).is(IN_PLACE),
    Field::both("items", Shape::Node(Kind::Schema)).is(ITEMS),
    Field::both("properties", Shape::Map(Kind::Schema)).is(MEMBERS),
    Field::both("additionalProperties", Shape::SchemaOrFlag).is(MEMBERS),
    Field::both("discriminator", Shape::Node(Kind::Discriminator)).is(VALUE),
    Field::prose("xml", Shape::Node(Kind::Xml)),
    Field::prose("externalDocs", Shape::Node(Kind::ExternalDocs)),
    Field::prose("example", Shape::Any),
    // Keywords with the meaning of 3.0.
    Field::old("$ref", Shape::Text),
    Field::old("type", Shape::Text).is(VALUE),
    Field::old("nullable", Shape::Flag).is(VALUE),
    Field::old("exclusiveMaximum", Shape::Flag).is(NUMBER),
    Field::old("exclusiveMinimum", Shape::Flag).is(NUMBER),
    // Keywords of 3.1 that a rule of the downgrade rewrites: references,
    Field::rewritten("$ref", Shape::Text),
    Field::rewritten("$id", Shape::Text),
    Field::rewritten("$anchor", Shape::Text),
    Field::rewritten("$defs", Shape::Map(Kind::Schema)),
    Field::rewritten("definitions", Shape::Map(Kind::Schema)),
    // values,
    Field::rewritten("type", Shape::Any).is(VALUE).set(),
    Field::rewritten("const", Shape::Any).is(VALUE),
    Field::weakened("examples", Shape::Values).is(Vocabulary::Prose),
    Field::weakened("nullable", Shape::Flag).is(VALUE),
    Field::rewritten("exclusiveMaximum", Shape::Number).is(NUMBER),
    Field::rewritten("exclusiveMinimum", Shape::Number).is(NUMBER),
    // encoded strings, which are only annotations in JSON Schema although types depend on them,
    Field::weakened("contentEncoding", Shape::Text).is(TEXT),
    Field::weakened("contentMediaType", Shape::Text).is(TEXT),
    Field::lost(
        "contentSchema",
        Shape::Node(Kind::Schema),
        "dropped because OpenAPI 3.0 has no schema for encoded content",
    )
    .is(TEXT),
    // lists,
    Field::weakened("prefixItems", Shape::List(Kind::Schema)).is(ITEMS),
    Field::lost("contains", Shape::Node(Kind::Schema), SOME_ITEMS).is(ITEMS),
    Field::lost("maxContains", Shape::Number, SOME_ITEMS).is(LIST),
    Field::lost("minContains", Shape::Number, SOME_ITEMS).is(LIST),
    Field::lost("unevaluatedItems", Shape::Node(Kind::Schema), OTHER_ITEMS).is(ITEMS),
    // objects,
    Field::weakened("patternProperties", Shape::Map(Kind::Schema)).is(MEMBERS),
    Field::lost(
        "propertyNames",
        Shape::Node(Kind::Schema),
        "dropped because OpenAPI 3.0 cannot restrict property names",
    )
    .is(MEMBERS),
    Field::weakened("unevaluatedProperties", Shape::Node(Kind::Schema)).is(MEMBERS),
    // and conditions.
    Field::lost("if", Shape::Node(Kind::Schema), CONDITION).is(IN_PLACE),
    Field::lost("then", Shape::Node(Kind::Schema), CONDITION).is(IN_PLACE),
    Field::lost("else", Shape::Node(Kind::Schema), CONDITION).is(IN_PLACE),
    Field::lost("dependentSchemas", Shape::Map(Kind::Schema), DEPENDENT).is(MEMBERS),
    Field::lost("dependentRequired", Shape::Any, DEPENDENT)
        .is(OBJECT)
        .set(),
    Field::lost("dependencies", Shape::Any, DEPENDENT).is(MEMBERS),
    // Keywords without an equivalent in 3.0: comments, the dialect (which a rule checks),
    Field::dropped("$comment", Shape::Text).is(Vocabulary::Prose),
    Field::rewritten("$schema", Shape::Text),
    // and schemas whose meaning depends on their use.
    Field::refused(
        "$vocabulary",
        Shape::Any,
        "remove it with an overlay action",
    ),
    Field::refused("$dynamicAnchor", Shape::Text, DYNAMIC),
    Field::refused("$dynamicRef", Shape::Text, DYNAMIC),
];

const SOME_ITEMS: &str = "dropped because OpenAPI 3.0 cannot restrict only some of the items";
const OTHER_ITEMS: &str =
    "dropped because OpenAPI 3.0 cannot restrict the remaining items of an array";
const CONDITION: &str = "dropped because OpenAPI 3.0 has no conditional schemas";
const DEPENDENT: &str = "dropped because OpenAPI 3.0 has no dependencies between properties";
const DYNAMIC: &str =
    "use an overlay action to replace it with `$anchor` and `$ref`, with one schema for each use";

/// Returns the rows of the keywords whose values may be or contain nodes in a version.
pub(super) fn with_nodes(version: Version) -> &'static [&'static Field] {
    static ROWS: LazyLock<[Vec<&Field>; 2]> = LazyLock::new(|| {
        [Version::V30, Version::V31].map(|version| {
            let rows = SCHEMA.iter().filter(|row| row.shape.has_nodes());
            rows.filter(|row| row.only.is_none_or(|only| only == version))
                .collect()
        })
    });
    match version {
        Version::V30 => &ROWS[0],
        Version::V31 => &ROWS[1],
    }
}

/// Returns true if a keyword of schemas rejects no values and only informs readers and tools. Extensions
/// do too.
///
/// ```
/// use trackstar_openapi::is_annotation;
///
/// assert!(is_annotation("title") && is_annotation("x-order"));
/// assert!(!is_annotation("maximum"));
/// ```
#[must_use]
pub fn is_annotation(keyword: &str) -> bool {
    keyword.starts_with("x-")
        || matches!(
            vocabulary(keyword),
            Some(Vocabulary::Prose | Vocabulary::Annotation)
        )
}

/// Returns true if a value has the given JSON Schema type. Every value has an unknown type.
///
/// ```
/// use trackstar_openapi::is_a;
///
/// assert!(is_a("integer", &serde_json::json!(1.0)) && is_a("number", &serde_json::json!(1)));
/// assert!(!is_a("integer", &serde_json::json!(1.5)) && !is_a("null", &serde_json::json!("")));
/// ```
#[must_use]
pub fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|it| it.fract() == 0.0),
        _ => true,
    }
}

/// Returns true if a keyword rejects values without inspecting their parts.
pub(crate) fn is_assertion(keyword: &str) -> bool {
    matches!(vocabulary(keyword), Some(Vocabulary::Assertion(_)))
}

/// Returns true if a keyword restricts values of one type, or applies to their parts.
pub(crate) fn is_typed(keyword: &str) -> bool {
    on(keyword).is_some_and(|on| on != On::Any)
}

/// Returns true if a keyword restricts the size or the form of values of one type.
///
/// `format` and `required` are not included, because types depend on them.
pub(crate) fn is_limit(keyword: &str) -> bool {
    let typed = matches!(vocabulary(keyword), Some(Vocabulary::Assertion(on)) if on != On::Any);
    typed && !["format", "required"].contains(&keyword)
}

/// Returns true if a schema applies other schemas to the same value.
pub(crate) fn is_composed(schema: &Value) -> bool {
    let mut keywords = schema.as_object().into_iter().flat_map(Map::keys);
    keywords.any(|keyword| vocabulary(keyword) == Some(IN_PLACE))
}

/// Returns the JSON type whose values a keyword restricts, if it does not restrict all values.
///
/// ```
/// use trackstar_openapi::restricted_type;
///
/// assert_eq!(restricted_type("maxLength"), Some("string"));
/// assert_eq!(restricted_type("enum"), None);
/// ```
#[must_use]
pub fn restricted_type(keyword: &str) -> Option<&'static str> {
    match on(keyword)? {
        On::Any => None,
        On::Number => Some("number"),
        On::Text => Some("string"),
        On::List => Some("array"),
        On::Object => Some("object"),
    }
}

/// Returns the type of the values that a keyword restricts or applies schemas to.
pub(crate) fn on(keyword: &str) -> Option<On> {
    match vocabulary(keyword)? {
        Vocabulary::Assertion(on) | Vocabulary::Applicator(on) => Some(on),
        Vocabulary::Core | Vocabulary::Prose | Vocabulary::Annotation => None,
    }
}

fn vocabulary(keyword: &str) -> Option<Vocabulary> {
    // The lengths of most names differ.
    let is_it = |row: &&Field| row.name.len() == keyword.len() && row.name == keyword;
    let row = SCHEMA.iter().find(is_it)?;
    Some(row.vocabulary)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of_3_0(is: impl Fn(&str) -> bool) -> Vec<&'static str> {
        let rows = SCHEMA.iter().filter(|row| row.only != Some(Version::V31));
        let mut names: Vec<_> = rows.map(|row| row.name).filter(|name| is(name)).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn recognizes_annotations() {
        let annotations = [
            "default",
            "deprecated",
            "description",
            "example",
            "externalDocs",
            "readOnly",
            "title",
            "writeOnly",
            "xml",
        ];
        assert_eq!(of_3_0(is_annotation), annotations);
        for (keyword, expected) in [
            ("examples", true),
            ("x-a", true),
            ("$comment", true),
            ("$anchor", false),
        ] {
            assert_eq!(is_annotation(keyword), expected, "{keyword}");
        }
    }

    #[test]
    fn limits_apply_to_one_type() {
        let limits = [
            "exclusiveMaximum",
            "exclusiveMinimum",
            "maxItems",
            "maxLength",
            "maxProperties",
            "maximum",
            "minItems",
            "minLength",
            "minProperties",
            "minimum",
            "multipleOf",
            "pattern",
            "uniqueItems",
        ];
        assert_eq!(of_3_0(is_limit), limits);
        let list = of_3_0(|keyword| on(keyword) == Some(On::List));
        assert_eq!(list, ["items", "maxItems", "minItems", "uniqueItems"]);
        let object = of_3_0(|keyword| on(keyword) == Some(On::Object));
        let expected = [
            "additionalProperties",
            "maxProperties",
            "minProperties",
            "properties",
            "required",
        ];
        assert_eq!(object, expected);
    }

    #[test]
    fn four_keywords_of_3_0_compose_schemas() {
        for keyword in ["allOf", "anyOf", "not", "oneOf"] {
            assert!(is_composed(&json!({keyword: []})), "{keyword}");
        }
        assert!(!is_composed(
            &json!({"type": "object", "properties": {"not": {}}})
        ));
    }
}
