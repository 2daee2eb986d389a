//! The fields of all kinds of nodes except schemas, which have a separate table.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::field::Vocabulary;
use super::{Field, Kind, Shape, Worklist, schema};

/// Reason for the missing webhooks of a document that was prepared without them.
pub(crate) const LEFT_OUT: &str = "omitted because webhooks were not requested";

const DOCUMENT: &[Field] = &[
    Field::old("openapi", Shape::Text),
    Field::rewritten("openapi", Shape::Text),
    Field::both("info", Shape::Node(Kind::Info)),
    Field::rewritten("jsonSchemaDialect", Shape::Text),
    Field::both("servers", Shape::List(Kind::Server)),
    Field::both("paths", Shape::Node(Kind::Paths)),
    Field::optional("webhooks", Shape::Map(Kind::PathItem), LEFT_OUT),
    Field::both("components", Shape::Node(Kind::Components)),
    Field::both("security", Shape::List(Kind::SecurityRequirement)).set(),
    Field::prose("tags", Shape::List(Kind::Tag)).set(),
    Field::prose("externalDocs", Shape::Node(Kind::ExternalDocs)),
];

const INFO: &[Field] = &[
    Field::prose("title", Shape::Text),
    Field::rewritten("summary", Shape::Text).is(Vocabulary::Prose),
    Field::prose("description", Shape::Text),
    Field::both("termsOfService", Shape::Text),
    Field::both("contact", Shape::Node(Kind::Contact)),
    Field::both("license", Shape::Node(Kind::License)),
    Field::both("version", Shape::Text),
];

const CONTACT: &[Field] = &[
    Field::both("name", Shape::Text),
    Field::both("url", Shape::Text),
    Field::both("email", Shape::Text),
];

const LICENSE: &[Field] = &[
    Field::both("name", Shape::Text),
    Field::weakened("identifier", Shape::Text),
    Field::both("url", Shape::Text),
];

const SERVER: &[Field] = &[
    Field::both("url", Shape::Text),
    Field::prose("description", Shape::Text),
    Field::both("variables", Shape::Map(Kind::ServerVariable)),
];

const SERVER_VARIABLE: &[Field] = &[
    Field::both("enum", Shape::Texts).set(),
    Field::both("default", Shape::Text),
    Field::prose("description", Shape::Text),
];

const TAG: &[Field] = &[
    Field::both("name", Shape::Text),
    Field::prose("description", Shape::Text),
    Field::prose("externalDocs", Shape::Node(Kind::ExternalDocs)),
];

const EXTERNAL_DOCS: &[Field] = &[
    Field::prose("description", Shape::Text),
    Field::both("url", Shape::Text),
];

const PATH_ITEM: &[Field] = &[
    Field::both("$ref", Shape::Text),
    Field::prose("summary", Shape::Text),
    Field::prose("description", Shape::Text),
    Field::both("get", Shape::Node(Kind::Operation)),
    Field::both("put", Shape::Node(Kind::Operation)),
    Field::both("post", Shape::Node(Kind::Operation)),
    Field::both("delete", Shape::Node(Kind::Operation)),
    Field::both("options", Shape::Node(Kind::Operation)),
    Field::both("head", Shape::Node(Kind::Operation)),
    Field::both("patch", Shape::Node(Kind::Operation)),
    Field::both("trace", Shape::Node(Kind::Operation)),
    Field::both("servers", Shape::List(Kind::Server)),
    Field::both("parameters", Shape::List(Kind::Parameter)).set(),
];

const OPERATION: &[Field] = &[
    Field::prose("tags", Shape::Texts).set(),
    Field::prose("summary", Shape::Text),
    Field::prose("description", Shape::Text),
    Field::prose("externalDocs", Shape::Node(Kind::ExternalDocs)),
    Field::both("operationId", Shape::Text),
    Field::both("parameters", Shape::List(Kind::Parameter)).set(),
    Field::both("requestBody", Shape::Node(Kind::RequestBody)),
    Field::both("responses", Shape::Node(Kind::Responses)),
    Field::both("callbacks", Shape::Map(Kind::Callback)),
    Field::both("deprecated", Shape::Flag),
    Field::both("security", Shape::List(Kind::SecurityRequirement)).set(),
    Field::both("servers", Shape::List(Kind::Server)),
];

const PARAMETER: &[Field] = &[
    Field::both("name", Shape::Text),
    Field::both("in", Shape::Text),
    Field::prose("description", Shape::Text),
    Field::both("required", Shape::Flag),
    Field::both("deprecated", Shape::Flag),
    Field::both("allowEmptyValue", Shape::Flag),
    Field::both("style", Shape::Text),
    Field::both("explode", Shape::Flag),
    Field::both("allowReserved", Shape::Flag),
    Field::both("schema", Shape::Node(Kind::Schema)),
    Field::prose("example", Shape::Any),
    Field::prose("examples", Shape::Map(Kind::Example)),
    Field::both("content", Shape::Map(Kind::MediaType)),
];

