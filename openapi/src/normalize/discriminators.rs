//! Discriminators of an object that lists no alternatives: its children are the schemas that are made of
//! it, or those of the mapping, and stand wherever a document refers to it. The generator knows the
//! object alone, which would lose what the children add. So the object keeps what it does not name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::walk;
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
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        let targets = mapping
            .into_iter()
            .flatten()
            .filter_map(|(_, to)| to.as_str());
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
                "the discriminator tells apart {}, and no `oneOf` lists them; what they add is kept as JSON \
                 among the properties without a field",
                names.join(", ")
            ),
        );
    });
}

/// The names of the components that are made of each schema.
pub(super) type Children = BTreeMap<String, BTreeSet<String>>;

pub(super) fn children(document: &Value) -> Children {
    let mut children = Children::new();
    let schemas = document.pointer("/components/schemas");
    for (name, schema) in schemas.and_then(Value::as_object).into_iter().flatten() {
        let parts = schema.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            if let Some(target) = part
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(reference::target)
            {
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
    fn an_object_with_children_keeps_what_they_add() {
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
            notes[1].text.contains("tells apart `Shelf`"),
            "{}",
            notes[1].text
        );
    }
}
