//! Deliveries of webhooks.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;

use super::WebhookError;
use super::error::unreadable;
use crate::de::{lenient, repair};

/// A webhook that was signed with one of the verifier's secrets.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    pub(super) id: String,
    pub(super) timestamp: u64,
    pub(super) event_type: String,
    /// Wiped when the last clone is dropped.
    pub(super) body: Bytes,
}

/// Omits the payload, which may contain a customer's data.
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
    /// Returns the id of the message (`svix-id`). Repeated deliveries have the same id, and every
    /// message may be delivered more than once. Store the ids of the messages that you have
    /// processed.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the time at which this delivery was signed.
    #[must_use]
    pub fn timestamp(&self) -> SystemTime {
        // The time is within the verifier's tolerance, so every system can represent it.
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

    /// Reads the event as one of the events of a document: [`Event`](super::Event) of the vendored
    /// document, or `webhooks::Event` of the operations that your build script generates.
    ///
    /// An event that the document does not contain is `Unknown`.
    ///
    /// # Errors
    /// Returns an error if the payload does not match the document. The error contains the payload.
    pub fn event<E: WebhookEvent>(&self) -> Result<E, WebhookError> {
        let (event, _) = lenient::noting(|| E::read(&self.event_type, &self.body));
        event.map_err(|error| unreadable(&self.id, Some(&self.event_type), &self.body, &error))
    }
}

/// The events of a document. Generated code implements it, and nothing else should.
pub trait WebhookEvent: Sized {
    /// Reads the event of this name.
    #[doc(hidden)]
    fn read(event_type: &str, payload: &[u8]) -> serde_json::Result<Self>;
}

/// An event that the document does not contain, with its JSON.
#[derive(Clone, PartialEq)]
pub struct UnknownEvent {
    event_type: String,
    payload: Value,
}

impl UnknownEvent {
    /// For generated code.
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

    /// Returns the whole payload, including `event_type`. It may contain a customer's data, so be
    /// careful where you show it.
    #[must_use]
    pub fn payload(&self) -> &Value {
        &self.payload
    }

    /// Converts the event to its payload.
    #[must_use]
    pub fn into_payload(self) -> Value {
        self.payload
    }
}

/// Omits the payload, because its secrets cannot be identified.
impl fmt::Debug for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownEvent")
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}
