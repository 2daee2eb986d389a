//! Decides by a document whether its server accepts a request, and whether it can send a response.

use serde_json::{Value, json};
use trackstar_test_server::Request;

/// A document and its rules for one operation.
pub(crate) struct Judge<'a>(pub(crate) &'a Value);

impl Judge<'_> {
    /// Returns why the server of the document rejects the request.
    pub(crate) fn refusal(&self, request: &Request) -> Option<String> {
        let (path, query) = request
            .target()
            .split_once('?')
            .unwrap_or((request.target(), ""));
        let Some((item, method)) = self.operation(request.method(), path) else {
            return Some("there is no such operation".into());
        };
        let pointer = format!("{item}/{method}");
        for place in [&item, &pointer] {
            let parameters = self.at(&format!("{place}/parameters"));
            for parameter in parameters.and_then(Value::as_array).into_iter().flatten() {
                let refusal = parameter_refusal(parameter, query);
                if refusal.is_some() {
                    return refusal;
                }
            }
        }
        self.body_refusal(&format!("{pointer}/requestBody"), request)
    }

    fn body_refusal(&self, pointer: &str, request: &Request) -> Option<String> {
        let declared = self.at(pointer)?;
        if request.body.is_empty() {
            let required = declared["required"] == json!(true);
            return required.then(|| "a body is required".into());
        }
        let media = request.header("content-type").unwrap_or("none");
        if declared["content"].get(media).is_none() {
            return Some(format!("the media type {media} is not taken"));
        }
        let Ok(body) = serde_json::from_slice(&request.body) else {
            return Some("the body is no JSON".into());
        };
        let media = media.replace('/', "~1");
        let mut sent = self.0.clone();
        without_read_only(&mut sent);
        Judge(&sent).violation(&format!("{pointer}/content/{media}/schema"), &body)
    }

    /// Returns why the server of the document would not send the response.
    pub(crate) fn impossible(
        &self,
        request: &Request,
        status: u64,
        answer: Option<(&str, &Value)>,
    ) -> Option<String> {
        let path = request.target().split('?').next().unwrap_or_default();
        let Some((item, method)) = self.operation(request.method(), path) else {
            return Some("there is no such operation".into());
        };
        let pointer = format!("{item}/{method}/responses/{status}");
        let Some(declared) = self.at(&pointer) else {
            return Some(format!("there is no status {status}"));
        };
        let Some((media, body)) = answer else {
            let empty = declared.get("content").is_none();
            return (!empty).then(|| "an answer has a body".into());
        };
        let content = format!("{pointer}/content/{}", media.replace('/', "~1"));
        match self.at(&content) {
            None => Some(format!("no answer is {media}")),
            Some(_) if media != "application/json" => None,
            Some(_) => self.violation(&format!("{content}/schema"), body),
        }
    }

    fn at(&self, pointer: &str) -> Option<&Value> {
        self.0.pointer(pointer)
    }

    /// Returns the pointer of the path item for a path, and the method as the document has it.
    fn operation(&self, method: &str, path: &str) -> Option<(String, String)> {
        let segments = |path: &str| -> Vec<String> { path.split('/').map(str::to_owned).collect() };
        let path = segments(path);
        let (template, item) = self.0["paths"].as_object()?.iter().find(|(template, _)| {
            let template = segments(template);
            let fits = |(one, other): (&String, &String)| one == other || one.starts_with('{');
            template.len() == path.len() && template.iter().zip(&path).all(fits)
        })?;
        let method = method.to_ascii_lowercase();
        item.get(&method)?;
        let template = template.replace('~', "~0").replace('/', "~1");
        Some((format!("/paths/{template}"), method))
    }

    fn violation(&self, pointer: &str, value: &Value) -> Option<String> {
        // References of the document start at its root.
        let mut schema = self.0.clone();
        schema["$ref"] = format!("#{pointer}").into();
        // Anchors are only found in the locations that JSON Schema defines.
        schema["$defs"] = self.0["components"]["schemas"].clone();
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("{pointer}: {error}"));
        validator
            .validate(value)
            .err()
            .map(|error| error.to_string())
    }
}

/// Returns why a parameter is rejected. The parameters of the cases are strings and lists of strings.
fn parameter_refusal(parameter: &Value, query: &str) -> Option<String> {
    if parameter["in"] != "query" {
        return None;
    }
    let name = parameter["name"].as_str().expect("a parameter has a name");
    let given = query
        .split('&')
        .filter(|pair| pair.split('=').next() == Some(name))
        .count();
    let one_text = parameter["schema"]["type"] != "array" || parameter["explode"] == json!(false);
    match given {
        0 if parameter["required"] == json!(true) => Some(format!("`{name}` is required")),
        2.. if one_text => Some(format!("`{name}` is given more than once")),
        _ => None,
    }
}

/// Removes requirements for read-only properties, which apply only to responses.
fn without_read_only(value: &mut Value) {
    let properties = value.get("properties").cloned().unwrap_or_default();
    if let Some(required) = value.get_mut("required").and_then(Value::as_array_mut) {
        let kept = |name: &Value| {
            let property = name.as_str().and_then(|name| properties.get(name));
            property.is_none_or(|it| it["readOnly"] != json!(true))
        };
        required.retain(kept);
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(without_read_only),
        Value::Array(items) => items.iter_mut().for_each(without_read_only),
        _ => {}
    }
}
