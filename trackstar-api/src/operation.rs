//! Describes operations. This is filled in by generated code.

pub(crate) mod parameters;
pub(crate) mod problems;
pub(crate) mod segment;

use std::fmt;

use http::StatusCode;

/// An operation of the document.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The `operationId`.
    pub(crate) id: &'static str,
    /// The HTTP method in uppercase.
    pub(crate) method: &'static str,
    /// The path template.
    pub(crate) path: &'static str,
    /// Whether this needs an access token, according to its security requirement.
    pub(crate) needs_token: bool,
    /// The parameters, in the order in which they are sent.
    pub(crate) parameters: &'static [Parameter],
    /// The request body. This is `None` if there isn't one or if it's multipart.
    pub(crate) body: Option<BodySpec>,
    /// The status codes that indicate success, as inclusive ranges. For example, `2XX` is a single
    /// range.
    pub(crate) successes: &'static [(u16, u16)],
    /// The successful status codes for which there is a response body.
    pub(crate) content: &'static [(u16, u16)],
    /// The media types to accept. This is `None` if there is never a response body.
    pub(crate) accept: Option<&'static str>,
    /// For lists, the index of the page token in `parameters`.
    pub(crate) page_token: Option<usize>,
}

/// A parameter of an operation.
#[derive(Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "these are independent of each other"
)]
pub struct Parameter {
    /// The name to use in the request.
    pub(crate) name: &'static str,
    /// The name of the method that sets it.
    pub(crate) setter: &'static str,
    pub(crate) location: ParameterLocation,
    pub(crate) required: bool,
    /// How to serialize the value, along with `explode` and `object`. For objects, names and values
    /// alternate.
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) object: bool,
    /// Whether the value might contain a secret.
    pub(crate) secret: bool,
}

/// The serialization style of a parameter (`style` in OpenAPI).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "depends on the document")]
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
    /// Creates a parameter with the given name and setter. Path parameters are always required.
    #[must_use]
    pub const fn new(
        name: &'static str,
        setter: &'static str,
        location: ParameterLocation,
        style: Style,
    ) -> Self {
        Self {
            name,
            setter,
            location,
            required: matches!(location, ParameterLocation::Path),
            style,
            explode: false,
            object: false,
            secret: false,
        }
    }

    /// Creates a path parameter with the default style.
    #[must_use]
    pub const fn path(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, ParameterLocation::Path, Style::Simple)
    }

    /// Creates a query parameter with the default style.
    #[must_use]
    pub const fn query(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, ParameterLocation::Query, Style::Form).explode()
    }

    /// Creates a header parameter with the default style.
    #[must_use]
    pub const fn header(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, ParameterLocation::Header, Style::Simple)
    }

    /// Makes this parameter required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Serializes each value separately (`explode` in OpenAPI).
    #[must_use]
    pub const fn explode(mut self) -> Self {
        self.explode = true;
        self
    }

    /// Declares that the value is an object.
    #[must_use]
    pub const fn object(mut self) -> Self {
        self.object = true;
        self
    }

    /// Declares that the value might contain a secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    #[cfg(test)]
    pub(crate) const BLANK: Self = Self {
        name: "",
        setter: "",
        location: ParameterLocation::Query,
        required: false,
        style: Style::Form,
        explode: true,
        object: false,
        secret: false,
    };
}

/// The location of a parameter in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "depends on the document")]
pub enum ParameterLocation {
    /// In the path, as in `/orders/{order_id}`.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
}

/// The request body of an operation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BodySpec {
    pub(crate) media_type: &'static str,
    pub(crate) required: bool,
}

impl Operation {
    /// Creates an operation that doesn't have any parameters, body or status codes yet.
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

    /// Requires an access token.
    #[must_use]
    pub const fn needs_token(mut self) -> Self {
        self.needs_token = true;
        self
    }

    /// Sets the parameters, in the order in which they are sent.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Sets the media type of the body, and whether it's required.
    #[must_use]
    pub const fn body(mut self, media_type: &'static str, required: bool) -> Self {
        self.body = Some(BodySpec {
            media_type,
            required,
        });
        self
    }

    /// Sets the status codes that indicate success.
    #[must_use]
    pub const fn successes(mut self, ranges: &'static [(u16, u16)]) -> Self {
        self.successes = ranges;
        self
    }

    /// Sets the successful status codes for which there is a response body.
    #[must_use]
    pub const fn content(mut self, ranges: &'static [(u16, u16)]) -> Self {
        self.content = ranges;
        self
    }

    /// Sets the media types to accept.
    #[must_use]
    pub const fn accept(mut self, names: &'static str) -> Self {
        self.accept = Some(names);
        self
    }

    /// Sets the index of the page token in the parameters.
    #[must_use]
    pub const fn page_token(mut self, index: usize) -> Self {
        self.page_token = Some(index);
        self
    }

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

    /// Returns the path template. This is `None` for custom requests, since their path might
    /// contain ids.
    pub(crate) fn template(&self) -> Option<&'static str> {
        self.path.starts_with('/').then_some(self.path)
    }

    /// Returns true if the operation doesn't change any data. If a call like this fails, we know
    /// that it had no effect.
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Returns true if the operation counts as a read, both for the API's rate limits and for
    /// read-only connections.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }

    /// Returns true if repeating a call has no further effect.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.is_safe() || matches!(self.method, "PUT" | "DELETE")
    }

    /// Returns true if the document lists this status code as a success.
    pub(crate) fn promises(&self, status: StatusCode) -> bool {
        is_within(self.successes, status)
    }

    /// Returns true if the document specifies a response body for this status code.
    ///
    /// HTTP doesn't allow one in response to HEAD, or for 204 and 205 (RFC 9110, 6.4.1 and 15.3.6).
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
    fn only_read_methods_are_safe() {
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
    fn promises_statuses_and_ranges() {
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
    fn promises_content_only_if_http_allows_it() {
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
