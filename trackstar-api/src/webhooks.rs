//! Verification of webhooks from Trackstar, and their typed events.
//!
//! A [`Verifier`] checks the raw body and the headers of a request that your server received, and
//! returns a [`Delivery`]. It contains a typed [`Event`], and an id that identifies repeated
//! deliveries. The module does not depend on a web framework.
//!
//! ```
//! use trackstar_api::reexports::http_1::HeaderMap;
//! use trackstar_api::webhooks::{Event, Verifier};
//!
//! /// Answers the status; `body` is what arrived, byte by byte, for that is what is signed.
//! fn handle(verifier: &Verifier, headers: &HeaderMap, body: &[u8]) -> u16 {
//!     match verifier.verify(body, headers) {
//!         Ok(delivery) => {
//!             // Svix sends until it is answered with 2xx: look whether you know `delivery.id()`.
//!             match delivery.into_event() {
//!                 Event::Unknown(event) => println!("{} is new to me", event.event_type()),
//!                 event => println!("{} has happened", event.event_type()),
//!             }
//!             204
//!         }
//!         // Signed, so it is Trackstar that sent it: it comes again, perhaps to a newer version.
//!         Err(error) if error.is_authentic() => 500,
//!         Err(_) => 400,
//!     }
//! }
//! # use trackstar_api::webhooks::WebhookSecret;
//! # let secret = WebhookSecret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
//! # assert_eq!(handle(&Verifier::new(secret), &HeaderMap::new(), b"{}"), 400);
//! # Ok::<(), trackstar_api::webhooks::WebhookError>(())
//! ```
//!
//! The events are those of the document from which the crate was built. Fields that the API adds
//! later are accepted, and an event that it adds is an [`Event::Unknown`].

// Svix sends the API's webhooks. Its own crate, `svix`, is an HTTP client with about twenty
// dependencies that this crate does not have. `standardwebhooks`, by the same authors, does not
// support `svix-*` headers, and its tolerance is fixed. Tests compare the verification with `svix`.

mod delivery;
mod error;
mod verifier;

pub use crate::generated::webhooks::Event;
pub use delivery::{Delivery, UnknownEvent, WebhookEvent};
pub use error::WebhookError;
pub use verifier::{Verifier, WebhookSecret, headers};
