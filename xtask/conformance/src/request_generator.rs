//! The requests that are made for an operation.

use serde_json::{Value, json};

use crate::call::Intent;
use crate::published::Published;
use crate::spec::{Media, Operation, Parameter, ParameterLocation, Style, essence, is_json};
use crate::{arguments, declared};
use trackstar_mock::instance::{self, Mode};

/// A request with its description.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) what: String,
    pub(crate) intent: Intent,
}

/// The planned requests, and the reasons for those that cannot be made. Nothing is left out silently.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) requests: Vec<Planned>,
    pub(crate) skipped: Vec<String>,
}

/// Maximum number of alternatives of a body.
const ALTERNATIVES: usize = 60;

/// A string with characters that have a meaning in URLs and headers.
const ODD: &str = "odd /?#%25 ü&=+,;'\"";

impl Plan {
    /// Adds a request, unless an equal one is planned.
    fn add(&mut self, what: impl Into<String>, intent: Intent) {
        if !self.requests.iter().any(|it| it.intent == intent) {
            let what = what.into();
            self.requests.push(Planned { what, intent });
        }
    }
}

impl Published {
    /// Returns requests that the document allows.
    pub(crate) fn plan(&self, operation: &Operation) -> Plan {
        let mut plan = Plan::default();
        let full = self.intent(operation, Mode::Full, &mut plan.skipped);
        let minimal = self.intent(operation, Mode::Minimal, &mut Vec::new());
        let (full, minimal) = match (full, minimal) {
            (Ok(full), Ok(minimal)) => (full, minimal),
            (Err(reason), _) | (_, Err(reason)) => {
                plan.skipped.push(format!("every call: {reason}"));
                return plan;
            }
        };
        let body = operation
            .body
            .as_ref()
            .and_then(|body| preferred(&body.media));
        let Some(media) = body else {
            plan.add("all parameters", full.clone());
            for (what, intent) in self.parameters_with(operation, &full) {
                plan.add(what, intent);
            }
            plan.add("required parameters only", minimal);
            return plan;
        };
        let mut media = media.clone();
        if self.is_text(&media) {
            media.schema = None;
            media.examples.clear();
        }
        self.with_body(&media, &full, &minimal, &mut plan);
        if let Some(first) = plan.requests.first().map(|first| first.intent.clone()) {
            for (what, mut intent) in self.parameters_with(operation, &full) {
                intent.body.clone_from(&first.body);
                intent.parts.clone_from(&first.parts);
                plan.add(what, intent);
            }
        }
        plan
    }

    /// Returns true if a body is passed as text although its schema describes the content of the text.
    fn is_text(&self, media: &Media) -> bool {
        let written = ["application/x-www-form-urlencoded", "multipart/form-data"];
        let text = || {
            let schema = media.schema.as_deref()?;
            let made = instance::instance(&self.document.value, schema, Mode::Full, 0);
            made.ok().filter(|made| made.value.is_string())
        };
        !is_json(&media.name)
            && !written.contains(&essence(&media.name).as_str())
            && text().is_none()
    }

