//! Webhooks with signatures like those of the API.

use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue};

use super::MockServer;
use crate::error::Error;
use crate::webhooks::WebhookSecret;

/// A webhook for the tests of a receiver: a body, and headers with a signature that
/// [`Verifier`](crate::webhooks::Verifier) accepts.
///
/// ```
/// use trackstar_api::mock::MockServer;
/// use trackstar_api::webhooks::{Event, Verifier, WebhookSecret};
///
/// let secret = WebhookSecret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
/// let mock = MockServer::in_process()?;
/// let webhook = mock.webhook("connection.deleted", &secret)?;
///
/// // What your server does with a request:
/// let delivery = Verifier::new(secret).verify(webhook.body(), webhook.headers())?;
/// assert!(matches!(delivery.event()?, Event::ConnectionDeleted(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SampleWebhook {
    headers: HeaderMap,
    body: Vec<u8>,
}

impl SampleWebhook {
    /// Signs your own body with the current time.
    ///
    /// ```
    /// use trackstar_api::mock::SampleWebhook;
    /// use trackstar_api::webhooks::{Verifier, WebhookSecret};
    ///
    /// let secret = WebhookSecret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
    /// let webhook = SampleWebhook::signed(&secret, r#"{"event_type": "order.lost", "id": 7}"#);
    /// let delivery = Verifier::new(secret).verify(webhook.body(), webhook.headers())?;
    /// assert_eq!(delivery.event_type(), "order.lost");
    /// # Ok::<(), trackstar_api::webhooks::WebhookError>(())
    /// ```
    #[must_use]
    pub fn signed(secret: &WebhookSecret, body: impl Into<Vec<u8>>) -> Self {
        Self::signed_at(secret, body, SystemTime::now())
    }

    /// Signs your own body with another time, to test a webhook that is too old, for example.
    #[must_use]
    pub fn signed_at(secret: &WebhookSecret, body: impl Into<Vec<u8>>, time: SystemTime) -> Self {
        let body = body.into();
        let id = format!("msg_{:016x}", fastrand::u64(..));
        let timestamp = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let timestamp = timestamp.as_secs().to_string();
        let signature = secret.sign(&id, &timestamp, &body);
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", "application/json"),
            ("svix-id", &id),
            ("svix-timestamp", &timestamp),
            ("svix-signature", &signature),
        ] {
            // The value is ASCII.
            let value = HeaderValue::from_str(value);
            headers.extend(value.map(|value| (http::HeaderName::from_static(name), value)));
        }
        Self { headers, body }
    }

    /// Returns the headers: `svix-id`, `svix-timestamp`, `svix-signature` and `content-type`.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body, which is JSON.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl MockServer {
    /// Returns a webhook of the event, with a payload that the document allows, signed now.
    ///
    /// # Errors
    /// Returns an error if the document does not describe the event.
    pub fn webhook(&self, event: &str, secret: &WebhookSecret) -> Result<SampleWebhook, Error> {
        let payload = self.service.contract().webhook(event)?;
        Ok(SampleWebhook::signed(secret, payload.to_string()))
    }
}
