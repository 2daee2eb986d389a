//! Discriminators without a list of alternatives.
//!
//! The children of such an object are the schemas that extend it, or those of the mapping. They can
//! replace the object at any reference. The generator only knows the object and would lose the properties
//! of its children, so the object keeps additional properties.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::walk;
use crate::contents::{items, members};
use crate::findings::Findings;
use crate::pointer::segments;
use crate::reference;

pub(super) fn normalize(document: &mut Value, children: &Children, findings: &mut Findings) {
    walk::schemas_mut(document, &mut |schema, pointer| {
        let Some(fields) = schema.as_object_mut() else {
            return;
        };
        let Some(discriminator) = fields.get("discriminator") else {
            return;
        };
        let alternatives = fields.contains_key("oneOf") || fields.contains_key("anyOf");
        let mut names = children.get(pointer).cloned().unwrap_or_default();
        let targets = members(discriminator.get("mapping")).filter_map(|(_, to)| to.as_str());
        names.extend(targets.filter_map(|to| segments(to).last()));
        let rest = fields.get("additionalProperties");
        if alternatives || names.is_empty() || rest.is_some_and(Value::is_object) {
            return;
        }
        fields.insert("additionalProperties".to_owned(), json!({}));
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        findings.note_on(
            pointer,
            format!(
                "the discriminator has the variants {} but no `oneOf`, so their properties become additional properties",
                names.join(", ")
            ),
        );
    });
}

/// Names of the components that extend a schema, keyed by its pointer.
pub(super) type Children = BTreeMap<String, BTreeSet<String>>;

pub(super) fn children(document: &Value) -> Children {
    let mut children = Children::new();
    for (name, schema) in members(document.pointer("/components/schemas")) {
        for part in items(schema.get("allOf")) {
            if let Some(target) = reference::of(part).and_then(reference::target) {
                children.entry(target).or_default().insert(name.clone());
            }
        }
    }
    children
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parent_keeps_the_properties_of_its_children() {
        let place = json!({
            "type": "object", "properties": {"kind": {"type": "string"}}, "additionalProperties": false,
            "discriminator": {"propertyName": "kind"},
        });
        let mut listed = place.clone();
        listed["oneOf"] = json!([{"type": "object"}]);
        let mut mapped = place.clone();
        mapped["discriminator"]["mapping"] = json!({"dock": "#/components/schemas/Dock"});
        let mut document = json!({"components": {"schemas": {
            "Place": place, "Childless": place, "Listed": listed, "Mapped": mapped,
            "Shelf": {"allOf": [{"$ref": "#/components/schemas/Place"}, {"$ref": "#/components/schemas/Listed"}]},
        }}});
        let mut findings = Findings::new("test");
        let children = children(&document);
        normalize(&mut document, &children, &mut findings);
        let schemas = &document["components"]["schemas"];
        for name in ["Place", "Mapped"] {
            assert_eq!(schemas[name]["additionalProperties"], json!({}), "{name}");
        }
        for name in ["Childless", "Listed"] {
            assert_eq!(
                schemas[name]["additionalProperties"],
                json!(false),
                "{name}"
            );
        }
        let notes = findings.into_notes();
        let places: Vec<&str> = notes.iter().map(|note| note.pointer.as_str()).collect();
        assert_eq!(
            places,
            ["/components/schemas/Mapped", "/components/schemas/Place"]
        );
        assert!(
            notes[1].text.contains("the variants `Shelf` but no"),
            "{}",
            notes[1].text
        );
    }
}
