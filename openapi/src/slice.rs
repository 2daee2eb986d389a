//! Extracts some operations of a document, with everything that they need and nothing else.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::contents::items;
use crate::downgrade::{Identity, version};
use crate::error::Error;
use crate::findings::Findings;
use crate::model::{is_method, resolve};
use crate::pointer::{self, JsonPointer};
use crate::reference;
use crate::spec::{
    Component, Kind, Named, Node, Place, Shape, Version, Worklist, component, each, named, visit,
};
use crate::webhooks;

/// Fields that every slice contains completely, because they apply to all operations. A slice also
/// contains the `tags` that its operations use.
const SHARED: [&str; 6] = [
    "openapi",
    "info",
    "jsonSchemaDialect",
    "servers",
    "security",
    "externalDocs",
];

/// Extracts the operations with the given names (`GET /things`) from a document.
///
/// The result contains the operations, the components that they need through any number of references
/// (including cycles), security requirements and discriminators, and the fields that apply to the
/// whole document. A path item that is a reference is copied into the slice without the operations that
/// are not wanted.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::slice;
///
/// let responses = |name: &str| json!({"200": {"description": "fine", "content": {
///     "application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}},
/// }}});
/// let document = json!({
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "webhooks": {},
///     "paths": {"/a": {"get": {"responses": responses("A")}, "put": {"responses": responses("B")}}},
///     "components": {"schemas": {"A": {"type": "object"}, "B": {"type": "string"}}},
/// });
/// let slice = slice("api.json", &document, &["GET /a"]).unwrap();
/// assert_eq!(slice, json!({
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
///     "paths": {"/a": {"get": {"responses": responses("A")}}},
///     "components": {"schemas": {"A": {"type": "object"}}},
/// }));
/// ```
///
/// # Errors
///
/// Returns an error if the document does not contain an operation, if a reference leads into an
/// operation that is not wanted, or if the version of `OpenAPI` is neither 3.0 nor 3.1.
pub fn slice(
    source: &str,
    document: &Value,
    operations: &[impl AsRef<str>],
) -> Result<Value, Error> {
    cut(source, document, operations, false)
}

/// Extracts operations like [`slice()`], and all webhooks with everything that they need.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::slice_with_webhooks;
///
/// let sends = |name: &str| json!({"post": {"requestBody": {"content": {
///     "application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}},
/// }}}});
/// let document = json!({
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
///     "webhooks": {"a.made": sends("A")}, "paths": {"/a": {"get": {}, "put": {}}},
///     "components": {"schemas": {"A": {"type": "object"}, "B": {"type": "string"}}},
/// });
/// let slice = slice_with_webhooks("api.json", &document, &["GET /a"]).unwrap();
/// assert_eq!(slice["webhooks"], document["webhooks"]);
/// assert_eq!(slice["components"], json!({"schemas": {"A": {"type": "object"}}}));
/// ```
///
/// # Errors
///
/// Returns the errors of [`slice()`].
pub fn slice_with_webhooks(
    source: &str,
    document: &Value,
    operations: &[impl AsRef<str>],
) -> Result<Value, Error> {
    cut(source, document, operations, true)
}

fn cut(
    source: &str,
    document: &Value,
    operations: &[impl AsRef<str>],
    webhooks: bool,
) -> Result<Value, Error> {
    let mut findings = Findings::new(source);
    let Some(version) = version(document, &mut findings) else {
        let problems = findings.finish().err().map(Error::into_problems);
        return Err(Error::new(problems.unwrap_or_default()));
    };
    let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for name in operations {
        let (method, path) = name.as_ref().split_once(' ').unwrap_or_default();
        wanted
            .entry(path)
            .or_default()
            .insert(method.to_lowercase());
    }
    let mut reach = Slicing {
        document,
        version,
        wanted,
        webhooks,
        identity: OnceCell::new(),
        findings,
        tags: BTreeSet::new(),
        roots: BTreeSet::new(),
        reached: Worklist::default(),
    };
    let paths = reach.paths();
    reach.follow();
    let result = reach.result(paths);
    reach.findings.finish()?;
    Ok(result)
}

struct Slicing<'a> {
    document: &'a Value,
    version: Version,
    /// Wanted methods by path.
    wanted: BTreeMap<&'a str, BTreeSet<String>>,
    /// Whether webhooks are wanted.
    webhooks: bool,
    /// Names of schemas, such as anchors. Few documents need them, so they are collected on demand.
    identity: OnceCell<Identity>,
    findings: Findings,
    tags: BTreeSet<String>,
    /// Further fields of the document that references lead into.
    roots: BTreeSet<String>,
    reached: Worklist<Component>,
}

