//! What the document says of an operation, as the generated code passes it on.

use std::fmt;

use http::StatusCode;

/// One operation of the document.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`.
    pub(crate) id: &'static str,
    /// Upper case, as on the wire.
    pub(crate) method: &'static str,
    /// The path template.
    pub(crate) path: &'static str,
    /// Whether the security requirement names the access token.
    pub(crate) needs_token: bool,
    /// In the order in which they are written.
    pub(crate) parameters: &'static [Parameter],
    /// The body of a request; `None` where there is none, or one of several parts.
    pub(crate) body: Option<Body>,
    /// The statuses of success, each from its first to its last (`2XX` is a range).
    pub(crate) successes: &'static [(u16, u16)],
    /// Those of them whose answers have content.
    pub(crate) content: &'static [(u16, u16)],
    /// The media types of the successes that are read; `None` if none of them has a body.
    pub(crate) accept: Option<&'static str>,
    /// Where a list takes the token of a page: the place in `parameters`.
    pub(crate) page_token: Option<usize>,
}

/// A parameter of an operation.
#[derive(Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is said of it by itself"
)]
pub struct Parameter {
    /// The name on the wire.
    pub(crate) name: &'static str,
    /// The method that sets it.
    pub(crate) setter: &'static str,
    pub(crate) place: Place,
    pub(crate) required: bool,
    /// How its values are put together, with `explode` and whether they are those of an object: a
    /// name and a value in turn.
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) object: bool,
    /// Whether its value may hold a secret.
    pub(crate) secret: bool,
}

/// How the values of a parameter are put together (OpenAPI's `style`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which are used depends on the document")]
pub enum Style {
    /// `a=1&a=2`
    Form,
    /// `a=1%202`
    SpaceDelimited,
    /// `a=1|2`
    PipeDelimited,
    /// `a[b]=1`
    DeepObject,
    /// `1,2`
    Simple,
    /// `.1.2`
    Label,
    /// `;a=1,2`
    Matrix,
}

impl Parameter {
    /// A parameter by its name on the wire, and the method that sets it.
    #[must_use]
    pub const fn new(name: &'static str, setter: &'static str, place: Place, style: Style) -> Self {
        Self {
            name,
            setter,
            place,
            required: false,
            style,
            explode: false,
            object: false,
            secret: false,
        }
    }

    /// Returns a parameter of the path, written as OpenAPI does by default.
    #[must_use]
    pub const fn path(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, Place::Path, Style::Simple).required()
    }

    /// Returns a parameter of the query, written as OpenAPI does by default.
    #[must_use]
    pub const fn query(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, Place::Query, Style::Form).explode()
    }

    /// Returns a header, written as OpenAPI does by default.
    #[must_use]
    pub const fn header(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, Place::Header, Style::Simple)
    }

    /// One that has to be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// One whose values are written apart.
    #[must_use]
    pub const fn explode(mut self) -> Self {
        self.explode = true;
        self
    }

    /// One whose values are those of an object.
    #[must_use]
    pub const fn object(mut self) -> Self {
        self.object = true;
        self
    }

    /// One that may hold a secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// A parameter of which nothing is known.
    #[cfg(test)]
    pub(crate) const BLANK: Self = Self {
        name: "",
        setter: "",
        place: Place::Query,
        required: false,
        style: Style::Form,
        explode: true,
        object: false,
        secret: false,
    };
}

/// Where in a request a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "which are used depends on the document")]
pub enum Place {
    /// `/orders/{order_id}`
    Path,
    /// Behind the `?`.
    Query,
    /// Among the headers.
    Header,
}

/// The one body that a request can have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) media_type: &'static str,
    pub(crate) required: bool,
}

