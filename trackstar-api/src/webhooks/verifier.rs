//! Whether a request is a webhook that was signed with a secret, and in time.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac_sha256::HMAC;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::error::{Kind, Payload};
use super::{Delivery, Event, WebhookError, WebhookEvent as _};
use crate::sanitize::{Sanitized, expectation};
use crate::{repair, tolerant};

/// What Svix allows clocks and networks, and replays.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The parts that the names of headers end in.
const PARTS: [&str; 3] = ["id", "timestamp", "signature"];

/// How secrets begin that sign as webhooks are signed; those of other kinds begin otherwise.
const PREFIX: &str = "whsec_";

/// The least number of bytes of a key. Svix creates no shorter ones, and whoever guesses a key can sign.
const SHORTEST: usize = 24;

/// The version of the signatures that are verified: HMAC-SHA256, in base64.
const VERSION: &str = "v1";

/// How those names begin: Svix's own, and those of the standard that it has become.
const BRANDS: [&str; 2] = ["svix", "webhook"];

/// The secret of an endpoint, which the dashboard shows as `whsec_…`. Each endpoint has its own.
///
/// `Debug` does not show it. Its memory is wiped when the last clone is dropped.
///
/// ```
/// use trackstar_api::webhooks::WebhookSecret;
///
/// let secret = WebhookSecret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
/// assert!(!format!("{secret:?}").contains("C2FV"));
/// assert!(WebhookSecret::new("no secret").is_err());
/// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
/// ```
#[derive(Clone)]
pub struct WebhookSecret(Arc<Zeroizing<Vec<u8>>>);

impl WebhookSecret {
    /// Reads a secret as the dashboard shows it: `whsec_` and base64 of at least 24 bytes. White space
    /// around it is ignored. The text that is passed in is wiped.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not such a secret. The error does not show it.
    pub fn new(secret: impl Into<String>) -> Result<Self, WebhookError> {
        let secret = Zeroizing::new(secret.into());
        // Other words can be base64, such as the `null` of a setting that was forgotten.
        let key = secret.trim().strip_prefix(PREFIX).ok_or(Kind::Secret)?;
        // The decoder's error may say which byte is wrong.
        let key = STANDARD.decode(key).map_err(|_| Kind::Secret)?;
        let key = Zeroizing::new(key);
        if key.len() < SHORTEST {
            return Err(Kind::Secret.into());
        }
        Ok(Self(Arc::new(key)))
    }

    /// Returns the value of the header with the signature.
    #[cfg(feature = "mock")]
    pub(crate) fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let message = Message {
            id,
            timestamp,
            body,
        };
        let code = message.hash(&self.0).finalize();
        format!("{VERSION},{}", STANDARD.encode(code))
    }

    /// Whether one of the signatures of a message is made with this secret. A header holds several,
    /// separated by spaces, while a secret is rotated.
    fn has_signed(&self, message: &Message<'_>, signatures: &str) -> bool {
        // A sender who has no secret may send many signatures. The body is hashed once.
        let hash = message.hash(&self.0);
        signatures.split(' ').any(|signature| {
            let Some((VERSION, code)) = signature.split_once(',') else {
                return false;
            };
            let code = STANDARD.decode(code).unwrap_or_default();
            // The comparison takes the same time for all codes of this length.
            <[u8; 32]>::try_from(code).is_ok_and(|code| hash.clone().finalize_verify(&code))
        })
    }
}

/// What is signed.
struct Message<'a> {
    id: &'a str,
    timestamp: &'a str,
    body: &'a [u8],
}

impl Message<'_> {
    fn hash(&self, key: &[u8]) -> HMAC {
        let mut hash = HMAC::new(key);
        let (id, timestamp) = (self.id.as_bytes(), self.timestamp.as_bytes());
        for part in [id, b".", timestamp, b".", self.body] {
            hash.update(part);
        }
        hash
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(<redacted>)")
    }
}

/// Tells webhooks from what is none. Make one an endpoint; its clones are cheap.
///
/// ```
/// use std::time::Duration;
/// use trackstar_api::webhooks::{Verifier, WebhookSecret};
///
/// let new = WebhookSecret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
/// let old = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// // While a secret is being rotated, messages may be signed with either.
/// let verifier = Verifier::new(new).or(old).tolerance(Duration::from_secs(60));
/// # let _ = verifier;
/// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a verifier does nothing until it is given a request"]
pub struct Verifier {
    secrets: Vec<WebhookSecret>,
    tolerance: Duration,
}

impl Verifier {
    /// A verifier of what is signed with `secret`, at most five minutes ago or ahead.
    pub fn new(secret: WebhookSecret) -> Self {
        Self {
            secrets: vec![secret],
            tolerance: TOLERANCE,
        }
    }

