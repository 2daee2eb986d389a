//! Calls that show the effect of a change: the request and the response.

use std::fs;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use trackstar_conformance::driver::Running;
use trackstar_test_server::response;

use crate::cases;
use crate::client;
use crate::judge::Judge;
use crate::merge::snake;
use crate::server::Server;

/// One entry of a case's `witness.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Witness {
    pub(crate) rule: String,
    call: String,
    #[serde(default)]
    pub(crate) arguments: Value,
    /// The arguments by their names in the revision, if they have other names there.
    renamed: Option<Value>,
    /// The response that the base allows.
    #[serde(default)]
    pub(crate) before: WitnessResponse,
    /// The response that the revision allows.
    #[serde(default)]
    pub(crate) now: WitnessResponse,
}

impl Witness {
    /// Returns the arguments by their names in the revision.
    pub(crate) fn arguments_now(&self) -> &Value {
        self.renamed.as_ref().unwrap_or(&self.arguments)
    }

    /// Reads the calls in the folder of a case.
    pub(crate) fn all(case: &str) -> Vec<Self> {
        match fs::read(cases::folder(case).join("witness.json")) {
            Ok(text) => serde_json::from_slice(&text).unwrap(),
            Err(_) => Vec::new(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WitnessResponse {
    status: Option<u64>,
    r#type: Option<String>,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default, deserialize_with = "given")]
    body: Option<Value>,
}

/// Keeps a null body, which differs from no body.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl WitnessResponse {
    fn status(&self) -> u64 {
        self.status
            .unwrap_or(if self.body.is_some() { 200 } else { 204 })
    }

    fn media(&self) -> &str {
        self.r#type.as_deref().unwrap_or("application/json")
    }

    fn bytes(&self) -> Vec<u8> {
        let header = |(name, value): (&String, &Value)| {
            let value = value.as_str().expect("the value of a header is a text");
            format!("{name}: {value}")
        };
        let mut headers: Vec<String> = self.headers.iter().map(header).collect();
        let body = match &self.body {
            None => Vec::new(),
            Some(Value::String(text)) if self.media() != "application/json" => text.clone().into(),
            Some(body) => body.to_string().into_bytes(),
        };
        if self.body.is_some() {
            headers.push(format!("content-type: {}", self.media()));
        }
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        response(&format!("{} Configured", self.status()), &headers, body)
    }
}

/// The result of a call.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Works,
    /// The client sends no request.
    Unmade(String),
    /// The server rejects the request.
    Refused(String),
    /// The client cannot read the response.
    Unread(String),
    /// The test case is invalid.
    Wrong(String),
}

/// Makes the call of a test case and returns its result.
pub(crate) fn outcome(
    witness: &Witness,
    case: &str,
    response: &WitnessResponse,
    judge: &Judge,
    arguments: &Value,
    (client, server): (&mut Running, &Server),
) -> Outcome {
    server.respond(response.bytes());
    let id = format!("{}_{}", snake(case), witness.call);
    let mut arguments = arguments.clone();
    if arguments.is_null() {
        arguments = json!({});
    }
    let result = client::call(client, &id, &arguments);
    let Some(request) = server.request() else {
        return Outcome::Unmade(format!("{result:?}"));
    };
    if let Some(refusal) = judge.refusal(&request) {
        return Outcome::Refused(refusal);
    }
    let body = response.body.as_ref().map(|body| (response.media(), body));
    if let Some(reason) = judge.impossible(&request, response.status(), body) {
        return Outcome::Wrong(format!("the document has no such response: {reason}"));
    }
    let status = response.status();
    match result {
        Ok(_) if status < 400 => Outcome::Works,
        // An error must contain the server's error and everything that it states.
        Err(error) if status >= 400 && error.contains(&status.to_string()) => Outcome::Works,
        other => Outcome::Unread(format!("{other:?}")),
    }
}
