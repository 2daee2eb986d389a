//! Checks that a request is allowed by the original document and has the intended values.

use serde_json::Value;

use crate::call::{Intent, Request};
use crate::mismatch::Mismatch;
use crate::published::Published;
use crate::spec::{ACCESS_TOKEN, API_KEY, Operation, ParameterLocation};
use crate::{accept, bodies, style};

/// The credentials of every call.
pub(crate) const KEY: &str = "api-key-of-the-conformance-tests";
pub(crate) const TOKEN: &str = "access-token-of-the-conformance-tests";

impl Published {
    /// Returns all errors in a request with the intended values.
    pub(crate) fn mismatches(
        &self,
        operation: &Operation,
        intent: &Intent,
        request: &Request,
    ) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        if request.method != operation.method {
            let text = format!("{} was sent as {}", operation.method, request.method);
            mismatches.push(Mismatch::new("method", text));
        }
        mismatches.extend(path(operation, intent, request));
        query(operation, intent, request, &mut mismatches);
        headers(operation, intent, request, &mut mismatches);
        mismatches.extend(bodies::mismatches(self, operation, intent, request));
        mismatches
    }
}

fn query(
    operation: &Operation,
    intent: &Intent,
    request: &Request,
    mismatches: &mut Vec<Mismatch>,
) {
    let mut arrived = style::arrived(&request.query);
    let mut query = operation
        .arguments()
        .filter(|it| it.place == ParameterLocation::Query);
    for parameter in query.by_ref() {
        let pairs = intent
            .get(parameter)
            .map(|value| style::pairs(parameter, value));
        for pair in pairs.unwrap_or_default() {
            // Pairs with the same name keep their order. Names may have any order.
            let found = arrived.iter().position(|(name, _)| *name == pair.name);
            let found = found.map(|index| arrived.remove(index).1);
            if !found.is_some_and(|raw| pair.is(raw)) {
                let values = Value::Array(pair.values.clone());
                let text = format!("{values} was given, what arrived is {found:?}");
                mismatches.push(Mismatch::new(format!("query {}", pair.name), text));
            }
        }
    }
    for (name, raw) in arrived {
        let text = format!("it was not given, and arrived as {raw:?}");
        mismatches.push(Mismatch::new(format!("query {name}"), text));
    }
}

fn path(operation: &Operation, intent: &Intent, request: &Request) -> Option<Mismatch> {
    let mut expected = style::canonical(&operation.path);
    for parameter in operation
        .parameters
        .iter()
        .filter(|it| it.place == ParameterLocation::Path)
    {
        let value = intent.get(parameter).unwrap_or(&Value::Null);
        let place = style::canonical(&format!("{{{}}}", parameter.name));
        expected = expected.replace(&place, &style::segment(parameter, value));
    }
    let found = style::canonical(&request.path);
    (found != expected).then(|| {
        let text = format!(
            "{:?} was to be filled to {expected:?}, what arrived is {:?}",
            operation.path, request.path
        );
        Mismatch::new("path", text)
    })
}

