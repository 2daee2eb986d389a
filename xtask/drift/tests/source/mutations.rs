//! Changes to a document, each of one kind at one place.

mod parameters;
mod schemas;

use serde_json::{Map, Value, json};

use crate::places::Kind;

/// The object at a place.
type Object = Map<String, Value>;

/// Changes an object. Returns `None` if it has nothing to change.
type Apply = Box<dyn Fn(&mut Object, &Value) -> Option<()>>;

/// A kind of change.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    apply: Apply,
}

impl Mutation {
    /// Returns a copy of the document with this change at the place, or `None` if nothing changes.
    pub(crate) fn of(&self, document: &Value, pointer: &str) -> Option<Value> {
        let mut copy = document.clone();
        let object = copy.pointer_mut(pointer)?.as_object_mut()?;
        (self.apply)(object, document)?;
        (copy != *document).then_some(copy)
    }
}

struct List(Vec<Mutation>);

impl List {
    fn add(
        &mut self,
        kind: Kind,
        name: &'static str,
        apply: impl Fn(&mut Object, &Value) -> Option<()> + 'static,
    ) {
        let apply = Box::new(apply);
        self.0.push(Mutation { name, kind, apply });
    }

    /// Sets a keyword, whether it exists or not.
    fn set(&mut self, kind: Kind, name: &'static str, key: &'static str, value: Value) {
        self.add(kind, name, move |object, _| {
            object.insert(key.to_owned(), value.clone());
            Some(())
        });
    }

    /// Sets a keyword if the type is `of`.
    fn on(&mut self, of: &'static str, name: &'static str, key: &'static str, value: Value) {
        self.add(Kind::Schema, name, move |object, _| {
            (object.get("type") == Some(&json!(of))
                || object.get("type") == Some(&json!([of, "null"])))
            .then(|| object.insert(key.to_owned(), value.clone()))?;
            Some(())
        });
    }

    fn remove(&mut self, kind: Kind, name: &'static str, key: &'static str) {
        self.add(kind, name, move |object, _| object.remove(key).map(|_| ()));
    }

    fn flip(&mut self, kind: Kind, name: &'static str, key: &'static str) {
        self.add(kind, name, move |object, _| {
            let flag = object.get(key) != Some(&json!(true));
            object.insert(key.to_owned(), json!(flag));
            Some(())
        });
    }
}

fn list<'a>(object: &'a mut Object, key: &str) -> Option<&'a mut Vec<Value>> {
    object
        .get_mut(key)?
        .as_array_mut()
        .filter(|it| !it.is_empty())
}

fn map<'a>(object: &'a mut Object, key: &str) -> Option<&'a mut Object> {
    object.get_mut(key)?.as_object_mut()
}

/// Renames a key and keeps its value.
fn rename(object: &mut Object, from: &str, to: &str) -> Option<()> {
    let value = object.remove(from)?;
    object.insert(to.to_owned(), value);
    Some(())
}

fn first(object: &Object) -> Option<String> {
    object.keys().next().cloned()
}

/// Returns all mutations.
pub(crate) fn all() -> Vec<Mutation> {
    let mut list = List(Vec::new());
    prose(&mut list);
    document(&mut list);
    operation(&mut list);
    parameters::parameter(&mut list);
    content(&mut list);
    schemas::values(&mut list);
    schemas::limits(&mut list);
    schemas::objects(&mut list);
    schemas::alternatives(&mut list);
    list.0
}

fn prose(list: &mut List) {
    for kind in [
        Kind::Operation,
        Kind::Parameter,
        Kind::Response,
        Kind::Schema,
    ] {
        list.set(kind, "description", "description", json!("Said otherwise."));
        list.set(kind, "extension", "x-of-ours", json!({"any": 1}));
    }
    for kind in [Kind::Operation, Kind::Parameter, Kind::Schema] {
        list.flip(kind, "deprecated", "deprecated");
    }
    list.set(Kind::Schema, "title", "title", json!("Another Title"));
    list.remove(Kind::Schema, "no title", "title");
    list.set(Kind::Schema, "example", "example", json!("any"));
    list.set(Kind::Operation, "summary", "summary", json!("In short."));
    list.set(Kind::Operation, "tags", "tags", json!(["Others"]));
}