    /// Takes what is signed with `secret`, too.
    pub fn or(mut self, secret: WebhookSecret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// How far the time of signing may be from now, in both directions. Default: five minutes, as
    /// Svix has it. What is overheard can be sent again for as long.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The webhook that a request is: its raw body, byte by byte as it arrived, and its headers.
    ///
    /// # Errors
    /// When it was not signed with any of the secrets, or not within the window, and when it is
    /// authentic but cannot be read. An event that the document does not know is no error.
    pub fn verify(&self, body: &[u8], headers: &HeaderMap) -> Result<Delivery, WebhookError> {
        self.verify_at(body, headers, SystemTime::now())
    }

    /// As [`verify`](Self::verify), at another time than now: for tests, and for requests that were
    /// written down when they arrived.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_at(
        &self,
        body: &[u8],
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Result<Delivery, WebhookError> {
        let [id, timestamp, signatures] = parts(headers)?;
        let id = id.to_str().ok();
        // What is signed is `id.timestamp.body`: with a dot in the id, parts of a body that was signed
        // could be taken for another id, time and body.
        let id = id.filter(|it| !it.is_empty() && !it.contains('.'));
        let id = id.ok_or(Kind::InvalidHeader(PARTS[0]))?;
        let written = timestamp.to_str().unwrap_or_default();
        let timestamp = written.parse();
        let timestamp: u64 = timestamp.map_err(|_| Kind::InvalidHeader(PARTS[1]))?;
        let message = Message {
            id,
            timestamp: written,
            body,
        };
        // A value that is not text holds no signature.
        let signatures = signatures.to_str().unwrap_or_default();
        let mut secrets = self.secrets.iter();
        if !secrets.any(|secret| secret.has_signed(&message, signatures)) {
            return Err(Kind::Signature.into());
        }
        // The window is judged last, by a time that is known to be signed.
        self.is_in_time(timestamp, now)?;
        let event = read(id, body)?;
        Ok(Delivery {
            id: id.to_owned(),
            timestamp,
            event,
        })
    }

    /// Svix counts in whole seconds, and so does this.
    fn is_in_time(&self, timestamp: u64, now: SystemTime) -> Result<(), WebhookError> {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let now = now.as_secs();
        let tolerance = self.tolerance.as_secs();
        let ago = Duration::from_secs(now.saturating_sub(timestamp));
        let ahead = Duration::from_secs(timestamp.saturating_sub(now));
        if ago.as_secs() > tolerance {
            Err(Kind::TooOld(ago).into())
        } else if ahead.as_secs() > tolerance {
            Err(Kind::TooNew(ahead).into())
        } else {
            Ok(())
        }
    }
}

/// The headers of a webhook from pairs of name and value, for servers that have them so. Names are
/// taken in any casing; headers of other names, and what no header can hold, are passed over.
///
/// ```
/// let headers = trackstar_api::webhooks::headers([("Svix-Id", "msg_1"), ("Host", "example.com")]);
/// assert_eq!(headers.len(), 1);
/// ```
pub fn headers<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> HeaderMap
where
    N: AsRef<str>,
    V: AsRef<[u8]>,
{
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let name = HeaderName::from_bytes(name.as_ref().as_bytes());
        let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_ref())) else {
            continue;
        };
        let mut known = BRANDS
            .iter()
            .flat_map(|brand| PARTS.map(|part| named(brand, part)));
        if known.any(|known| name == *known) {
            headers.append(name, value);
        }
    }
    headers
}

fn named(brand: &str, part: &str) -> String {
    format!("{brand}-{part}")
}

/// The three headers, Svix's own before those of the standard.
fn parts(headers: &HeaderMap) -> Result<[&HeaderValue; 3], Kind> {
    let find = |part| {
        let mut found = BRANDS
            .iter()
            .filter_map(|brand| headers.get(named(brand, part)));
        found.next().ok_or(Kind::MissingHeader(part))
    };
    let [id, timestamp, signature] = PARTS;
    Ok([find(id)?, find(timestamp)?, find(signature)?])
}

/// What every payload says of itself.
#[derive(Deserialize)]
struct Named {
    event_type: String,
    /// Everything else. With it the payload is read as an object, and never as a list.
    #[serde(flatten)]
    #[allow(
        clippy::zero_sized_map_values,
        reason = "serde flattens maps, and no sets"
    )]
    _rest: BTreeMap<String, IgnoredAny>,
}

fn read(id: &str, body: &[u8]) -> Result<Event, WebhookError> {
    let refuse = |event_type: Option<String>, error: &serde_json::Error| {
        let payload = Payload {
            // The secret that signs a payload does not go over the network.
            id: Sanitized::new(id, &[]),
            event_type: event_type.map(|it| Sanitized::new(it, &[])),
            problem: Sanitized::new(problem(error), &[]),
            body: body.to_owned(),
        };
        WebhookError::from(Kind::Payload(Box::new(payload)))
    };
    let named: Named = repair::value(body).map_err(|error| refuse(None, &error))?;
    let (event, _) = tolerant::noting(|| Event::read(&named.event_type, body));
    event.map_err(|error| refuse(Some(named.event_type), &error))
}

/// What is wrong, without anything that the payload holds.
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
