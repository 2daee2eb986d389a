//! Checks the signature and timestamp of a webhook.

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

use super::error::{WebhookErrorKind, unreadable};
use super::{Delivery, WebhookError};
use crate::de::repair;
use crate::secret::wiped::Wiped;

/// Svix's own default. It has to cover clock skew and network delays, but it also limits how long a
/// webhook can be replayed.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The suffixes of the header names, which follow the brand.
const PARTS: [&str; 3] = ["id", "timestamp", "signature"];

/// The prefix of webhook secrets. Svix uses other prefixes for other kinds of secrets.
const PREFIX: &str = "whsec_";

/// The minimum length of a key in bytes. Svix doesn't create any that are shorter, and anyone who
/// can guess a key can sign.
const SHORTEST: usize = 24;

/// The signature version that we support, which is HMAC-SHA256 encoded as base64.
const VERSION: &str = "v1";

/// Header names start with one of these. The first is Svix's own, and the second is from the
/// standard that is derived from it.
const BRANDS: [&str; 2] = ["svix", "webhook"];

/// The signing secret of a webhook endpoint.
///
/// You can find it in the dashboard, where it starts with `whsec_`. Each endpoint has a different
/// one. It isn't included in `Debug` output, and its memory is wiped when the last clone is
/// dropped.
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
    /// Parses a secret in the format used by the dashboard.
    ///
    /// It consists of `whsec_`, followed by at least 24 bytes encoded as base64. Surrounding
    /// whitespace is ignored. The string that you pass in is wiped.
    ///
    /// # Errors
    ///
    /// This returns an error if the text isn't a valid secret. The error doesn't include the text.
    pub fn new(secret: impl Into<String>) -> Result<Self, WebhookError> {
        let secret = Zeroizing::new(secret.into());
        // Without the prefix, other words would be valid as well. For example, a missing setting
        // might turn into `null`, which is valid base64.
        let key = secret
            .trim()
            .strip_prefix(PREFIX)
            .ok_or(WebhookErrorKind::Secret)?;
        // We drop the decoder's error, because it may contain a byte of the secret.
        let key = STANDARD.decode(key).map_err(|_| WebhookErrorKind::Secret)?;
        let key = Zeroizing::new(key);
        if key.len() < SHORTEST {
            return Err(WebhookErrorKind::Secret.into());
        }
        Ok(Self(Arc::new(key)))
    }

    /// Returns the value for the signature header.
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

    /// Returns true if one of the signatures was made with this secret. There is more than one
    /// while a secret is being rotated. They are separated by spaces.
    fn has_signed(&self, message: &Message<'_>, signatures: &str) -> bool {
        // Anybody can send lots of signatures, so we only hash the body once.
        let hash = message.hash(&self.0);
        signatures.split(' ').any(|signature| {
            let Some((VERSION, code)) = signature.split_once(',') else {
                return false;
            };
            let code = STANDARD.decode(code).unwrap_or_default();
            // This comparison takes constant time.
            <[u8; 32]>::try_from(code).is_ok_and(|code| hash.clone().finalize_verify(&code))
        })
    }
}

/// The content that is signed.
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

/// A verifier for incoming webhooks.
///
/// You should create one for each endpoint. Cloning it is cheap.
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
#[must_use = "verifiers do nothing unless given a request"]
pub struct Verifier {
    secrets: Vec<WebhookSecret>,
    tolerance: Duration,
}

impl Verifier {
    /// Creates a verifier that uses the given secret and a tolerance of five minutes.
    pub fn new(secret: WebhookSecret) -> Self {
        Self {
            secrets: vec![secret],
            tolerance: TOLERANCE,
        }
    }

