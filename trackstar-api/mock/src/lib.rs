//! The engine behind the mock server of `trackstar-api`.
//!
//! It creates a response to a request based on an OpenAPI document, and doesn't do any I/O.
//!
//! - [`Contract`] is a document that has been prepared for generating responses. It uses the
//!   operations of [`trackstar_openapi::model`], the credentials and media types in [`document`],
//!   [`instance`] to generate values, and [`validate`] to check them.
//! - [`Service`] implements a contract. It checks credentials, returns scripted [`Answer`]s,
//!   enforces [`Limits`] and records all requests as [`Received`].
//!
//! There isn't any code for specific operations. Everything comes from the document. For example,
//! it determines which requests are invalid, which lists have pages, and which operation deletes
//! the connection of its access token.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::SystemTime;
//! use trackstar_mock::{Contract, Request, Service};
//!
//! let contract = Contract::new(serde_json::json!({
//!     "openapi": "3.1.0",
//!     "paths": {"/weight": {"get": {"responses": {"200": {"content": {"application/json": {
//!         "schema": {"type": "object", "required": ["grams"], "properties": {
//!             "grams": {"type": "integer", "minimum": 500},
//!         }},
//!     }}}}}}},
//! }))?;
//! let service = Service::new(Arc::new(contract));
//! let reply = service.answer(Request::new("GET", "/weight"), SystemTime::now());
//! assert_eq!(reply.json(), Some(serde_json::json!({"grams": 500})));
//! let reply = service.answer(Request::new("GET", "/weight?unit=g"), SystemTime::now());
//! assert_eq!(reply.json().unwrap()["detail"]["query"]["unit"][0], "Unknown field.");
//! # Ok::<(), trackstar_mock::Error>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod check;
mod contract;
mod credentials;
pub mod document;
mod draft;
mod failure;
pub mod instance;
mod leaf;
mod limits;
mod pages;
mod parts;
mod prefer;
mod problems;
mod request;
mod route;
mod scripts;
mod secrets;
mod service;
mod state;
mod success;
mod template;
mod texts;
mod translate;
pub mod validate;
mod vary;

pub use answer::{Answer, Reply};
pub use contract::Contract;
pub use limits::Limits;
pub use parts::{Part, parts};
pub use request::{Received, Request};
pub use service::Service;
pub use trackstar_openapi::Message as Error;
