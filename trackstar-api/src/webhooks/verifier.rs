//! The check that a request is a recent webhook, signed with a known secret.

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

use super::error::{Kind, unreadable};
use super::{Delivery, WebhookError};
use crate::de::repair;
use crate::secret::wiped::Wiped;

/// Tolerance of Svix for clock differences, network delays and replays.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The suffixes of the header names.
const PARTS: [&str; 3] = ["id", "timestamp", "signature"];

/// Prefix of the secrets of webhooks. Secrets for other purposes have other prefixes.
const PREFIX: &str = "whsec_";

/// Minimum length of a key, in bytes. Svix does not create shorter ones, and a guessed key can
/// sign.
const SHORTEST: usize = 24;

/// The version of the signatures that are verified: HMAC-SHA256, in base64.
const VERSION: &str = "v1";

/// The prefixes of the header names: Svix's own, and those of the standard that is based on them.
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
        // Other words can be base64, such as the `null` of a missing setting.
        let key = secret.trim().strip_prefix(PREFIX).ok_or(Kind::Secret)?;
        // The decoder's error may contain the invalid byte.
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

    /// Returns true if one of the signatures of a message is from this secret. During the rotation
    /// of a secret, a header contains several signatures, separated by spaces.
    fn has_signed(&self, message: &Message<'_>, signatures: &str) -> bool {
        // A sender without a secret may send many signatures, so the body is hashed only once.
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

/// The signed content.
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

/// Verifies webhooks. Create one for each endpoint. Clones are cheap.
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
    /// Creates a verifier for `secret`, with a tolerance of five minutes.
    pub fn new(secret: WebhookSecret) -> Self {
        Self {
            secrets: vec![secret],
            tolerance: TOLERANCE,
        }
    }

    /// Accepts webhooks that are signed with `secret`, too.
    pub fn or(mut self, secret: WebhookSecret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Sets the maximum difference between the time of signing and now, in both directions.
    /// Default: five minutes, as in Svix. An intercepted webhook can be replayed within this time.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a request and returns its webhook. `body` is the raw body, byte for byte as
    /// received.
    ///
    /// # Errors
    /// Returns an error if none of the secrets signed the webhook, if its time is outside the
    /// tolerance, or if it is authentic but its body is not JSON with an `event_type`.
    pub fn verify(&self, body: &[u8], headers: &HeaderMap) -> Result<Delivery, WebhookError> {
        self.verify_at(body, headers, SystemTime::now())
    }

    /// Verifies a request like [`verify`](Self::verify), but relative to the time `now`. Use it for
    /// tests, and for requests that were stored when they arrived.
    ///
    /// # Errors
    /// Returns the errors of [`verify`](Self::verify).
    pub fn verify_at(
        &self,
        body: &[u8],
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Result<Delivery, WebhookError> {
        let [id, timestamp, signatures] = parts(headers)?;
        let id = id.to_str().ok();
        // The signed content is `id.timestamp.body`. With a dot in the id, parts of a signed body
        // could be interpreted as another id, time and body.
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
        // A value that is not text does not contain a signature.
        let signatures = signatures.to_str().unwrap_or_default();
        let mut secrets = self.secrets.iter();
        if !secrets.any(|secret| secret.has_signed(&message, signatures)) {
            return Err(Kind::Signature.into());
        }
        // The time is checked last, when the signature has proved that it is authentic.
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

    /// Compares whole seconds, as Svix does.
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

/// Returns the headers of a webhook from pairs of name and value, for servers that represent
/// headers as pairs. Names may have any case. Other headers, and invalid names or values, are
/// ignored.
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

/// Returns the three headers. Svix's own names take precedence over those of the standard.
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

/// The member that every payload has.
#[derive(Deserialize)]
struct Named {
    event_type: String,
    /// All other members. With this field, serde reads the payload only from an object, never from
    /// a list.
    #[serde(flatten)]
    #[allow(
        clippy::zero_sized_map_values,
        reason = "serde flattens maps, and no sets"
    )]
    _rest: BTreeMap<String, IgnoredAny>,
}
