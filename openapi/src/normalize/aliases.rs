//! Components that only refer to another component. Each reference is shortened to the end of its chain,
//! because passes would otherwise follow long chains repeatedly.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::pointer::below;

pub(super) fn normalize(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas");
    let Some(schemas) = schemas.and_then(Value::as_object_mut) else {
        return;
    };
    let next: BTreeMap<String, String> = schemas
        .iter()
        .filter_map(|(name, schema)| {
            let reference = schema.get("$ref")?.as_str()?;
            let own = format!("#{}", below("/components/schemas", &[name]));
            Some((own, reference.to_owned()))
        })
        .collect();
    let mut ends: BTreeMap<&str, &str> = BTreeMap::new();
    for start in next.keys() {
        let mut passed = BTreeSet::new();
        let mut at = start.as_str();
        // A cycle never ends. It is kept, so that a later pass can report it.
        while let Some(target) = next.get(at).filter(|_| passed.insert(at)) {
            at = ends.get(target.as_str()).copied().unwrap_or(target);
        }
        if !passed.contains(at) {
            ends.extend(passed.into_iter().map(|name| (name, at)));
        }
    }
    for (name, schema) in schemas.iter_mut() {
        let own = format!("#{}", below("/components/schemas", &[name]));
        if let Some(end) = ends.get(own.as_str()) {
            schema["$ref"] = json!(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_chains_of_references_and_keeps_cycles() {
        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = json!({"components": {"schemas": {
            "A": to("B"), "B": to("C~1c"), "C/c": to("D/properties/d"), "D": {"type": "object"},
            "X": to("Y"), "Y": to("Z"), "Z": to("Y"),
        }}});
        let circle = document.clone();
        normalize(&mut document);
        let schemas = &document["components"]["schemas"];
        for name in ["A", "B", "C/c"] {
            assert_eq!(schemas[name], to("D/properties/d"), "{name}");
        }
        for name in ["D", "X", "Y", "Z"] {
            assert_eq!(
                schemas[name], circle["components"]["schemas"][name],
                "{name}"
            );
        }
    }
}
