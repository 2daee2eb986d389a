//! What the generated code says of subcommands, as constants.

use serde_json::Value;

use crate::operation::{Operation, Place};

/// The subcommand of one operation.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) operation: &'static Operation,
    pub(crate) name: &'static str,
    /// Summary and description.
    pub(crate) about: Option<&'static str>,
    pub(crate) flags: &'static [Flag],
    pub(crate) body: Body,
}

/// How the whole body is given.
#[derive(Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which there are depends on the document")]
pub(crate) enum Body {
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
pub(crate) struct Flag {
    /// Without the dashes before it.
    pub(crate) name: &'static str,
    pub(crate) help: Option<&'static str>,
    pub(crate) need: Need,
    /// Whether it can be given several times.
    pub(crate) list: bool,
    /// The name in the request.
    pub(crate) wire: &'static str,
    pub(crate) goes: Goes,
    pub(crate) kind: Kind,
    /// Reads one value, as the type that the operation takes.
    pub(crate) parse: fn(&str) -> Result<Value, String>,
    /// The values that there are, where they are few.
    pub(crate) values: &'static [&'static str],
    pub(crate) secret: bool,
}

/// Whether a flag must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which there are depends on the document")]
pub(crate) enum Need {
    Optional,
    Required,
    /// Required where the whole body is not given.
    UnlessBody,
}

/// Where the value of a flag goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which there are depends on the document")]
pub(crate) enum Goes {
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
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Json,
}
