//! What a document says of one operation.

use serde_json::Value;

/// The header of the organization's key.
pub const API_KEY: &str = "x-trackstar-api-key";
/// The header of the token that names a connection.
pub const ACCESS_TOKEN: &str = "x-trackstar-access-token";

/// An operation, with all references followed.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The document's `operationId`.
    pub id: Option<String>,
    /// The method, in capitals.
    pub method: String,
    /// The template of the path.
    pub path: String,
    /// Where in the document it stands.
    pub pointer: String,
    /// Its parameters, those of its path among them.
    pub parameters: Vec<Parameter>,
    /// What it is sent.
    pub body: Option<Body>,
    /// The successes.
    pub answers: Vec<Answer>,
    /// What it answers otherwise, by what the document has for a status: `404`, `4XX`, `default`.
    pub failures: Vec<(String, Option<Media>)>,
    /// The headers of credentials that its security requirement asks for, in lower case.
    pub secured: Vec<String>,
}

/// Where in a request a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// A header.
    Header,
    /// In the header `Cookie`.
    Cookie,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// Where in the document it stands.
    pub pointer: String,
    /// Where its schema stands; `None` where it has none.
    pub schema: Option<String>,
    /// How its value is written, stated or by default, by OpenAPI's name for it.
    pub style: String,
    /// Whether the items of a list and the properties of an object stand by themselves.
    pub explode: bool,
    /// Its own examples, apart from those of its schema.
    pub examples: Vec<Value>,
    /// Whether it is a document of some media type, and not written by a style.
    pub content: bool,
}

impl Parameter {
    /// Whether the properties of an object stand in the query under their own names.
    pub(crate) fn is_bare(&self) -> bool {
        self.explode && self.style != "deepObject" && self.place == Place::Query
    }

    /// What stands between the items of a list that are one text.
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

/// What an operation is sent.
#[derive(Clone, Debug)]
pub struct Body {
    /// Whether it must be there.
    pub required: bool,
    /// The media types that it may have.
    pub media: Vec<Media>,
}

/// A body under one media type.
#[derive(Clone, Debug)]
pub struct Media {
    /// The media type.
    pub name: String,
    /// Where its schema stands; `None` where it has none.
    pub schema: Option<String>,
    /// Its own examples, apart from those of its schema.
    pub examples: Vec<Value>,
}

/// A success.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body; none of an answer without content.
    pub media: Option<Media>,
}

impl Operation {
    /// Method and path, as it is named in reports.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether the document lists the header of the access token.
    #[must_use]
    pub fn lists_token(&self) -> bool {
        self.lists(ACCESS_TOKEN)
    }

    fn lists(&self, header: &str) -> bool {
        self.parameters
            .iter()
            .any(|it| it.place == Place::Header && it.name.eq_ignore_ascii_case(header))
    }

    /// Whether a request must carry the credential of `header`, which the document says as a
    /// parameter or as a security requirement.
    #[must_use]
    pub fn needs(&self, header: &str) -> bool {
        self.lists(header) || self.secured.iter().any(|it| it == header)
    }

    /// The parameters that are arguments of a call: all but the credentials.
    pub fn arguments(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|it| {
            it.place != Place::Header
                || ![API_KEY, ACCESS_TOKEN].contains(&it.name.to_ascii_lowercase().as_str())
        })
    }

    /// Whether a success deletes what the access token names, and the token with it: the method is
    /// DELETE, the token is needed, and nothing else in the request could say what to delete.
    #[must_use]
    pub fn deletes_its_connection(&self) -> bool {
        self.method == "DELETE"
            && self.needs(ACCESS_TOKEN)
            && !self.path.contains('{')
            && !self.arguments().any(|it| it.required)
            && self.body.as_ref().is_none_or(|body| !body.required)
    }

    /// What the document has for the status of a failure.
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