/// Fields of a header, which is a parameter whose name and location follow from its position.
const HEADER: &[Field] = PARAMETER.split_at(2).1;

const REQUEST_BODY: &[Field] = &[
    Field::prose("description", Shape::Text),
    Field::both("content", Shape::Map(Kind::MediaType)),
    Field::both("required", Shape::Flag),
];

const MEDIA_TYPE: &[Field] = &[
    Field::both("schema", Shape::Node(Kind::Schema)),
    Field::prose("example", Shape::Any),
    Field::prose("examples", Shape::Map(Kind::Example)),
    Field::both("encoding", Shape::Map(Kind::Encoding)),
];

const ENCODING: &[Field] = &[
    Field::both("contentType", Shape::Text),
    Field::both("headers", Shape::Map(Kind::Header)),
    Field::both("style", Shape::Text),
    Field::both("explode", Shape::Flag),
    Field::both("allowReserved", Shape::Flag),
];

const RESPONSES: &[Field] = &[Field::both("default", Shape::Node(Kind::Response))];

const RESPONSE: &[Field] = &[
    Field::prose("description", Shape::Text),
    Field::both("headers", Shape::Map(Kind::Header)),
    Field::both("content", Shape::Map(Kind::MediaType)),
    Field::both("links", Shape::Map(Kind::Link)),
];

const EXAMPLE: &[Field] = &[
    Field::prose("summary", Shape::Text),
    Field::prose("description", Shape::Text),
    Field::both("value", Shape::Any),
    Field::both("externalValue", Shape::Text),
];

const LINK: &[Field] = &[
    Field::both("operationRef", Shape::Text),
    Field::both("operationId", Shape::Text),
    Field::both("parameters", Shape::Any),
    Field::both("requestBody", Shape::Any),
    Field::prose("description", Shape::Text),
    Field::both("server", Shape::Node(Kind::Server)),
];

const COMPONENTS: &[Field] = &[
    Field::both("schemas", Shape::Map(Kind::Schema)),
    Field::both("responses", Shape::Map(Kind::Response)),
    Field::both("parameters", Shape::Map(Kind::Parameter)),
    Field::prose("examples", Shape::Map(Kind::Example)),
    Field::both("requestBodies", Shape::Map(Kind::RequestBody)),
    Field::both("headers", Shape::Map(Kind::Header)),
    Field::both("securitySchemes", Shape::Map(Kind::SecurityScheme)),
    Field::both("links", Shape::Map(Kind::Link)),
    Field::both("callbacks", Shape::Map(Kind::Callback)),
    Field::rewritten("pathItems", Shape::Map(Kind::PathItem)),
];

const SECURITY_SCHEME: &[Field] = &[
    Field::both("type", Shape::Text),
    Field::prose("description", Shape::Text),
    Field::both("name", Shape::Text),
    Field::both("in", Shape::Text),
    Field::both("scheme", Shape::Text),
    Field::both("bearerFormat", Shape::Text),
    Field::both("flows", Shape::Node(Kind::OAuthFlows)),
    Field::both("openIdConnectUrl", Shape::Text),
];

const OAUTH_FLOWS: &[Field] = &[
    Field::both("implicit", Shape::Node(Kind::OAuthFlow)),
    Field::both("password", Shape::Node(Kind::OAuthFlow)),
    Field::both("clientCredentials", Shape::Node(Kind::OAuthFlow)),
    Field::both("authorizationCode", Shape::Node(Kind::OAuthFlow)),
];

const OAUTH_FLOW: &[Field] = &[
    Field::both("authorizationUrl", Shape::Text),
    Field::both("tokenUrl", Shape::Text),
    Field::both("refreshUrl", Shape::Text),
    Field::both("scopes", Shape::TextMap),
];

const DISCRIMINATOR: &[Field] = &[
    Field::both("propertyName", Shape::Text),
    Field::both("mapping", Shape::TextMap),
];

const XML: &[Field] = &[
    Field::both("name", Shape::Text),
    Field::both("namespace", Shape::Text),
    Field::both("prefix", Shape::Text),
    Field::both("attribute", Shape::Flag),
    Field::both("wrapped", Shape::Flag),
];

const BESIDE: &str = "dropped because OpenAPI 3.0 ignores the siblings of a reference";

