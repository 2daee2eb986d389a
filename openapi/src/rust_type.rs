//! The extension by which the generator takes a type that is there already.
//!
//! What the generator reads there are schemas, so they count where it is asked what a document
//! reaches.

use serde_json::{Value, json};

/// The extension, as the generator knows it.
pub(crate) const KEY: &str = "x-rust-type";

/// The crate whose types are meant.
const CRATE: &str = "trackstar-api";

/// The schema of something that is sent as null or as a value of another schema.
pub(crate) fn nullable(held: Value) -> Value {
    of("trackstar_api::Nullable", held)
}

/// The schema of an object that is the argument of a parameter: the generator has no code for types with
/// a builder there, and does not look into this one. The client's code takes it away again.
pub(crate) fn whole(held: Value) -> Value {
    of("trackstar_api::Whole", held)
}

fn of(path: &str, held: Value) -> Value {
    let mut schema = json!({(KEY): {"crate": CRATE, "version": "*", "path": path}});
    schema[KEY]["parameters"] = Value::Array(vec![held]);
    schema
}

/// The schemas that the type of a schema is made of.
pub(crate) fn parameters(schema: &Value) -> impl Iterator<Item = &Value> {
    let extension = schema.get(KEY);
    let ours = extension.filter(|it| it.get("crate").is_some_and(|name| name == CRATE));
    let parameters = ours.and_then(|ours| ours.get("parameters")?.as_array());
    parameters.into_iter().flatten()
}
