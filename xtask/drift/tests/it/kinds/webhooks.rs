//! Changes of webhooks, which the API sends.

use super::{found, verdicts};

/// Returns a document with a webhook that sends one schema and expects another in the response.
fn with_webhook(field: &str, sent: &str, expected: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: T, version: '1'}}
paths: {{/a: {{get: {{operationId: a, responses: {{'204': {{description: d}}}}}}}}}}
{field}:
  stock.changed:
    post:
      requestBody: {{required: true, content: {{application/json: {{schema: {sent}}}}}}}
      responses: {{'200': {{description: d, content: {{application/json: {{schema: {expected}}}}}}}}}
"
    )
}

#[test]
fn webhook_payloads_are_received() {
    let object = |property: &str| {
        format!("{{type: object, required: [count], properties: {{count: {property}}}}}")
    };
    let count = object("{type: integer}");
    for (now, rule, wire, source) in [
        ("{type: string}", "type-changed", "breaks", "breaks"),
        (
            "{type: [integer, 'null']}",
            "became-nullable",
            "breaks",
            "breaks",
        ),
        (
            "{type: integer, maximum: 9}",
            "maximum-added",
            "safe",
            "safe",
        ),
    ] {
        for field in ["webhooks", "x-webhooks"] {
            let before = with_webhook(field, &count, "{}");
            let findings = found(&before, &with_webhook(field, &object(now), "{}"));
            let found = verdicts(&findings);
            let rule = format!("response-{rule}");
            assert!(
                found.contains(&(rule.as_str(), wire, source)),
                "{now}: {found:?}"
            );
            let finding = findings.iter().find(|it| it.rule == rule);
            let users = finding.expect("it was found").used_by.clone();
            assert_eq!(
                users.into_iter().collect::<Vec<_>>(),
                ["webhook stock.changed"]
            );
        }
    }
}

#[test]
fn responses_to_webhooks_are_sent() {
    let object = |required: &str| {
        format!("{{type: object, required: [{required}], properties: {{a: {{}}}}}}")
    };
    let (loose, strict) = (object(""), object("a"));
    let change = |before: &str, after: &str| {
        let document = |expected: &str| with_webhook("webhooks", "{}", expected);
        found(&document(before), &document(after))
    };
    // The user's own code responds, and the server may check it.
    assert_eq!(
        verdicts(&change(&loose, &strict)),
        [("request-property-became-required", "may break", "safe")]
    );
    assert_eq!(
        verdicts(&change(&strict, &loose)),
        [("request-property-became-optional", "safe", "safe")]
    );
}
