//! The responses that are sent for an operation.

use serde_json::{Value, json};

use crate::accept::admitted;
use crate::mutations::{Mutation, changes};
use crate::spec::{Media, Operation, ResponseSpec, is_json};
use trackstar_mock::document::Document;
use trackstar_mock::instance::{self, Instance, Mode};

/// A response of the mock.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MockResponse {
    pub(crate) status: u16,
    /// The media type and the body, unless the response has no content.
    pub(crate) body: Option<(String, Value)>,
}

/// A reply with its description.
#[derive(Clone, Debug)]
pub(crate) struct ResponseCase {
    pub(crate) what: String,
    pub(crate) reply: MockResponse,
    /// The schema of the body.
    pub(crate) schema: Option<String>,
    /// The instance and its changes, to narrow down a failure.
    pub(crate) change: Option<(Value, Mutation)>,
}

/// Maximum number of alternatives of a response.
const ALTERNATIVES: usize = 60;

/// Returns all replies of an operation, the full one first, and the reasons for those that cannot be
/// made. A server can choose any of the accepted bodies, so the client must read all of them.
pub(crate) fn replies(
    document: &Document,
    operation: &Operation,
    ranges: &[String],
) -> (Vec<ResponseCase>, Vec<String>) {
    let mut replies: Vec<ResponseCase> = Vec::new();
    let mut skipped = Vec::new();
    for response in &operation.responses {
        let media = admitted(response, ranges);
        if response.media.is_empty() || operation.method == "HEAD" {
            let status = response.status;
            replies.push(ResponseCase {
                what: format!("{status} without content"),
                reply: MockResponse { status, body: None },
                schema: None,
                change: None,
            });
        }
        for media in media.iter().filter(|_| operation.method != "HEAD") {
            let media = &named(media, ranges);
            of(
                document,
                operation,
                response,
                media,
                &mut replies,
                &mut skipped,
            );
        }
    }
    // Equal bytes show nothing new.
    let mut distinct: Vec<ResponseCase> = Vec::new();
    for case in replies {
        if !distinct.iter().any(|it| it.reply == case.reply) {
            distinct.push(case);
        }
    }
    (distinct, skipped)
}

/// Returns the media types with concrete names that a server can send. A range stands for one of the
/// accepted types.
fn named(media: &Media, ranges: &[String]) -> Media {
    let mut media = media.clone();
    if media.name.contains('*') {
        let concrete = ranges.iter().find(|range| !range.contains('*'));
        media.name = match concrete {
            Some(name) => name.clone(),
            None => "application/octet-stream".to_owned(),
        };
    }
    media
}

fn of(
    document: &Document,
    operation: &Operation,
    response: &ResponseSpec,
    media: &Media,
    replies: &mut Vec<ResponseCase>,
    skipped: &mut Vec<String>,
) {
    let status = response.status;
    let prepared = |what: String, value: Value| ResponseCase {
        what: format!("{status}, {what}"),
        reply: MockResponse {
            status,
            body: Some((media.name.clone(), value)),
        },
        schema: media.schema.clone(),
        change: None,
    };
    let Some(schema) = media.schema.as_deref().filter(|_| is_json(&media.name)) else {
        let value = if is_json(&media.name) {
            json!({"any": 1})
        } else {
            json!("any text")
        };
        replies.push(prepared("anything".into(), value));
        return;
    };
    let instance = |mode, choice| instance::instance(&document.value, schema, mode, choice);
    let mut full: Option<Instance> = None;
    match instance(Mode::Full, 0) {
        Ok(made) => {
            skipped.extend(
                made.skipped
                    .iter()
                    .map(|it| format!("in response {status} {it}")),
            );
            replies.push(prepared("full".into(), made.value.clone()));
            full = Some(made);
        }
        Err(reason) => skipped.push(format!("response {status}: {reason}")),
    }
    let minimal = instance(Mode::Minimal, 0);
    replies.extend(minimal.ok().map(|it| prepared("minimal".into(), it.value)));
    for choice in 1..instance::alternatives(&document.value, schema).min(ALTERNATIVES) {
        let made = instance(Mode::Full, choice).ok();
        let what = format!("alternative {}", choice + 1);
        replies.extend(made.map(|it| prepared(what, it.value)));
    }
    for (index, example) in examples(document, media, &instance) {
        replies.push(prepared(format!("example {}", index + 1), example));
    }
    for change in full
        .iter()
        .flat_map(|full| changes(full, operation.method == "GET"))
    {
        let original = full.as_ref().map(|it| it.value.clone()).unwrap_or_default();
        let mut one = prepared(change.what.clone(), change.value.clone());
        one.change = Some((original, change));
        replies.push(one);
    }
}

/// Returns the document's examples, and the one that combines the examples of properties.
fn examples(
    document: &Document,
    media: &Media,
    instance: &impl Fn(Mode, usize) -> Result<Instance, String>,
) -> impl Iterator<Item = (usize, Value)> {
    let schema = media
        .schema
        .as_deref()
        .and_then(|at| document.value.pointer(at));
    let own = schema.and_then(|schema| schema.get("example")).cloned();
    let assembled = instance(Mode::Examples, 0).ok().map(|it| it.value);
    let all: Vec<Value> = media
        .examples
        .iter()
        .cloned()
        .chain(own)
        .chain(assembled)
        .collect();
    all.into_iter().enumerate()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_cover_every_success() {
        let text = "
openapi: 3.0.3
paths:
  /x:
    get:
      responses:
        '200':
          description: d
          content:
            application/json:
              example: {a: wrong}
              schema: {type: object, required: [a], properties: {a: {type: integer, example: 7}, b: {type: string}}}
        '202': {description: d, content: {text/plain: {}}}
        '204': {description: d}
        '404': {description: d}
";
        let document = crate::document::read("t.yaml", text).expect("a document");
        let operation = &crate::spec::operations(&document.value)[0];
        let ranges = ["application/json".to_owned(), "text/plain".to_owned()];
        let (replies, skipped) = replies(&document, operation, &ranges);
        assert_eq!(skipped, [""; 0]);
        let seen: Vec<_> = replies
            .iter()
            .map(|it| {
                let body = it.reply.body.as_ref().map(|(_, value)| value.to_string());
                format!("{}: {}", it.what, body.unwrap_or_default())
            })
            .collect();
        assert_eq!(
            seen,
            [
                r#"200, full: {"a":7,"b":"b-text"}"#,
                r#"200, minimal: {"a":7}"#,
                r#"200, example 1: {"a":"wrong"}"#,
                r#"200, an unknown field in every object: {"a":7,"b":"b-text","unknown_to_the_document":{"deep":[1,null]}}"#,
                r#"200, whole numbers as 1.0: {"a":7.0,"b":"b-text"}"#,
                r#"200, null in every optional place of level 1: {"a":7,"b":null}"#,
                r#"202, anything: "any text""#,
                "204 without content: ",
            ]
        );
    }
}
