//! References (`$ref`): the location that a reference names, and the end of a chain of references.
//!
//! A chain that reaches a reference a second time is a cycle and never ends.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::pointer::{self, get};

/// Returns the target of a reference object, as it is written.
///
/// ```
/// use trackstar_openapi::reference;
///
/// assert_eq!(reference::of(&serde_json::json!({"$ref": "#/a"})), Some("#/a"));
/// assert_eq!(reference::of(&serde_json::json!({"type": "string"})), None);
/// ```
#[must_use]
pub fn of(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// Returns the pointer to the location that a reference names in its own document.
///
/// Returns `None` for references to other documents and for references by name, such as anchors.
///
/// ```
/// use trackstar_openapi::reference;
///
/// let pointer = reference::target("#/paths/~1orders~1%7Bid%7D/get");
/// assert_eq!(pointer.as_deref(), Some("/paths/~1orders~1{id}/get"));
/// assert_eq!(reference::target("other.yaml#/paths"), None);
/// assert_eq!(reference::target("#anchor"), None);
/// ```
#[must_use]
pub fn target(reference: &str) -> Option<String> {
    let pointer = pointer::decode_fragment(reference.strip_prefix('#')?)?;
    (pointer.is_empty() || pointer.starts_with('/')).then_some(pointer)
}

/// Returns a reference to a location in the same document.
///
/// ```
/// let reference = trackstar_openapi::reference::to("/paths/~1orders~1{id}");
/// assert_eq!(reference, "#/paths/~1orders~1%7Bid%7D");
/// ```
#[must_use]
pub fn to(pointer: &str) -> String {
    format!("#{}", pointer::encode_fragment(pointer))
}

/// Follows references until it reaches an item that is not a reference.
///
/// `of` returns the reference in an item, and `step` resolves a reference. Returns `None` if a step
/// fails, or if the references form a cycle.
///
/// ```
/// use trackstar_openapi::reference;
///
/// let next = [1, 2, 3, 3, 5, 4];
/// let from = |start| {
///     reference::end(start, |at| (next[*at] != *at).then_some(next[*at]), |to| Some(*to))
/// };
/// assert_eq!(from(0), Some(3));
/// assert_eq!(from(4), None);
/// ```
pub fn end<T, R: Ord>(
    start: T,
    of: impl Fn(&T) -> Option<R>,
    mut step: impl FnMut(&R) -> Option<T>,
) -> Option<T> {
    let mut passed = BTreeSet::new();
    let mut at = start;
    while let Some(reference) = of(&at) {
        at = step(&reference)?;
        if !passed.insert(reference) {
            return None;
        }
    }
    Some(at)
}

/// Resolves the references at a location, and returns the target with its pointer.
///
/// Returns `None` if a reference cannot be resolved, leads to another document, or is part of a cycle.
///
/// ```
/// use trackstar_openapi::reference;
///
/// let document = serde_json::json!({"a": {"$ref": "#/b"}, "b": 1, "c": {"$ref": "#/c"}});
/// let (pointer, value) = reference::resolve(&document, "/a").unwrap();
/// assert_eq!((pointer.as_str(), value), ("/b", &document["b"]));
/// assert_eq!(reference::resolve(&document, "/c"), None);
/// ```
#[must_use]
pub fn resolve<'a>(document: &'a Value, pointer: &str) -> Option<(String, &'a Value)> {
    let at = |pointer: String| get(document, &pointer).map(|value| (pointer, value));
    end(
        at(pointer.to_owned())?,
        |(_, value)| of(value),
        |reference| at(target(reference)?),
    )
}

/// Returns the value itself if it is not a reference, and the target that [`resolve`] finds otherwise.
///
/// ```
/// use trackstar_openapi::reference;
///
/// let document = serde_json::json!({"a": {"$ref": "#/b"}, "b": 1});
/// assert_eq!(reference::follow(&document, &document["a"]), Some(&document["b"]));
/// assert_eq!(reference::follow(&document, &document["b"]), Some(&document["b"]));
/// ```
#[must_use]
pub fn follow<'a>(document: &'a Value, value: &'a Value) -> Option<&'a Value> {
    end(
        value,
        |value| of(value),
        |reference| get(document, &target(reference)?),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn follows_a_chain_of_any_length() {
        let mut document = json!({"end": {"type": "string"}, "0": {"$ref": "#/end"}});
        for link in 1..200 {
            document[link.to_string()] = json!({"$ref": format!("#/{}", link - 1)});
        }
        assert_eq!(
            resolve(&document, "/199"),
            Some(("/end".to_owned(), &json!({"type": "string"})))
        );
    }

    #[test]
    fn cycles_and_broken_references_have_no_target() {
        let document = json!({
            "self": {"$ref": "#/self"}, "a": {"$ref": "#/b"}, "b": {"$ref": "#/a"},
            "into": {"$ref": "#/a"}, "gone": {"$ref": "#/none"}, "out": {"$ref": "other.json"},
            "broken": {"$ref": "#/%zz"},
        });
        for place in ["self", "a", "into", "gone", "out", "broken"] {
            assert_eq!(follow(&document, &document[place]), None, "{place}");
        }
        assert_eq!(resolve(&document, "/none"), None);
    }

    #[test]
    fn decodes_pointer_escapes_and_percent_encoding() {
        let document = json!({"a": {"$ref": "#/b~1c~0%C3%BC/0"}, "b/c~ü": ["x"]});
        assert_eq!(
            resolve(&document, "/a"),
            Some(("/b~1c~0ü/0".to_owned(), &json!("x")))
        );
    }

    #[test]
    fn ignores_references_that_are_not_strings() {
        let value = json!({"$ref": 1});
        assert_eq!(follow(&Value::Null, &value), Some(&value));
    }
}
