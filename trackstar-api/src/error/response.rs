//! The parts of a response that are kept in an error.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::body::{ErrorBody, without_mark};
use super::retry_after::retry_after;
use crate::secret::sanitize::{LONGEST, Sanitized, SanitizedBody, charset};
use crate::transport::RawResponse;

/// The number of characters from the start of the body that we keep in readable form.
const LONGEST_BEGINNING: usize = 200;

/// The parts of a response that we keep, with credentials redacted.
pub(super) struct ErrorResponse {
    pub(super) status: StatusCode,
    pub(super) request_id: Option<Sanitized>,
    pub(super) content_type: Option<Sanitized>,
    /// The body's content encoding, if it isn't one that we asked for.
    pub(super) encoding: Option<Sanitized>,
    pub(super) retry_after: Option<Duration>,
    /// The target of a redirect, without the query and fragment.
    pub(super) redirect: Option<Sanitized>,
    pub(super) body: SanitizedBody,
    /// The number of bytes of the body that have arrived.
    pub(super) length: usize,
    /// The start of the body, provided that it's text and the response doesn't indicate success.
    pub(super) text: Option<Sanitized>,
    pub(super) parsed: ErrorBody,
    /// Whether this body can't have come from the API.
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
        // A value that isn't a string is shown as JSON, which escapes its strings again.
        let parsed = |text: &str| Sanitized::of_library(text, secrets);
        let header = |name| {
            let value = headers.get(name).map(HeaderValue::as_bytes);
            value.map(|value| Sanitized::new(value, secrets))
        };
        let location = status
            .is_redirection()
            .then(|| header(header::LOCATION))
            .flatten();
        let encoding = response.encoding().filter(|_| {
            // Some servers send plain JSON even though the header says otherwise.
            status.is_success() || response.is_encoded() || !parses(body)
        });
        let encoding = encoding.map(|it| Sanitized::new(it, secrets));
        let kept = SanitizedBody::new(body, secrets);
        // A successful response might contain a secret that the API only returns once.
        let (text, parsed) = if status.is_success() || encoding.is_some() {
            (None, ErrorBody::default())
        } else {
            let text = charset::decode(kept.as_bytes(), headers);
            (
                // This has already been redacted.
                text.map(|text| Sanitized::new(beginning(text.trim()), &[])),
                match charset::decode(body, headers) {
                    Some(text) => ErrorBody::parse(text.as_bytes(), parsed),
                    None => ErrorBody::parse(body, parsed),
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

    /// Returns true if the body can't have come from the API.
    pub(super) fn is_foreign(&self) -> bool {
        self.foreign
    }
}

fn parses(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

/// Returns the start of `text`. It's long enough for any message.
fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST_BEGINNING);
    end.map_or(text, |(end, _)| &text[..end])
}

/// Returns the `Location` header without the query and fragment, since those might contain a
/// customer's data.
///
/// We have to redact credentials first. One of them might contain a question mark, and then
/// removing the query would cut it in half.
fn redirect(location: &Sanitized) -> Option<Sanitized> {
    let target = location.as_str().split(['?', '#']).next();
    let target = target.unwrap_or_default().trim();
    (!target.is_empty()).then(|| Sanitized::new(target, &[]))
}

/// Returns true if the body can't have come from the API. That's the case if it is neither empty
/// nor anything like JSON.
fn is_foreign(body: &[u8], headers: &HeaderMap) -> bool {
    let body = &body[..body.len().min(LONGEST)];
    let body = without_mark(body).trim_ascii_end();
    // For a number, the parser can't tell whether it was truncated.
    let number = body.iter().rposition(|byte| !b"+-.eE".contains(byte));
    let json =
        serde_json::from_slice::<serde::de::IgnoredAny>(&body[..number.map_or(0, |it| it + 1)]);
    json.is_err_and(|error| !error.is_eof())
        && !begins_like_json(body)
        && !ends_like_json(body)
        && (is_page(body) || !is_json(headers))
}

/// Returns true if the body starts with an object or list. It may be followed by something else, or
/// use the sloppy sort of JSON that some programs write.
fn begins_like_json(body: &[u8]) -> bool {
    match body.trim_ascii_start() {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"' | b'\'' | b'}', ..]),
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"' | b'{' | b'[' | b']', ..]),
        _ => false,
    }
}

/// Returns true if the body ends with an object or list. Some servers print a warning first.
fn ends_like_json(body: &[u8]) -> bool {
    // An HTML page can contain a lot of braces, so don't try them all.
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
