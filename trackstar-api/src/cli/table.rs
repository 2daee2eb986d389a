//! What the generated code says of subcommands, as constants.

use serde_json::Value;

use crate::operation::{Operation, Place};

/// The subcommand of one operation.
#[derive(Debug)]
pub struct Command {
    pub operation: &'static Operation,
    pub name: &'static str,
    /// Summary and description.
    pub about: Option<&'static str>,
    pub flags: &'static [Flag],
    pub body: Body,
}

/// How the whole body is given.
#[derive(Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which there are depends on the document")]
pub enum Body {
    /// Not at all: there is none, or it is made of parts.
    None,
    Json {
        /// A body to begin with.
        template: &'static str,
    },
    /// A text, sent as it is.
    Text,
    /// A file, sent as it is.
    Bytes,
}

/// A flag of a subcommand.
#[derive(Debug)]
#[allow(dead_code, reason = "made where the document has parameters or bodies")]
pub struct Flag {
    /// Without the dashes before it.
    pub name: &'static str,
    pub help: Option<&'static str>,
    pub need: Need,
    /// Whether it can be given several times.
    pub list: bool,
    /// The name in the request.
    pub wire: &'static str,
    pub goes: Goes,
    pub kind: Kind,
    /// Reads one value, as the type that the operation takes.
    pub parse: fn(&str) -> Result<Value, String>,
    /// The values that there are, where they are few.
    pub values: &'static [&'static str],
    pub secret: bool,
}

/// Whether a flag must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which there are depends on the document")]
pub enum Need {
    Optional,
    Required,
    /// Required where the whole body is not given.
    UnlessBody,
}

/// Where the value of a flag goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which there are depends on the document")]
pub enum Goes {
    Parameter(Place),
    /// Into the body, which is an object.
    Property,
    /// To a part of the body.
    Part,
    /// To a part of the body that is a file: the flag takes its path.
    File,
}

/// What a value is, for whoever has to type it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which there are depends on the document")]
pub enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Json,
}
