//! A synthetic document that resembles the published ones: lists with filters and pages, responses with
//! examples, bodies with many variants, enums, nulls, uploads.

use serde_json::{Map, Value, json};

/// Number of resources in the document of size one. Each resource has five operations.
const RESOURCES: usize = 16;

/// Number of systems in which a resource can be created. The body has a variant for each.
const SYSTEMS: usize = 12;

/// Returns the text of a document with about 80 operations multiplied by `size`.
pub(crate) fn text(size: usize) -> String {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.insert("Failure".to_owned(), failure());
    schemas.insert("Measurements".to_owned(), measurements());
    for number in 0..size * RESOURCES {
        resource(number, &mut paths, &mut schemas);
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Synthetic", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    });
    document.to_string()
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn resource(number: usize, paths: &mut Map<String, Value>, schemas: &mut Map<String, Value>) {
    let (name, things) = (format!("Thing{number}"), format!("things-{number}"));
    schemas.insert(name.clone(), thing(number));
    schemas.insert(format!("Update{name}"), update(&name));
    schemas.insert(
        format!("{name}State"),
        json!({
            "type": "string", "enum": ["open", "in-transit", "received", "cancelled", "other"],
        }),
    );
    let mut variants = Vec::new();
    for system in 0..SYSTEMS {
        let variant = format!("Create{name}--System {system}--");
        variants.push(reference(&variant));
        schemas.insert(variant, create(&name, system));
    }
    let body = format!("Create{name}Body");
    schemas.insert(
        body.clone(),
        json!({
            "type": "object", "properties": {}, "additionalProperties": false, "oneOf": variants,
        }),
    );
    let written = |schema: &str| json!({"required": true, "content": {"application/json": {"schema": reference(schema)}}});
    let one = json!({"type": "object", "required": ["data"], "additionalProperties": false,
        "properties": {"data": reference(&name)}});
    let wrote = json!({"type": "object", "required": ["id", "unused_fields"], "properties": {
        "id": {"type": "string"}, "unused_fields": {"type": "array", "items": {"type": "string"}},
    }});
    paths.insert(format!("/{things}"), json!({
        "get": {"summary": "List", "parameters": filters(), "responses": answers(&page(&name), &json!({
            "data": [example(number), example(number + 1)], "next_token": null, "total_count": 2,
        }))},
        "post": {"requestBody": written(&body), "responses": answers(&wrote, &json!({
            "id": "1", "unused_fields": [],
        }))},
    }));
    paths.insert(format!("/{things}/{{thing_id}}"), json!({
        "parameters": [{"name": "thing_id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "get": {"responses": answers(&one, &json!({"data": example(number)}))},
        "patch": {
            "requestBody": written(&format!("Update{name}")),
            "responses": answers(&wrote, &json!({"id": "1"})),
        },
    }));
    paths.insert(format!("/{things}/{{thing_id}}/file"), json!({
        "post": {
            "requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object", "properties": {
                "file": {"type": "string", "format": "binary"}, "file_name": {"type": "string"},
            }}}}},
            "responses": answers(&wrote, &json!({"id": "1", "unused_fields": []})),
        },
    }));
}

fn answers(schema: &Value, example: &Value) -> Value {
    let failed = json!({"description": "It failed.", "content": {"application/json": {
        "schema": reference("Failure"), "example": {"error": "wrong"},
    }}});
    json!({
        "200": {"description": "It worked.", "content": {"application/json": {
            "schema": schema, "example": example,
        }}},
        "404": failed, "422": failed, "500": failed,
    })
}

fn page(name: &str) -> Value {
    json!({"type": "object", "required": ["data", "next_token"], "properties": {
        "data": {"type": "array", "items": reference(name)},
        "next_token": {"type": ["string", "null"]},
        "total_count": {"type": "integer"},
    }})
}

fn filters() -> Value {
    let mut all = vec![
        json!({"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 1000}}),
        json!({"name": "page_token", "in": "query", "schema": {"type": ["string", "null"]}}),
        json!({"name": "size", "in": "query", "style": "deepObject", "schema": {"type": "object",
            "properties": {"min": {"type": "number"}, "max": {"type": "number"}}}}),
    ];
    for field in ["created_date", "updated_date", "warehouse_id", "name"] {
        for operator in ["eq", "neq", "gt", "gte", "lt", "lte"] {
            all.push(
                json!({"name": format!("{field}[{operator}]"), "in": "query",
                "schema": {"type": "string", "format": "date-time"}}),
            );
        }
        for operator in ["in", "nin"] {
            all.push(
                json!({"name": format!("{field}[{operator}]"), "in": "query", "explode": false,
                "schema": {"type": "array", "items": {"type": "string"}}}),
            );
        }
    }
    Value::Array(all)
}

fn failure() -> Value {
    json!({"type": "object", "required": ["error"], "properties": {
        "error": {"type": "string"}, "detail": {"type": "object", "additionalProperties": true},
    }})
}

fn measurements() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {
        "length": {"type": ["number", "null"]}, "width": {"type": ["number", "null"]},
        "unit": {"type": ["string", "null"], "enum": ["cm", "in", null]},
    }})
}

/// Returns the schema of a response, with properties of all kinds and nested objects.
fn thing(number: usize) -> Value {
    let mut properties = json!({
        "id": {"type": "string", "description": "The id.", "example": "1"},
        "state": reference(&format!("Thing{number}State")),
        "created_date": {"type": "string", "format": "date-time"},
        "measurements": {"anyOf": [reference("Measurements"), {"type": "null"}]},
        "lines": {"type": "array", "items": {"type": "object", "required": ["sku"], "properties": {
            "sku": {"type": "string", "minLength": 1}, "quantity": {"type": ["integer", "null"]},
            "kind": {"type": "string", "enum": ["one", "two", "three"]},
        }}},
        "tags": {"type": ["array", "null"], "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}},
    });
    for field in 0..20 {
        properties[format!("field_{field}")] = json!({
            "type": ["string", "null"], "description": "A field of the thing.", "example": "text",
        });
    }
    json!({"type": "object", "additionalProperties": false, "required": ["id", "state", "lines"],
        "properties": properties})
}

fn example(number: usize) -> Value {
    json!({"id": number.to_string(), "state": "open", "created_date": "2024-01-01T00:00:00Z",
        "measurements": {"length": 1.5, "unit": null}, "lines": [{"sku": "a", "quantity": null}],
        "tags": ["a", {"b": "c"}], "field_0": "text", "field_1": null})
}

/// Returns the schema of a body for one of many systems. Most properties are the same for all systems.
fn create(name: &str, system: usize) -> Value {
    let mut properties = json!({
        "reference_id": {"type": "string"},
        "state": reference(&format!("{name}State")),
        "measurements": reference("Measurements"),
        "tags": {"type": ["array", "null"], "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}},
        "line": {"type": "object", "properties": {"sku": {"type": "string"}}},
    });
    properties[format!("only_{system}")] = json!({"type": "boolean"});
    json!({"type": "object", "required": ["reference_id"], "properties": properties,
        "additionalProperties": true})
}

fn update(name: &str) -> Value {
    let mut properties = create(name, 0)["properties"].take();
    for field in 0..10 {
        properties[format!("field_{field}")] = json!({"type": ["string", "null"]});
    }
    properties["kind"] = json!({"type": ["string", "null"], "enum": ["one", "two", null]});
    json!({"type": "object", "properties": properties})
}
