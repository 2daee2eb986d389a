//! Changes that other tools judge by their notation. Here, the meaning decides.

mod webhooks;

use serde_json::Value;
use trackstar_drift::{Finding, Scope, compare};
use trackstar_openapi::{Source, parse};

use crate::corrected;

fn read(text: &str) -> Value {
    // A text that begins with a brace would be read as JSON.
    let text = format!("---\n{text}");
    parse(Source {
        name: "document.yaml",
        text: &text,
    })
    .expect("the document can be read")
}

/// Returns the rule and the verdicts of each finding.
fn verdicts(findings: &[Finding]) -> Vec<(&str, &str, &str)> {
    let verdict = |it: &Finding| (it.wire.words(), it.source.words());
    let all = findings.iter().map(|it| (it.rule.as_str(), verdict(it)));
    all.map(|(rule, (wire, source))| (rule, wire, source))
        .collect()
}

/// Returns the findings except those about the generated code of a parameter.
fn of_values(base: &str, revision: &str) -> Vec<Finding> {
    let mut findings = found(base, revision);
    findings.retain(|it| it.rule != "generated-code-changed");
    findings
}

fn found(base: &str, revision: &str) -> Vec<Finding> {
    compare(&read(base), &read(revision), &Scope::All).expect("both are documents")
}

/// Returns a document with one operation and a parameter.
fn with_parameter(parameter: &str) -> String {
    format!(
        "{{openapi: 3.0.3, info: {{title: T, version: '1'}}, paths: {{/things: {{get: {{operationId: \
         list, parameters: [{parameter}], responses: {{'204': {{description: d}}}}}}}}}}}}"
    )
}

#[test]
fn explicit_defaults_are_not_a_change() {
    let object = "schema: {type: object, properties: {from: {type: string}}}";
    let list = "schema: {type: array, items: {type: string}}";
    for (place, schema, stated) in [
        ("query", object, "style: form, explode: true"),
        (
            "query",
            list,
            "style: form, explode: true, allowReserved: false",
        ),
        ("header", list, "style: simple, explode: false"),
        ("header", object, "explode: false"),
        ("cookie", list, "style: form"),
    ] {
        let parameter =
            |more: &str| with_parameter(&format!("{{name: a, in: {place}, {more}{schema}}}"));
        let findings = of_values(&parameter(""), &parameter(&format!("{stated}, ")));
        assert_eq!(verdicts(&findings), [], "{place} {stated}");
    }
}

#[test]
fn keywords_without_effect_are_not_a_change() {
    let text = "{type: string}";
    let number = "{type: integer}";
    let list = "{type: array, items: {type: string}}";
    for (place, schema, before, after) in [
        ("query", text, "explode: true", "explode: false"),
        (
            "query",
            text,
            "style: form",
            "style: pipeDelimited, explode: true",
        ),
        ("query", number, "explode: false", "allowReserved: true"),
        (
            "query",
            list,
            "style: form",
            "style: spaceDelimited, explode: true",
        ),
        ("header", list, "explode: true", "explode: false"),
        (
            "header",
            text,
            "style: simple",
            "explode: true, allowReserved: true",
        ),
        ("path", list, "explode: true", "explode: false"),
    ] {
        let parameter = |said: &str| {
            let parameter =
                format!("{{name: a, in: {place}, required: true, {said}, schema: {schema}}}");
            with_parameter(&parameter).replace(
                "/things",
                if place == "path" {
                    "'/things/{a}'"
                } else {
                    "/things"
                },
            )
        };
        let findings = of_values(&parameter(before), &parameter(after));
        assert_eq!(verdicts(&findings), [], "{place} {schema} {before} {after}");
    }
}

