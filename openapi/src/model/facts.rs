//! Facts about operations that OpenAPI 3.0 or the generator cannot express.

use std::collections::BTreeMap;

use serde_json::Value;

use super::operation::{Body, Content, Operation, ParameterLocation, Status};
use super::read;
use crate::pointer::below;
use crate::template;

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
}

/// Returns the location and the name of a parameter.
pub(crate) fn key(parameter: &Value) -> Option<ParameterKey> {
    let text = |key: &str| Some(parameter.get(key)?.as_str()?.to_owned());
    Some((text("in")?, text("name")?))
}

/// Returns all operations of a prepared document.
pub(crate) fn prepared(document: &Value, facts: &Facts) -> Vec<Operation> {
    let mut operations = read(document);
    for operation in &mut operations {
        let item = facts.get(&below("/paths", &[&operation.path]));
        let own = facts.get(&operation.pointer);
        let mut path_names = BTreeMap::new();
        for one in &mut operation.parameters {
            let mut key = (one.location.name().to_owned(), one.argument.clone());
            if let Some(wire) = own.and_then(|fact| fact.wire.get(&key)) {
                if one.location == ParameterLocation::Path {
                    path_names.insert(one.argument.clone(), wire.as_str());
                }
                one.name.clone_from(wire);
                key.1.clone_from(wire);
            }
            let mut facts = [own, item].into_iter().flatten();
            if let Some(Some(written)) = facts.find_map(|fact| fact.written.get(&key)) {
                one.style.clone_from(&written.style);
                one.explode = written.explode;
                one.object = written.object;
            }
        }
        operation.path = template::renamed(&operation.path, |name| path_names.get(name).copied());
        let Some(own) = own else {
            continue;
        };
        if own.parts.is_some() {
            operation.body.clone_from(&own.parts);
        } else if let (Some(body), Some(sent_as)) = (&mut operation.body, &own.sent_as) {
            body.media_type.clone_from(sent_as);
        }
        for response in &mut operation.responses {
            let mut empty = own.empty.iter();
            response.empty |= empty.any(|code| Status::named(code) == Some(response.status));
        }
        operation.accept.clone_from(&own.accept);
    }
    operations
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