impl Operation {
    /// An operation without parameters and body, that promises nothing yet.
    #[must_use]
    pub const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            needs_token: false,
            parameters: &[],
            body: None,
            successes: &[],
            content: &[],
            accept: None,
            page_token: None,
        }
    }

    /// One that needs the access token.
    #[must_use]
    pub const fn needs_token(mut self) -> Self {
        self.needs_token = true;
        self
    }

    /// Its parameters, in the order in which they are written.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Its body, and whether there must be one.
    #[must_use]
    pub const fn body(mut self, media_type: &'static str, required: bool) -> Self {
        self.body = Some(Body {
            media_type,
            required,
        });
        self
    }

    /// The statuses of its successes.
    #[must_use]
    pub const fn successes(mut self, ranges: &'static [(u16, u16)]) -> Self {
        self.successes = ranges;
        self
    }

    /// The statuses of those that have content.
    #[must_use]
    pub const fn content(mut self, ranges: &'static [(u16, u16)]) -> Self {
        self.content = ranges;
        self
    }

    /// The media types that are read.
    #[must_use]
    pub const fn accept(mut self, names: &'static str) -> Self {
        self.accept = Some(names);
        self
    }

    /// The place of the page token among the parameters.
    #[must_use]
    pub const fn page_token(mut self, index: usize) -> Self {
        self.page_token = Some(index);
        self
    }

    /// An operation of which nothing is known.
    #[cfg(test)]
    pub(crate) const BLANK: Self = Self {
        id: "",
        method: "GET",
        path: "/",
        needs_token: false,
        parameters: &[],
        body: None,
        successes: &[(200, 200)],
        content: &[(200, 200)],
        accept: Some("application/json"),
        page_token: None,
    };

    /// The path template; `None` of a request of the caller's own, whose path may hold ids.
    pub(crate) fn template(&self) -> Option<&'static str> {
        self.path.starts_with('/').then_some(self.path)
    }

    /// Whether a call that may or may not have reached the server can have changed anything.
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Whether the API counts a call among those that read, and a read-only connection allows it.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }

    /// Whether two calls leave behind what one does.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.is_safe() || matches!(self.method, "PUT" | "DELETE")
    }

    /// Whether the document promises an answer with this status.
    pub(crate) fn promises(&self, status: StatusCode) -> bool {
        is_within(self.successes, status)
    }

    /// Whether the document promises content of an answer with this status. HTTP allows none in the
    /// answers to HEAD, and with 204 and 205 (RFC 9110, 6.4.1 and 15.3.6).
    pub(crate) fn promises_content(&self, status: StatusCode) -> bool {
        let may_have_some = self.method != "HEAD" && !matches!(status.as_u16(), 204 | 205);
        may_have_some && is_within(self.content, status)
    }
}

fn is_within(ranges: &[(u16, u16)], status: StatusCode) -> bool {
    let status = status.as_u16();
    ranges
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&status))
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id, self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_that_read_are_safe() {
        let safe = |method| {
            let operation = Operation {
                method,
                ..Operation::BLANK
            };
            operation.is_safe()
        };
        for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
            assert!(safe(method), "{method}");
        }
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            assert!(!safe(method), "{method}");
        }
    }

    #[test]
    fn what_is_promised_is_one_status_or_a_range_of_them() {
        let operation = Operation {
            successes: &[(200, 200), (202, 204)],
            ..Operation::BLANK
        };
        let promised = |status| operation.promises(StatusCode::from_u16(status).expect("valid"));
        assert_eq!(
            [199, 200, 201, 202, 204, 205].map(promised),
            [false, true, false, true, true, false]
        );
    }

    #[test]
    fn content_is_promised_where_http_allows_it() {
        let content = |method| {
            let operation = Operation {
                method,
                content: &[(200, 200), (202, 206)],
                ..Operation::BLANK
            };
            let promised =
                |status| operation.promises_content(StatusCode::from_u16(status).expect("valid"));
            [199, 200, 201, 202, 204, 205, 206, 207].map(promised)
        };
        let of_get = [false, true, false, true, false, false, true, false];
        assert_eq!(content("GET"), of_get);
        assert_eq!(content("DELETE"), of_get);
        assert_eq!(content("HEAD"), [false; 8]);
    }
}
