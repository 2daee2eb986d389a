//! Facts about operations that OpenAPI 3.0 or the generator cannot express.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Listed;
use super::operation::{Body, Content};
use crate::Serialization;
use crate::pointer::below;

/// Facts about operations, paths, and components, keyed by pointer.
pub(crate) type Facts = BTreeMap<String, Fact>;

/// The location and the name of a parameter.
pub(crate) type ParameterKey = (String, String);

/// The serialization of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) style: String,
    pub(crate) explode: bool,
    /// Whether the value is an object that is passed as one argument.
    pub(crate) object: bool,
}

/// Facts about an operation, a path, or a component.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fact {
    /// Media type of the request body on the wire, if the generator gets a different one.
    pub(crate) sent_as: Option<String>,
    /// Multipart body. The generator gets an operation without a body.
    pub(crate) parts: Option<Body>,
    /// Media types of the success responses that are read, unless only `application/json` is.
    pub(crate) accept: Vec<String>,
    /// Status codes of successes without content, to which the preparation gave the type of the others.
    pub(crate) empty: Vec<String>,
    /// Serialization of the parameters in the list, keyed by their names in it, or `None` if the generator
    /// supports what the document states.
    pub(crate) written: BTreeMap<ParameterKey, Option<Written>>,
    /// Wire names of the parameters that were renamed in the prepared document.
    pub(crate) wire: BTreeMap<ParameterKey, String>,
    /// Original location of a schema that became a component, so that messages of the generator refer to
    /// the document.
    pub(crate) made_of: Option<String>,
    /// Component that replaces this duplicate.
    pub(crate) copy_of: Option<String>,
    /// Event of the webhook that a placeholder operation represents.
    pub(crate) event: Option<String>,
}

/// Returns the location and the name of a parameter.
pub(crate) fn key(parameter: &Value) -> Option<ParameterKey> {
    let text = |key: &str| Some(parameter.get(key)?.as_str()?.to_owned());
    Some((text("in")?, text("name")?))
}

/// Returns the wire name of a parameter of an operation, and its serialization.
pub(crate) fn written(
    facts: &Facts,
    operation: &Listed,
    parameter: &Value,
) -> Option<(String, Written)> {
    let mut key = key(parameter)?;
    let own = facts.get(&operation.pointer);
    if let Some(wire) = own.and_then(|fact| fact.wire.get(&key)) {
        key.1.clone_from(wire);
    }
    let item = facts.get(&below("/paths", &[&operation.path]));
    let mut facts = [own, item].into_iter().flatten();
    let written = facts.find_map(|fact| fact.written.get(&key)).cloned();
    let stated = || {
        let Serialization { style, explode } = Serialization::of(parameter);
        Written {
            style: style.to_owned(),
            explode,
            object: false,
        }
    };
    Some((key.1, written.flatten().unwrap_or_else(stated)))
}

impl Fact {
    /// Returns the names of the parts of the body.
    pub(crate) fn part_names(&self) -> impl Iterator<Item = &str> {
        let parts = match &self.parts {
            Some(Body {
                content: Content::Parts(parts),
                ..
            }) => parts.as_slice(),
            _ => &[],
        };
        parts.iter().map(|part| part.name.as_str())
    }
}