/// Fields of a reference. OpenAPI 3.0 allows siblings and ignores them. In 3.1 two of them have a meaning.
const REFERENCE: &[Field] = &[
    Field::both("$ref", Shape::Text),
    Field::old("summary", Shape::Text).is(Vocabulary::Prose),
    Field::old("description", Shape::Text).is(Vocabulary::Prose),
    Field::lost("summary", Shape::Text, BESIDE).is(Vocabulary::Prose),
    Field::lost("description", Shape::Text, BESIDE).is(Vocabulary::Prose),
];

impl Kind {
    /// Returns the rows of this kind. Keys that the document chooses are not included.
    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Self::Document => DOCUMENT,
            Self::Info => INFO,
            Self::Contact => CONTACT,
            Self::License => LICENSE,
            Self::Server => SERVER,
            Self::ServerVariable => SERVER_VARIABLE,
            Self::Tag => TAG,
            Self::ExternalDocs => EXTERNAL_DOCS,
            Self::PathItem => PATH_ITEM,
            Self::Operation => OPERATION,
            Self::Parameter => PARAMETER,
            Self::RequestBody => REQUEST_BODY,
            Self::MediaType => MEDIA_TYPE,
            Self::Encoding => ENCODING,
            Self::Responses => RESPONSES,
            Self::Response => RESPONSE,
            Self::Header => HEADER,
            Self::Example => EXAMPLE,
            Self::Link => LINK,
            Self::Components => COMPONENTS,
            Self::SecurityScheme => SECURITY_SCHEME,
            Self::OAuthFlows => OAUTH_FLOWS,
            Self::OAuthFlow => OAUTH_FLOW,
            Self::Schema => schema::SCHEMA,
            Self::Discriminator => DISCRIMINATOR,
            Self::Xml => XML,
            Self::Reference => REFERENCE,
            Self::Paths | Self::Callback | Self::SecurityRequirement => &[],
        }
    }

    /// Returns the fields that the specification requires in both versions.
    ///
    /// `paths` and `responses`, which are optional in 3.1, have separate rules.
    pub(crate) fn required(self) -> &'static [&'static str] {
        match self {
            Self::Document => &["info"],
            Self::Info => &["title", "version"],
            Self::License | Self::Tag => &["name"],
            Self::Server | Self::ExternalDocs => &["url"],
            Self::ServerVariable => &["default"],
            Self::Parameter => &["name", "in"],
            Self::RequestBody => &["content"],
            Self::Response => &["description"],
            Self::SecurityScheme => &["type"],
            Self::OAuthFlow => &["scopes"],
            Self::Discriminator => &["propertyName"],
            _ => &[],
        }
    }
}

/// Returns true if a field of this name contains keys that the document chooses, in any object.
///
/// ```
/// use trackstar_openapi::holds_names;
///
/// assert!(holds_names("properties") && holds_names("paths"));
/// assert!(!holds_names("info") && !holds_names("items"));
/// ```
#[must_use]
pub fn holds_names(field: &str) -> bool {
    static NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        names(|row| {
            let paths = matches!(row.shape, Shape::Node(Kind::Paths | Kind::Responses));
            paths || matches!(row.shape, Shape::Map(_) | Shape::TextMap)
        })
    });
    NAMES.contains(field)
}

/// Returns true if a field of this name only informs readers, in any object. Extensions are not included.
///
/// ```
/// use trackstar_openapi::is_prose;
///
/// assert!(is_prose("description") && is_prose("tags"));
/// assert!(!is_prose("default") && !is_prose("x-order"));
/// ```
#[must_use]
pub fn is_prose(field: &str) -> bool {
    static PROSE: LazyLock<BTreeSet<&str>> =
        LazyLock::new(|| names(|row| row.vocabulary == Vocabulary::Prose));
    PROSE.contains(field)
}

/// Returns true if arrays in a field of this name are sets, in any object.
///
/// ```
/// use trackstar_openapi::is_set;
///
/// assert!(is_set("required") && is_set("parameters"));
/// assert!(!is_set("servers") && !is_set("prefixItems"));
/// ```
#[must_use]
pub fn is_set(field: &str) -> bool {
    static SETS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| names(|row| row.set));
    SETS.contains(field)
}

/// Returns the names of the rows of all kinds for which `of` returns true.
fn names(of: impl Fn(&Field) -> bool) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    let mut kinds = Worklist::default();
    kinds.push(Kind::Document);
    while let Some(kind) = kinds.pop() {
        for row in kind.fields() {
            if of(row) {
                names.insert(row.name);
            }
            if let Shape::Node(kind) | Shape::List(kind) | Shape::Map(kind) = row.shape {
                kinds.push(kind);
            }
        }
    }
    names
}
