//! What names a schema in 3.1 beside its place: `$id`, `$anchor`, and the key of a `$defs`.
//!
//! 3.0 knows places alone, so every reference by name becomes one by place, and what stands in
//! `$defs` becomes a component.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Lowering;
use crate::pointer::{self, JsonPointer};
use crate::reference;
use crate::spec::{Kind, Node, Version, locate, visit};

/// The keywords that hold definitions; the second is the older name of the first.
const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

/// What a walk over the original says about names.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    /// References by name: the place of the schema, and the pointer that it comes to.
    resolved: BTreeMap<String, String>,
    /// The places that something refers to.
    targets: BTreeSet<String>,
    /// The component that each definition becomes, by its place.
    components: BTreeMap<String, String>,
}

/// A schema with an `$id`, or the document: what its references and anchors count from.
#[derive(Clone, Debug, Default)]
struct Resource {
    uri: String,
    place: String,
}

#[derive(Default)]
struct Names {
    /// The places of resources; `None` where two have one name.
    resources: BTreeMap<String, Option<String>>,
    anchors: BTreeMap<(String, String), Option<String>>,
    references: Vec<(String, Resource, String)>,
}

impl Identity {
    pub(crate) fn of(document: &Value) -> Self {
        let mut identity = Self::default();
        let mut names = Names::default();
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

    /// The definitions of one schema are named after its owner and their key.
    fn definitions(&mut self, document: &Value, node: &Node<'_>, place: &str, taken: &mut Taken) {
        for keyword in DEFINITIONS {
            let definitions = node.value.get(keyword).and_then(Value::as_object);
            for key in definitions.into_iter().flat_map(Map::keys) {
                let owner = self.owner(document, place);
                let name = taken.take(&format!("{owner}{}", pascal(key)));
                let place = pointer::below(place, &[keyword, key]);
                self.components.insert(place, name);
            }
        }
    }

    /// The name of what a schema belongs to: a definition, a component, or an operation.
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

    /// The component that the definition at a place becomes.
    pub(super) fn component(&self, place: &str) -> Option<&str> {
        self.components.get(place).map(String::as_str)
    }

    /// What the reference of the schema at a place comes to; the text itself where it is no name.
    pub(crate) fn target(&self, place: &str, written: &str) -> String {
        self.resolved
            .get(place)
            .map_or_else(|| written.to_owned(), |pointer| reference::to(pointer))
    }

    /// Whether anything refers to a place or below it.
    pub(super) fn is_target(&self, place: &str) -> bool {
        let mut from = self.targets.range(place.to_owned()..);
        // Other names that begin alike may stand in between, such as `/1-` before `/1/`.
        from.by_ref()
            .take_while(|target| target.starts_with(place))
            .any(|target| is_below(target, place))
    }
}

impl Names {
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

    /// The pointer that a reference comes to; `None` leaves it to be found leading nowhere.
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
        // Documents give their schemas an `$id` and go on to refer to the components of the
        // document; where only one of the readings leads anywhere, that is the one meant.
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

/// A reference against its base, as far as schemas have them: no `..` is followed.
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

/// The names of schemas that are in use, compared as a generator would, that looks at letters
/// only; with the number that the next of the name gets.
struct Taken(BTreeMap<String, usize>);

impl Taken {
    fn of(document: &Value) -> Self {
        let schemas = document
            .get("components")
            .and_then(|all| all.get("schemas")?.as_object());
        let names = schemas.into_iter().flat_map(Map::keys);
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

/// Words joined as the names of components are written, of the letters that these may have.
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

impl Lowering<'_> {
    /// Makes components of the definitions of a schema.
    pub(super) fn hoist(&mut self, lowered: &mut Map<String, Value>) {
        for keyword in DEFINITIONS {
            let Some(Value::Object(definitions)) = lowered.remove(keyword) else {
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
