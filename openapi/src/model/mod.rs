//! The operations of a document: [listed](crate::operations), and with all facts about them.

#[cfg(feature = "prepare")]
mod facts;
mod listed;
mod operation;
mod read;
#[cfg(feature = "prepare")]
mod webhook;

#[cfg(feature = "prepare")]
pub(crate) use facts::{Fact, Facts, Written, key, prepared};
pub use listed::{Listed, listed, operations};
pub(crate) use listed::{is_method, listed_with_webhooks, read_bodies, resolve};
pub use operation::{
    Body, Content, Media, Operation, Parameter, ParameterLocation, Part, PartType, Requirement,
    Response, Scheme, Server, Status,
};
pub use read::{read, schemes};
#[cfg(feature = "prepare")]
pub use webhook::Webhook;
#[cfg(feature = "prepare")]
pub(crate) use webhook::webhooks;