    /// Adds another secret. Webhooks that are signed with it are accepted, too.
    pub fn or(mut self, secret: WebhookSecret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Sets how far the timestamp may differ from the current time, in either direction.
    ///
    /// The default is five minutes, which is also what Svix uses. Note that an intercepted webhook
    /// can be replayed for this long.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a request.
    ///
    /// `body` has to be the raw body, exactly as it was received.
    ///
    /// # Errors
    ///
    /// This returns an error if a header is missing or invalid, if the webhook wasn't signed with any
    /// of the secrets, if its timestamp is outside of the tolerance, or if it is authentic but its
    /// body isn't JSON with an `event_type`. Use the predicates of [`WebhookError`] to find out
    /// which.
    pub fn verify(&self, body: &[u8], headers: &HeaderMap) -> Result<Delivery, WebhookError> {
        self.verify_at(body, headers, SystemTime::now())
    }

    /// Like [`verify`](Self::verify), but uses `now` as the current time.
    ///
    /// This is useful in tests, and for requests that you've stored to verify them later.
    ///
    /// # Errors
    ///
    /// See [`verify`](Self::verify).
    pub fn verify_at(
        &self,
        body: &[u8],
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Result<Delivery, WebhookError> {
        let [id, timestamp, signatures] = parts(headers)?;
        let id = id.to_str().ok();
        // The content that gets signed is `id.timestamp.body`. If we allowed a dot in the id, it
        // would be possible to move parts of a signed body into the id and timestamp.
        let id = id.filter(|it| !it.is_empty() && !it.contains('.'));
        let id = id.ok_or(WebhookErrorKind::InvalidHeader(PARTS[0]))?;
        let written = timestamp.to_str().unwrap_or_default();
        let timestamp = written.parse();
        let timestamp: u64 = timestamp.map_err(|_| WebhookErrorKind::InvalidHeader(PARTS[1]))?;
        let message = Message {
            id,
            timestamp: written,
            body,
        };
        // If this isn't text, it can't contain a signature.
        let signatures = signatures.to_str().unwrap_or_default();
        let mut secrets = self.secrets.iter();
        if !secrets.any(|secret| secret.has_signed(&message, signatures)) {
            return Err(WebhookErrorKind::Signature.into());
        }
        // We check the time last, since we can only trust it once we've verified the signature.
        self.is_in_time(timestamp, now)?;
        let named = repair::value(body);
        let named: Named = named.map_err(|error| unreadable(id, None, body, &error))?;
        let mut copy = Wiped::with_capacity(body.len());
        copy.extend(body);
        Ok(Delivery {
            id: id.to_owned(),
            timestamp,
            event_type: named.event_type,
            body: copy.into_bytes(),
        })
    }

    /// Svix compares whole seconds, so we do the same.
    fn is_in_time(&self, timestamp: u64, now: SystemTime) -> Result<(), WebhookError> {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let now = now.as_secs();
        let tolerance = self.tolerance.as_secs();
        let ago = Duration::from_secs(now.saturating_sub(timestamp));
        let ahead = Duration::from_secs(timestamp.saturating_sub(now));
        if ago.as_secs() > tolerance {
            Err(WebhookErrorKind::TooOld(ago).into())
        } else if ahead.as_secs() > tolerance {
            Err(WebhookErrorKind::TooNew(ahead).into())
        } else {
            Ok(())
        }
    }
}

/// Creates a header map from names and values.
///
/// This is useful if your server doesn't use the `http` crate. Names aren't case sensitive. Headers
/// that aren't related to webhooks are skipped, and so are invalid names and values.
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

/// Returns the three headers. If both brands are present, we use Svix's.
fn parts(headers: &HeaderMap) -> Result<[&HeaderValue; 3], WebhookErrorKind> {
    let find = |part| {
        let mut found = BRANDS
            .iter()
            .filter_map(|brand| headers.get(named(brand, part)));
        found.next().ok_or(WebhookErrorKind::MissingHeader(part))
    };
    let [id, timestamp, signature] = PARTS;
    Ok([find(id)?, find(timestamp)?, find(signature)?])
}

/// The only member that all payloads have in common.
#[derive(Deserialize)]
struct Named {
    event_type: String,
    /// The remaining members. Having this field also makes sure that serde only accepts an object
    /// here, not a list.
    #[serde(flatten)]
    #[allow(
        clippy::zero_sized_map_values,
        reason = "serde can flatten maps but not sets"
    )]
    _rest: BTreeMap<String, IgnoredAny>,
}
