//! Names of schemas in 3.1: `$id`, `$anchor`, and the keys of `$defs`.
//!
//! OpenAPI 3.0 identifies schemas only by location. References by name become references by location,
//! and the schemas in `$defs` become components.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Downgrade;
use crate::contents::keys;
use crate::pointer::{self, JsonPointer};
use crate::reference;
use crate::spec::{Kind, Node, Version, locate, visit};

/// The keywords that contain definitions. The second is an older name of the first.
const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

/// The names that a document declares and uses.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    /// Target pointers of the references by name, keyed by the location of the reference.
    resolved: BTreeMap<String, String>,
    /// Locations that are referenced.
    targets: BTreeSet<String>,
    /// Component names of the definitions, keyed by location.
    components: BTreeMap<String, String>,
}

/// A schema with an `$id`, or the document. References and anchors in it are relative to it.
#[derive(Clone, Debug, Default)]
struct Resource {
    uri: String,
    place: String,
}

#[derive(Default)]
struct IdentityNames {
    /// Locations of resources, or `None` if two resources have the same name.
    resources: BTreeMap<String, Option<String>>,
    anchors: BTreeMap<(String, String), Option<String>>,
    references: Vec<(String, Resource, String)>,
}

impl Identity {
    pub(crate) fn of(document: &Value) -> Self {
        let mut identity = Self::default();
        let mut names = IdentityNames::default();
        let mut taken = Taken::of(document);
        let mut within = vec![Resource::default()];
        let mut trail = JsonPointer::default();
        visit(
            Kind::Document,
            document,
            Version::V31,
            &mut trail,
            &mut |node, trail| {
                let place = trail.as_str();
                within.retain(|outer| is_below(place, &outer.place));
                if node.kind == Kind::Schema {
                    names.schema(&node, place, &mut within);
                    identity.definitions(document, &node, place, &mut taken);
                }
                let target = reference::of(node.value);
                let may_refer = [Kind::Schema, Kind::Reference, Kind::PathItem];
                if let (Some(target), true) = (target, may_refer.contains(&node.kind)) {
                    let resource = within.last().cloned().unwrap_or_default();
                    names
                        .references
                        .push((place.to_owned(), resource, target.to_owned()));
                }
            },
        );
        for (place, resource, target) in &names.references {
            let Some(pointer) = names.resolve(document, resource, target) else {
                continue;
            };
            if reference::target(target).as_ref() != Some(&pointer) {
                identity.resolved.insert(place.clone(), pointer.clone());
            }
            identity.targets.insert(pointer);
        }
        identity
    }

    /// Names the definitions of a schema after its owner and their key.
    fn definitions(&mut self, document: &Value, node: &Node<'_>, place: &str, taken: &mut Taken) {
        for keyword in DEFINITIONS {
            for key in keys(node.value.get(keyword)) {
                let owner = self.owner(document, place);
                let name = taken.take(&format!("{owner}{}", pascal(key)));
                let place = pointer::below(place, &[keyword, key]);
                self.components.insert(place, name);
            }
        }
    }

    /// Returns the name of the definition, component or operation that contains a schema.
    fn owner(&self, document: &Value, place: &str) -> String {
        let mut end = place.len();
        loop {
            if let Some(name) = self.components.get(&place[..end]) {
                return name.clone();
            }
            match place[..end].rfind('/') {
                Some(slash) => end = slash,
                None => break,
            }
        }
        let segments: Vec<String> = pointer::segments(place).collect();
        match segments.as_slice() {
            [root, _, name, ..] if root == "components" => pascal(name),
            [root, path, method, ..] => {
                let operation = document
                    .get(root)
                    .and_then(|paths| paths.get(path)?.get(method));
                let id = operation.and_then(|operation| operation.get("operationId")?.as_str());
                id.map_or_else(|| pascal(method) + &pascal(path), pascal)
            }
            _ => String::new(),
        }
    }

    /// Returns the name of the component that replaces the definition at a location.
    pub(super) fn component(&self, place: &str) -> Option<&str> {
        self.components.get(place).map(String::as_str)
    }

    /// Returns the resolved reference of the schema at a location, or `written` if it is not by name.
    pub(crate) fn target(&self, place: &str, written: &str) -> String {
        self.resolved
            .get(place)
            .map_or_else(|| written.to_owned(), |pointer| reference::to(pointer))
    }

    /// Returns true if any reference leads to a location or below it.
    pub(super) fn is_target(&self, place: &str) -> bool {
        let mut from = self.targets.range(place.to_owned()..);
        // Locations with the same prefix can be in between, such as `/1-` before `/1/`.
        from.by_ref()
            .take_while(|target| target.starts_with(place))
            .any(|target| is_below(target, place))
    }
}

