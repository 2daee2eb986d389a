//! Whether a request is one that the original document allows, and says what the caller said.

use serde_json::{Map, Value};

use crate::bodies;
use crate::call::{Arguments, Request, text};
use trackstar_mock::document::{ACCESS_TOKEN, API_KEY, Document, Operation, Place};
use trackstar_mock::flat::Flat;
use trackstar_mock::validate::Schemas;

/// The credentials of every call.
pub(crate) const KEY: &str = "api-key-of-the-sweep";
pub(crate) const TOKEN: &str = "access-token-of-the-sweep";

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// Where in the request, or in its body.
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Complaint {
    pub(crate) fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            text: text.into(),
        }
    }
}

/// The document that requests are held against.
pub(crate) struct Judge<'a> {
    pub(crate) document: &'a Document,
    pub(crate) schemas: &'a Schemas,
}

impl Judge<'_> {
    /// All that is wrong with the request that `arguments` became.
    pub(crate) fn complaints(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        request: &Request,
    ) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        if request.method != operation.method {
            let text = format!("{} was sent as {}", operation.method, request.method);
            complaints.push(Complaint::new("method", text));
        }
        complaints.extend(path(operation, arguments, request));
        self.query(operation, arguments, request, &mut complaints);
        headers(operation, arguments, request, &mut complaints);
        bodies::complaints(self, operation, arguments, request, &mut complaints);
        complaints
    }

    fn query(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        request: &Request,
        complaints: &mut Vec<Complaint>,
    ) {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(request.query.as_bytes())
            .into_owned()
            .collect();
        compare_pairs("query", &arguments.query, &pairs, complaints);
        for (name, _) in &pairs {
            if !self.knows(operation, name) {
                let text = "the document has no such query parameter";
                complaints.push(Complaint::new(format!("query {name}"), text));
            }
        }
        let query = operation
            .parameters
            .iter()
            .filter(|it| it.place == Place::Query);
        for parameter in query.filter(|it| it.required) {
            // An object is there when one of its properties is.
            let own = |name: &str| {
                let rest = name.strip_prefix(&parameter.name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
            };
            if !parameter.bare && !pairs.iter().any(|(name, _)| own(name)) {
                let text = "the document requires it, and it is missing";
                complaints.push(Complaint::new(format!("query {}", parameter.name), text));
            }
        }
    }

    /// Whether the document has the query parameter, by itself or as a property of an object.
    fn knows(&self, operation: &Operation, name: &str) -> bool {
        operation.parameters.iter().any(|parameter| {
            if parameter.place != Place::Query {
                return false;
            }
            let pointer = parameter.schema.as_deref().unwrap_or(&parameter.pointer);
            let schema = self.document.value.pointer(pointer);
            let schemas: Vec<&Value> = schema.into_iter().collect();
            let flat = Flat::of(&self.document.value, &schemas);
            let object = flat.kind() == Some("object") || !flat.alternatives.is_empty();
            let nested = name
                .strip_prefix(&parameter.name)
                .is_some_and(|rest| rest.starts_with('['));
            parameter.name == name
                || object && nested
                || parameter.bare && flat.properties.contains_key(name)
        })
    }
}

fn path(operation: &Operation, arguments: &Arguments, request: &Request) -> Option<Complaint> {
    let mut expected = Vec::new();
    for segment in operation.path.split('/') {
        let mut filled = segment.to_owned();
        for (name, value) in &arguments.path {
            filled = filled.replace(&format!("{{{name}}}"), &text(value).unwrap_or_default());
        }
        expected.push(filled);
    }
    let decoded = |segment: &str| {
        percent_encoding::percent_decode_str(segment)
            .decode_utf8_lossy()
            .into_owned()
    };
    let found: Vec<String> = request.path.split('/').map(decoded).collect();
    (found != expected).then(|| {
        let text = format!(
            "{:?} was to be filled to the segments {expected:?}, what arrived is {:?}",
            operation.path, request.path
        );
        Complaint::new("path", text)
    })
}

fn headers(
    operation: &Operation,
    arguments: &Arguments,
    request: &Request,
    complaints: &mut Vec<Complaint>,
) {
    let mut expect = |name: &str, expected: Option<&str>| {
        let found: Vec<&str> = request.header(name).collect();
        let expected: Vec<&str> = expected.into_iter().collect();
        if found != expected {
            let text = format!("{expected:?} was to be sent, what arrived is {found:?}");
            complaints.push(Complaint::new(format!("header {name}"), text));
        }
    };
    expect(API_KEY, Some(KEY));
    expect(ACCESS_TOKEN, operation.lists_token().then_some(TOKEN));
    for parameter in operation.arguments().filter(|it| it.place == Place::Header) {
        let value = arguments.headers.get(&parameter.name);
        let value = value.map(|value| match value {
            Value::Array(items) => {
                let items: Vec<String> = items.iter().filter_map(text).collect();
                items.join(",")
            }
            other => text(other).unwrap_or_default(),
        });
        expect(&parameter.name, value.as_deref());
    }
}

