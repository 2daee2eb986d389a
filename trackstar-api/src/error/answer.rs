//! What an error keeps of an answer.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use super::body::ErrorBody;
use super::retry_after::retry_after;
use crate::answer::Answer;
use crate::transport::Caller;

/// How much of an answer's body an error keeps, in bytes.
const KEPT_BODY: usize = 64 * 1024;

/// How long a credential can be however it is escaped, in bytes.
const MARGIN: usize = 64 * 1024;

/// What is kept of an answer, credentials redacted.
pub(super) struct ErrorAnswer {
    pub(super) status: StatusCode,
    pub(super) request_id: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// Where a redirect points to, without path and query.
    pub(super) redirect: Option<String>,
    pub(super) body: Bytes,
    pub(super) parsed: ErrorBody,
}

impl ErrorAnswer {
    pub(super) fn new(answer: Box<Answer>) -> Self {
        let Answer {
            caller, head, body, ..
        } = *answer;
        let redacted = |text: &str| caller.redact_text(text);
        let refused = !head.status.is_success();
        // What is not parsed is looked at as far as it is kept, and a credential's length beyond.
        let read = if refused {
            body.len()
        } else {
            KEPT_BODY + MARGIN
        };
        let body = body.slice(..body.len().min(read));
        let body = match caller.redact_cut(&body) {
            Cow::Owned(redacted) => Bytes::from(redacted),
            Cow::Borrowed(_) => body.clone(),
        };
        let parsed = if refused {
            // Once more behind the parser: what was escaped twice is readable only now.
            ErrorBody::parse(&body, redacted)
        } else {
            ErrorBody::default()
        };
        let content_type = head.headers.get(header::CONTENT_TYPE);
        Self {
            status: head.status,
            request_id: head.request_id().map(str::to_owned),
            content_type: content_type.and_then(|it| it.to_str().ok()).map(redacted),
            retry_after: retry_after(&head.headers),
            redirect: redirect(&head.headers, &caller),
            parsed,
            body: body.slice(..body.len().min(KEPT_BODY)),
        }
    }

    /// Whether the body cannot be the API's: there is one, and it is not JSON, as far as it is kept.
    pub(super) fn is_foreign(&self) -> bool {
        let body = self.body.trim_ascii_end();
        // Of a number whose end is missing the parser does not say that.
        let cut = body.iter().rposition(|byte| !b"+-.eE".contains(byte));
        let body = &body[..cut.map_or(0, |last| last + 1)];
        let json = serde_json::from_slice::<serde::de::IgnoredAny>(body);
        json.is_err_and(|error| !error.is_eof())
    }
}

/// Scheme and host of the header `Location`, where it names another host.
fn redirect(headers: &HeaderMap, caller: &Caller) -> Option<String> {
    let url = reqwest::Url::parse(headers.get(header::LOCATION)?.to_str().ok()?).ok()?;
    Some(caller.redact_host(&url.origin().ascii_serialization()))
}
