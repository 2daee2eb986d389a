//! The keywords of schemas: those of 3.0, and the vocabularies of JSON Schema 2020-12 that 3.1
//! takes in.

use super::{Field, Kind, Shape};

/// Every keyword, in the order of the specification.
pub(super) const SCHEMA: &[Field] = &[
    // What both versions say alike.
    Field::both("title", Shape::Text),
    Field::both("description", Shape::Text),
    Field::both("default", Shape::Any),
    Field::both("deprecated", Shape::Flag),
    Field::both("readOnly", Shape::Flag),
    Field::both("writeOnly", Shape::Flag),
    Field::both("format", Shape::Text),
    Field::both("enum", Shape::Values),
    Field::both("multipleOf", Shape::Number),
    Field::both("maximum", Shape::Number),
    Field::both("minimum", Shape::Number),
    Field::both("maxLength", Shape::Number),
    Field::both("minLength", Shape::Number),
    Field::both("pattern", Shape::Text),
    Field::both("maxItems", Shape::Number),
    Field::both("minItems", Shape::Number),
    Field::both("uniqueItems", Shape::Flag),
    Field::both("maxProperties", Shape::Number),
    Field::both("minProperties", Shape::Number),
    Field::both("required", Shape::Texts),
    Field::both("allOf", Shape::List(Kind::Schema)),
    Field::both("oneOf", Shape::List(Kind::Schema)),
    Field::both("anyOf", Shape::List(Kind::Schema)),
    Field::both("not", Shape::Node(Kind::Schema)),
    Field::both("items", Shape::Node(Kind::Schema)),
    Field::both("properties", Shape::Map(Kind::Schema)),
    Field::both("additionalProperties", Shape::SchemaOrFlag),
    Field::both("discriminator", Shape::Node(Kind::Discriminator)),
    Field::both("xml", Shape::Node(Kind::Xml)),
    Field::both("externalDocs", Shape::Node(Kind::ExternalDocs)),
    Field::both("example", Shape::Any),
    // What 3.0 says in its own way.
    Field::old("$ref", Shape::Text),
    Field::old("type", Shape::Text),
    Field::old("nullable", Shape::Flag),
    Field::old("exclusiveMaximum", Shape::Flag),
    Field::old("exclusiveMinimum", Shape::Flag),
    // What 3.1 says in its own way, and a rule of the lowering says in that of 3.0: references,
    Field::rewritten("$ref", Shape::Text),
    Field::rewritten("$id", Shape::Text),
    Field::rewritten("$anchor", Shape::Text),
    Field::rewritten("$defs", Shape::Map(Kind::Schema)),
    Field::rewritten("definitions", Shape::Map(Kind::Schema)),
    // values,
    Field::rewritten("type", Shape::Any),
    Field::rewritten("const", Shape::Any),
    Field::weakened("examples", Shape::Values),
    Field::weakened("nullable", Shape::Flag),
    Field::rewritten("exclusiveMaximum", Shape::Number),
    Field::rewritten("exclusiveMinimum", Shape::Number),
    // text that holds something else,
    Field::weakened("contentEncoding", Shape::Text),
    Field::weakened("contentMediaType", Shape::Text),
    Field::lost(
        "contentSchema",
        Shape::Node(Kind::Schema),
        "lost, OpenAPI 3.0 has no schema for what a text holds",
    ),
    // lists,
    Field::weakened("prefixItems", Shape::List(Kind::Schema)),
    Field::lost("contains", Shape::Node(Kind::Schema), SOME_ITEMS),
    Field::lost("maxContains", Shape::Number, SOME_ITEMS),
    Field::lost("minContains", Shape::Number, SOME_ITEMS),
    Field::lost("unevaluatedItems", Shape::Node(Kind::Schema), OTHER_ITEMS),
    // objects,
    Field::weakened("patternProperties", Shape::Map(Kind::Schema)),
    Field::lost(
        "propertyNames",
        Shape::Node(Kind::Schema),
        "lost, OpenAPI 3.0 has no conditions for names",
    ),
    Field::weakened("unevaluatedProperties", Shape::Node(Kind::Schema)),
    // and conditions.
    Field::lost("if", Shape::Node(Kind::Schema), CONDITION),
    Field::lost("then", Shape::Node(Kind::Schema), CONDITION),
    Field::lost("else", Shape::Node(Kind::Schema), CONDITION),
    Field::lost("dependentSchemas", Shape::Map(Kind::Schema), DEPENDENT),
    Field::lost("dependentRequired", Shape::Any, DEPENDENT),
    Field::lost("dependencies", Shape::Any, DEPENDENT),
    // What no 3.0 says: that a person left a remark, which dialect is spoken (a rule looks at it),
    Field::dropped("$comment", Shape::Text),
    Field::rewritten("$schema", Shape::Text),
    // and what a schema comes to mean where it is used.
    Field::refused(
        "$vocabulary",
        Shape::Any,
        "remove it with an overlay action",
    ),
    Field::refused("$dynamicAnchor", Shape::Text, DYNAMIC),
    Field::refused("$dynamicRef", Shape::Text, DYNAMIC),
];

const SOME_ITEMS: &str = "lost, OpenAPI 3.0 has no conditions for some of the items";
const OTHER_ITEMS: &str = "lost, in OpenAPI 3.0 a list may have items of which nothing is said";
const CONDITION: &str = "lost, OpenAPI 3.0 has no conditional schemas";
const DEPENDENT: &str = "lost, in OpenAPI 3.0 no property depends on another";
const DYNAMIC: &str =
    "replace it with `$anchor` and `$ref` by an overlay action, one schema for each use";
