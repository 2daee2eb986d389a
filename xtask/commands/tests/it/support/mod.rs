//! Helpers of the tests of sources and refreshes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use trackstar_test_server::{Fate, FaultServer, Request};

/// Starts a server that sends these bytes for every request.
pub(crate) fn always(response: Vec<u8>) -> FaultServer {
    FaultServer::in_background(FaultServer::always(Fate::Respond(response))).unwrap()
}

/// Starts a server that handles each request as `fate` decides, which may block.
pub(crate) fn serving(fate: impl Fn(&Request) -> Fate + Send + Sync + 'static) -> FaultServer {
    FaultServer::in_background(FaultServer::start(fate)).unwrap()
}

/// Returns every file below a folder by its relative path, to verify that nothing changed or was left
/// behind.
pub(crate) fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            if path.is_dir() {
                files.insert(format!("{name}/"), Vec::new());
                folders.push(path);
            } else {
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// Returns a larger document that contains the vendored one, with lists and keys in arbitrary order.
pub(crate) fn upstream() -> Value {
    let page = include_str!("../../../../../openapi/trackstar.yaml");
    let source = trackstar_openapi::Source {
        name: "vendored",
        text: page,
    };
    let mut document = trackstar_openapi::parse(source).unwrap();
    let headers = document["paths"]["/connections"]["delete"]["parameters"].clone();
    let answer = |schema: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
        json!({
            "200": {"description": "Successful response", "content": {"application/json": {"schema": schema}}},
            "422": {"description": "Validation error", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/ValidationError"}
            }}},
        })
    };
    document["paths"]["/connections"]["get"] = json!({
        "tags": ["Auth", "Admin"], "summary": "List  Connections", "operationId": "get_connections",
        "parameters": headers, "responses": answer("ConnectionList"),
    });
    document["paths"]["/parcels/{id}"] = json!({"get": {
        "tags": ["Parcels"], "operationId": "get_parcel",
        "parameters": [
            {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
            headers[0], headers[1],
        ],
        "responses": answer("Parcel"),
    }});
    document["tags"] =
        json!([{"name": "Parcels", "description": "What is sent."}, {"name": "Admin"}]);
    let schemas = &mut document["components"]["schemas"];
    schemas["ConnectionList"] = json!({"type": "object", "required": ["next", "data"], "properties": {
        "data": {"type": "array", "items": {"type": "string", "enum": ["shipped", "open"]}},
        "next": {"type": ["string", "null"]},
    }});
    schemas["Parcel"] = json!({"type": "object", "properties": {
        "weight": {"type": "number", "example": 1.5}, "inside": {"$ref": "#/components/schemas/Parcel"},
    }});
    schemas["Unreached"] = json!({"type": "string"});
    document
}

/// Returns the document with the keys of its objects and the lists that are sets in reverse order.
pub(crate) fn backwards(value: &Value) -> String {
    written(value, "")
}

fn written(value: &Value, key: &str) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().rev();
            let fields =
                fields.map(|(key, value)| format!("{}: {}", json!(key), written(value, key)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(",\n "))
        }
        Value::Array(items) => {
            let mut items: Vec<String> = items.iter().map(|item| written(item, "")).collect();
            if ["required", "enum", "tags", "parameters", "type"].contains(&key) {
                items.reverse();
            }
            format!("[{}]", items.join(", "))
        }
        plain => plain.to_string(),
    }
}
