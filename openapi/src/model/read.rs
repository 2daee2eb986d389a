//! Reads the operations of a document.

use serde_json::Value;

use super::operation::{
    Body, Content, Media, Operation, Parameter, ParameterLocation, Requirement, Response, Scheme,
    Server, Status,
};
use super::{Listed, listed};
use crate::contents::{keys, members};
use crate::pointer::{below, get};
use crate::reference::resolve;
use crate::{Serialization, headers};

const SCHEMES: &str = "/components/securitySchemes";

/// Returns all operations of a document, in the order of its paths.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::model::{self, ParameterLocation};
///
/// let operations = model::read(&json!({
///     "openapi": "3.1.0", "servers": [{"url": "https://api.example.com"}],
///     "security": [{"Key": []}],
///     "paths": {"/a": {"get": {
///         "parameters": [{"in": "cookie", "name": "c", "schema": {"type": "array"}}],
///         "responses": {"404": {"content": {"application/json": {"schema": {}}}}},
///     }}},
///     "components": {"securitySchemes": {
///         "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
///     }},
/// }));
/// let operation = &operations[0];
/// let parameter = &operation.parameters[0];
/// assert_eq!(parameter.location, ParameterLocation::Cookie);
/// assert_eq!((parameter.style.as_str(), parameter.explode), ("form", true));
/// assert_eq!(operation.servers[0].url, "https://api.example.com");
/// assert_eq!(operation.servers[0].pointer, "/servers/0");
/// assert!(operation.security[0].schemes[0].is_header("x-key"));
/// assert_eq!(operation.security[0].pointer, "/security/0");
/// let schema = "/paths/~1a/get/responses/404/content/application~1json/schema";
/// assert_eq!(operation.responses[0].media[0].schema.as_deref(), Some(schema));
/// ```
#[must_use]
pub fn read(document: &Value) -> Vec<Operation> {
    let operations = listed(document).into_iter();
    let read = operations.filter_map(|listed| operation(document, listed));
    read.collect()
}

fn operation(document: &Value, listed: Listed) -> Option<Operation> {
    let operation = get(document, &listed.pointer)?;
    let parameters = listed.parameters(document).into_iter();
    let (item, _) = listed.pointer.rsplit_once('/')?;
    let holders = [listed.pointer.as_str(), item, ""];
    let servers = holders.iter().find_map(|holder| servers(document, holder));
    Some(Operation {
        method: listed.method.to_uppercase(),
        description: text(operation, "description"),
        deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
        security: requirements(document, &listed.pointer),
        servers: servers.unwrap_or_default(),
        parameters: parameters
            .filter_map(|(pointer, one)| parameter(document, pointer, one))
            .collect(),
        body: body(document, &listed.pointer),
        responses: responses(document, &below(&listed.pointer, &["responses"])),
        accept: Vec::new(),
        id: listed.id.unwrap_or_default(),
        path: listed.path,
        pointer: listed.pointer,
        tags: listed.tags,
        summary: listed.summary,
    })
}

fn text(value: &Value, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.to_owned())
}

fn is_required(value: &Value) -> bool {
    value.get("required") == Some(&Value::Bool(true))
}

/// Returns the servers of a document, a path or an operation, if it has any.
fn servers(document: &Value, holder: &str) -> Option<Vec<Server>> {
    let list = below(holder, &["servers"]);
    let servers = get(document, &list)?.as_array()?.iter().enumerate();
    let server = |(index, server): (usize, &Value)| {
        let pointer = below(&list, &[&index.to_string()]);
        text(server, "url").map(|url| Server { url, pointer })
    };
    Some(servers.filter_map(server).collect()).filter(|servers: &Vec<_>| !servers.is_empty())
}

/// Returns the security requirements of an operation, or those of the document if it has none.
fn requirements(document: &Value, operation: &str) -> Vec<Requirement> {
    let lists = [operation, ""].map(|holder| below(holder, &["security"]));
    let mut lists = lists.iter();
    let Some((list, all)) = lists.find_map(|list| Some((list, get(document, list)?))) else {
        return Vec::new();
    };
    let requirement = |(index, requirement): (usize, &Value)| Requirement {
        schemes: required(document, requirement),
        pointer: below(list, &[&index.to_string()]),
    };
    let all = all.as_array().into_iter().flatten().enumerate();
    all.map(requirement).collect()
}

