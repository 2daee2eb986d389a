//! The clients of many small documents, each in a module of its own.

#![allow(
    dead_code,
    nonstandard_style,
    unused_imports,
    unused_mut,
    unused_variables,
    reason = "generated code, as the record of the client has it"
)]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a value as a type, and writes it again.
pub type Again = fn(Value) -> Result<Value, String>;

fn again<T: DeserializeOwned + Serialize>(value: Value) -> Result<Value, String> {
    let read: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(read).map_err(|error| error.to_string())
}

include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
