//! Generates random documents that cover the keywords of schemas, with names and titles that
//! collide.

mod composed;
mod dialect;
mod words;

use fastrand::Rng;
use serde_json::{Map, Value, json};

use dialect::{downgrade, null};
use words::{FORMATS, NAMES, PROPERTIES, TEXTS};

/// Generates a document for OpenAPI 3.0 or 3.1. Its component `Whole` refers to all others.
pub fn document(seed: u64) -> Value {
    let mut made = Made {
        rng: Rng::with_seed(seed),
        names: Vec::new(),
        own: None,
    };
    let three_one = made.rng.bool();
    for _ in 0..made.rng.usize(2..6) {
        let name = made.pick(&NAMES);
        // OpenAPI restricts names to fewer characters, but real documents contain others.
        if !made.names.contains(&name) {
            made.names.push(name);
        }
    }
    let mut schemas = Map::new();
    for (index, name) in made.names.clone().into_iter().enumerate() {
        made.own = Some(index);
        schemas.insert(name, made.component());
    }
    made.own = None;
    let mut whole = made.object(2);
    for (index, name) in made.names.clone().into_iter().enumerate() {
        let property = if made.chance(5) {
            json!({"type": "array", "items": to(&name)})
        } else {
            to(&name)
        };
        whole["properties"][format!("w{index}")] = property;
    }
    schemas.insert("Whole".to_owned(), whole);
    let json = |schema: Value| json!({"application/json": {"schema": schema}});
    let id = |verb: &str| format!("{verb}_s{seed}");
    let get = json!({
        "operationId": id("get"),
        "parameters": [
            {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
            {"name": made.argument(), "in": "query", "schema": made.scalar()},
        ],
        "responses": {"200": {"description": "d", "content": json(to("Whole"))}},
    });
    let body = if made.chance(3) {
        made.schema(3, true)
    } else {
        to("Whole")
    };
    let put = json!({
        "operationId": id("put"),
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "requestBody": {"required": made.rng.bool(), "content": json(body)},
        "responses": {"200": {"description": "d", "content": json(made.schema(3, true))}},
    });
    let mut item = json!({});
    // A third of the documents only read the type, and a third only send it.
    match made.rng.u8(0..3) {
        0 => item["get"] = get,
        1 => {
            let mut put = put;
            put["requestBody"]["content"] = json(to("Whole"));
            item["put"] = put;
        }
        _ => item = json!({"get": get, "put": put}),
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Shapes", "version": "1"},
        "paths": {format!("/s{seed}/{{id}}"): item},
        "components": {"schemas": schemas},
    });
    if !three_one {
        document["openapi"] = json!("3.0.3");
        downgrade(&mut document["components"]["schemas"], true);
        downgrade(&mut document["paths"], false);
    }
    document
}

fn to(name: &str) -> Value {
    // A reference is a URI, so the name is escaped.
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    let name: String = name.bytes().map(escape).collect();
    json!({"$ref": format!("#/components/schemas/{name}")})
}

struct Made {
    rng: Rng,
    /// The names of the components.
    names: Vec<String>,
    /// The index of the component under construction.
    own: Option<usize>,
}

impl Made {
    /// Returns true with probability 1 / `of`.
    fn chance(&mut self, of: u32) -> bool {
        self.rng.u32(0..of) == 0
    }

    fn pick(&mut self, from: &[&str]) -> String {
        from[self.rng.usize(0..from.len())].to_owned()
    }

    fn property(&mut self) -> String {
        if self.chance(4) {
            self.pick(&NAMES)
        } else {
            self.pick(&PROPERTIES)
        }
    }

    fn argument(&mut self) -> String {
        format!("{}x", self.property())
    }

    /// Generates a scalar, a union of scalars, or an array.
    fn scalar(&mut self) -> Value {
        match self.rng.u8(0..6) {
            0 => self.number("integer"),
            1 => json!({"type": "array", "items": self.text()}),
            2 => json!({"anyOf": [self.text(), self.text()]}),
            3 => json!({"oneOf": [self.number("integer"), self.number("number"), self.text()]}),
            4 => json!({"type": "boolean"}),
            _ => self.text(),
        }
    }

    /// Generates a component. Every second one is an object, from which others can be composed.
    fn component(&mut self) -> Value {
        let mut schema = match self.own {
            Some(own) if own % 2 == 1 => self.object(2),
            _ => self.schema(3, false),
        };
        if self.chance(3) && schema.get("$ref").is_none() {
            let title = if self.chance(2) && !self.names.is_empty() {
                let index = self.rng.usize(0..self.names.len());
                self.names[index].clone()
            } else {
                self.pick(&NAMES)
            };
            schema["title"] = json!(title);
        }
        schema
    }