fn document(list: &mut List) {
    let root = Kind::Root;
    list.set(
        root,
        "info",
        "info",
        json!({"title": "Another", "version": "9"}),
    );
    list.set(
        root,
        "server",
        "servers",
        json!([{"url": "https://other.example/v9"}]),
    );
    list.remove(root, "no servers", "servers");
    list.set(root, "security", "security", json!([{"Other": []}]));
    list.remove(root, "no security", "security");
    list.set(
        root,
        "tags of the document",
        "tags",
        json!([{"name": "Others"}]),
    );
    list.add(root, "path in a prefix", |root, _| {
        let path = first(map(root, "paths")?)?;
        rename(map(root, "paths")?, &path, &format!("/v9{path}"))
    });
    list.add(root, "another operation", |root, _| {
        let operation = json!({"get": {"operationId": "quiteAnother", "responses": {"204": {"description": "d"}}}});
        map(root, "paths")?.insert("/quite/another".to_owned(), operation);
        Some(())
    });
    list.add(root, "another operation without a name", |root, _| {
        let path = first(map(root, "paths")?)?;
        let operation = json!({"head": {"responses": {"204": {"description": "d"}}}});
        let operation = operation.as_object()?.clone();
        map(root, "paths")?
            .get_mut(&path)?
            .as_object_mut()?
            .extend(operation);
        Some(())
    });
    list.add(root, "no operation", |root, _| {
        let path = first(map(root, "paths")?)?;
        map(root, "paths")?.remove(&path).map(|_| ())
    });
    list.add(root, "another component", |root, _| {
        let schemas = map(map(root, "components")?, "schemas")?;
        schemas.insert(
            "QuiteAnother".to_owned(),
            json!({"type": "object", "properties": {"a": {"type": "string"}}}),
        );
        Some(())
    });
    list.add(root, "another event", |root, _| {
        let event = json!({"post": {"requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}});
        map(root, "webhooks")?.insert("quite.another".to_owned(), event);
        Some(())
    });
    list.add(root, "no event", |root, _| {
        let event = first(map(root, "webhooks")?)?;
        map(root, "webhooks")?.remove(&event).map(|_| ())
    });
    list.flip(Kind::Scheme, "scheme with another name", "x-any");
    list.set(Kind::Scheme, "scheme in the query", "in", json!("query"));
    list.add(Kind::Scheme, "scheme in another case", |scheme, _| {
        let name = scheme.get("name")?.as_str()?.to_uppercase();
        scheme.insert("name".to_owned(), json!(name));
        Some(())
    });
    list.set(Kind::Scheme, "scheme of a bearer", "type", json!("http"));
}

fn operation(list: &mut List) {
    let operation = Kind::Operation;
    list.set(
        operation,
        "operationId",
        "operationId",
        json!("namedOtherwise"),
    );
    list.remove(operation, "no operationId", "operationId");
    list.add(operation, "operationId in another case", |operation, _| {
        let id = operation.get("operationId")?.as_str()?.to_owned();
        let mut letters = id.chars();
        let id = format!("{}{}", letters.next()?.to_uppercase(), letters.as_str());
        operation.insert("operationId".to_owned(), json!(id));
        Some(())
    });
    list.set(
        operation,
        "security of it",
        "security",
        json!([{"Other": []}]),
    );
    list.set(operation, "no credentials", "security", json!([]));
    list.set(operation, "token", "security", json!([{"AccessToken": []}]));
    list.set(
        operation,
        "server of it",
        "servers",
        json!([{"url": "https://other.example"}]),
    );
    list.set(operation, "callbacks", "callbacks", json!({"done": {}}));
    for (name, required, place) in [
        ("optional parameter", false, "query"),
        ("required parameter", true, "query"),
        ("optional header", false, "header"),
        ("optional cookie", false, "cookie"),
    ] {
        list.add(operation, name, move |operation, _| {
            let parameter = json!({"name": "quite-another", "in": place, "required": required, "schema": {"type": "integer"}});
            let all = operation.entry("parameters").or_insert(json!([]));
            all.as_array_mut()?.push(parameter);
            Some(())
        });
    }
    list.add(operation, "no first parameter", |operation, _| {
        self::list(operation, "parameters")?.remove(0);
        Some(())
    });
    list.add(operation, "no last parameter", |operation, _| {
        self::list(operation, "parameters")?.pop().map(|_| ())
    });
    list.add(operation, "parameters in another order", |operation, _| {
        self::list(operation, "parameters")?.reverse();
        Some(())
    });
    list.remove(operation, "no body", "requestBody");
    for (name, required) in [("optional body", false), ("required body", true)] {
        list.add(operation, name, move |operation, _| {
            let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
            let body =
                json!({"required": required, "content": {"application/json": {"schema": schema}}});
            (!operation.contains_key("requestBody"))
                .then(|| operation.insert("requestBody".to_owned(), body))?;
            Some(())
        });
    }
    list.flip(Kind::Body, "body required", "required");
    let status = |name, status: &'static str, response: Value| (name, status, response);
    let schema = json!({"application/json": {"schema": {"type": "object", "properties": {"quite": {"type": "string"}}}}});
    for (name, status, response) in [
        status(
            "success without content",
            "204",
            json!({"description": "d"}),
        ),
        status(
            "success of its own",
            "203",
            json!({"description": "d", "content": schema}),
        ),
        status(
            "another error",
            "418",
            json!({"description": "d", "content": schema}),
        ),
        status("default", "default", json!({"description": "d"})),
    ] {
        list.add(operation, name, move |operation, _| {
            let responses = map(operation, "responses")?;
            responses.insert(status.to_owned(), response.clone());
            Some(())
        });
    }
    list.add(operation, "another status", |operation, _| {
        rename(map(operation, "responses")?, "200", "203")
    });
    list.add(operation, "no success", |operation, _| {
        let responses = map(operation, "responses")?;
        let success = responses.keys().find(|it| it.starts_with('2'))?.clone();
        responses.remove(&success).map(|_| ())
    });
}

fn content(list: &mut List) {
    for kind in [Kind::Body, Kind::Response] {
        for (name, media, schema) in [
            (
                "form as well",
                "application/x-www-form-urlencoded",
                json!({"type": "object"}),
            ),
            ("text as well", "text/plain", json!({"type": "string"})),
            (
                "bytes as well",
                "application/octet-stream",
                json!({"type": "string", "format": "binary"}),
            ),
            (
                "other JSON as well",
                "application/vnd.any+json",
                json!({"type": "object", "properties": {"quite": {"type": "string"}}}),
            ),
            (
                "parts as well",
                "multipart/form-data",
                json!({"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}),
            ),
        ] {
            list.add(kind, name, move |holder, _| {
                let content = holder.entry("content").or_insert(json!({}));
                content
                    .as_object_mut()?
                    .insert(media.to_owned(), json!({"schema": schema}));
                Some(())
            });
        }
        for (name, media) in [
            ("charset", "application/json; charset=utf-8"),
            ("only text", "text/plain"),
            ("only bytes", "application/octet-stream"),
            ("only other JSON", "application/vnd.any+json"),
            ("only a form", "application/x-www-form-urlencoded"),
            ("any media type", "*/*"),
        ] {
            list.add(kind, name, move |holder, _| {
                rename(map(holder, "content")?, "application/json", media)
            });
        }
    }
    list.remove(Kind::Response, "no content", "content");
    list.set(
        Kind::Response,
        "headers",
        "headers",
        json!({"x-any": {"schema": {"type": "string"}}}),
    );
    list.remove(Kind::Media, "no schema", "schema");
    list.set(Kind::Media, "example of all", "example", json!({"any": 1}));
}
