//! The operations of a document: [as they are](crate::operations), and after the preparation.

#[cfg(feature = "prepare")]
mod facts;
mod listed;
#[cfg(feature = "prepare")]
mod operation;
#[cfg(feature = "prepare")]
mod webhook;

#[cfg(feature = "prepare")]
pub(crate) use facts::{Fact, Facts, Written, key, written};
pub use listed::{Listed, listed, operations};
pub(crate) use listed::{is_method, resolve};
#[cfg(feature = "prepare")]
pub(crate) use operation::read;
#[cfg(feature = "prepare")]
pub use operation::{
    Body, Content, Operation, Parameter, ParameterLocation, Part, PartType, Status, Success,
};
#[cfg(feature = "prepare")]
pub use webhook::Webhook;
#[cfg(feature = "prepare")]
pub(crate) use webhook::take;
