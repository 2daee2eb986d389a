//! Verified webhooks.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;

use super::WebhookError;
use super::error::unreadable;
use crate::de::{lenient, repair};

/// A webhook whose signature has been verified.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    pub(super) id: String,
    pub(super) timestamp: u64,
    pub(super) event_type: String,
    /// The memory is wiped when the last clone is dropped.
    pub(super) body: Bytes,
}

/// Leaves out the payload, since it might contain a customer's data.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}

impl Delivery {
    /// Returns the id of the message (the `svix-id` header).
    ///
    /// If a message is delivered more than once, the id stays the same. You should keep track of
    /// the messages that you've already processed.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns when this delivery was signed.
    #[must_use]
    pub fn timestamp(&self) -> SystemTime {
        // This can't overflow, because the time is within the verifier's tolerance.
        let since = Duration::from_secs(self.timestamp);
        SystemTime::UNIX_EPOCH
            .checked_add(since)
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// Returns the name of the event.
    #[must_use]
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// Deserializes the event.
    ///
    /// For the vendored document, `E` is [`Event`](super::Event). If your build script generates
    /// its own operations, use the `Event` of that module. Events that aren't in the
    /// document are read as `Unknown`.
    ///
    /// # Errors
    ///
    /// This returns an error if the payload doesn't match the document. You can get the payload
    /// from the error.
    pub fn event<E: WebhookEvent>(&self) -> Result<E, WebhookError> {
        let (event, _) = lenient::noting(|| E::read(&self.event_type, &self.body));
        event.map_err(|error| unreadable(&self.id, Some(&self.event_type), &self.body, &error))
    }
}

/// The events of a document.
///
/// This is implemented by generated code. You shouldn't need to implement it yourself.
pub trait WebhookEvent: Sized {
    /// Deserializes the event with the given name.
    #[doc(hidden)]
    fn read(event_type: &str, payload: &[u8]) -> serde_json::Result<Self>;
}

/// An event that isn't in the document.
#[derive(Clone, PartialEq)]
pub struct UnknownEvent {
    event_type: String,
    payload: Value,
}

impl UnknownEvent {
    /// This is only meant for generated code.
    #[doc(hidden)]
    pub fn read(event_type: &str, payload: &[u8]) -> serde_json::Result<Self> {
        Ok(Self {
            event_type: event_type.to_owned(),
            payload: repair::value(payload)?,
        })
    }

    /// Returns the name of the event.
    #[must_use]
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// Returns the payload, including `event_type`.
    ///
    /// Be careful when logging this, because it may contain a customer's data.
    #[must_use]
    pub fn payload(&self) -> &Value {
        &self.payload
    }

    /// Consumes the event and returns its payload.
    #[must_use]
    pub fn into_payload(self) -> Value {
        self.payload
    }
}

/// Leaves out the payload, since we can't tell which parts of it are secret.
impl fmt::Debug for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownEvent")
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}