fn required(document: &Value, requirement: &Value) -> Vec<Scheme> {
    let schemes = requirement.as_object().into_iter().flatten();
    let scheme = |(name, scopes): (&String, &Value)| {
        let scopes = scopes.as_array().into_iter().flatten();
        let scopes = scopes.filter_map(Value::as_str).map(str::to_owned);
        scheme(document, name, scopes.collect())
    };
    schemes.map(scheme).collect()
}

/// Returns all security schemes that a document defines, without scopes.
///
/// ```
/// let document = serde_json::json!({"components": {"securitySchemes": {
///     "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
/// }}});
/// let scheme = &trackstar_openapi::model::schemes(&document)[0];
/// assert_eq!(scheme.pointer.as_deref(), Some("/components/securitySchemes/Key"));
/// assert!(scheme.is_header("x-key"));
/// ```
#[must_use]
pub fn schemes(document: &Value) -> Vec<Scheme> {
    let names = keys(get(document, SCHEMES));
    names
        .map(|name| scheme(document, name, Vec::new()))
        .collect()
}

fn scheme(document: &Value, name: &str, scopes: Vec<String>) -> Scheme {
    let defined = resolve(document, &below(SCHEMES, &[name]));
    let key = defined.as_ref().and_then(|(_, scheme)| {
        let location = ParameterLocation::named(scheme.get("in")?.as_str()?)?;
        Some((location, text(scheme, "name")?))
    });
    Scheme {
        name: name.to_owned(),
        pointer: defined.map(|(pointer, _)| pointer),
        scopes,
        key,
    }
}

/// Reads a parameter. Returns `None` for a header that OpenAPI describes elsewhere.
fn parameter(document: &Value, pointer: String, one: &Value) -> Option<Parameter> {
    let name = text(one, "name")?;
    let location = ParameterLocation::named(one.get("in")?.as_str()?)?;
    if location == ParameterLocation::Header && headers::is_ignored(&name) {
        return None;
    }
    let styled = one.get("schema").is_some();
    let mut media = media(document, &pointer);
    let media_type = media.first().filter(|_| !styled).map(|it| it.name.clone());
    let schema = if styled {
        Some(below(&pointer, &["schema"]))
    } else {
        media.iter_mut().find_map(|it| it.schema.take())
    };
    let Serialization { style, explode } = Serialization::of(one);
    Some(Parameter {
        argument: name.clone(),
        name,
        location,
        required: location == ParameterLocation::Path || is_required(one),
        style: style.to_owned(),
        explode,
        reserved: one.get("allowReserved") == Some(&Value::Bool(true)),
        object: false,
        media_type,
        pointer,
        schema,
        description: text(one, "description"),
    })
}

fn body(document: &Value, operation: &str) -> Option<Body> {
    let (pointer, body) = resolve(document, &below(operation, &["requestBody"]))?;
    let media = media(document, &pointer);
    let first = media.first()?;
    let content = match &first.schema {
        _ if first.name.starts_with("text/") => Content::Text,
        Some(schema) if first.name != "application/octet-stream" => Content::Typed(schema.clone()),
        _ => Content::Bytes,
    };
    Some(Body {
        content,
        media_type: first.name.clone(),
        required: is_required(body),
        media,
    })
}

fn responses(document: &Value, pointer: &str) -> Vec<Response> {
    let codes = keys(get(document, pointer));
    let read = codes.filter_map(|code| {
        let status = Status::named(code)?;
        let (pointer, _) = resolve(document, &below(pointer, &[code]))?;
        let media = media(document, &pointer);
        Some(Response {
            status,
            empty: media.is_empty(),
            media,
        })
    });
    read.collect()
}

/// Returns the media types of a parameter, a body or a response.
fn media(document: &Value, holder: &str) -> Vec<Media> {
    let content = below(holder, &["content"]);
    let types = members(get(document, &content));
    let media = |(name, value): (&String, &Value)| {
        let pointer = below(&content, &[name]);
        let schema = value.get("schema").is_some();
        Media {
            name: name.clone(),
            schema: schema.then(|| below(&pointer, &["schema"])),
            pointer,
        }
    };
    types.map(media).collect()
}
