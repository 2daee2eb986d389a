//! Typed mocks, which extend httpmock.
//!
//! This is only called by generated code, so it depends on the document which of these functions
//! are used.
#![allow(dead_code, reason = "unused without parameters, bodies or responses")]

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use serde::Serialize;
use serde_json::Value;
use trackstar_mock::{Answer, Reply, Request, Service};

use super::document::Document;
use crate::operation::{Operation, ParameterLocation, parameters};

/// A header that identifies the plan for a response.
const PLANNED: &str = "x-trackstar-mock-planned";

/// The response that a mock should return.
pub(super) struct Plan {
    pub(super) operation: &'static str,
    pub(super) answer: Answer,
}

/// The plans of all mocks that currently exist.
static PLANS: Mutex<(u64, BTreeMap<u64, Weak<Plan>>)> = Mutex::new((0, BTreeMap::new()));

/// Returns the plan for a response from httpmock. httpmock can't do everything that we support (it
/// doesn't have access to our connections), so we then send the planned response instead.
pub(super) fn plan(headers: &http::HeaderMap) -> Option<Arc<Plan>> {
    let number = headers.get(PLANNED)?.to_str().ok()?.parse().ok()?;
    let plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    plans.1.get(&number)?.upgrade()
}

/// Returns a number that identifies the plan for as long as the mock exists.
fn number(plan: &Arc<Plan>) -> u64 {
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    plans.0 += 1;
    let number = plans.0;
    plans.1.retain(|_, plan| plan.strong_count() > 0);
    plans.1.insert(number, Arc::downgrade(plan));
    number
}

/// The content of a mocked response with a body of type `T`.
///
/// You can use either a `T` or any JSON, which is then sent as is. If `T` only occurs in responses,
/// it doesn't have a builder, but you can deserialize it from JSON.
///
/// ```
/// use serde_json::json;
/// use trackstar_api::prelude::*;
/// use trackstar_api::mock::{MockServer, MockServerExt};
/// use trackstar_api::types::DeleteConnectionResponse;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = MockServer::start().await?;
/// let value = json!({"id": "c-1", "object": "connection", "deleted": false});
/// let typed: DeleteConnectionResponse = serde_json::from_value(value.clone())?;
/// let mock = server.delete_connection(|_when, then| {
///     then.ok(&typed); // or: `then.ok(value)`
/// });
/// assert!(!server.connection()?.delete_connection().send().await?.deleted);
/// mock.assert();
/// # let _ = value;
/// # Ok(())
/// # }
/// ```
pub trait Content<T: ?Sized> {
    /// Returns the JSON to send.
    ///
    /// # Errors
    ///
    /// This returns an error if the value can't be serialized.
    fn to_json(&self) -> serde_json::Result<Value>;
}

impl<T: Serialize + ?Sized> Content<T> for &T {
    fn to_json(&self) -> serde_json::Result<Value> {
        serde_json::to_value(self)
    }
}

impl<T: ?Sized> Content<T> for Value {
    fn to_json(&self) -> serde_json::Result<Value> {
        Ok(self.clone())
    }
}

/// Matches the requests of an operation.
#[must_use = "it belongs to a mock"]
pub struct When {
    inner: httpmock::When,
    operation: &'static Operation,
}

/// Only shows the operation, since the underlying matcher may contain closures.
impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "requests of {}", self.operation)
    }
}

impl When {
    /// Creates a matcher for all requests of the operation.
    pub fn new(inner: httpmock::When, operation: &'static Operation) -> Self {
        let inner = inner.method(operation.method);
        Self {
            inner: inner.path_matches(path(operation.path, None)),
            operation,
        }
    }

    /// Returns the underlying matcher.
    #[must_use]
    pub fn into_inner(self) -> httpmock::When {
        self.inner
    }

    fn with(self, add: impl FnOnce(httpmock::When) -> httpmock::When) -> Self {
        Self {
            inner: add(self.inner),
            ..self
        }
    }

    /// Never matches. We use this for values that can't occur in a request.
    fn never(self) -> Self {
        self.with(|when| when.is_true(|_| false))
    }

    /// Matches if the parameter at `index` has the given value. `None` means that it's absent.
    pub fn parameter<T: Serialize + ?Sized>(self, index: usize, value: Option<&T>) -> Self {
        let Some(parameter) = self.operation.parameters.get(index) else {
            return self.never();
        };
        let values = value.map(|value| parameters::argument(parameter, value));
        let Ok(values) = values.transpose() else {
            return self.never();
        };
        let name = parameter.name;
        let template = self.operation.path;
        match (parameter.location, values.flatten()) {
            (ParameterLocation::Path, None) => self.never(),
            (ParameterLocation::Path, Some(values)) => match parameters::path(parameter, &values) {
                Ok(segment) => {
                    self.with(|when| when.path_matches(path(template, Some((name, &segment)))))
                }
                Err(_) => self.never(),
            },
            (ParameterLocation::Query, None) => self.with(|when| when.query_param_missing(name)),
            (ParameterLocation::Header, None) => self.with(|when| when.header_missing(name)),
            (ParameterLocation::Header, Some(values)) => {
                let value = parameters::header(parameter, &values);
                self.with(|when| when.header(name, value))
            }
            (ParameterLocation::Query, Some(values)) => {
                let mut query = String::new();
                parameters::append(&mut query, parameter, &values);
                let pairs: Vec<_> = query.split('&').filter_map(decoded).collect();
                self.with(|when| {
                    pairs
                        .into_iter()
                        .fold(when, |when, (name, value)| when.query_param(name, value))
                })
            }
        }
    }

