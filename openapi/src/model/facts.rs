//! What the preparation finds out of operations, and OpenAPI 3.0 or the generator has no words for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Listed;
use super::operation::{Body, Content};
use crate::Serialization;
use crate::pointer::below;

/// What is known of each operation, path, and component, by its pointer.
pub(crate) type Facts = BTreeMap<String, Fact>;

/// The location and the name of a parameter.
pub(crate) type ParameterKey = (String, String);

/// How the value of a parameter is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) style: String,
    pub(crate) explode: bool,
    /// Whether it is an object that is one argument.
    pub(crate) object: bool,
}

/// What is known of an operation, a path, or a component.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fact {
    /// The media type that the body is sent under, if the generator is told another one.
    pub(crate) sent_as: Option<String>,
    /// The body, if it is of several parts. The generator is told of none.
    pub(crate) parts: Option<Body>,
    /// The media types of the successes that are read, if that is not `application/json` alone.
    pub(crate) accept: Vec<String>,
    /// The successes to which the document gives no content, and the preparation the type of the others.
    pub(crate) empty: Vec<String>,
    /// How the parameters in its list are written on the wire, by their names there. There is `None` if the
    /// document says it in a way that the generator knows.
    pub(crate) written: BTreeMap<ParameterKey, Option<Written>>,
    /// The names on the wire of the parameters that have another one in the prepared document.
    pub(crate) wire: BTreeMap<ParameterKey, String>,
    /// Where a component stood before it was one, so that what the generator says of it names a place of
    /// the document.
    pub(crate) made_of: Option<String>,
    /// The component that a component is a copy of.
    pub(crate) copy_of: Option<String>,
    /// The event of the webhook that an operation stands for.
    pub(crate) event: Option<String>,
}

/// Returns the location and the name of a parameter.
pub(crate) fn key(parameter: &Value) -> Option<ParameterKey> {
    let text = |key: &str| Some(parameter.get(key)?.as_str()?.to_owned());
    Some((text("in")?, text("name")?))
}

/// Returns the name on the wire of a parameter of an operation, and how its value is written.
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
    /// Returns the names of the parts that the body is made of.
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
