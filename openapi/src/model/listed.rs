//! The operations of a document, without preparing it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contents::{items, keys, members};
use crate::pointer::{self, get};
use crate::reference;
use crate::spec::{self, Kind};

/// An operation in a document.
///
/// ```
/// use serde_json::json;
///
/// let document = json!({"openapi": "3.1.0", "paths": {"/things": {
///     "parameters": [],
///     "get": {"operationId": "list", "tags": ["Things"], "summary": "All things"},
/// }}});
/// let listed = trackstar_openapi::operations(&document);
/// assert_eq!(listed.len(), 1);
/// assert_eq!(listed[0].name(), "GET /things");
/// assert_eq!(listed[0].id.as_deref(), Some("list"));
/// assert_eq!(listed[0].pointer, "/paths/~1things/get");
/// assert_eq!(listed[0].tags, ["Things"]);
/// assert_eq!(listed[0].summary.as_deref(), Some("All things"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Listed {
    /// Path template.
    pub path: String,
    /// Method in lower case, as in the document.
    pub method: &'static str,
    /// Pointer to the operation. It differs from the path if the path item is a reference.
    pub pointer: String,
    /// The `operationId`.
    pub id: Option<String>,
    /// Tags of the operation.
    pub tags: Vec<String>,
    /// Short summary.
    pub summary: Option<String>,
    /// Whether this is a webhook, which the API calls instead of the client. Its path is the name of the event.
    pub(crate) webhook: bool,
}

/// A request or response body of an operation.
#[derive(Clone, Debug)]
pub(crate) struct ListedBody {
    /// Pointer to the body, which can be a reference.
    pub(crate) pointer: String,
    /// Kind of the body, possibly through a reference.
    pub(crate) kind: Kind,
    /// Whether the client reads the body. Otherwise, it sends the body.
    pub(crate) read: bool,
}

impl Listed {
    /// Returns the method and the path, such as `GET /things`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.webhook {
            return format!("webhook {}", self.path);
        }
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Returns the pointer to the path item as it is written, which can be a reference.
    pub(crate) fn item(&self) -> String {
        let section = if self.webhook { WEBHOOKS } else { PATHS };
        pointer::below("", &[section, &self.path])
    }

    /// Returns the request body and the responses. A client sends the request body of an operation, and reads that
    /// of a webhook.
    pub(crate) fn bodies(&self, document: &Value) -> Vec<ListedBody> {
        let body = pointer::below(&self.pointer, &["requestBody"]);
        let body = get(document, &body).map(|_| ListedBody {
            pointer: body,
            kind: Kind::RequestBody,
            read: self.webhook,
        });
        let responses = pointer::below(&self.pointer, &["responses"]);
        let statuses = keys(get(document, &responses));
        let statuses = statuses.filter(|status| !status.starts_with("x-"));
        let responses = statuses.map(|status| ListedBody {
            pointer: pointer::below(&responses, &[status]),
            kind: Kind::Response,
            read: !self.webhook,
        });
        body.into_iter().chain(responses).collect()
    }

    /// Returns the parameters with their pointers: those of the operation, and those of its path that it
    /// does not override.
    ///
    /// ```
    /// let document = serde_json::json!({"openapi": "3.1.0", "paths": {"/things": {
    ///     "parameters": [{"name": "a", "in": "query"}, {"name": "b", "in": "query"}],
    ///     "get": {"parameters": [{"name": "a", "in": "query", "required": true}]},
    /// }}});
    /// let listed = &trackstar_openapi::operations(&document)[0];
    /// let pointers: Vec<_> = listed.parameters(&document).into_iter().map(|it| it.0).collect();
    /// assert_eq!(pointers, ["/paths/~1things/get/parameters/0", "/paths/~1things/parameters/1"]);
    /// ```
    #[must_use]
    pub fn parameters<'d>(&self, document: &'d Value) -> Vec<(String, &'d Value)> {
        let item = self.pointer.rsplit_once('/').map_or("", |(item, _)| item);
        let mut all: Vec<(String, &Value)> = Vec::new();
        for owner in [&self.pointer, item] {
            let list = pointer::below(owner, &["parameters"]);
            for index in 0..items(get(document, &list)).len() {
                let place = pointer::below(&list, &[&index.to_string()]);
                let Some(one) = reference::resolve(document, &place) else {
                    continue;
                };
                let same = |other: &(String, &Value)| {
                    let same = |key: &&str| other.1.get(key) == one.1.get(key);
                    ["name", "in"].iter().all(same)
                };
                if !all.iter().any(same) {
                    all.push(one);
                }
            }
        }
        all
    }
}