    /// Generates a schema. `within` is true for a property, an array or a map.
    fn schema(&mut self, depth: u32, within: bool) -> Value {
        let mut schema = match self.rng.u8(0..if depth == 0 { 7 } else { 16 }) {
            0 | 1 => self.text(),
            2 => self.number("integer"),
            3 => self.number("number"),
            4 => json!({"type": "boolean"}),
            5 | 6 => self.reference(within),
            7 => {
                let mut list = json!({"type": "array", "items": self.schema(depth - 1, true)});
                if self.chance(4) {
                    list["minItems"] = json!(1);
                }
                if self.chance(6) {
                    list["uniqueItems"] = json!(true);
                }
                list
            }
            8 => json!({"type": "object", "additionalProperties": self.schema(depth - 1, true)}),
            9 => json!({}),
            10 => {
                let mut parts: Vec<Value> = Vec::new();
                for index in 0..self.rng.usize(1..4) {
                    let part = if self.chance(3) {
                        self.base()
                    } else {
                        self.part(index, depth - 1)
                    };
                    parts.push(part);
                }
                json!({ "allOf": parts })
            }
            11 | 12 => self.union("oneOf", depth),
            13 => self.union("anyOf", depth),
            _ => self.object(depth - 1),
        };
        if schema.get("$ref").is_some() {
            return schema;
        }
        if self.chance(8) {
            schema["title"] = json!(self.pick(&NAMES));
        }
        if self.chance(8) {
            let said = self.pick(&[
                "Plain.",
                "a\rb\u{202e}c",
                "# Head\n\n```\nfn main() {}\n```",
                "*/ \"x\" [`Vec`]",
            ]);
            schema["description"] = json!(said);
        }
        if self.chance(10) {
            let flag = if self.rng.bool() {
                "readOnly"
            } else {
                "writeOnly"
            };
            schema[flag] = json!(true);
        }
        if self.chance(4) { null(schema) } else { schema }
    }

    fn text(&mut self) -> Value {
        let mut schema = json!({"type": "string"});
        match self.rng.u8(0..6) {
            0 | 1 => schema["enum"] = self.values(),
            2 | 3 => schema["format"] = json!(self.pick(&FORMATS)),
            4 => {
                let (limit, value) = if self.rng.bool() {
                    ("maxLength", json!(40))
                } else {
                    ("pattern", json!("^.*$"))
                };
                schema[limit] = value;
            }
            _ => {}
        }
        if self.chance(12) && schema.get("enum").is_none() {
            schema = json!({"const": self.pick(&TEXTS)});
        }
        if self.chance(12) && schema.get("enum").is_some() {
            schema = json!({"enum": schema["enum"]});
        }
        if self.chance(10) {
            schema["default"] = json!("open");
        }
        schema
    }

    fn values(&mut self) -> Value {
        let mut values: Vec<String> = Vec::new();
        for _ in 0..self.rng.usize(1..5) {
            let value = self.pick(&TEXTS);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        json!(values)
    }

    fn number(&mut self, kind: &str) -> Value {
        let mut schema = json!({ "type": kind });
        let formats: &[&str] = if kind == "integer" {
            &["int32", "int64", "uint8", "uint64", "odd"]
        } else {
            &["float", "double", "odd"]
        };
        match self.rng.u8(0..6) {
            0 | 1 => schema["format"] = json!(self.pick(formats)),
            2 => schema["minimum"] = json!(self.rng.u8(0..3)),
            3 => schema["maximum"] = json!(100),
            4 if kind == "integer" => schema["enum"] = json!([1, 2, 3]),
            _ => {}
        }
        schema
    }

    /// Generates a reference to a component. `allOf`, `oneOf` and `anyOf` refer only to later
    /// components, because a schema composed of itself is invalid.
    fn reference(&mut self, within: bool) -> Value {
        let first = match self.own {
            Some(own) if !within => own + 1,
            _ => 0,
        };
        if first >= self.names.len() {
            return json!({"type": "string"});
        }
        let index = self.rng.usize(first..self.names.len());
        to(&self.names[index].clone())
    }

    /// Generates a reference to an object that does not contain its own component.
    fn base(&mut self) -> Value {
        let first = self.own.map_or(0, |own| own + 1);
        let objects: Vec<usize> = (first..self.names.len())
            .filter(|index| index % 2 == 1)
            .collect();
        if objects.is_empty() {
            return self.object(0);
        }
        to(&self.names[objects[self.rng.usize(0..objects.len())]].clone())
    }

    /// Generates an object that rarely shares a property with other parts, because shared
    /// properties may contradict each other.
    fn part(&mut self, index: usize, depth: u32) -> Value {
        let mut part = self.object(depth);
        part.as_object_mut()
            .map(|part| part.remove("additionalProperties"));
        if self.chance(6) {
            return part;
        }
        let properties = part["properties"].as_object().cloned().unwrap_or_default();
        let renamed = properties
            .into_iter()
            .map(|(name, schema)| (format!("{name}{index}"), schema));
        part["properties"] = Value::Object(renamed.collect());
        if let Some(Value::Array(required)) = part.get_mut("required") {
            for name in required {
                *name = json!(format!("{}{index}", name.as_str().unwrap_or_default()));
            }
        }
        part
    }
}
