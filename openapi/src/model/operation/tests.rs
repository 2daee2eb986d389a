use serde_json::{Value, json};

/// Returns the ranges of the successes and of those with content.
fn ranges(responses: &[(&str, bool)]) -> [Vec<(u16, u16)>; 2] {
    let content = json!({"application/json": {}});
    let response =
        |full: &bool| json!({"content": if *full { content.clone() } else { json!({}) }});
    let responses = responses
        .iter()
        .map(|(status, full)| ((*status).to_owned(), response(full)));
    let responses = responses.collect::<serde_json::Map<String, Value>>();
    let document = json!({"paths": {"/a": {"get": {"responses": responses}}}});
    let operation = &super::super::read(&document)[0];
    [operation.success_ranges(), operation.content_ranges()]
}

#[test]
fn successes_are_single_codes_and_ranges() {
    for (responses, expected) in [
        (
            vec![("204", false), ("2XX", false)],
            vec![(200, 299), (204, 204)],
        ),
        (vec![("default", false)], vec![(200, 299)]),
        (
            vec![("default", false), ("404", true), ("201", false)],
            vec![(201, 201)],
        ),
        (vec![("x-note", true), ("999", true), ("6XX", true)], vec![]),
    ] {
        assert_eq!(ranges(&responses), [expected, vec![]], "{responses:?}");
    }
}

#[test]
fn empty_codes_are_not_in_the_ranges_with_content() {
    for (responses, content) in [
        (vec![("200", true)], vec![(200, 200)]),
        (vec![("200", true), ("202", false)], vec![(200, 200)]),
        (vec![("200", false), ("202", false)], vec![]),
        (vec![("2xx", true)], vec![(200, 299)]),
        (
            vec![
                ("2XX", true),
                ("299", false),
                ("205", false),
                ("200", false),
            ],
            vec![(201, 204), (206, 298)],
        ),
        (vec![("200", true), ("2XX", false)], vec![(200, 200)]),
    ] {
        assert_eq!(ranges(&responses)[1], content, "{responses:?}");
    }
}
