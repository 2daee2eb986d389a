//! Merges the documents of all cases, so that one client is built instead of one per case.

use serde_json::{Map, Value, json};

/// Cases that a merged client cannot show, and the reasons.
pub(crate) const APART: &[(&str, &str)] = &[
    (
        "path-parameters-change-places",
        "its code compiles and passes the wrong values",
    ),
    (
        "references-that-lead-nowhere",
        "no client is built from a document with such a reference",
    ),
    (
        "security-requirement-changes",
        "of the whole document, and may break deployed clients",
    ),
    (
        "security-scheme-changes",
        "of the whole document, and may break deployed clients",
    ),
    (
        "server-changes",
        "of the whole document, and may break deployed clients",
    ),
    (
        "servers-and-security-of-one-operation",
        "of the whole document, and may break deployed clients",
    ),
];

/// Returns the name of a case as an identifier, the prefix of its operations.
pub(crate) fn snake(case: &str) -> String {
    case.replace('-', "_")
}

/// Returns the name of a case as a type name, the prefix of its components.
pub(crate) fn pascal(case: &str) -> String {
    let words = case.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

/// Merges documents. Paths, operations and components get the name of their case.
pub(crate) fn merged<'a>(documents: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let (mut paths, mut components) = (Map::new(), Map::new());
    let mut webhooks = Map::new();
    for (case, document) in documents {
        let mut document = renamed(case, &document, KeyMeaning::Keyword);
        for (path, item) in taken(&mut document, "paths") {
            paths.insert(format!("/{case}{path}"), item);
        }
        for (name, item) in taken(&mut document, "webhooks") {
            webhooks.insert(format!("{case}-{name}"), item);
        }
        for (section, mut members) in taken(&mut document, "components") {
            let all = components.entry(section).or_insert_with(|| json!({}));
            let members = members.as_object_mut().map(std::mem::take);
            for (name, member) in members.into_iter().flatten() {
                all[pascal(case) + &name] = member;
            }
        }
        let left: Vec<&String> = document
            .as_object()
            .into_iter()
            .flatten()
            .map(|it| it.0)
            .collect();
        assert_eq!(left, ["info", "openapi"], "{case} has what is not merged");
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "All cases", "version": "1.0.0"},
        "paths": paths,
        "webhooks": webhooks,
        "components": components,
    })
}

fn taken(document: &mut Value, key: &str) -> Map<String, Value> {
    let member = document.as_object_mut().and_then(|it| it.remove(key));
    match member {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// The meaning of an object's keys: keywords, names, or data.
#[derive(Clone, Copy, PartialEq)]
enum KeyMeaning {
    Keyword,
    Names,
    Data,
}

impl KeyMeaning {
    fn below(self, key: &str) -> Self {
        match (self, key) {
            (Self::Data, _) | (Self::Keyword, "default" | "enum" | "const" | "example") => {
                Self::Data
            }
            (Self::Keyword, "properties" | "patternProperties" | "schemas" | "responses") => {
                Self::Names
            }
            _ => Self::Keyword,
        }
    }
}

/// Returns the document with the case's name in every operation, anchor and reference.
fn renamed(case: &str, value: &Value, place: KeyMeaning) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(key, member)| {
                let member = match (place, key.as_str(), member) {
                    (KeyMeaning::Keyword, "$ref", Value::String(target)) => {
                        reference(case, target).into()
                    }
                    (KeyMeaning::Keyword, "operationId", Value::String(id)) => {
                        format!("{}_{id}", snake(case)).into()
                    }
                    (KeyMeaning::Keyword, "$anchor", Value::String(name)) => {
                        format!("{case}-{name}").into()
                    }
                    _ => renamed(case, member, place.below(key)),
                };
                (key.clone(), member)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items
            .iter()
            .map(|item| renamed(case, item, place))
            .collect(),
        other => other.clone(),
    }
}

fn reference(case: &str, target: &str) -> String {
    let Some(fragment) = target.strip_prefix('#') else {
        return target.to_owned();
    };
    let parts: Vec<&str> = fragment.splitn(4, '/').collect();
    match parts.as_slice() {
        ["", "components", section, name] => {
            format!("#/components/{section}/{}{name}", pascal(case))
        }
        ["", "paths", path, rest] => format!("#/paths/~1{case}{path}/{rest}"),
        [anchor] => format!("#{case}-{anchor}"),
        _ => target.to_owned(),
    }
}

#[test]
fn merged_documents_use_the_name_of_their_case() {
    let document = json!({
        "openapi": "3.1.0", "info": {},
        "paths": {"/a": {"get": {"operationId": "list", "responses": {"200": {"content": {
            "application/json": {"schema": {"properties": {"$ref": {"$ref": "#/components/schemas/B"}}}}
        }}}}}},
        "components": {"schemas": {"B": {"$anchor": "b", "const": {"$ref": "#/components/schemas/B"}},
            "C": {"anyOf": [{"$ref": "#b"}, {"$ref": "#/paths/~1a/get"}]}}},
    });
    let merged = merged([("one-case", document)].into_iter());
    let schema = "/paths/~1one-case~1a/get/responses/200/content/application~1json/schema";
    assert_eq!(
        merged.pointer(schema),
        Some(&json!({"properties": {"$ref": {"$ref": "#/components/schemas/OneCaseB"}}}))
    );
    assert_eq!(
        merged["paths"]["/one-case/a"]["get"]["operationId"],
        "one_case_list"
    );
    assert_eq!(
        merged["components"]["schemas"],
        json!({
            "OneCaseB": {"$anchor": "one-case-b", "const": {"$ref": "#/components/schemas/B"}},
            "OneCaseC": {"anyOf": [{"$ref": "#one-case-b"}, {"$ref": "#/paths/~1one-case~1a/get"}]},
        })
    );
}
