//! The operations of a prepared document, with all that a client needs to know of them.

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
    /// The `operationId`, unique and in snake case.
    pub id: String,
    /// The method in upper case, as on the wire.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The pointer of the operation in the prepared document.
    pub pointer: String,
    /// The tags that it is filed under.
    pub tags: Vec<String>,
    /// What it does, in a few words.
    pub summary: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Whether the document advises against it.
    pub deprecated: bool,
    /// The alternatives of its security requirement, each with the names of the schemes that it needs
    /// together.
    pub security: Vec<Vec<String>>,
    /// Its own parameters before those of its path.
    pub parameters: Vec<Parameter>,
    /// The body of its requests.
    pub body: Option<Body>,
    /// What it may respond if it succeeds, by status.
    pub successes: Vec<Success>,
    /// The media types of the responses that are read, the preferred one first. The list is empty for JSON
    /// under its own name, and if nothing is read.
    pub accept: Vec<String>,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The name in the prepared document, which differs if the argument would have the name of another.
    pub argument: String,
    /// Where in the request it stands.
    pub location: ParameterLocation,
    /// Whether every request has it.
    pub required: bool,
    /// The style, by its name in OpenAPI.
    pub style: String,
    /// Whether the items of a list and the properties of an object stand by themselves.
    pub explode: bool,
    /// Whether it is an object that is one argument.
    pub object: bool,
    /// The pointer of the parameter in the prepared document, at the end of all references.
    pub pointer: String,
    /// What it means.
    pub description: Option<String>,
}

/// Where in a request a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In a segment of the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

impl ParameterLocation {
    /// Returns the name that OpenAPI has for it.
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

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// The media type on the wire. The prepared document may have another one.
    pub media_type: String,
    /// Whether every request has one.
    pub required: bool,
    /// What it holds.
    pub content: Content,
}

/// What the body of a request holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A value of the schema at this place of the prepared document.
    Typed(String),
    /// A text, which is sent as it is.
    Text,
    /// Bytes, which are sent as they are.
    Bytes,
    /// Several parts.
    Parts(Vec<Part>),
}

/// A part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The name on the wire.
    pub name: String,
    /// What it holds.
    pub holds: PartType,
    /// Whether it may be there several times.
    pub list: bool,
    /// Whether every request has it.
    pub required: bool,
    /// Whether it holds a secret.
    pub secret: bool,
    /// What it means.
    pub description: Option<String>,
}

/// What a part of a multipart body holds. All but bytes and JSON are written as texts.
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

/// A response that means success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Success {
    /// Its status.
    pub status: Status,
    /// Whether content is read of it.
    pub content: bool,
    /// Whether the published document gives it no content.
    pub empty: bool,
}

/// The status of a success, as documents have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// One status.
    Code(u16),
    /// All successes (`2XX`).
    Successes,
    /// `default`, which the generator takes for all successes.
    Default,
}

impl Status {
    /// Returns `None` for a status that is no success.
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

    /// Returns the first and the last status that it stands for.
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

/// Reads all operations of a document that is ready for the generator.
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
