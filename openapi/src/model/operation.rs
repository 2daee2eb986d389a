//! An operation with the facts that its callers and its implementations need.

/// An operation of a document.
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
/// assert!(operation.responses[0].media.is_empty());
/// # Ok::<(), trackstar_openapi::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`, or an empty string if there is none. In a prepared document it is unique and in
    /// snake case.
    pub id: String,
    /// Method in upper case, as on the wire.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Pointer to the operation.
    pub pointer: String,
    /// Tags of the operation.
    pub tags: Vec<String>,
    /// Short summary.
    pub summary: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Whether the document marks the operation as deprecated.
    pub deprecated: bool,
    /// Alternative security requirements.
    pub security: Vec<Requirement>,
    /// Servers of the operation, of its path, or of the document.
    pub servers: Vec<Server>,
    /// Parameters of the operation, followed by those of its path.
    pub parameters: Vec<Parameter>,
    /// Request body.
    pub body: Option<Body>,
    /// Responses by status. A prepared document contains only successes.
    pub responses: Vec<Response>,
    /// Media types of the responses that the client reads, in order of preference. The list is empty for
    /// `application/json`, and if no content is read.
    pub accept: Vec<String>,
}

/// A server of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// URL template.
    pub url: String,
    /// Pointer to the server.
    pub pointer: String,
}

/// A security requirement of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirement {
    /// Schemes that the requirement combines. A call without credentials satisfies an empty list.
    pub schemes: Vec<Scheme>,
    /// Pointer to the requirement.
    pub pointer: String,
}

/// A security scheme of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scheme {
    /// Name in the components of the document.
    pub name: String,
    /// Pointer to the definition, with all references resolved, if there is one.
    pub pointer: Option<String>,
    /// Scopes that a requirement needs.
    pub scopes: Vec<String>,
    /// Location and name of the parameter with the credential, if the scheme is an API key.
    pub key: Option<(ParameterLocation, String)>,
}

impl Scheme {
    /// Returns true if the scheme is an API key in this header.
    #[must_use]
    pub fn is_header(&self, name: &str) -> bool {
        matches!(&self.key, Some((ParameterLocation::Header, own)) if own.eq_ignore_ascii_case(name))
    }
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a separate fact of the document"
)]
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// Name of the argument. In a prepared document it differs from the name on the wire if two arguments
    /// would have the same name.
    pub argument: String,
    /// Location in the request.
    pub location: ParameterLocation,
    /// Whether the parameter is required. Parameters in the path always are.
    pub required: bool,
    /// Name of the style in OpenAPI, explicit or by default.
    pub style: String,
    /// Whether each item of a list and each property of an object is written separately.
    pub explode: bool,
    /// Whether reserved characters are written without encoding (`allowReserved`).
    pub reserved: bool,
    /// Whether the value is an object that is passed as one argument.
    pub object: bool,
    /// Media type of the value, if it is a document (`content`) without a style.
    pub media_type: Option<String>,
    /// Pointer to the parameter, with all references resolved.
    pub pointer: String,
    /// Pointer to the schema of the value.
    pub schema: Option<String>,
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
    /// A cookie in the header `Cookie`. The client does not support cookies, so prepared documents have none.
    Cookie,
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
            Self::Cookie => "cookie",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let all = [Self::Path, Self::Query, Self::Header, Self::Cookie];
        all.into_iter().find(|location| name == location.name())
    }
}

/// A request body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// Media type that the client sends, which may differ from the prepared document.
    pub media_type: String,
    /// Whether the body is required.
    pub required: bool,
    /// Contents of the body that the client sends.
    pub content: Content,
    /// All media types in the document.
    pub media: Vec<Media>,
}

/// A media type of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// Name of the media type or the media range.
    pub name: String,
    /// Pointer to the media type object.
    pub pointer: String,
    /// Pointer to the schema.
    pub schema: Option<String>,
}

/// The contents of a request body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A value of the schema at this pointer.
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

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// Status of the response.
    pub status: Status,
    /// Media types of the content.
    pub media: Vec<Media>,
    /// Whether the published document declares the response without content.
    pub empty: bool,
}

