//! The operations of a prepared document, with the facts that a client needs.

use serde_json::Value;

use super::facts::{Facts, Written, written};
use super::{Listed, listed};
use crate::pointer::below;
use crate::reference;

/// An operation of a prepared document.
///
/// ```
/// use trackstar_openapi::Preparation;
///
/// let document = serde_json::json!({
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
///     "paths": {"/orders/{id}": {"put": {
///         "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
///         "requestBody": {"content": {"application/hal+json": {"schema": {"type": "object"}}}},
///         "responses": {"204": {"description": "done"}},
///     }}},
/// });
/// let prepared = Preparation::of(document).run()?;
/// let operation = &prepared.operations()[0];
/// assert_eq!((operation.id.as_str(), operation.method.as_str()), ("update_order", "PUT"));
/// assert_eq!(operation.parameters[0].name, "id");
/// assert_eq!(operation.body.as_ref().unwrap().media_type, "application/hal+json");
/// assert!(!operation.successes[0].content);
/// # Ok::<(), trackstar_openapi::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`, which is unique and in snake case.
    pub id: String,
    /// Method in upper case, as on the wire.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Pointer to the operation in the prepared document.
    pub pointer: String,
    /// Tags of the operation.
    pub tags: Vec<String>,
    /// Short summary.
    pub summary: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Whether the document marks the operation as deprecated.
    pub deprecated: bool,
    /// Alternative security requirements, each with the names of the schemes that it combines.
    pub security: Vec<Vec<String>>,
    /// Parameters of the operation, followed by those of its path.
    pub parameters: Vec<Parameter>,
    /// Request body.
    pub body: Option<Body>,
    /// Success responses by status.
    pub successes: Vec<Success>,
    /// Media types of the responses that are read, in order of preference. The list is empty for
    /// `application/json`, and if no content is read.
    pub accept: Vec<String>,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// Name in the prepared document, which differs if two arguments would have the same name.
    pub argument: String,
    /// Location in the request.
    pub location: ParameterLocation,
    /// Whether the parameter is required.
    pub required: bool,
    /// Name of the style in OpenAPI.
    pub style: String,
    /// Whether each item of a list and each property of an object is written separately.
    pub explode: bool,
    /// Whether the value is an object that is passed as one argument.
    pub object: bool,
    /// Pointer to the parameter in the prepared document, with all references resolved.
    pub pointer: String,
    /// Description.
    pub description: Option<String>,
}

/// The location of a parameter in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
}

impl ParameterLocation {
    /// Returns the name of the location in OpenAPI.
    ///
    /// ```
    /// assert_eq!(trackstar_openapi::model::ParameterLocation::Query.name(), "query");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }

    fn named(name: &Value) -> Option<Self> {
        let mut all = [Self::Path, Self::Query, Self::Header].into_iter();
        all.find(|location| *name == location.name())
    }
}

/// A request body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// Media type on the wire, which may differ from the prepared document.
    pub media_type: String,
    /// Whether the body is required.
    pub required: bool,
    /// Contents of the body.
    pub content: Content,
}

/// The contents of a request body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A value of the schema at this pointer in the prepared document.
    Typed(String),
    /// Text that is sent unchanged.
    Text,
    /// Bytes that are sent unchanged.
    Bytes,
    /// The parts of a multipart body.
    Parts(Vec<Part>),
}

/// A part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// Name on the wire.
    pub name: String,
    /// Type of the contents.
    pub holds: PartType,
    /// Whether the part can occur several times.
    pub list: bool,
    /// Whether the part is required.
    pub required: bool,
    /// Whether the contents are secret.
    pub secret: bool,
    /// Description.
    pub description: Option<String>,
}

/// The type of a part of a multipart body. All types except bytes and JSON are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of OpenAPI")]
pub enum PartType {
    Bytes,
    String,
    Integer,
    Number,
    Boolean,
    Json,
}

/// A success response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Success {
    /// Status of the response.
    pub status: Status,
    /// Whether the content is read.
    pub content: bool,
    /// Whether the published document declares the response without content.
    pub empty: bool,
}

/// The status of a success response in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A status code.
    Code(u16),
    /// All success codes (`2XX`).
    Successes,
    /// `default`, which the generator treats as all success codes.
    Default,
}

