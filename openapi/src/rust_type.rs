//! The generator's extension for existing Rust types.
//!
//! The type parameters in it are schemas, so searches for references include them.

use serde_json::{Value, json};

/// Name of the extension in the generator.
pub(crate) const KEY: &str = "x-rust-type";

/// Name of the crate that defines the types.
const CRATE: &str = "trackstar-api";

/// Returns the schema of a value that is sent as null or as a value of another schema.
pub(crate) fn nullable(held: Value) -> Value {
    of("trackstar_api::Nullable", held)
}

/// Returns the schema of an object that is passed as one argument for a parameter.
///
/// The generator does not support types with a builder in this position, and does not inspect this
/// type. The client's code removes the wrapper.
pub(crate) fn whole(held: Value) -> Value {
    of("trackstar_api::Whole", held)
}

fn of(path: &str, held: Value) -> Value {
    let mut schema = json!({(KEY): {"crate": CRATE, "version": "*", "path": path}});
    schema[KEY]["parameters"] = Value::Array(vec![held]);
    schema
}

/// Returns the type parameters of the Rust type of a schema.
pub(crate) fn parameters(schema: &Value) -> impl Iterator<Item = &Value> {
    let extension = schema.get(KEY).filter(|it| is_ours(it));
    let parameters = extension.and_then(|ours| ours.get("parameters")?.as_array());
    parameters.into_iter().flatten()
}

/// Returns the type parameters of the Rust type of a schema for modification.
pub(crate) fn parameters_mut(schema: &mut Value) -> impl Iterator<Item = &mut Value> {
    let extension = schema.get_mut(KEY).filter(|it| is_ours(it));
    let parameters = extension.and_then(|ours| ours.get_mut("parameters")?.as_array_mut());
    parameters.into_iter().flatten()
}

fn is_ours(extension: &Value) -> bool {
    extension.get("crate").is_some_and(|name| name == CRATE)
}
