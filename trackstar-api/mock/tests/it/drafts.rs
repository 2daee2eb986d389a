//! Builds requests for the operations of a document.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use trackstar_mock::Request;
use trackstar_mock::document::{ACCESS_TOKEN, API_KEY};
use trackstar_mock::instance::{Mode, instance};
use trackstar_openapi::Merged;
use trackstar_openapi::model::{Operation, Parameter, ParameterLocation};

use crate::support::{KEY, TOKEN};

/// A request that is still being built.
#[derive(Clone)]
pub(crate) struct Draft<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) values: Vec<(&'a Parameter, String)>,
    pub(crate) body: Option<(String, Vec<u8>)>,
}

impl Draft<'_> {
    pub(crate) fn request(&self) -> Request {
        let mut path = self.operation.path.clone();
        let mut query = Vec::new();
        let mut headers = Vec::new();
        for (parameter, text) in &self.values {
            let name = &parameter.name;
            match parameter.location {
                ParameterLocation::Path => {
                    let text = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
                    path = path.replace(&format!("{{{name}}}"), &text);
                }
                ParameterLocation::Query => {
                    let mut text = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
                    if !parameter.explode {
                        // Separators aren't encoded.
                        text = text.replace("%2C", ",");
                    }
                    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
                    query.push(format!("{name}={text}"));
                }
                _ => headers.push((name, text)),
            }
        }
        let query = query.join("&");
        let mut request = Request::new(self.operation.method.clone(), &format!("{path}?{query}"))
            .header(API_KEY, KEY)
            .header(ACCESS_TOKEN, TOKEN);
        for (name, text) in headers {
            request = request.header(name, text.clone());
        }
        if let Some((kind, body)) = &self.body {
            request = request
                .header("content-type", kind.clone())
                .body(body.clone());
        }
        request
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        let mut draft = self.clone();
        draft.values.retain(|(own, _)| own.name != name);
        draft
    }

    pub(crate) fn with_body(&self, body: &Value) -> Self {
        let mut draft = self.clone();
        draft.body = Some(("application/json".to_owned(), body.to_string().into_bytes()));
        draft
    }
}

/// Returns the texts of a parameter. For an object, this is empty because its properties are sent
/// separately.
pub(crate) fn texts(document: &Value, parameter: &Parameter) -> Vec<String> {
    let Some(schema) = &parameter.schema else {
        return vec!["any".to_owned()];
    };
    if Merged::of(document, document.pointer(schema)).kind() == Some("object") {
        return Vec::new();
    }
    let shown = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    match instance(document, schema, Mode::Full, 0).map(|it| it.value) {
        Ok(Value::Array(items)) if !parameter.explode => {
            vec![items.iter().map(shown).collect::<Vec<_>>().join(",")]
        }
        Ok(Value::Array(items)) => items.iter().map(shown).collect(),
        // An example could be empty, but a path parameter can't.
        Ok(Value::String(text))
            if text.is_empty() && parameter.location == ParameterLocation::Path =>
        {
            vec!["any".to_owned()]
        }
        Ok(value) => vec![shown(&value)],
        Err(_) => Vec::new(),
    }
}
