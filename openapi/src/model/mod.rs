//! The operations of a document: [as it lists them](crate::operations), and as they are prepared.

mod facts;
mod listed;
mod operation;
mod webhook;

pub(crate) use facts::{Fact, Facts, Written, key, written};
pub use listed::{Listed, operations};
pub(crate) use listed::{is_method, listed, resolve};
pub use operation::{
    Body, Content, Operation, Parameter, ParameterLocation, Part, PartType, Status, Success,
};
pub(crate) use operation::{effective, read};
pub use webhook::Webhook;
pub(crate) use webhook::take;