    fn with_body(&self, media: &Media, full: &Intent, minimal: &Intent, plan: &mut Plan) {
        let mut add = |what: String, base: &Intent, body: Result<Value, String>| {
            let wrong = |body: &Value| {
                let errors = media
                    .schema
                    .as_deref()
                    .map(|at| self.schemas.errors(at, body));
                errors.unwrap_or_default().into_iter().next()
            };
            match body.map(|body| (wrong(&body), body)) {
                Ok((None, body)) => plan.add(what, with(base, media, body)),
                Ok((Some((place, reason)), _)) => {
                    plan.skipped
                        .push(format!("{what}: not valid at {place:?}: {reason}"));
                }
                Err(reason) => plan.skipped.push(format!("{what}: {reason}")),
            }
        };
        let Some(schema) = media.schema.as_deref() else {
            let value = if is_json(&media.name) {
                json!({"any": 1})
            } else {
                json!("a text")
            };
            add("any body".into(), full, Ok(value));
            return;
        };
        let mut skipped = Vec::new();
        let mut made = |mode, choice| {
            let made = instance::instance(&self.document.value, schema, mode, choice)?;
            skipped.extend(made.skipped);
            Ok(made.value)
        };
        add(
            "all parameters, full body".into(),
            full,
            made(Mode::Full, 0),
        );
        add(
            "required parameters, minimal body".into(),
            minimal,
            made(Mode::Minimal, 0),
        );
        for (what, body) in self.with_nulls(schema) {
            add(what, minimal, Ok(body));
        }
        for (what, body) in self.with_nothing(media, schema) {
            add(what.to_owned(), minimal, Ok(body));
        }
        let alternatives = instance::alternatives(&self.document.value, schema);
        for choice in 1..alternatives.min(ALTERNATIVES) {
            let what = format!("alternative {} of the body", choice + 1);
            add(what, minimal, made(Mode::Full, choice));
        }
        for (index, example) in media.examples.iter().enumerate() {
            add(
                format!("example {} of the body", index + 1),
                full,
                Ok(example.clone()),
            );
        }
        // Examples of properties are not combined into a request if the result is invalid.
        let assembled = made(Mode::Examples, 0);
        let fits = |body: &Value| self.schemas.errors(schema, body).is_empty();
        if let (Ok(mut body), Ok(declared)) = (assembled, made(Mode::Full, 0))
            && fits(&body)
        {
            // A type cannot contain undeclared properties of an example, and a call by name rejects them.
            declared::keep_declared(&mut body, &declared);
            add("the body that its examples make".into(), full, Ok(body));
        }
        skipped.sort();
        skipped.dedup();
        plan.skipped
            .extend(skipped.into_iter().map(|it| format!("in the body {it}")));
    }

    fn intent(
        &self,
        operation: &Operation,
        mode: Mode,
        skipped: &mut Vec<String>,
    ) -> Result<Intent, String> {
        let mut intent = Intent::default();
        for parameter in operation.arguments() {
            if mode == Mode::Minimal && !parameter.required {
                continue;
            }
            let title = format!("the parameter `{}`", parameter.name);
            if let Some(why) = arguments::not_given(parameter) {
                skipped.push(format!("{title}: {why}"));
                continue;
            }
            match self.value(parameter, mode) {
                Ok(value) => intent.set(parameter, value),
                Err(reason) if parameter.required => return Err(format!("{title}: {reason}")),
                Err(reason) => skipped.push(format!("{title}: {reason}")),
            }
        }
        Ok(intent)
    }

    fn value(&self, parameter: &Parameter, mode: Mode) -> Result<Value, String> {
        let Some(schema) = parameter.schema.as_deref() else {
            return Ok(json!("any"));
        };
        let fits = |value: &Value| self.schemas.errors(schema, value).is_empty();
        if mode == Mode::Full
            && let Some(example) = parameter.examples.iter().find(|it| fits(it))
        {
            return Ok(example.clone());
        }
        let found = instance::instance(&self.document.value, schema, Mode::Full, 0)?.value;
        let found = writable(found);
        let odd = json!(format!("{ODD} {}", parameter.name));
        let header = parameter.place == ParameterLocation::Header;
        let value = match found {
            Value::String(_) if mode == Mode::Minimal && !header && fits(&odd) => odd,
            // An empty segment would request another resource. Examples do not intend that.
            Value::String(text)
                if text.is_empty() && parameter.place == ParameterLocation::Path =>
            {
                json!(format!("some-{}", parameter.name))
            }
            Value::String(text) if header => {
                json!(text.replace(|it: char| !it.is_ascii_graphic(), "-"))
            }
            Value::Array(items) => {
                let lists = lengthened(parameter, &items).into_iter();
                lists
                    .map(Value::Array)
                    .find(fits)
                    .unwrap_or(Value::Array(items))
            }
            other => other,
        };
        match self.schemas.errors(schema, &value).into_iter().next() {
            None => Ok(value),
            Some((_, reason)) => Err(format!("no value was found: {reason}")),
        }
    }
}

/// Returns longer lists, the best first, that show how items are separated: with an item that contains
/// the separator, if the style can express that, and with an item like the others.
fn lengthened(parameter: &Parameter, items: &[Value]) -> Vec<Vec<Value>> {
    let odd = match (parameter.place, parameter.style) {
        (ParameterLocation::Header, _) => "plain-item".to_owned(),
        (_, Style::SpaceDelimited) => ODD.replace(' ', ""),
        _ => ODD.to_owned(),
    };
    let alike = items.first().map(|first| match first {
        Value::Number(number) => json!(number.as_i64().unwrap_or(0) + 1),
        // A date or a value of an enum cannot be changed.
        other => other.clone(),
    });
    let odd = items
        .first()
        .filter(|it| it.is_string())
        .map(|_| json!(odd));
    let with = |more: Value| items.iter().cloned().chain([more]).collect();
    odd.into_iter().chain(alike).map(with).collect()
}

