//! The parts of a response that an error keeps.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::body::{ErrorBody, without_mark};
use super::retry_after::retry_after;
use crate::secret::sanitize::{LONGEST, Sanitized, SanitizedBody, charset};
use crate::transport::RawResponse;

/// Number of characters of a body's beginning that are stored in addition to the body.
const LONGEST_BEGINNING: usize = 200;

/// The parts of a response that an error keeps, without credentials.
pub(super) struct ErrorResponse {
    pub(super) status: StatusCode,
    pub(super) request_id: Option<Sanitized>,
    pub(super) content_type: Option<Sanitized>,
    /// An encoding of the body that the client did not request.
    pub(super) encoding: Option<Sanitized>,
    pub(super) retry_after: Option<Duration>,
    /// The target of a redirect, without query and fragment.
    pub(super) redirect: Option<Sanitized>,
    pub(super) body: SanitizedBody,
    /// Number of bytes of the body that arrived.
    pub(super) length: usize,
    /// The beginning of the body of an error response, if it is text.
    pub(super) text: Option<Sanitized>,
    pub(super) parsed: ErrorBody,
    /// Whether the body cannot come from the API.
    pub(super) foreign: bool,
}

impl ErrorResponse {
    pub(super) fn new(response: &RawResponse, secrets: &[&[u8]]) -> Self {
        let RawResponse {
            status,
            headers,
            body,
        } = response;
        let sanitize = |text: &str| Sanitized::new(text, secrets);
        let header = |name| {
            let value = headers.get(name).map(HeaderValue::as_bytes);
            value.map(|value| Sanitized::new(value, secrets))
        };
        let location = status
            .is_redirection()
            .then(|| header(header::LOCATION))
            .flatten();
        let encoding = response.encoding().filter(|_| {
            // Some servers put a character set into the header, and send plain JSON.
            status.is_success() || response.is_encoded() || !parses(body)
        });
        let encoding = encoding.map(|it| Sanitized::new(it, secrets));
        let kept = SanitizedBody::new(body, secrets);
        // A success may contain a secret that the API shows only once.
        let (text, parsed) = if status.is_success() || encoding.is_some() {
            (None, ErrorBody::default())
        } else {
            let text = charset::decode(kept.as_bytes(), headers);
            (
                // The text is already redacted.
                text.map(|text| Sanitized::new(beginning(text.trim()), &[])),
                match charset::decode(body, headers) {
                    Some(text) => ErrorBody::parse(text.as_bytes(), sanitize),
                    None => ErrorBody::parse(body, sanitize),
                },
            )
        };
        Self {
            status: *status,
            request_id: response.request_id().map(sanitize),
            content_type: header(header::CONTENT_TYPE),
            retry_after: retry_after(headers),
            redirect: location.as_ref().and_then(redirect),
            foreign: encoding.is_none() && is_foreign(body, headers),
            encoding,
            body: kept,
            length: body.len(),
            text,
            parsed,
        }
    }

    /// Returns true if the body cannot come from the API.
    pub(super) fn is_foreign(&self) -> bool {
        self.foreign
    }
}

fn parses(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

/// Returns the beginning of a text, longer than any message shows.
fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST_BEGINNING);
    end.map_or(text, |(end, _)| &text[..end])
}

/// Returns the header `Location` without query and fragment, which may contain a customer's data. The header is
/// redacted first, because a credential may contain a question mark.
fn redirect(location: &Sanitized) -> Option<Sanitized> {
    let target = location.as_str().split(['?', '#']).next();
    let target = target.unwrap_or_default().trim();
    (!target.is_empty()).then(|| Sanitized::new(target, &[]))
}

/// Returns true if a body cannot come from the API, because it is not empty and not similar to
/// JSON.
fn is_foreign(body: &[u8], headers: &HeaderMap) -> bool {
    let body = &body[..body.len().min(LONGEST)];
    let body = without_mark(body).trim_ascii_end();
    // The parser does not report an incomplete number as truncated.
    let number = body.iter().rposition(|byte| !b"+-.eE".contains(byte));
    let json =
        serde_json::from_slice::<serde::de::IgnoredAny>(&body[..number.map_or(0, |it| it + 1)]);
    json.is_err_and(|error| !error.is_eof())
        && !begins_like_json(body)
        && !ends_like_json(body)
        && (is_page(body) || !is_json(headers))
}

/// Returns true if a body begins with an object or a list in the almost-JSON that some programs write, or with
/// JSON that other text follows.
fn begins_like_json(body: &[u8]) -> bool {
    match body.trim_ascii_start() {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"' | b'\'' | b'}', ..]),
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"' | b'{' | b'[' | b']', ..]),
        _ => false,
    }
}

/// Returns true if a body ends with an object or a list, for example after a warning.
fn ends_like_json(body: &[u8]) -> bool {
    // A page of HTML may contain many braces.
    const TRIED: usize = 16;
    let begins = body.iter().enumerate();
    let begins = begins.filter(|(_, byte)| matches!(byte, b'{' | b'['));
    let mut begins = begins.map(|(at, _)| at).take(TRIED);
    body.ends_with(b"}") | body.ends_with(b"]")
        && begins.any(|at| serde_json::from_slice::<serde::de::IgnoredAny>(&body[at..]).is_ok())
}

fn is_page(body: &[u8]) -> bool {
    let begin = body.trim_ascii_start();
    let begins = |with: &[u8]| {
        begin
            .get(..with.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(with))
    };
    begins(b"<!doctype") || begins(b"<html")
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok());
    let kind = kind.and_then(|it| it.split(';').next()).unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(kind: &'static str, body: &[u8]) -> bool {
        let kind = HeaderValue::from_static(kind);
        is_foreign(body, &HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]))
    }

    #[test]
    fn distinguishes_broken_json_from_a_page() {
        for body in [
            r#"{"id": "c", "price": NaN}"#,
            r#"{"id": "c"} {"id": "d"}"#,
            "{\"id\": \"c\"}\0",
            "\u{feff}{\"id\": \"c\"}",
            "{'id': 'c'}",
            "[{\"id\": 1},]",
            "<br />\n<b>Warning</b>: Undefined index in /a.php on line 3<br />\n{\"id\": \"c\"}",
            "Deprecated: each() [in a.php]\n[{\"id\": \"c\"}]\n",
            ")]}',\n{\"id\": \"c\"}",
            "{\"id\": \"c",
            "",
        ] {
            for kind in ["text/html", "application/json"] {
                assert!(!foreign(kind, body.as_bytes()), "{body}");
            }
        }
        let warning = b"PHP Warning: no connection to the database";
        assert!(
            foreign("text/html", warning) && !foreign("application/json; charset=utf-8", warning)
        );
        for body in [
            "<html>maintenance</html>",
            "<!DOCTYPE html><script>var a = {\"b\": 1}</script></html>",
            "  <HTML>",
        ] {
            assert!(
                foreign("text/html", body.as_bytes())
                    && foreign("application/json", body.as_bytes()),
                "{body}"
            );
        }
        for body in [
            "nginx is up",
            "{{ page }}",
            "[maintenance]",
            "\"a\" b",
            "123 Main St.",
        ] {
            assert!(foreign("text/plain", body.as_bytes()), "{body}");
        }
    }
}