impl Status {
    /// Parses a status. Returns `None` for error responses.
    fn named(text: &str) -> Option<Self> {
        match text {
            "2XX" | "2xx" => Some(Self::Successes),
            "default" => Some(Self::Default),
            code => {
                let code = code.parse().ok().filter(|code| (200..300).contains(code));
                code.map(Self::Code)
            }
        }
    }

    /// Returns the first and the last status code.
    ///
    /// ```
    /// use trackstar_openapi::model::Status;
    ///
    /// assert_eq!(Status::Code(204).range(), (204, 204));
    /// assert_eq!(Status::Successes.range(), (200, 299));
    /// ```
    #[must_use]
    pub fn range(self) -> (u16, u16) {
        match self {
            Self::Code(code) => (code, code),
            Self::Successes | Self::Default => (200, 299),
        }
    }
}

/// Returns all operations of a prepared document.
pub(crate) fn read(document: &Value, facts: &Facts) -> Vec<Operation> {
    let operations = listed(document).into_iter();
    operations
        .filter_map(|listed| {
            let fact = facts.get(&listed.pointer).cloned().unwrap_or_default();
            let operation = document.pointer(&listed.pointer)?;
            let text = |key: &str| Some(operation.get(key)?.as_str()?.to_owned());
            let security = operation.get("security").or(document.get("security"));
            Some(Operation {
                method: listed.method.to_uppercase(),
                description: text("description"),
                deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
                security: alternatives(security),
                parameters: parameters(document, facts, &listed),
                body: fact.parts.or_else(|| {
                    let sent_as = fact.sent_as;
                    body(document, &listed.pointer, sent_as)
                }),
                successes: successes(document, &listed.pointer, &fact.empty),
                accept: fact.accept,
                id: listed.id.unwrap_or_default(),
                path: listed.path,
                pointer: listed.pointer,
                tags: listed.tags,
                summary: listed.summary,
            })
        })
        .collect()
}

fn alternatives(security: Option<&Value>) -> Vec<Vec<String>> {
    let all = security.and_then(Value::as_array).into_iter().flatten();
    all.map(|one| one.as_object().into_iter().flatten())
        .map(|schemes| schemes.map(|(name, _)| name.clone()).collect())
        .collect()
}

fn parameters(document: &Value, facts: &Facts, operation: &Listed) -> Vec<Parameter> {
    let all = operation.parameters(document).into_iter();
    all.filter_map(|(pointer, one)| {
        let (name, written) = written(facts, operation, one)?;
        let Written {
            style,
            explode,
            object,
        } = written;
        let text = |key: &str| Some(one.get(key)?.as_str()?.to_owned());
        Some(Parameter {
            name,
            argument: text("name")?,
            location: ParameterLocation::named(one.get("in")?)?,
            required: one.get("required") == Some(&Value::Bool(true)),
            style,
            explode,
            object,
            pointer,
            description: text("description"),
        })
    })
    .collect()
}

fn body(document: &Value, operation: &str, sent_as: Option<String>) -> Option<Body> {
    let place = below(operation, &["requestBody"]);
    let (place, body) = reference::resolve(document, &place)?;
    let (known, media) = body.get("content")?.as_object()?.iter().next()?;
    let content = match media.get("schema") {
        _ if known.starts_with("text/") => Content::Text,
        Some(_) if known != "application/octet-stream" => {
            Content::Typed(below(&place, &["content", known, "schema"]))
        }
        _ => Content::Bytes,
    };
    Some(Body {
        content,
        media_type: sent_as.unwrap_or_else(|| known.clone()),
        required: body.get("required") == Some(&Value::Bool(true)),
    })
}

fn successes(document: &Value, operation: &str, empty: &[String]) -> Vec<Success> {
    let responses = document.pointer(&below(operation, &["responses"]));
    let responses = responses.and_then(Value::as_object).into_iter().flatten();
    let success = |(status, response): (&String, &Value)| {
        let response = reference::follow(document, response);
        let content = response.and_then(|it| it.get("content")?.as_object());
        let content = content.is_some_and(|content| !content.is_empty());
        Some(Success {
            status: Status::named(status)?,
            content,
            empty: !content || empty.contains(status),
        })
    };
    responses.filter_map(success).collect()
}
