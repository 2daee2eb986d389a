//! The errors of webhooks.

use std::fmt;
use std::time::Duration;

use crate::de::expectation;
use crate::secret::sanitize::Sanitized;

/// An error of a webhook that must not be processed, or of an invalid secret.
///
/// Neither `Display` nor `Debug` shows a secret, a signature or any part of the body.
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
pub struct WebhookError(Kind);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Secret,
    MissingHeader(&'static str),
    InvalidHeader(&'static str),
    Signature,
    TooOld(Duration),
    TooNew(Duration),
    Payload(Box<Payload>),
}

/// An authentic payload that cannot be read.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Payload {
    pub(super) id: Sanitized,
    pub(super) event_type: Option<Sanitized>,
    pub(super) problem: Sanitized,
    pub(super) body: Vec<u8>,
}

impl From<Kind> for WebhookError {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

impl WebhookError {
    /// Returns true if a required header is missing or invalid, so the request is not a webhook.
    #[must_use]
    pub fn is_header(&self) -> bool {
        matches!(self.0, Kind::MissingHeader(_) | Kind::InvalidHeader(_))
    }

    /// Returns true if none of the secrets signed the webhook, or if it was changed in transit.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        matches!(self.0, Kind::Signature)
    }

    /// Returns true if the webhook was signed too long ago. It may be a replay of an intercepted
    /// one.
    #[must_use]
    pub fn is_too_old(&self) -> bool {
        matches!(self.0, Kind::TooOld(_))
    }

    /// Returns true if the webhook was signed too far in the future. One of the clocks is wrong.
    #[must_use]
    pub fn is_too_new(&self) -> bool {
        matches!(self.0, Kind::TooNew(_))
    }

    /// Returns true if the webhook is authentic, but its payload does not match the document; see
    /// [`body`](Self::body).
    #[must_use]
    pub fn is_payload(&self) -> bool {
        matches!(self.0, Kind::Payload(_))
    }

    /// Returns true if the signature and the time are nevertheless valid. Such a webhook should be
    /// delivered again.
    #[must_use]
    pub fn is_authentic(&self) -> bool {
        self.is_payload()
    }

    fn payload(&self) -> Option<&Payload> {
        match &self.0 {
            Kind::Payload(payload) => Some(payload),
            _ => None,
        }
    }

    /// Returns the id of the message (`svix-id`), if it is authentic.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.payload().map(|payload| payload.id.as_str())
    }

    /// Returns the name of the event, if the message is authentic and has one.
    #[must_use]
    pub fn event_type(&self) -> Option<&str> {
        self.payload()?.event_type.as_ref().map(Sanitized::as_str)
    }

    /// Returns the body as received, if it is authentic and cannot be read. Otherwise the slice is
    /// empty. The body may contain a customer's data, so be careful where you show it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.payload().map_or(&[], |payload| &payload.body)
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Secret => f.write_str(
                "the webhook secret is not `whsec_` and base64 of at least 24 bytes: copy it whole from \
                 the endpoint's page in the dashboard",
            ),
            Kind::MissingHeader(name) => write!(
                f,
                "the header `svix-{name}` is missing: pass all headers of the request on, and answer \
                 what is no webhook with 400"
            ),
            Kind::InvalidHeader(name) => write!(
                f,
                "the header `svix-{name}` holds what no webhook sends: answer with 400"
            ),
            Kind::Signature => f.write_str(
                "the signature is of none of the secrets: answer with 400; where all webhooks fail, \
                 check that the secret is this endpoint's and that the body is passed on byte by byte, \
                 not parsed and written again",
            ),
            Kind::TooOld(by) => write!(
                f,
                "it was signed {by:?} ago, which is too long: answer with 400, for it may be a copy; \
                 where all webhooks fail, check this machine's clock"
            ),
            Kind::TooNew(by) => write!(
                f,
                "it was signed {by:?} in the future: answer with 400, and check this machine's clock"
            ),
            Kind::Payload(payload) => {
                let event = payload.event_type.as_ref();
                let event = event.map(|event| format!(" of `{event}`")).unwrap_or_default();
                let Payload { id, problem, .. } = &**payload;
                write!(
                    f,
                    "the payload{event} is not what the document promises ({problem}): update this \
                     crate, generate your events from a newer document, or read `body()` yourself \
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

/// Returns the error for an authentic payload that cannot be read.
pub(super) fn unreadable(
    id: &str,
    event_type: Option<&str>,
    body: &[u8],
    error: &serde_json::Error,
) -> WebhookError {
    // The secret that signed a payload is not part of the request.
    let payload = Payload {
        id: Sanitized::new(id, &[]),
        event_type: event_type.map(|it| Sanitized::new(it, &[])),
        problem: Sanitized::new(problem(error), &[]),
        body: body.to_owned(),
    };
    Kind::Payload(Box::new(payload)).into()
}

/// Returns a description of the error, without any content of the payload.
fn problem(error: &serde_json::Error) -> String {
    let text = expectation::of(error);
    if text.starts_with("missing field `") {
        return text;
    }
    let (line, column) = (error.line(), error.column());
    if error.is_data() {
        format!("a value of another type at line {line} column {column}")
    } else {
        format!("no JSON at line {line} column {column}")
    }
}