#[test]
fn changed_serialization_breaks_the_wire() {
    let list = "{type: array, items: {type: string}}";
    let object = "{type: object, properties: {a: {type: string}}}";
    for (place, schema, before, after, rule) in [
        (
            "query",
            list,
            "explode: false",
            "explode: true",
            "request-parameter-explode-changed",
        ),
        (
            "query",
            list,
            "style: form, explode: false",
            "style: pipeDelimited, explode: false",
            "request-parameter-style-changed",
        ),
        (
            "query",
            object,
            "style: form",
            "style: deepObject",
            "request-parameter-style-changed",
        ),
        (
            "header",
            object,
            "explode: false",
            "explode: true",
            "request-parameter-explode-changed",
        ),
        (
            "query",
            "{type: string}",
            "style: form",
            "allowReserved: true",
            "request-parameter-allow-reserved-changed",
        ),
    ] {
        let parameter = |said: &str| {
            with_parameter(&format!(
                "{{name: a, in: {place}, {said}, schema: {schema}}}"
            ))
        };
        let findings = of_values(&parameter(before), &parameter(after));
        let all: Vec<_> = findings
            .iter()
            .map(|it| (it.rule.as_str(), it.wire.words()))
            .collect();
        assert_eq!(all, [(rule, "breaks")], "{place} {schema} {before} {after}");
    }
}

/// Returns a document whose operation has a schema in its request and its response.
fn with_schema(version: &str, schema: &str) -> String {
    let content = format!("content: {{application/json: {{schema: {schema}}}}}");
    format!(
        "{{openapi: {version}, info: {{title: T, version: '1'}}, paths: {{/things: {{post: {{operationId: \
         make, requestBody: {{required: true, {content}}}, responses: {{'200': {{description: d, \
         {content}}}}}}}}}}}}}"
    )
}

#[test]
fn condition_without_a_type_breaks_only_the_wire() {
    let base = with_schema(
        "3.1.0",
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
    );
    let revision = with_schema(
        "3.1.0",
        "{type: object, anyOf: [{required: [a]}, {required: [b]}], properties: {a: {type: string}, b: {type: string}}}",
    );
    let findings = found(&base, &revision);
    let expected = [
        ("request-alternatives-added", "breaks", "safe"),
        ("response-alternatives-added", "safe", "safe"),
    ];
    assert_eq!(verdicts(&findings), expected);
}

#[test]
fn null_in_enums_is_read_alike_in_both_versions() {
    let object = |property: &str| format!("{{type: object, properties: {{a: {property}}}}}");
    let old = |property: &str| with_schema("3.0.3", &object(property));
    let new = |property: &str| with_schema("3.1.0", &object(property));
    for (before, after) in [
        (
            "{type: string, nullable: true, enum: [x, y]}",
            "{type: [string, 'null'], enum: [x, y]}",
        ),
        (
            "{type: string, nullable: true, enum: [x, y]}",
            "{type: string, enum: [x, y]}",
        ),
        (
            "{type: string, nullable: true, enum: [x, null]}",
            "{type: [string, 'null'], enum: [x, null]}",
        ),
        (
            "{type: integer, nullable: true, enum: [1, 2]}",
            "{type: [integer, 'null'], enum: [1, 2]}",
        ),
    ] {
        assert_eq!(verdicts(&found(&old(before), &new(after))), [], "{before}");
        assert_eq!(verdicts(&found(&new(after), &old(before))), [], "{before}");
    }
    let findings = of_values(
        &old("{type: string, nullable: true, enum: [x]}"),
        &old("{type: string, nullable: true, enum: [x, null]}"),
    );
    let rules: Vec<&str> = findings.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(
        rules,
        ["request-became-nullable", "response-became-nullable"]
    );
}

/// Returns a document with one operation at a path, and servers.
fn at(servers: &str, path: &str) -> String {
    format!(
        "{{openapi: 3.0.3, info: {{title: T, version: '1'}}, {servers}paths: {{'{path}': {{get: {{operationId: \
         stock, parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}], responses: \
         {{'204': {{description: d}}}}}}}}}}}}"
    )
}