/// The status of a response in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A status code.
    Code(u16),
    /// All codes with this first digit, such as `2XX`.
    Class(u16),
    /// `default`: all other codes.
    Default,
}

impl Status {
    /// Parses a status as a document contains it.
    pub(super) fn named(text: &str) -> Option<Self> {
        if text == "default" {
            return Some(Self::Default);
        }
        let class = text.strip_suffix("XX").or(text.strip_suffix("xx"));
        let number = class.unwrap_or(text).parse().ok()?;
        match class {
            Some(_) => (1..=5).contains(&number).then_some(Self::Class(number)),
            None => (100..600).contains(&number).then_some(Self::Code(number)),
        }
    }

    /// Returns the first and the last status code. `default` stands for all successes, which it describes
    /// if there is no other success.
    ///
    /// ```
    /// use trackstar_openapi::model::Status;
    ///
    /// assert_eq!(Status::Code(204).range(), (204, 204));
    /// assert_eq!(Status::Class(4).range(), (400, 499));
    /// ```
    #[must_use]
    pub fn range(self) -> (u16, u16) {
        match self {
            Self::Code(code) => (code, code),
            Self::Class(class) => (class * 100, class * 100 + 99),
            Self::Default => (200, 299),
        }
    }
}

impl Operation {
    /// Returns the method and the path, such as `GET /things`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Returns the successes. `default` is one only if it is the only one.
    pub fn successes(&self) -> impl Iterator<Item = &Response> {
        let is_success = |one: &Response| match one.status {
            Status::Default => false,
            status => (200..300).contains(&status.range().0),
        };
        let declared = self.responses.iter().any(is_success);
        let all = self.responses.iter();
        all.filter(move |one| is_success(one) || !declared && one.status == Status::Default)
    }

    /// Returns the response for the status code of an error: of this code, of its class, or of `default`.
    ///
    /// ```
    /// let responses = serde_json::json!({"200": {}, "4XX": {}, "409": {}});
    /// let document = serde_json::json!({"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": responses}}}});
    /// let operation = &trackstar_openapi::model::read(&document)[0];
    /// let range = |status| Some(operation.failure(status)?.status.range());
    /// assert_eq!(range(409), Some((409, 409)));
    /// assert_eq!(range(404), Some((400, 499)));
    /// assert_eq!(range(500), None);
    /// ```
    #[must_use]
    pub fn failure(&self, code: u16) -> Option<&Response> {
        let statuses = [
            Status::Code(code),
            Status::Class(code / 100),
            Status::Default,
        ];
        let find = |status| self.responses.iter().find(|one| one.status == status);
        statuses.into_iter().find_map(find)
    }

    /// Returns the ranges of status codes of all successes.
    #[must_use]
    pub fn success_ranges(&self) -> Vec<(u16, u16)> {
        let mut ranges: Vec<_> = self.successes().map(|one| one.status.range()).collect();
        ranges.sort_unstable();
        ranges
    }

    /// Returns the ranges of the successes with content in the published document. An individual code
    /// overrides the range that includes it.
    #[must_use]
    pub fn content_ranges(&self) -> Vec<(u16, u16)> {
        let (empty, full): (Vec<_>, Vec<_>) = self.successes().partition(|one| one.empty);
        let single = empty.iter().filter_map(|one| match one.status {
            Status::Code(code) => Some(code),
            Status::Class(_) | Status::Default => None,
        });
        let mut single: Vec<u16> = single.collect();
        single.sort_unstable();
        let full = full.iter();
        let ranges = full.flat_map(|one| without(one.status.range(), &single));
        let mut ranges: Vec<(u16, u16)> = ranges.collect();
        ranges.sort_unstable();
        ranges
    }
}

/// Removes individual codes from a range. `codes` must be sorted.
fn without((mut first, last): (u16, u16), codes: &[u16]) -> Vec<(u16, u16)> {
    let mut ranges = Vec::new();
    for code in codes {
        if (first..=last).contains(code) {
            ranges.push((first, code - 1));
            first = code + 1;
        }
    }
    ranges.push((first, last));
    ranges.retain(|(first, last)| first <= last);
    ranges
}

#[cfg(test)]
mod tests;