impl<'a> Slicing<'a> {
    /// Returns the wanted part of each path, and records its references.
    fn paths(&mut self) -> Map<String, Value> {
        let mut paths = Map::new();
        let all = self.document.get("paths").and_then(Value::as_object);
        for (path, methods) in self.wanted.clone() {
            let item = all.and_then(|all| all.get(path));
            let own = pointer::below("/paths", &[path]);
            let (place, fields) =
                item.map_or_else(Default::default, |item| resolve(self.document, own, item));
            for method in &methods {
                if !is_method(method) || !fields.contains_key(method.as_str()) {
                    let name = format!("{} {path}", method.to_uppercase());
                    self.findings.problem_on(
                        "/paths",
                        format!("the document has no operation `{name}`"),
                        "correct or remove the name",
                    );
                }
            }
            let mut kept = Map::new();
            for (key, value) in fields {
                if is_method(key) && !methods.contains(key) {
                    continue;
                }
                if is_method(key) {
                    let tags = items(value.get("tags")).filter_map(Value::as_str);
                    self.tags.extend(tags.map(str::to_owned));
                }
                if let Place::Field(shape, _) = Kind::PathItem.place(key, self.version) {
                    self.field(&pointer::below(&place, &[key]), shape, value);
                }
                kept.insert(key.to_owned(), value.clone());
            }
            paths.insert(path.to_owned(), Value::Object(kept));
        }
        paths
    }

    /// Follows all references, directly and indirectly.
    fn follow(&mut self) {
        for key in SHARED {
            let place = Kind::Document.place(key, self.version);
            if let (Some(value), Place::Field(shape, _)) = (self.document.get(key), place) {
                self.field(&format!("/{key}"), shape, value);
            }
        }
        for key in webhooks::FIELDS {
            if self.webhooks
                && let Some(value) = self.document.get(key)
            {
                self.field(&format!("/{key}"), Shape::Map(Kind::PathItem), value);
                self.roots.insert(key.to_owned());
            }
        }
        while let Some((section, name)) = self.reached.pop() {
            let found = component(self.document, self.version, (&section, &name));
            if let Some((kind, entry)) = found {
                let place = pointer::below("/components", &[&section, &name]);
                self.field(&place, Shape::Node(kind), entry);
            }
        }
    }

    fn result(&self, paths: Map<String, Value>) -> Value {
        let mut result = Map::new();
        let fields = self.document.as_object().into_iter().flatten();
        for (key, value) in fields {
            if SHARED.contains(&key.as_str()) || self.roots.contains(key) {
                result.insert(key.clone(), value.clone());
            }
        }
        if let Some(Value::Array(tags)) = self.document.get("tags") {
            let named = |tag: &&Value| {
                let name = tag.get("name").and_then(Value::as_str);
                name.is_some_and(|name| self.tags.contains(name))
            };
            let tags = tags.iter().filter(named).cloned().collect();
            result.insert("tags".to_owned(), Value::Array(tags));
        }
        result.insert("paths".to_owned(), Value::Object(paths));
        let mut components: Map<String, Value> = Map::new();
        for (section, name) in self.reached.seen() {
            let all = self.document.get("components");
            if let Some(entry) = all.and_then(|all| all.get(section)?.get(name)) {
                let section = components
                    .entry(section.clone())
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Some(section) = section.as_object_mut() {
                    section.insert(name.clone(), entry.clone());
                }
            }
        }
        if !components.is_empty() {
            result.insert("components".to_owned(), Value::Object(components));
        }
        Value::Object(result)
    }

    /// Records the references of all nodes in a field.
    fn field(&mut self, place: &str, shape: Shape, value: &'a Value) {
        let mut trail = JsonPointer::from(place);
        let version = self.version;
        each(shape, value, &mut trail, &mut |kind, value, trail| {
            visit(kind, value, version, trail, &mut |node, trail| {
                self.node(node, trail.as_str());
            });
        });
    }

    fn node(&mut self, node: Node<'a>, place: &str) {
        named(node, &mut |_, named| match named {
            Named::Reference(_, target) => self.reference(place, target),
            Named::Component(section, name) => {
                self.reached.push((section.to_owned(), name.to_owned()));
            }
        });
    }

    fn reference(&mut self, place: &str, target: &str) {
        let by_place = target.starts_with("#/");
        let target = if by_place || self.version == Version::V30 {
            target.to_owned()
        } else {
            let identity = self.identity.get_or_init(|| Identity::of(self.document));
            identity.target(place, target)
        };
        let Some(pointer) = reference::target(&target) else {
            return;
        };
        let segments: Vec<String> = pointer::segments(&pointer).collect();
        match segments.as_slice() {
            [root, section, name, ..] if root == "components" => {
                self.reached.push((section.clone(), name.clone()));
            }
            [root, path, inside @ ..] if root == "paths" => {
                let methods = self.wanted.get(path.as_str());
                let method = inside.first().filter(|key| is_method(key));
                let there = match method {
                    Some(method) => methods.is_some_and(|methods| methods.contains(method)),
                    None => methods.is_some(),
                };
                if !there {
                    let method = method.map_or(String::new(), |it| it.to_uppercase() + " ");
                    self.findings.problem_on(
                        place,
                        format!("`{target}` refers to `{method}{path}`, which is not selected"),
                        "select that operation too, or leave this one out",
                    );
                }
            }
            [root, ..] => {
                self.roots.insert(root.clone());
            }
            [] => {}
        }
    }
}
