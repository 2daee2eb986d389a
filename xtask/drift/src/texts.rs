//! Texts for readers: titles, descriptions, examples and the like, each with its place.
//!
//! Texts affect no verdict, but the generated documentation contains them, so a report shows every
//! change. Unlike findings, texts are compared at each place, including new operations and webhooks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trackstar_openapi::{WEBHOOKS, holds_names, is_prose, pointer};

use crate::Scope;
use crate::canonical::label;
use crate::diff::{self, Line};

/// An added, removed or changed text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextChange {
    /// The JSON pointer of the text in the second document, or in the first if the second has none.
    pub pointer: String,
    /// The lines that differ.
    pub lines: Vec<Line>,
}

/// Fields whose keys are names, in addition to those of OpenAPI.
const NAMES: [&str; 3] = ["dependentRequired", "x-parameters", "x-webhooks"];

/// Keywords whose values are data.
const DATA: [&str; 4] = ["const", "default", "enum", "required"];

/// Returns every text that differs between two documents, for the operations in the scope, all webhooks,
/// and everything that they refer to.
///
/// Texts that only moved are left out, and so are texts whose object is gone and changes of line ends.
///
/// ```
/// use serde_json::json;
/// use trackstar_drift::{Scope, texts};
///
/// let document = |description: &str| json!({"openapi": "3.1.0", "paths": {"/a": {"get": {
///     "description": description,
/// }}}});
/// let texts = texts(&document("One.\nTwo."), &document("One.\n2."), &Scope::All);
/// assert_eq!(texts[0].pointer, "/paths/~1a/get/description");
/// let lines: Vec<String> = texts[0].lines.iter().map(ToString::to_string).collect();
/// assert_eq!(lines, ["- Two.", "+ 2."]);
/// ```
#[must_use]
pub fn texts(base: &Value, revision: &Value, scope: &Scope) -> Vec<TextChange> {
    let (before, after) = (Texts::of(base, scope), Texts::of(revision, scope));
    // Each removed place is a candidate for the origin of a moved text.
    let mut gone: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (place, was) in &before.all {
        if !after.all.contains_key(place) {
            gone.entry(was.words.as_str()).or_default().push(place);
        }
    }
    let mut moved = BTreeSet::new();
    let mut changes = Vec::new();
    for (place, now) in &after.all {
        let was = before.all.get(place).map(|it| it.words.as_str());
        if was == Some(&now.words) {
            continue;
        }
        let from = gone.get_mut(now.words.as_str()).filter(|_| was.is_none());
        if let Some(from) = from.and_then(Vec::pop) {
            moved.insert(from);
            continue;
        }
        changes.push(TextChange {
            pointer: now.pointer.clone(),
            lines: diff::lines(was.unwrap_or_default(), &now.words),
        });
    }
    for (place, was) in &before.all {
        let is_gone = !after.all.contains_key(place) && !moved.contains(place);
        if is_gone && after.objects.contains(&was.object) {
            changes.push(TextChange {
                pointer: was.pointer.clone(),
                lines: diff::lines(&was.words, ""),
            });
        }
    }
    changes.retain(|change| !change.lines.is_empty());
    changes.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    changes
}

struct Text {
    pointer: String,
    /// The place of the object that contains the text.
    object: String,
    words: String,
}

/// A value to visit. Its place is like its pointer, but items of lists have names, because their order
/// does not matter.
struct Next<'a> {
    value: &'a Value,
    pointer: String,
    place: String,
    /// Whether its keys are names that the document chooses.
    named: bool,
}

#[derive(Default)]
struct Texts {
    all: BTreeMap<String, Text>,
    objects: BTreeSet<String>,
}