    /// Matches if the body is the given value, encoded in the operation's media type.
    pub fn body<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let kind = self
            .operation
            .body
            .as_ref()
            .map_or("", |body| body.media_type);
        if kind == "application/x-www-form-urlencoded" {
            return match parameters::form(&value) {
                Ok(form) => self.bytes(&form),
                Err(_) => self.never(),
            };
        }
        if parameters::is_text(kind) {
            return match parameters::text_of(&value) {
                Ok(text) => self.bytes(&text),
                Err(_) => self.never(),
            };
        }
        match serde_json::to_value(value) {
            Ok(value) => self.with(|when| when.json_body(value)),
            Err(_) => self.never(),
        }
    }

    /// Matches if the body consists of exactly these bytes.
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        self.with(|when| when.is_true(move |request| request.body_ref() == bytes))
    }
}

/// Decodes a pair of the query string in the same way as `httpmock`.
fn decoded(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=')?;
    let text = |part| {
        let text = percent_encoding::percent_decode_str(part).decode_utf8();
        Some(text.ok()?.into_owned())
    };
    Some((text(name)?, text(value)?))
}

/// Returns a pattern that matches the paths of a template. One of its parameters can be filled in.
fn path(template: &str, filled: Option<(&str, &str)>) -> String {
    let mut pattern = String::from("^");
    let literal = |text: &str, pattern: &mut String| {
        for letter in text.chars() {
            if letter.is_ascii_punctuation() {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
    };
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        literal(before, &mut pattern);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        match filled.filter(|(own, _)| *own == name) {
            Some((_, segment)) => literal(segment, &mut pattern),
            None => pattern.push_str("[^/]+"),
        }
        rest = after;
    }
    literal(rest, &mut pattern);
    pattern.push('$');
    pattern
}

/// Responds without a body.
#[must_use]
pub fn status(then: httpmock::Then, status: u16) -> httpmock::Then {
    then.status(status)
}

/// Responds with a body of raw bytes.
#[must_use]
pub fn bytes(then: httpmock::Then, status: u16, body: &[u8]) -> httpmock::Then {
    then.status(status)
        .header("content-type", "application/octet-stream")
        .body(body)
}

/// Responds with a JSON body.
pub fn json<T: ?Sized, V: Content<T>>(
    then: httpmock::Then,
    status: u16,
    media_type: &str,
    value: &V,
) -> httpmock::Then {
    match value.to_json() {
        Ok(value) => then
            .status(status)
            .header("content-type", media_type)
            .body(value.to_string()),
        Err(error) => then
            .status(500)
            .header("content-type", "text/plain")
            .body(format!("failed to build the mock response: {error}")),
    }
}

/// Responds with a scripted response.
#[must_use]
pub fn answer(
    then: httpmock::Then,
    document: &Document,
    operation: &'static Operation,
    answer: Answer,
) -> httpmock::Then {
    let contract = match document.contract() {
        Ok(contract) => contract,
        Err(error) => return then.status(500).body(error.to_string()),
    };
    let service = Service::new(contract);
    let plan = Arc::new(Plan {
        operation: operation.id,
        answer,
    });
    let number = number(&plan).to_string();
    then.delay(plan.answer.waits())
        .respond_with(move |request| {
            let read = Request {
                method: request.method_str().to_owned(),
                path: request.uri().path().to_owned(),
                query: request.uri().query().unwrap_or_default().to_owned(),
                headers: request.headers_vec().clone(),
                body: request.body_vec(),
            };
            let reply = service.give(plan.operation, plan.answer.clone(), read, SystemTime::now());
            response(reply, &number)
        })
}

fn response(reply: Reply, number: &str) -> httpmock::HttpMockResponse {
    let response = httpmock::HttpMockResponse::builder().header(PLANNED, number);
    if reply.status == 0 {
        // httpmock isn't able to close the connection, so the front server does it.
        return response.status(502).build();
    }
    let mut response = response.status(reply.status).body(reply.body);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_template_becomes_pattern() {
        let found = path("/a.b/{id}/{kind}.json", Some(("kind", "x%2Fy")));
        assert_eq!(found, r"^\/a\.b\/[^/]+\/x\%2Fy\.json$");
    }
}
