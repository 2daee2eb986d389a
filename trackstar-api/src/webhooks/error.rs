//! Errors for webhooks.

use std::fmt;
use std::time::Duration;

use crate::de::expectation;
use crate::secret::sanitize::Sanitized;

/// The error returned for an invalid webhook or an invalid secret.
///
/// If you get this for a webhook, don't process it. The `Display` and `Debug` output don't include
/// the secret, the signature or any part of the body.
///
/// ```
/// use trackstar_api::webhooks::{Verifier, WebhookSecret, headers};
///
/// let verifier = Verifier::new(WebhookSecret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?);
/// let error = verifier.verify(b"{}", &headers([("svix-id", "msg_1")])).unwrap_err();
/// assert!(!error.is_authentic());
/// assert!(error.to_string().contains("`svix-timestamp`"), "{error}");
/// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
/// ```
pub struct WebhookError(WebhookErrorKind);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum WebhookErrorKind {
    Secret,
    MissingHeader(&'static str),
    InvalidHeader(&'static str),
    Signature,
    TooOld(Duration),
    TooNew(Duration),
    Payload(Box<Payload>),
}

/// A payload that is authentic but can't be read.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Payload {
    pub(super) id: Sanitized,
    pub(super) event_type: Option<Sanitized>,
    pub(super) problem: Sanitized,
    pub(super) body: Vec<u8>,
}

impl From<WebhookErrorKind> for WebhookError {
    fn from(kind: WebhookErrorKind) -> Self {
        Self(kind)
    }
}

impl WebhookError {
    /// Returns true if a required header is missing or invalid. In other words, the request isn't a
    /// webhook.
    #[must_use]
    pub fn is_header(&self) -> bool {
        matches!(
            self.0,
            WebhookErrorKind::MissingHeader(_) | WebhookErrorKind::InvalidHeader(_)
        )
    }

    /// Returns true if the signature doesn't match any of the secrets.
    ///
    /// Either the webhook was signed with a different secret, or it was modified in transit.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        matches!(self.0, WebhookErrorKind::Signature)
    }

    /// Returns true if the webhook was signed too long ago. Somebody may have intercepted it and is
    /// now replaying it.
    #[must_use]
    pub fn is_too_old(&self) -> bool {
        matches!(self.0, WebhookErrorKind::TooOld(_))
    }

    /// Returns true if the webhook was signed too far in the future, which means that one of the
    /// clocks is wrong.
    #[must_use]
    pub fn is_too_new(&self) -> bool {
        matches!(self.0, WebhookErrorKind::TooNew(_))
    }

    /// Returns true if the webhook is authentic, but its payload doesn't match the document.
    ///
    /// You can get the payload with [`body`](Self::body).
    #[must_use]
    pub fn is_payload(&self) -> bool {
        matches!(self.0, WebhookErrorKind::Payload(_))
    }

    /// Returns true if the signature and timestamp are valid in spite of the error.
    ///
    /// In this case, you should let the webhook be delivered again.
    #[must_use]
    pub fn is_authentic(&self) -> bool {
        self.is_payload()
    }

    fn payload(&self) -> Option<&Payload> {
        match &self.0 {
            WebhookErrorKind::Payload(payload) => Some(payload),
            _ => None,
        }
    }

    /// Returns the id of the message (the `svix-id` header), if it is authentic.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.payload().map(|payload| payload.id.as_str())
    }

    /// Returns the name of the event, if the message is authentic and has one.
    #[must_use]
    pub fn event_type(&self) -> Option<&str> {
        self.payload()?.event_type.as_ref().map(Sanitized::as_str)
    }

    /// Returns the raw body of an authentic message that couldn't be read. It is empty for other
    /// errors.
    ///
    /// Be careful when logging this, because it may contain a customer's data.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.payload().map_or(&[], |payload| &payload.body)
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            WebhookErrorKind::Secret => f.write_str(
                "invalid webhook secret: it must be `whsec_` followed by base64 of at least 24 \
                 bytes, as shown on the endpoint's page in the dashboard",
            ),
            WebhookErrorKind::MissingHeader(name) => write!(
                f,
                "the header `svix-{name}` is missing: pass all headers of the request, and \
                 respond with 400 if it is not a webhook"
            ),
            WebhookErrorKind::InvalidHeader(name) => {
                write!(f, "the header `svix-{name}` is invalid: respond with 400")
            }
            WebhookErrorKind::Signature => f.write_str(
                "the signature does not match any of the secrets: respond with 400; if all \
                 webhooks fail, check that the secret belongs to this endpoint, and pass the raw \
                 body instead of parsing and serializing it again",
            ),
            WebhookErrorKind::TooOld(by) => write!(
                f,
                "the webhook was signed {by:?} ago: respond with 400, because it may be a replay; \
                 if all webhooks fail, check the clock of this machine"
            ),
            WebhookErrorKind::TooNew(by) => write!(
                f,
                "the webhook was signed {by:?} in the future: respond with 400, and check the \
                 clock of this machine"
            ),
            WebhookErrorKind::Payload(payload) => {
                let event = payload.event_type.as_ref();
                let event = event
                    .map(|event| format!(" of `{event}`"))
                    .unwrap_or_default();
                let Payload { id, problem, .. } = &**payload;
                write!(
                    f,
                    "the payload{event} does not match the document ({problem}): update this \
                     crate, generate your events from a newer document, or parse `body()` yourself \
                     (message {id})"
                )
            }
        }
    }
}

impl fmt::Debug for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WebhookError")
            .field(&format_args!("{self}"))
            .finish()
    }
}

impl std::error::Error for WebhookError {}

/// Returns the error for an authentic payload that can't be read.
pub(super) fn unreadable(
    id: &str,
    event_type: Option<&str>,
    body: &[u8],
    error: &serde_json::Error,
) -> WebhookError {
    // The payload can't contain the secret that it was signed with.
    let payload = Payload {
        id: Sanitized::new(id, &[]),
        event_type: event_type.map(|it| Sanitized::new(it, &[])),
        problem: Sanitized::new(problem(error), &[]),
        body: body.to_owned(),
    };
    WebhookErrorKind::Payload(Box::new(payload)).into()
}

/// Returns a description of the error that doesn't quote the payload.
fn problem(error: &serde_json::Error) -> String {
    let text = expectation::of(error);
    if text.starts_with("missing field `") {
        return text;
    }
    let (line, column) = (error.line(), error.column());
    if error.is_data() {
        format!("a value of an unexpected type at line {line} column {column}")
    } else {
        format!("invalid JSON at line {line} column {column}")
    }
}
