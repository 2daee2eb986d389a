//! The intended values of a call, the driver's arguments, and the request as received.

use serde::Serialize;
use serde_json::{Map, Value};
use trackstar_mock::Part;

use crate::spec::{Parameter, ParameterLocation};

/// The intended values of a call: parameters by location and name, and a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Intent {
    pub(crate) parameters: Vec<(ParameterLocation, String, Value)>,
    pub(crate) body: Option<Value>,
    /// The body, if it has several parts.
    pub(crate) parts: Map<String, Value>,
}

impl Intent {
    pub(crate) fn get(&self, parameter: &Parameter) -> Option<&Value> {
        self.named(parameter.place, &parameter.name)
    }

    pub(crate) fn named(&self, place: ParameterLocation, name: &str) -> Option<&Value> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(own, other, _)| *own == place && other == name);
        found.map(|(_, _, value)| value)
    }

    pub(crate) fn set(&mut self, parameter: &Parameter, value: Value) {
        self.clear(parameter.place, &parameter.name);
        let name = parameter.name.clone();
        self.parameters.push((parameter.place, name, value));
    }

    pub(crate) fn clear(&mut self, place: ParameterLocation, name: &str) {
        self.parameters
            .retain(|(own, other, _)| *own != place || other != name);
    }
}

/// The arguments of a call, by their names in the document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Arguments {
    pub(crate) path: Map<String, Value>,
    pub(crate) query: Map<String, Value>,
    pub(crate) headers: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Value>,
    pub(crate) parts: Map<String, Value>,
}

/// A request as received.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path, percent-encoded, without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    /// The headers, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The parts of a multipart body, or why they cannot be separated.
    pub(crate) parts: Option<Result<Vec<Part>, String>>,
}

impl Request {
    /// Returns the values of a header.
    pub(crate) fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self
            .headers
            .iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }
}

/// Returns the text of a value in a path, a query or a header, or `None` if it is not a single text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