#[test]
fn moving_a_prefix_to_the_server_keeps_the_url() {
    for (before, after) in [
        (
            ("servers: [{url: 'https://a.example'}], ", "/v2/stock/{id}"),
            ("servers: [{url: 'https://a.example/v2'}], ", "/stock/{id}"),
        ),
        (
            ("servers: [{url: 'https://a.example/v2/'}], ", "/stock/{id}"),
            ("servers: [{url: 'https://a.example'}], ", "/v2/stock/{id}"),
        ),
    ] {
        let findings = found(&at(before.0, before.1), &at(after.0, after.1));
        assert_eq!(
            verdicts(&findings),
            [("path-moved-to-server", "safe", "safe")]
        );
        assert!(
            findings[0].message.contains("needs the other base URL"),
            "{}",
            findings[0].message
        );
    }
    // Another URL is another operation.
    let other = at("servers: [{url: 'https://a.example/v3'}], ", "/stock/{id}");
    let findings = found(
        &at("servers: [{url: 'https://a.example'}], ", "/v2/stock/{id}"),
        &other,
    );
    let rules: Vec<&str> = findings.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(rules, ["operation-removed", "operation-added"]);
}

#[test]
fn credential_headers_are_case_insensitive() {
    let document = |key: &str, token: &str| {
        let header = |name: &str| {
            format!("{{name: {name}, in: header, required: true, schema: {{type: string}}}}")
        };
        let parameters = format!("{}, {}", header(key), header(token));
        corrected(read(&with_parameter(&parameters))).0
    };
    let lower = document("x-trackstar-api-key", "x-trackstar-access-token");
    let upper = document("X-Trackstar-Api-Key", "X-TRACKSTAR-ACCESS-TOKEN");
    assert_eq!(
        compare(&lower, &upper, &Scope::All).expect("both are documents"),
        []
    );
    let operation = &upper["paths"]["/things"]["get"];
    assert_eq!(operation["parameters"], serde_json::json!([]));
    assert_eq!(
        operation["security"],
        serde_json::json!([{"ApiKey": [], "AccessToken": []}])
    );

    let scheme = |name: &str| {
        let mut document = read(&with_parameter(""));
        document["security"] = serde_json::json!([{"Key": []}]);
        document["components"]["securitySchemes"]["Key"] =
            serde_json::json!({"type": "apiKey", "in": "header", "name": name});
        document
    };
    let findings = compare(&scheme("x-key"), &scheme("X-Key"), &Scope::All);
    assert_eq!(findings.expect("both are documents"), []);
}

#[test]
fn marking_a_secret_breaks_source() {
    let thing = |schema: &str| {
        with_schema(
            "3.0.3",
            &format!("{{type: object, properties: {{a: {schema}}}}}"),
        )
    };
    for (plain, marked) in [
        ("{type: string}", "{type: string, format: password}"),
        ("{type: integer}", "{type: integer, format: password}"),
        (
            "{type: integer, minimum: 1}",
            "{type: integer, minimum: 1, format: password}",
        ),
        ("{type: number}", "{type: number, format: password}"),
        (
            "{type: string, enum: [a, b]}",
            "{type: string, enum: [a, b], format: password}",
        ),
        (
            "{type: array, items: {type: string}}",
            "{type: array, items: {type: string, format: password}}",
        ),
        (
            "{type: array, items: {type: string}}",
            "{type: array, format: password, items: {type: string}}",
        ),
        (
            "{type: object, additionalProperties: {type: integer}}",
            "{type: object, additionalProperties: {type: integer, format: password}}",
        ),
    ] {
        for (before, after) in [(plain, marked), (marked, plain)] {
            let findings = found(&thing(before), &thing(after));
            assert!(
                findings.iter().any(|it| it.source.words() == "breaks"),
                "{before} {after}: {:?}",
                verdicts(&findings)
            );
        }
    }
}
