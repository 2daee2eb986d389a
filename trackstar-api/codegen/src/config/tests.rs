use super::*;

const DOCUMENT: &str = r#"{
        "openapi": "3.1.0", "info": {"title": "Parcels", "version": "1"},
        "paths": {
            "/parcels": {"get": {"operationId": "list_parcels", "tags": ["Parcels"], "responses": {
                "200": {"description": "All.", "content": {"application/json": {"schema": {
                    "type": "object", "title": "Parcels", "properties": {"count": {"type": "integer"}}
                }}}}
            }}},
            "/labels": {"delete": {"operationId": "delete_labels", "responses": {
                "204": {"description": "Gone."}
            }}}
        }
    }"#;

fn generated(config: &Config, overlays: &[&str]) -> Result<String, String> {
    let overlays: Vec<String> = overlays.iter().map(ToString::to_string).collect();
    config
        .generated(DOCUMENT, &overlays)
        .map(|generated| generated.source)
}

#[test]
fn selects_operations_by_name_and_tag() {
    let config = Config::new("parcels.json");
    let all = generated(&config, &[]).expect("in order");
    assert!(all.contains("fn list_parcels") && all.contains("fn delete_labels"));
    assert!(!all.contains("cfg("), "{all}");
    let one = generated(&config.clone().operations(["delete_labels"]), &[]).expect("in order");
    assert!(!one.contains("list_parcels") && one.contains("fn delete_labels"));
    assert!(!one.contains("struct Parcels"), "{one}");
    let one = generated(&config.clone().tags(["Parcels"]), &[]).expect("in order");
    assert!(one.contains("fn list_parcels") && !one.contains("delete_labels"));
    let refused = generated(&config.operations(["list_parcel"]), &[]);
    assert_eq!(
        refused.expect_err("there is none"),
        "the document has no operation `list_parcel`: use the name of a method of the client"
    );
}

#[test]
fn rejects_stale_actions_of_the_user() {
    let action = |target: &str| {
        format!(
            "overlay: 1.0.0\ninfo: {{title: Own, version: 1.0.0}}\nactions:\n  \
             - {{target: '{target}', description: Reason., update: {{operationId: drop_labels}}}}"
        )
    };
    let config = Config::new("parcels.json").overlay("own.yaml");
    let source = generated(&config, &[&action("$.paths.*.delete")]).expect("in order");
    assert!(source.contains("fn drop_labels"), "{source}");
    let refused = generated(&config, &[&action("$.paths.*.put")]);
    let refused = refused.expect_err("it is stale");
    assert!(
        refused.contains("own.yaml") && refused.contains("matches nothing"),
        "{refused}"
    );
}

#[test]
fn errors_have_positions_in_the_document() {
    let text = DOCUMENT.replace(
        r#""type": "integer""#,
        r##""$ref": "#/components/schemas/A""##,
    );
    let config = Config::new("parcels.json").overlay("own.yaml");
    let overlay = "overlay: 1.0.0\ninfo: {title: Own, version: 1.0.0}\nactions:\n  \
                   - {target: $.info, description: Reason., update: {title: Labels}}";
    for overlays in [vec![], vec![overlay.to_owned()]] {
        let refused = config
            .generated(&text, &overlays)
            .expect_err("it is broken");
        assert!(
            refused.starts_with("parcels.json:6:84: at /paths/~1parcels"),
            "{refused}"
        );
    }
}

#[test]
fn notes_only_mention_the_document_of_the_user() {
    let config = Config::new("parcels.json");
    let generated = config.generated(DOCUMENT, &[]).expect("in order");
    assert_eq!(generated.notes, [""; 0]);
    let text = DOCUMENT.replace(r#""204""#, r#""404": {"description": "Gone."}, "204""#);
    let notes = config.generated(&text, &[]).expect("in order").notes;
    assert_eq!(notes.len(), 1, "{notes:?}");
}

#[test]
fn reports_stale_built_in_actions_apart_from_the_notes() {
    let config = Config::new("parcels.json");
    let stale = config.generated(DOCUMENT, &[]).expect("in order").stale;
    let expected = "built-in overlay openapi/overlays/generator.yaml: action 3 \
                    (target `$.paths['/connections'].delete`): the target matches nothing";
    assert!(stale.iter().any(|it| it == expected), "{stale:#?}");
    let vendored = config.generated(vendored::DOCUMENT.text, &[]);
    assert_eq!(vendored.expect("in order").stale, [""; 0]);
}

#[test]
fn accepts_only_valid_names() {
    let names = ["trackstar", "b", "a_2", "", "2a", "A", "a-b", "a b"];
    let found = names.map(is_name);
    assert_eq!(found, [true, true, true, false, false, false, false, false]);
}
