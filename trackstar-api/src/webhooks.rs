//! Verify webhooks from Trackstar and read their events.
//!
//! When your server receives a request, pass its raw body and headers to a [`Verifier`]. It returns
//! a [`Delivery`], which you can turn into a typed event with [`Delivery::event`]. The same webhook
//! can be delivered more than once, so use [`Delivery::id`] to recognize duplicates. You can use
//! this with any web framework.
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
//! [`Event`] has the events of the vendored document. If you use your own document, set
//! `Config::webhooks` in your build script to generate an `Event` for it. It works in the same way.
//! In both cases, unknown fields are ignored, and an event that isn't known yet is read as
//! `Unknown`.

// Trackstar's webhooks are sent by Svix. We don't use the `svix` crate because it's really an HTTP
// client, with about twenty dependencies that we otherwise wouldn't have. `standardwebhooks`, from
// the same authors, doesn't support `svix-*` headers or a custom tolerance. There are tests that
// compare our results with `svix`.

mod delivery;
mod error;
mod verifier;

pub use crate::generated::Event;
pub use delivery::{Delivery, UnknownEvent, WebhookEvent};
pub use error::WebhookError;
pub use verifier::{Verifier, WebhookSecret, headers};