impl Texts {
    fn of(document: &Value, scope: &Scope) -> Self {
        let mut texts = Self::default();
        let mut referred = BTreeSet::new();
        let mut open = roots(document, scope);
        while let Some(next) = open.pop() {
            match next.value {
                Value::Object(fields) => {
                    texts.objects.insert(next.place.clone());
                    for (key, value) in fields {
                        let of_key = |parent: &str| pointer::below(parent, &[key]);
                        let child = Next {
                            value,
                            pointer: of_key(&next.pointer),
                            place: of_key(&next.place),
                            named: !next.named
                                && value.is_object()
                                && (holds_names(key) || NAMES.contains(&key.as_str())),
                        };
                        let is_list = next.place.is_empty() && key == "tags";
                        if next.named || is_list {
                            open.push(child);
                        } else if is_prose(key) || key.starts_with("x-") {
                            texts.insert(&next.place, child);
                        } else if let ("$ref", Some(target)) = (key.as_str(), value.as_str()) {
                            let target = target.strip_prefix('#').unwrap_or_default();
                            let found = document.pointer(target).filter(|_| !target.is_empty());
                            if let Some(value) = found
                                && referred.insert(target.to_owned())
                            {
                                open.push(Next {
                                    value,
                                    pointer: target.to_owned(),
                                    place: target.to_owned(),
                                    named: false,
                                });
                            }
                        } else if !DATA.contains(&key.as_str()) {
                            open.push(child);
                        }
                    }
                }
                Value::Array(items) => {
                    let mut known: BTreeMap<String, usize> = BTreeMap::new();
                    for (index, value) in items.iter().enumerate() {
                        let name = name_of(value, index);
                        let count = known.entry(name.clone()).or_default();
                        *count += 1;
                        open.push(Next {
                            value,
                            pointer: format!("{}/{index}", next.pointer),
                            place: format!("{}/{name}#{count}", next.place),
                            named: false,
                        });
                    }
                }
                _ => {}
            }
        }
        texts
    }

    fn insert(&mut self, object: &str, next: Next<'_>) {
        let words = match next.value {
            Value::String(text) => text.clone(),
            other => format!("{other:#}"),
        };
        let (object, pointer) = (object.to_owned(), next.pointer);
        self.all.entry(next.place).or_insert(Text {
            pointer,
            object,
            words,
        });
    }
}

/// Returns the name of an item. An item without a reference, a name or a title has its index.
fn name_of(item: &Value, index: usize) -> String {
    let named = ["$ref", "name", "title"]
        .iter()
        .any(|key| item.get(key).is_some());
    match item.get("name").and_then(Value::as_str) {
        Some(name) if item.get("in").is_none() => name.to_owned(),
        _ if named => label(item),
        _ => index.to_string(),
    }
}

/// Returns the parts of a scope. Their references are followed later.
fn roots<'a>(document: &'a Value, scope: &Scope) -> Vec<Next<'a>> {
    let next = |pointer: String, value| Next {
        value,
        place: pointer.clone(),
        pointer,
        named: false,
    };
    let Scope::Operations(names) = scope else {
        return vec![next(String::new(), document)];
    };
    let mut roots = Vec::new();
    roots.extend(
        document
            .get("info")
            .map(|info| next("/info".to_owned(), info)),
    );
    roots.extend(
        document
            .get("servers")
            .map(|servers| next("/servers".to_owned(), servers)),
    );
    for field in WEBHOOKS {
        if let Some(value) = document.get(field) {
            roots.push(Next {
                named: true,
                ..next(format!("/{field}"), value)
            });
        }
    }
    let mut schemes = required(document);
    let mut tags = BTreeSet::new();
    for name in names {
        let (method, path) = name.split_once(' ').unwrap_or_default();
        let Some(item) = document.get("paths").and_then(|paths| paths.get(path)) else {
            continue;
        };
        let method = method.to_lowercase();
        if let Some(operation) = item.get(&method) {
            schemes.extend(required(operation));
            let own = operation.get("tags").and_then(Value::as_array);
            tags.extend(own.into_iter().flatten().filter_map(Value::as_str));
        }
        for key in [
            method.as_str(),
            "parameters",
            "summary",
            "description",
            "$ref",
        ] {
            if let Some(value) = item.get(key) {
                let pointer = pointer::below("/paths", &[path, key]);
                roots.push(next(pointer, value));
            }
        }
    }
    for name in schemes {
        let pointer = pointer::below("/components/securitySchemes", &[name]);
        if let Some(scheme) = document.pointer(&pointer) {
            roots.push(next(pointer, scheme));
        }
    }
    let all = document.get("tags").and_then(Value::as_array);
    for (index, tag) in all.into_iter().flatten().enumerate() {
        let name = tag.get("name").and_then(Value::as_str);
        if let Some(name) = name.filter(|name| tags.contains(name)) {
            roots.push(Next {
                value: tag,
                pointer: format!("/tags/{index}"),
                place: format!("/tags/{name}"),
                named: false,
            });
        }
    }
    roots
}

/// Returns the names of the security schemes that a document or an operation requires.
fn required(of: &Value) -> BTreeSet<&str> {
    let requirements = of.get("security").and_then(Value::as_array);
    let requirements = requirements.into_iter().flatten();
    let named = requirements.filter_map(Value::as_object).flatten();
    named.map(|(name, _)| name.as_str()).collect()
}

#[cfg(test)]
mod tests;
