//! Operations of a document.

use serde_json::Value;

/// Name of the header for the organization's API key.
pub const API_KEY: &str = "x-trackstar-api-key";
/// Name of the header for a connection's access token.
pub const ACCESS_TOKEN: &str = "x-trackstar-access-token";

/// An operation of a document, with all references resolved.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The document's `operationId`.
    pub id: Option<String>,
    /// The method, in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The JSON pointer of the operation in the document.
    pub pointer: String,
    /// The parameters of the operation and of its path.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The documented successes.
    pub answers: Vec<Answer>,
    /// The other documented responses and their bodies, by `404`, `4XX` or `default`.
    pub failures: Vec<(String, Option<Media>)>,
    /// The credential headers that the security requirement needs, in lower case.
    pub secured: Vec<String>,
}

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A parameter in the path.
    Path,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// A cookie in the `Cookie` header.
    Cookie,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The location of the parameter.
    pub place: Place,
    /// Whether the parameter is required.
    pub required: bool,
    /// The JSON pointer of the parameter in the document.
    pub pointer: String,
    /// The JSON pointer of its schema, if it has one.
    pub schema: Option<String>,
    /// The OpenAPI style of the value, explicit or by default.
    pub style: String,
    /// Whether array items and object properties are sent separately.
    pub explode: bool,
    /// The examples of the parameter, without those of its schema.
    pub examples: Vec<Value>,
    /// Whether the value is a document with a media type (`content`) instead of a style.
    pub content: bool,
}

impl Parameter {
    /// Returns true if the properties of an object are separate query parameters with their own
    /// names.
    pub(crate) fn is_bare(&self) -> bool {
        self.explode && self.style != "deepObject" && self.place == Place::Query
    }

    /// Returns the separator between array items that share one value.
    pub(crate) fn separator(&self) -> Option<char> {
        match (self.style.as_str(), self.explode) {
            ("spaceDelimited", false) => Some(' '),
            ("pipeDelimited", false) => Some('|'),
            ("simple", _) | ("form" | "label" | "matrix", false) => Some(','),
            ("label", true) => Some('.'),
            ("matrix", true) => Some(';'),
            _ => None,
        }
    }
}

/// A request body.
#[derive(Clone, Debug)]
pub struct Body {
    /// Whether the body is required.
    pub required: bool,
    /// The accepted media types.
    pub media: Vec<Media>,
}

/// A body with a media type.
#[derive(Clone, Debug)]
pub struct Media {
    /// The media type.
    pub name: String,
    /// The JSON pointer of its schema, if it has one.
    pub schema: Option<String>,
    /// The examples of the media type, without those of its schema.
    pub examples: Vec<Value>,
}

/// A documented success.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, if the response has content.
    pub media: Option<Media>,
}

impl Operation {
    /// Returns the method and the path, for example `GET /orders`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Returns true if the operation has a parameter for the access token header.
    #[must_use]
    pub fn lists_token(&self) -> bool {
        self.lists(ACCESS_TOKEN)
    }

    fn lists(&self, header: &str) -> bool {
        self.parameters
            .iter()
            .any(|it| it.place == Place::Header && it.name.eq_ignore_ascii_case(header))
    }

    /// Returns true if requests must contain the credential in `header`. The document may require
    /// it with a parameter or with a security requirement.
    #[must_use]
    pub fn needs(&self, header: &str) -> bool {
        self.lists(header) || self.secured.iter().any(|it| it == header)
    }

    /// Returns all parameters except those for credentials.
    pub fn arguments(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|it| {
            it.place != Place::Header
                || ![API_KEY, ACCESS_TOKEN].contains(&it.name.to_ascii_lowercase().as_str())
        })
    }

    /// Returns true if a success deletes the connection of the access token, and so the token
    /// itself. This is the case if the method is DELETE, the access token is needed, and no other
    /// part of the request can identify what to delete.
    #[must_use]
    pub fn deletes_its_connection(&self) -> bool {
        self.method == "DELETE"
            && self.needs(ACCESS_TOKEN)
            && !self.path.contains('{')
            && !self.arguments().any(|it| it.required)
            && self.body.as_ref().is_none_or(|body| !body.required)
    }

    /// Returns the documented response for an error status.
    #[must_use]
    pub fn failure(&self, status: u16) -> Option<&(String, Option<Media>)> {
        let class = format!("{}XX", status / 100);
        let find = |name: &str| {
            let mut all = self.failures.iter();
            all.find(|(own, _)| own.eq_ignore_ascii_case(name))
        };
        find(&status.to_string())
            .or_else(|| find(&class))
            .or_else(|| find("default"))
    }
}
