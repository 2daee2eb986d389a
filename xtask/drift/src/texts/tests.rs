use serde_json::json;

use super::*;

fn found(base: &Value, revision: &Value, scope: &Scope) -> Vec<(String, Vec<String>)> {
    let shown = |change: TextChange| {
        let lines = change.lines.iter().map(ToString::to_string);
        (change.pointer, lines.collect())
    };
    texts(base, revision, scope)
        .into_iter()
        .map(shown)
        .collect()
}

/// Returns a document with `text` at every place for text.
fn document(text: &str) -> Value {
    let schema = json!({"title": text, "description": text, "x-note": {"a": text}, "enum": ["a"],
        "properties": {"description": {"description": text}, "title": {"example": text}}});
    json!({
        "openapi": "3.1.0", "info": {"title": text, "description": text, "version": "1"},
        "tags": [{"name": "a", "description": text}],
        "paths": {"/a/{b}": {"summary": text, "get": {
            "summary": text, "tags": ["a"], "externalDocs": {"description": text},
            "parameters": [{"in": "path", "name": "b", "description": text}],
            "responses": {"200": {"description": text, "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/A"}, "example": text}}}},
        }}},
        "webhooks": {"w": {"post": {"description": text}}},
        "components": {"schemas": {"A": schema, "B": {"description": text}}},
    })
}

#[test]
fn every_text_has_a_location() {
    let changes = found(&document("a"), &document("b"), &Scope::All);
    let places: Vec<&str> = changes.iter().map(|(place, _)| place.as_str()).collect();
    let schema = "/components/schemas/A";
    let operation = "/paths/~1a~1{b}/get";
    let response = format!("{operation}/responses/200");
    assert_eq!(
        places,
        [
            &format!("{schema}/description"),
            &format!("{schema}/properties/description/description"),
            &format!("{schema}/properties/title/example"),
            &format!("{schema}/title"),
            &format!("{schema}/x-note"),
            "/components/schemas/B/description",
            "/info/description",
            "/info/title",
            &format!("{operation}/externalDocs"),
            &format!("{operation}/parameters/0/description"),
            &format!("{response}/content/application~1json/example"),
            &format!("{response}/description"),
            &format!("{operation}/summary"),
            "/paths/~1a~1{b}/summary",
            "/tags/0/description",
            "/webhooks/w/post/description",
        ]
    );
    assert_eq!(changes[0].1, ["- a", "+ b"]);
    assert_eq!(changes[4].1, ["-   \"a\": \"a\"", "+   \"a\": \"b\""]);
}

#[test]
fn scope_includes_referenced_texts() {
    let changes = found(&document("a"), &document("b"), &Scope::of(["GET /a/{b}"]));
    let places: Vec<&str> = changes.iter().map(|(place, _)| place.as_str()).collect();
    assert!(
        places.contains(&"/components/schemas/A/title"),
        "{places:?}"
    );
    assert!(
        places.contains(&"/paths/~1a~1{b}/get/summary"),
        "{places:?}"
    );
    assert!(
        !places.contains(&"/components/schemas/B/description"),
        "{places:?}"
    );
    // Webhooks are in every scope.
    assert!(
        places.contains(&"/webhooks/w/post/description"),
        "{places:?}"
    );
}

#[test]
fn scope_includes_texts_shared_by_its_operations() {
    let document = |text: &str| {
        let scheme = json!({"type": "http", "scheme": "basic", "description": text});
        json!({
            "openapi": "3.1.0",
            "servers": [{"url": "https://e.com", "description": text}],
            "security": [{"A": []}],
            "tags": [{"name": "other", "description": text}, {"name": "a", "description": text}],
            "paths": {
                "/a": {"get": {"tags": ["a"], "security": [{"B": []}]}},
                "/b": {"get": {"tags": ["other"], "security": [{"C": []}]}},
            },
            "components": {"securitySchemes": {"A": scheme, "B": scheme, "C": scheme}},
        })
    };
    let scope = Scope::of(["GET /a"]);
    let changes = found(&document("a"), &document("b"), &scope);
    let places: Vec<&str> = changes.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(
        places,
        [
            "/components/securitySchemes/A/description",
            "/components/securitySchemes/B/description",
            "/servers/0/description",
            "/tags/1/description",
        ]
    );
}

fn schemas(of: &[(&str, &str)]) -> Value {
    let described = |(name, text): &(&str, &str)| {
        let schema = json!({"type": "string", "description": text});
        ((*name).to_owned(), schema)
    };
    let all: serde_json::Map<String, Value> = of.iter().map(described).collect();
    json!({"openapi": "3.1.0", "components": {"schemas": all}})
}

#[test]
fn copied_text_is_new_at_its_destination() {
    let base = schemas(&[("A", "One."), ("B", "Two.")]);
    // `A` still exists, and `B` moved to one of two places.
    let revision = schemas(&[("A", "One."), ("C", "One."), ("D", "Two."), ("E", "Two.")]);
    let place = |name: &str| format!("/components/schemas/{name}/description");
    assert_eq!(
        found(&base, &revision, &Scope::All),
        [
            (place("C"), vec!["+ One.".to_owned()]),
            (place("E"), vec!["+ Two.".to_owned()]),
        ]
    );
}

#[test]
fn ignores_line_endings() {
    let base = schemas(&[("A", "One.\r\nTwo."), ("B", "One."), ("C", "One.\nTwo.")]);
    let revision = schemas(&[("A", "One.\nTwo."), ("B", "One.\n"), ("C", "One.\n2.")]);
    assert_eq!(
        found(&base, &revision, &Scope::All),
        [(
            "/components/schemas/C/description".to_owned(),
            vec!["- Two.".to_owned(), "+ 2.".to_owned()]
        )]
    );
}

#[test]
fn shows_added_and_removed_but_not_moved_texts() {
    let parameters =
        |list: Value| json!({"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": list}}}});
    let one = |name: &str, text: &str| json!({"in": "query", "name": name, "description": text});
    let base = parameters(json!([one("a", "A."), one("b", "B."), one("d", "D.")]));
    let mut silent = one("d", "");
    silent.as_object_mut().map(|it| it.remove("description"));
    let revision = parameters(json!([
        one("c", "C."),
        one("b", "B."),
        one("e", "A."),
        silent
    ]));
    assert_eq!(
        found(&base, &revision, &Scope::All),
        [
            (
                "/paths/~1a/get/parameters/0/description".to_owned(),
                vec!["+ C.".to_owned()]
            ),
            (
                "/paths/~1a/get/parameters/2/description".to_owned(),
                vec!["- D.".to_owned()]
            ),
        ]
    );
}
