//! The properties of an operation in the document, for generated code.

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
    /// The method in upper case, as in a request.
    pub(crate) method: &'static str,
    /// The path template.
    pub(crate) path: &'static str,
    /// Whether the security requirement contains the access token.
    pub(crate) needs_token: bool,
    /// The parameters in the order in which they are written.
    pub(crate) parameters: &'static [Parameter],
    /// The request body. `None` if there is no body, or if it is multipart.
    pub(crate) body: Option<BodySpec>,
    /// The status codes of successes, as inclusive ranges (`2XX` is one range).
    pub(crate) successes: &'static [(u16, u16)],
    /// The status codes of successes that have content.
    pub(crate) content: &'static [(u16, u16)],
    /// The accepted media types of successes. `None` if no success has a body.
    pub(crate) accept: Option<&'static str>,
    /// The index of the page token in `parameters`, if the operation is a list.
    pub(crate) page_token: Option<usize>,
}

/// A parameter of an operation.
#[derive(Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is said of it by itself"
)]
pub struct Parameter {
    /// The name in the request.
    pub(crate) name: &'static str,
    /// The method that sets the parameter.
    pub(crate) setter: &'static str,
    pub(crate) location: ParameterLocation,
    pub(crate) required: bool,
    /// Serialization of the values, together with `explode` and `object`. The values of an object
    /// alternate between names and values.
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) object: bool,
    /// Whether the value may contain a secret.
    pub(crate) secret: bool,
}

/// Serialization of the values of a parameter (OpenAPI's `style`).
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
    /// Creates a parameter from its name in the request and the method that sets it. Path parameters are
    /// required.
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

    /// Creates a path parameter with OpenAPI's default style.
    #[must_use]
    pub const fn path(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, ParameterLocation::Path, Style::Simple)
    }

    /// Creates a query parameter with OpenAPI's default style.
    #[must_use]
    pub const fn query(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, ParameterLocation::Query, Style::Form).explode()
    }

    /// Creates a header parameter with OpenAPI's default style.
    #[must_use]
    pub const fn header(name: &'static str, setter: &'static str) -> Self {
        Self::new(name, setter, ParameterLocation::Header, Style::Simple)
    }

    /// Makes the parameter required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Serializes the values separately (`explode`).
    #[must_use]
    pub const fn explode(mut self) -> Self {
        self.explode = true;
        self
    }

    /// Declares that the values are the properties of an object.
    #[must_use]
    pub const fn object(mut self) -> Self {
        self.object = true;
        self
    }

    /// Declares that the value may contain a secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// A parameter with default properties.
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

/// The location of a parameter in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "which are used depends on the document")]
pub enum ParameterLocation {
    /// `/orders/{order_id}`
    Path,
    /// After the `?`.
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
    /// Creates an operation without parameters, a body or successes.
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

    /// Requires the access token.
    #[must_use]
    pub const fn needs_token(mut self) -> Self {
        self.needs_token = true;
        self
    }

    /// Sets the parameters, in the order in which they are written.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Sets the media type of the body, and whether the body is required.
    #[must_use]
    pub const fn body(mut self, media_type: &'static str, required: bool) -> Self {
        self.body = Some(BodySpec {
            media_type,
            required,
        });
        self
    }

    /// Sets the status codes of successes.
    #[must_use]
    pub const fn successes(mut self, ranges: &'static [(u16, u16)]) -> Self {
        self.successes = ranges;
        self
    }

    /// Sets the status codes of successes that have content.
    #[must_use]
    pub const fn content(mut self, ranges: &'static [(u16, u16)]) -> Self {
        self.content = ranges;
        self
    }

    /// Sets the accepted media types.
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

    /// An operation with default properties.
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

    /// Returns the path template, or `None` for a custom request, whose path may contain ids.
    pub(crate) fn template(&self) -> Option<&'static str> {
        self.path.starts_with('/').then_some(self.path)
    }

    /// Returns true if the operation does not change data, even if the outcome of a call is
    /// unknown.
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Returns true if the API counts a call as a read, and a read-only connection allows it.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }

    /// Returns true if two calls have the same effect as one.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.is_safe() || matches!(self.method, "PUT" | "DELETE")
    }

    /// Returns true if the document specifies a success with this status.
    pub(crate) fn promises(&self, status: StatusCode) -> bool {
        is_within(self.successes, status)
    }

    /// Returns true if the document specifies content for this status. HTTP does not allow content
    /// in responses to HEAD, or with 204 and 205 (RFC 9110, 6.4.1 and 15.3.6).
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