/// Holds named texts, as they stand in a query or a form, against what they were made of.
pub(crate) fn compare_pairs(
    place: &str,
    given: &Map<String, Value>,
    pairs: &[(String, String)],
    complaints: &mut Vec<Complaint>,
) {
    for (name, value) in given {
        let found: Vec<&str> = pairs
            .iter()
            .filter(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .collect();
        if !says(value, &found) {
            let text = format!("{value} was given, what arrived is {found:?}");
            complaints.push(Complaint::new(format!("{place} {name}"), text));
        }
    }
    for (name, value) in pairs {
        if !given.contains_key(name) {
            let text = format!("it was not given, and arrived as {value:?}");
            complaints.push(Complaint::new(format!("{place} {name}"), text));
        }
    }
}

/// Whether the texts under one name say what the value says. A list may stand as one text with
/// commas or as one text an item: documents are not of one mind with their own prose there.
fn says(value: &Value, found: &[&str]) -> bool {
    match value {
        Value::Null => found.is_empty() || found == [""],
        Value::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(text).collect();
            texts.is_some_and(|texts| found == texts || found == [texts.join(",")])
        }
        Value::Object(_) => match found {
            [one] => serde_json::from_str::<Value>(one).is_ok_and(|read| &read == value),
            _ => false,
        },
        Value::Number(number) => match found {
            [one] => one.parse::<f64>().ok() == number.as_f64(),
            _ => false,
        },
        Value::String(given) => match found {
            [one] => one == given || same_instant(one, given),
            _ => false,
        },
        Value::Bool(flag) => found == [flag.to_string()],
    }
}

fn same_instant(one: &str, other: &str) -> bool {
    let read = |text: &str| text.parse::<jiff::Timestamp>().ok();
    read(one).is_some() && read(one) == read(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use trackstar_mock::validate::Schemas;

    const TEXT: &str = "
openapi: 3.1.0
paths:
  /a/{id}/b.{kind}:
    post:
      parameters:
        - {in: path, name: id, required: true, schema: {type: string}}
        - {in: path, name: kind, required: true, schema: {type: string}}
        - {in: query, name: needed, required: true, schema: {type: string}}
        - {in: query, name: 'tags[in]', schema: {type: array, items: {type: string}}}
        - {in: query, name: at, schema: {type: string, format: date-time}}
        - {in: query, name: filter, schema: {type: object, properties: {deep: {type: integer}}}}
        - {in: header, name: X-Trackstar-Api-Key, schema: {type: string}}
        - {in: header, name: X-Trackstar-Access-Token, schema: {type: string}}
        - {in: header, name: X-Mode, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [n], properties: {n: {type: integer}}}
      responses: {'200': {description: d}}
";

    fn arguments() -> Arguments {
        let object = |value: Value| value.as_object().cloned().unwrap_or_default();
        Arguments {
            path: object(json!({"id": "x/ü", "kind": "json"})),
            query: object(json!({"needed": "a&b", "tags[in]": ["1", "2"],
                "at": "2024-01-01T00:00:00Z", "filter[deep]": 5})),
            headers: object(json!({"X-Mode": "fast"})),
            body: Some(json!({"n": 1})),
            ..Arguments::default()
        }
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
            ],
            body: br#"{"n":1}"#.to_vec(),
            parts: None,
        }
    }

    fn of(change: impl FnOnce(&mut Request)) -> Vec<String> {
        let document = crate::sweep::read("t.yaml", TEXT).expect("a document");
        let schemas = Schemas::new(&document.value).expect("schemas");
        let judge = Judge {
            document: &document,
            schemas: &schemas,
        };
        let operation = document.operations().remove(0);
        let mut request = request();
        change(&mut request);
        let complaints = judge.complaints(&operation, &arguments(), &request);
        complaints
            .into_iter()
            .map(|it| format!("{}: {}", it.place, it.text))
            .collect()
    }

    #[test]
    fn a_request_that_says_what_was_said_is_right_in_either_spelling_of_lists() {
        assert_eq!(of(|_| {}), [""; 0]);
        let repeated = |it: &mut Request| it.query = it.query.replace("=1,2", "=1&tags[in]=2");
        assert_eq!(of(repeated), [""; 0]);
    }

    #[test]
    fn whatever_is_wrong_with_a_request_is_told_by_its_place() {
        type Change = fn(&mut Request);
        let changes: [(&str, Change); 14] = [
            ("method: POST was sent as PUT", |it| {
                it.method = "PUT".into();
            }),
            ("path: ", |it| it.path = "/a/x/%C3%BC/b.json".into()),
            ("path: ", |it| {
                it.path = "/prefix/a/x%2F%C3%BC/b.json".into();
            }),
            ("query needed: \"a&b\" was given", |it| {
                it.query = it.query.replace("%26", "");
            }),
            (
                "query needed: \"a&b\" was given, what arrived is []",
                |it| it.query = it.query.replace("needed=a%26b&", ""),
            ),
            ("query tags[in]: [\"1\",\"2\"] was given", |it| {
                it.query = it.query.replace("1,2", "1");
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
                "header X-Mode: [\"fast\"] was to be sent, what arrived is []",
                |it| drop(it.headers.remove(2)),
            ),
            ("header content-type: ", |it| drop(it.headers.remove(3))),
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
        let found = of(|it| it.query.push_str("&extra=1"));
        assert!(found[1].contains("no such query parameter"), "{found:?}");
        let found = of(|it| it.query = it.query.replace("needed=a%26b&", ""));
        assert!(found[1].contains("requires it"), "{found:?}");
    }
}