impl IdentityNames {
    fn schema(&mut self, node: &Node<'_>, place: &str, within: &mut Vec<Resource>) {
        let text = |key: &str| node.value.get(key).and_then(Value::as_str);
        if let Some(id) = text("$id") {
            let outer = within.last().map_or("", |outer| outer.uri.as_str());
            let uri = join(outer, id.trim_end_matches('#'));
            once(&mut self.resources, uri.clone(), place);
            within.push(Resource {
                uri,
                place: place.to_owned(),
            });
        }
        if let Some(anchor) = text("$anchor") {
            let uri = within.last().map_or("", |outer| outer.uri.as_str());
            once(
                &mut self.anchors,
                (uri.to_owned(), anchor.to_owned()),
                place,
            );
        }
    }

    /// Resolves a reference to a pointer. An unresolved reference (`None`) is reported later.
    fn resolve(&self, document: &Value, from: &Resource, target: &str) -> Option<String> {
        let (uri, fragment) = target.split_once('#').unwrap_or((target, ""));
        let fragment = pointer::decode_fragment(fragment)?;
        let resource = if uri.is_empty() {
            from.clone()
        } else {
            let uri = join(&from.uri, uri);
            let place = self.resources.get(&uri)?.clone()?;
            Resource { uri, place }
        };
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.anchors.get(&(resource.uri, fragment))?.clone();
        }
        let inside = format!("{}{fragment}", resource.place);
        if resource.place.is_empty() || stands(document, &inside) {
            return Some(inside);
        }
        // Some documents give a schema an `$id`, and still write references to components relative to the
        // document. If only one interpretation can be resolved, it is the intended one.
        (uri.is_empty() && stands(document, &fragment)).then_some(fragment)
    }
}

fn once<K: Ord>(names: &mut BTreeMap<K, Option<String>>, name: K, place: &str) {
    names
        .entry(name)
        .and_modify(|first| *first = None)
        .or_insert_with(|| Some(place.to_owned()));
}

fn stands(document: &Value, place: &str) -> bool {
    locate(document, Version::V31, pointer::segments(place)).is_some()
}

fn is_below(place: &str, above: &str) -> bool {
    place
        .strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Resolves a reference against its base, to the extent that schemas need it. `..` is not supported.
fn join(base: &str, reference: &str) -> String {
    let scheme = |text: &str| text.find("://").or_else(|| text.find(':'));
    if base.is_empty() || scheme(reference).is_some() {
        return reference.to_owned();
    }
    let authority = base.find("://").map_or(0, |at| at + 3);
    let path = base[authority..].find('/').map(|at| authority + at);
    if reference.starts_with('/') {
        return format!("{}{reference}", &base[..path.unwrap_or(base.len())]);
    }
    let reference = reference.trim_start_matches("./");
    match base[authority..].rfind('/') {
        Some(slash) => format!("{}{reference}", &base[..=authority + slash]),
        None if authority > 0 => format!("{base}/{reference}"),
        None => reference.to_owned(),
    }
}

/// The names of schemas in use, with the number for the next duplicate of each.
///
/// Like a generator would, it compares only letters and digits and ignores their case.
struct Taken(BTreeMap<String, usize>);

impl Taken {
    fn of(document: &Value) -> Self {
        let names = keys(document.pointer("/components/schemas"));
        Self(names.map(|name| (folded(name), 2)).collect())
    }

    fn take(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while self.0.contains_key(&folded(&name)) {
            let number = self.0.entry(folded(wanted)).or_insert(2);
            name = format!("{wanted}{number}");
            *number += 1;
        }
        self.0.insert(folded(&name), 2);
        name
    }
}

fn folded(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Converts text to a component name in Pascal case, which consists of ASCII letters and digits.
fn pascal(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

impl Downgrade<'_> {
    /// Moves the definitions of a schema to the components.
    pub(super) fn hoist(&mut self, output: &mut Map<String, Value>) {
        for keyword in DEFINITIONS {
            let Some(Value::Object(definitions)) = output.remove(keyword) else {
                continue;
            };
            for (key, schema) in definitions {
                let place = pointer::below(&self.place(), &[keyword, &key]);
                if let Some(name) = self.identity.component(&place) {
                    self.hoisted.insert(name.to_owned(), schema);
                    self.moves.to(place, format!("/components/schemas/{name}"));
                }
            }
        }
    }
}
