//! Webhooks for tests, signed in the same way as by the API.

use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue};

use super::MockServer;
use crate::error::Error;
use crate::webhooks::WebhookSecret;

/// A signed webhook for testing your receiver.
///
/// It has a body and headers that a [`Verifier`](crate::webhooks::Verifier) accepts.
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
    /// Creates a webhook with your own body, signed at the current time.
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

    /// Creates a webhook that was signed at some other time. For example, you can use this to test
    /// how you handle one that is too old.
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
            // The value is always ASCII.
            let value = HeaderValue::from_str(value);
            headers.extend(value.map(|value| (http::HeaderName::from_static(name), value)));
        }
        Self { headers, body }
    }

    /// Returns the headers, which are `svix-id`, `svix-timestamp`, `svix-signature` and
    /// `content-type`.
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
    /// Returns a webhook for the given event, signed at the current time. The payload is made up,
    /// but it matches the document.
    ///
    /// # Errors
    ///
    /// This returns an error if the document doesn't have such an event.
    pub fn webhook(&self, event: &str, secret: &WebhookSecret) -> Result<SampleWebhook, Error> {
        let payload = self.service.contract().webhook(event)?;
        Ok(SampleWebhook::signed(secret, payload.to_string()))
    }
}
