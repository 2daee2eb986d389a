//! Verification of webhooks from Trackstar, and their typed events.
//!
//! A [`Verifier`] checks the raw body and the headers of a request that your server received, and
//! returns a [`Delivery`]. It has an id that identifies repeated deliveries, and
//! [`Delivery::event`] reads its event. The module does not depend on a web framework.
//!
//! ```
//! use trackstar_api::reexports::http_1::HeaderMap;
//! use trackstar_api::webhooks::{Event, Verifier, WebhookError};
//!
//! /// Handles a request. `body` is the raw body, because the signature covers every byte.
//! fn handle(verifier: &Verifier, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
//!     let delivery = verifier.verify(body, headers)?;
//!     // Svix repeats a delivery until it gets a 2xx response. Skip ids that you have processed.
//!     println!("delivery {}", delivery.id());
//!     match delivery.event()? {
//!         Event::Unknown(event) => println!("{} is unknown", event.event_type()),
//!         event => println!("{} happened", event.event_type()),
//!     }
//!     Ok(())
//! }
//!
//! /// Returns the status code of the response.
//! fn status(handled: Result<(), WebhookError>) -> u16 {
//!     match handled {
//!         Ok(()) => 204,
//!         // Signed by Trackstar. Svix sends it again, perhaps to a newer version of your program.
//!         Err(error) if error.is_authentic() => 500,
//!         Err(_) => 400,
//!     }
//! }
//! # use trackstar_api::webhooks::WebhookSecret;
//! # let secret = WebhookSecret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")?;
//! # assert_eq!(status(handle(&Verifier::new(secret), &HeaderMap::new(), b"{}")), 400);
//! # Ok::<(), trackstar_api::webhooks::WebhookError>(())
//! ```
//!
//! [`Event`] contains the events of the vendored document. With `Config::webhooks`, your build
//! script generates an `Event` for your own document, which [`Delivery::event`] reads in the same
//! way. Fields that the API adds later are accepted, and an event that it adds is `Unknown`.

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
