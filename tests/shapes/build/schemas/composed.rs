//! Composed schemas: unions and objects.

use serde_json::{Map, Value, json};

use super::{Made, to};

impl Made {
    pub(super) fn union(&mut self, key: &str, depth: u32) -> Value {
        let mut branches: Vec<Value> = Vec::new();
        // Unions of branches with one type are the most error-prone.
        let kind = self.rng.u8(0..5);
        for _ in 0..self.rng.usize(1..5) {
            let branch = match kind {
                0 => self.text(),
                1 => self.object(depth - 1),
                2 => self.reference(false),
                3 if self.chance(2) => self.number("integer"),
                3 => self.number("number"),
                _ => self.schema(depth - 1, false),
            };
            branches.push(branch);
        }
        let mut schema = json!({ (key): branches });
        if kind == 1 && self.chance(3) {
            for (index, branch) in schema[key].as_array_mut().into_iter().flatten().enumerate() {
                branch["properties"]["kind"] =
                    json!({"type": "string", "enum": [format!("k{index}")]});
                branch["required"] = json!(["kind"]);
            }
        }
        // Only objects have properties. A branch of another type would match no value.
        if kind == 1 && self.chance(4) {
            schema["properties"] = json!({"beside": {"type": "string"}});
        }
        schema
    }

    pub(super) fn object(&mut self, depth: u32) -> Value {
        let mut properties = Map::new();
        for _ in 0..self.rng.usize(0..5) {
            let name = self.property();
            properties.insert(name, self.schema(depth.min(2), true));
        }
        let required: Vec<&String> = properties.keys().filter(|_| self.rng.bool()).collect();
        let mut schema = json!({"type": "object"});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema["properties"] = Value::Object(properties);
        match self.rng.u8(0..8) {
            0 => schema["additionalProperties"] = json!(false),
            1 => schema["additionalProperties"] = json!(true),
            2 => schema["additionalProperties"] = self.schema(0, true),
            _ => {}
        }
        if self.chance(10) && !self.names.is_empty() {
            schema["properties"]["kind"] = json!({"type": "string"});
            let target = to(&self.names[0].clone())["$ref"].clone();
            schema["discriminator"] = json!({"propertyName": "kind", "mapping": {"k": target}});
        }
        schema
    }
}