/// Returns a value that a parameter can express: values within an object must not have parts.
fn writable(value: Value) -> Value {
    let Value::Object(mut fields) = value else {
        return value;
    };
    fields.retain(|_, value| !value.is_object());
    Value::Object(fields)
}

fn with(base: &Intent, media: &Media, body: Value) -> Intent {
    let mut intent = base.clone();
    if essence(&media.name) == "multipart/form-data" {
        intent.parts = body.as_object().cloned().unwrap_or_default();
    } else {
        intent.body = Some(body);
    }
    intent
}

/// Returns the media type that a client sends: the one that preserves the most structure, by a ranking of
/// this tool. The specification leaves the choice to the client.
pub(crate) fn preferred(media: &[Media]) -> Option<&Media> {
    let rank = |media: &&Media| match essence(&media.name).as_str() {
        "application/json" => 0,
        name if is_json(name) => 1,
        "application/x-www-form-urlencoded" => 2,
        "application/octet-stream" => 3,
        "text/plain" => 4,
        "multipart/form-data" => 5,
        _ => 6,
    };
    media.iter().min_by_key(rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(body: &str, parameters: &str) -> Plan {
        let text = format!(
            "{{openapi: 3.1.0, paths: {{'/x/{{id}}': {{put: {{parameters: [{{in: path, name: id, schema: {{type: string}}}}{parameters}],
              requestBody: {{content: {{application/json: {body}}}}}, responses: {{'200': {{description: d}}}}}}}}}}}}"
        );
        let document =
            crate::document::read("t.yaml", &format!("# YAML\n{text}")).expect("a document");
        let operation = &crate::spec::operations(&document.value)[0];
        Published::new(document).expect("schemas").plan(operation)
    }

    #[test]
    fn requests_cover_alternatives_and_valid_examples() {
        let body = "{examples: {a: {value: {k: 3}}, b: {value: {k: text}}}, schema: {type: object, properties: {}, additionalProperties: false,
            oneOf: [{required: [k], properties: {k: {type: integer}, o: {type: boolean}}}, {required: [l], properties: {l: {type: string}}, additionalProperties: false}]}}";
        let plan = plan(
            body,
            ", {in: query, name: 'q[in]', schema: {type: array, items: {type: integer}}}",
        );
        let seen: Vec<_> = plan
            .requests
            .iter()
            .map(|it| {
                (
                    it.what.as_str(),
                    it.intent.body.clone().unwrap_or_default(),
                    it.intent.named(ParameterLocation::Query, "q[in]").cloned(),
                )
            })
            .collect();
        let query = Some(json!([3, 4]));
        assert_eq!(
            seen,
            [
                (
                    "all parameters, full body",
                    json!({"k": 3, "o": true}),
                    query.clone()
                ),
                ("required parameters, minimal body", json!({"k": 3}), None),
                ("false and 0 in the body", json!({"k": 0, "o": false}), None),
                ("alternative 2 of the body", json!({"l": "l-text"}), None),
                ("example 1 of the body", json!({"k": 3}), query),
                (
                    "all parameters, with false and 0",
                    json!({"k": 3, "o": true}),
                    Some(json!([0, 0]))
                ),
            ]
        );
        assert_eq!(
            plan.requests[1].intent.named(ParameterLocation::Path, "id"),
            Some(&json!(format!("{ODD} id")))
        );
        assert!(
            plan.skipped[0].starts_with("example 2 of the body: not valid"),
            "{:?}",
            plan.skipped
        );
    }

    #[test]
    fn reports_requests_that_cannot_be_generated() {
        let found = plan("{schema: {type: string, pattern: '^(?=x)$'}}", "");
        assert!(
            found.requests.is_empty() && found.skipped[0].contains("pattern"),
            "{found:?}"
        );
        let found = plan(
            "{schema: {}}",
            ", {in: query, name: q, required: true, schema: {type: string, pattern: '^(?=x)$'}}",
        );
        assert!(
            found.skipped[0].starts_with("every call: the parameter `q`"),
            "{found:?}"
        );
    }
}
