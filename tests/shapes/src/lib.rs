//! The clients of many small documents, each in its module.

#![allow(
    dead_code,
    nonstandard_style,
    unused_imports,
    unused_mut,
    unused_variables,
    reason = "generated code, which the client allows in the same way"
)]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A function that reads a value as a type and writes it again.
pub type Again = fn(Value) -> Result<Value, String>;

fn again<T: DeserializeOwned + Serialize>(value: Value) -> Result<Value, String> {
    let read: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(read).map_err(|error| error.to_string())
}

include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