fn headers(
    operation: &Operation,
    intent: &Intent,
    request: &Request,
    mismatches: &mut Vec<Mismatch>,
) {
    let mut expect = |name: &str, expected: Option<&str>| {
        let found: Vec<&str> = request.header(name).collect();
        let expected: Vec<&str> = expected.into_iter().collect();
        if found != expected {
            let text = format!("{expected:?} was to be sent, what arrived is {found:?}");
            mismatches.push(Mismatch::new(format!("header {name}"), text));
        }
    };
    expect(API_KEY, Some(KEY));
    expect(ACCESS_TOKEN, operation.lists_token().then_some(TOKEN));
    for parameter in operation
        .arguments()
        .filter(|it| it.place == ParameterLocation::Header)
    {
        let found: Vec<&str> = request.header(&parameter.name).collect();
        let right = match (intent.get(parameter), found.as_slice()) {
            (None, found) => found.is_empty(),
            (Some(value), [found]) => style::is_header(parameter, value, found),
            (Some(value), _) => value.is_null() && found.is_empty(),
        };
        if !right {
            let value = intent.get(parameter).unwrap_or(&Value::Null);
            let text = format!("{value} was to be sent, what arrived is {found:?}");
            mismatches.push(Mismatch::new(format!("header {}", parameter.name), text));
        }
    }
    let ranges = accept::ranges(request.header("accept"));
    mismatches.extend(accept::mismatches(operation, &ranges));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "
openapi: 3.1.0
paths:
  /a/{id}/b.{kind}:
    post:
      parameters:
        - {in: path, name: id, required: true, schema: {type: string}}
        - {in: path, name: kind, required: true, schema: {type: string}}
        - {in: query, name: needed, required: true, schema: {type: string}}
        - {in: query, name: 'tags[in]', explode: false, schema: {type: array, items: {type: string}}}
        - {in: query, name: at, schema: {type: string, format: date-time}}
        - {in: query, name: filter, style: deepObject, schema: {type: object, properties: {deep: {type: integer}}}}
        - {in: header, name: X-Trackstar-Api-Key, schema: {type: string}}
        - {in: header, name: X-Trackstar-Access-Token, schema: {type: string}}
        - {in: header, name: X-Mode, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [n], properties: {n: {type: integer}}}
      responses: {'200': {description: d, content: {application/json: {}, text/csv: {}}}}
";

    fn intent(operation: &Operation) -> Intent {
        let mut intent = Intent {
            body: Some(json!({"n": 1})),
            ..Intent::default()
        };
        let values = json!({
            "id": "x/ü", "kind": "json", "needed": "a&b", "tags[in]": ["1", "2"],
            "at": "2024-01-01T00:00:00Z", "filter": {"deep": 5}, "X-Mode": "fast",
        });
        for parameter in operation.arguments() {
            intent.set(parameter, values[&parameter.name].clone());
        }
        intent
    }

    fn request() -> Request {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Request {
            method: "POST".into(),
            path: "/a/x%2F%C3%BC/b.json".into(),
            query: "needed=a%26b&tags%5Bin%5D=1,2&at=2024-01-01T01:00:00%2B01:00&filter[deep]=5"
                .into(),
            headers: vec![
                header("x-trackstar-api-key", KEY),
                header("x-trackstar-access-token", TOKEN),
                header("x-mode", "fast"),
                header("content-type", "application/json"),
                header("accept", "application/json"),
            ],
            body: br#"{"n":1}"#.to_vec(),
            parts: None,
        }
    }

    fn of(change: impl FnOnce(&mut Request)) -> Vec<String> {
        let document = crate::document::read("t.yaml", TEXT).expect("a document");
        let published = Published::new(document).expect("schemas");
        let operation = crate::spec::operations(&published.document.value).remove(0);
        let mut request = request();
        change(&mut request);
        let mismatches = published.mismatches(&operation, &intent(&operation), &request);
        mismatches
            .into_iter()
            .map(|it| format!("{}: {}", it.place, it.text))
            .collect()
    }

    #[test]
    fn accepts_matching_requests_in_any_order() {
        assert_eq!(of(|_| {}), [""; 0]);
        let moved =
            |it: &mut Request| it.query = it.query.replace("needed=a%26b&", "") + "&needed=a%26b";
        assert_eq!(of(moved), [""; 0]);
    }

    #[test]
    fn reports_the_location_of_each_mismatch() {
        type Change = fn(&mut Request);
        let changes: [(&str, Change); 17] = [
            ("method: POST was sent as PUT", |it| {
                it.method = "PUT".into();
            }),
            ("path: ", |it| it.path = "/a/x/%C3%BC/b.json".into()),
            ("path: ", |it| {
                it.path = "/prefix/a/x%2F%C3%BC/b.json".into();
            }),
            ("query needed: [\"a&b\"] was given", |it| {
                it.query = it.query.replace("%26", "");
            }),
            (
                "query needed: [\"a&b\"] was given, what arrived is None",
                |it| it.query = it.query.replace("needed=a%26b&", ""),
            ),
            ("query tags[in]: [\"1\",\"2\"] was given", |it| {
                it.query = it.query.replace("1,2", "1");
            }),
            ("query tags[in]: [\"1\",\"2\"] was given", |it| {
                it.query = it.query.replace("1,2", "1%2C2");
            }),
            ("query tags[in]: [\"1\",\"2\"] was given", |it| {
                it.query = it.query.replace("=1,2", "=1&tags%5Bin%5D=2");
            }),
            ("query at: ", |it| {
                it.query = it.query.replace("01:00:00", "02:00:00");
            }),
            ("query extra: it was not given", |it| {
                it.query.push_str("&extra=1");
            }),
            ("header x-trackstar-api-key: ", |it| {
                drop(it.headers.remove(0));
            }),
            ("header x-trackstar-access-token: ", |it| {
                drop(it.headers.remove(1));
            }),
            (
                "header X-Mode: \"fast\" was to be sent, what arrived is []",
                |it| drop(it.headers.remove(2)),
            ),
            ("header content-type: ", |it| drop(it.headers.remove(3))),
            ("header accept: */* is accepted", |it| {
                it.headers[4].1 = "*/*".to_owned();
            }),
            ("body: \"n\" is a required property", |it| {
                it.body = b"{}".to_vec();
            }),
            ("body/n: 1 became 2", |it| it.body = br#"{"n":2}"#.to_vec()),
        ];
        for (told, change) in changes {
            let found = of(change);
            assert!(
                found.first().is_some_and(|it| it.starts_with(told)),
                "{told} not in {found:?}"
            );
        }
    }
}
