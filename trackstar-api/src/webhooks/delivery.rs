//! What has been delivered.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::Event;
use crate::repair;

/// A webhook that was signed with one of the verifier's secrets.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    pub(super) id: String,
    pub(super) timestamp: u64,
    pub(super) event: Event,
}

impl Delivery {
    /// The id of the message (`svix-id`), the same whenever it is sent again: keep those that you have
    /// handled, for every message may come more than once.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When this attempt to deliver it was signed.
    #[must_use]
    pub fn timestamp(&self) -> SystemTime {
        // It is within the verifier's window, so no clock is too short for it.
        let since = Duration::from_secs(self.timestamp);
        SystemTime::UNIX_EPOCH
            .checked_add(since)
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// What has happened.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// What has happened, to keep.
    #[must_use]
    pub fn into_event(self) -> Event {
        self.event
    }
}

/// For generated code: the events of a document.
#[doc(hidden)]
#[allow(
    clippy::missing_errors_doc,
    reason = "hidden: generated code alone implements it"
)]
pub trait WebhookEvent: Sized {
    /// Reads the event of this name.
    fn read(event_type: &str, payload: &[u8]) -> serde_json::Result<Self>;
}

/// An event that the document does not know, with its JSON.
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

    /// The name of the event.
    #[must_use]
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The whole payload, `event_type` and all. It may hold what is a customer's: mind where you show it.
    #[must_use]
    pub fn payload(&self) -> &Value {
        &self.payload
    }

    /// The whole payload, to keep.
    #[must_use]
    pub fn into_payload(self) -> Value {
        self.payload
    }
}

/// Without the payload: nobody knows what is secret in it.
impl fmt::Debug for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownEvent")
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}