/// Returns all operations of a document, sorted by path and method.
///
/// Fields that are not operations are skipped. A slice with such a field cannot be prepared.
#[must_use]
pub fn operations(document: &Value) -> Vec<Listed> {
    let mut all = listed(document);
    all.sort();
    all
}

/// Returns all operations of a document, in the order of its paths and of the methods in the
/// specification.
///
/// ```
/// let document = serde_json::json!({"openapi": "3.1.0", "paths": {"/a": {"delete": {}, "get": {}}}});
/// let listed = trackstar_openapi::model::listed(&document);
/// let names: Vec<_> = listed.iter().map(|operation| operation.name()).collect();
/// assert_eq!(names, ["GET /a", "DELETE /a"]);
/// ```
#[must_use]
pub fn listed(document: &Value) -> Vec<Listed> {
    let mut all = listed_in(document, PATHS);
    all.retain(|operation| operation.path.starts_with('/'));
    all
}

/// Returns the webhooks of a document, followed by all operations.
pub(crate) fn listed_with_webhooks(document: &Value) -> Vec<Listed> {
    let mut all = listed_webhooks(document);
    all.extend(listed(document));
    all
}

/// Returns the pointers of all bodies that the client reads: the payloads of webhooks and the responses of all
/// operations. The bodies can be references.
pub(crate) fn read_bodies(document: &Value) -> Vec<String> {
    let operations = listed_with_webhooks(document).into_iter();
    let bodies = operations.flat_map(|operation| operation.bodies(document));
    let read = bodies.filter(|body| body.read);
    read.map(|body| body.pointer).collect()
}

pub(super) fn listed_webhooks(document: &Value) -> Vec<Listed> {
    listed_in(document, WEBHOOKS)
}

const PATHS: &str = "paths";
const WEBHOOKS: &str = "webhooks";

/// Returns the operations in a field of the document that contains path items.
fn listed_in(document: &Value, section: &str) -> Vec<Listed> {
    let mut all = Vec::new();
    for (path, item) in members(document.get(section)) {
        let own = pointer::below("", &[section, path]);
        let (place, fields) = resolve(document, own, item);
        for method in spec::methods() {
            let Some(operation) = fields.get(method) else {
                continue;
            };
            let text = |key: &str| Some(operation.get(key)?.as_str()?.to_owned());
            let tags = items(operation.get("tags")).filter_map(Value::as_str);
            all.push(Listed {
                path: path.clone(),
                method,
                pointer: pointer::below(&place, &[method]),
                id: text("operationId"),
                tags: tags.map(str::to_owned).collect(),
                summary: text("summary"),
                webhook: section == WEBHOOKS,
            });
        }
    }
    all
}

pub(crate) fn is_method(key: &str) -> bool {
    spec::methods().any(|method| method == key)
}

/// Returns the fields of a path item at a pointer, and the location of the item that a reference leads to.
/// Fields next to the reference take precedence.
pub(crate) fn resolve<'a>(
    document: &'a Value,
    mut place: String,
    item: &'a Value,
) -> (String, BTreeMap<&'a str, &'a Value>) {
    let mut fields = BTreeMap::new();
    let mut take = |item: &'a Value| {
        let own = item.as_object().into_iter().flatten();
        for (key, value) in own.filter(|(key, _)| *key != "$ref") {
            fields.entry(key.as_str()).or_insert(value);
        }
    };
    take(item);
    let end = reference::end(
        item,
        |item| reference::of(item),
        |reference| {
            let next = reference::target(reference)?;
            let item = get(document, &next)?;
            take(item);
            place = next;
            Some(item)
        },
    );
    // An infinite reference is kept, so that the preparation reports it.
    let stays = end.is_none_or(|end| end.get("$ref").is_some());
    if let Some(reference) = item.get("$ref").filter(|_| stays) {
        fields.insert("$ref", reference);
    }
    (place, fields)
}
