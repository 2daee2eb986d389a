//! The requests that an operation is called with.

use serde_json::{Value, json};

use crate::call::Arguments;
use crate::declared;
use crate::query::{as_text, flatten, lengthened, without_comma};
use trackstar_mock::document::{Document, Media, Operation, Parameter, Place, essence, is_json};
use trackstar_mock::instance::{self, Mode};
use trackstar_mock::validate::Schemas;

/// A request, and which one it is.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) what: String,
    pub(crate) arguments: Arguments,
}

/// What is planned, and what is not with the reason: nothing is left out in silence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) requests: Vec<Planned>,
    pub(crate) skipped: Vec<String>,
}

/// More alternatives of a body than this are not tried.
const ALTERNATIVES: usize = 60;

/// A text with what URLs and headers give a meaning to.
const ODD: &str = "odd /?#%25 ü&=+,;'\"";

/// Makes requests that the original document allows.
pub(crate) struct Planner<'a> {
    pub(crate) document: &'a Document,
    pub(crate) schemas: &'a Schemas,
}

impl Planner<'_> {
    pub(crate) fn plan(&self, operation: &Operation) -> Plan {
        let mut plan = Plan::default();
        let full = self.arguments(operation, Mode::Full, &mut plan.skipped);
        let minimal = self.arguments(operation, Mode::Minimal, &mut Vec::new());
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
            let planned = |what: &str, arguments| Planned {
                what: what.to_owned(),
                arguments,
            };
            plan.requests.push(planned("all parameters", full.clone()));
            let nothing = self.parameters_with_nothing(operation, &full);
            if nothing != full {
                plan.requests
                    .push(planned("all parameters, with false and 0", nothing));
            }
            if minimal != full {
                plan.requests
                    .push(planned("required parameters alone", minimal));
            }
            return plan;
        };
        if self.is_text(media) {
            let media = &Media {
                schema: None,
                examples: Vec::new(),
                ..media.clone()
            };
            self.with_body(media, &full, &minimal, &mut plan);
        } else {
            self.with_body(media, &full, &minimal, &mut plan);
        }
        plan
    }

    /// Whether a body is given as a text, though its schema is about what the text says.
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

    fn with_body(&self, media: &Media, full: &Arguments, minimal: &Arguments, plan: &mut Plan) {
        let mut add = |what: String, base: &Arguments, body: Result<Value, String>| {
            let wrong = |body: &Value| {
                let errors = media
                    .schema
                    .as_deref()
                    .map(|at| self.schemas.errors(at, body));
                errors.unwrap_or_default().into_iter().next()
            };
            match body.map(|body| (wrong(&body), body)) {
                Ok((None, body)) => {
                    let arguments = with(base, media, body);
                    if !plan.requests.iter().any(|it| it.arguments == arguments) {
                        plan.requests.push(Planned { what, arguments });
                    }
                }
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
        // Examples of properties that do not fit make no request.
        let assembled = made(Mode::Examples, 0);
        let fits = |body: &Value| self.schemas.errors(schema, body).is_empty();
        if let (Ok(mut body), Ok(declared)) = (assembled, made(Mode::Full, 0))
            && fits(&body)
        {
            // What an example has beside them, no type can have: by name it is refused.
            declared::keep_declared(&mut body, &declared);
            add("the body that its examples make".into(), full, Ok(body));
        }
        skipped.sort();
        skipped.dedup();
        plan.skipped
            .extend(skipped.into_iter().map(|it| format!("in the body {it}")));
    }

    fn arguments(
        &self,
        operation: &Operation,
        mode: Mode,
        skipped: &mut Vec<String>,
    ) -> Result<Arguments, String> {
        let mut arguments = Arguments::default();
        for parameter in operation.arguments() {
            if mode == Mode::Minimal && !parameter.required {
                continue;
            }
            let title = format!("the parameter `{}`", parameter.name);
            let value = match self
                .value(parameter, mode)
                .map(|value| as_text(parameter, value))
            {
                Ok(value) => value,
                Err(reason) if parameter.required => return Err(format!("{title}: {reason}")),
                Err(reason) => {
                    skipped.push(format!("{title}: {reason}"));
                    continue;
                }
            };
            let map = match parameter.place {
                Place::Path => &mut arguments.path,
                Place::Query => {
                    flatten(&mut arguments.query, &parameter.name, value, parameter.bare);
                    continue;
                }
                Place::Header => &mut arguments.headers,
                Place::Cookie => {
                    skipped.push(format!("{title}: the client sends no cookies"));
                    continue;
                }
            };
            map.insert(parameter.name.clone(), value);
        }
        Ok(arguments)
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
        let odd = json!(format!("{ODD} {}", parameter.name));
        let header = parameter.place == Place::Header;
        let value = match found {
            Value::String(_) if mode == Mode::Minimal && !header && fits(&odd) => odd,
            // An empty segment would ask for another resource: no example is meant so.
            Value::String(text) if text.is_empty() && parameter.place == Place::Path => {
                json!(format!("some-{}", parameter.name))
            }
            Value::String(text) if header => {
                json!(text.replace(|it: char| !it.is_ascii_graphic(), "-"))
            }
            Value::Array(items) => {
                let items: Vec<Value> = items.into_iter().map(without_comma).collect();
                let longer = Value::Array(lengthened(&items));
                if fits(&longer) {
                    longer
                } else {
                    Value::Array(items)
                }
            }
            Value::Object(fields) if fields.contains_key("anything") => json!("anything"),
            other => other,
        };
        match self.schemas.errors(schema, &value).into_iter().next() {
            None => Ok(value),
            Some((_, reason)) => Err(format!("no value was found: {reason}")),
        }
    }
}

fn with(base: &Arguments, media: &Media, body: Value) -> Arguments {
    let mut arguments = base.clone();
    if essence(&media.name) == "multipart/form-data" {
        arguments.parts = body.as_object().cloned().unwrap_or_default();
    } else {
        arguments.body = Some(body);
    }
    arguments
}

/// The media type that a client sends: JSON where it can.
fn preferred(media: &[Media]) -> Option<&Media> {
    let rank = |media: &&Media| match essence(&media.name).as_str() {
        "application/json" => 0,
        name if name.ends_with("+json") => 1,
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
    use serde_json::Map;

    use super::*;

    fn plan(body: &str, parameters: &str) -> Plan {
        let text = format!(
            "{{openapi: 3.1.0, paths: {{'/x/{{id}}': {{put: {{parameters: [{{in: path, name: id, schema: {{type: string}}}}{parameters}],
              requestBody: {{content: {{application/json: {body}}}}}, responses: {{'200': {{description: d}}}}}}}}}}}}"
        );
        let document =
            crate::sweep::read("t.yaml", &format!("# YAML\n{text}")).expect("a document");
        let schemas = Schemas::new(&document.value).expect("schemas");
        let planner = Planner {
            document: &document,
            schemas: &schemas,
        };
        planner.plan(&document.operations()[0])
    }

    #[test]
    fn requests_are_full_minimal_each_alternative_and_the_examples_that_fit() {
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
                    it.arguments.body.clone().unwrap_or_default(),
                    it.arguments.query.clone(),
                )
            })
            .collect();
        let query = json!({"q[in]": [3, 4]})
            .as_object()
            .cloned()
            .unwrap_or_default();
        assert_eq!(
            seen,
            [
                (
                    "all parameters, full body",
                    json!({"k": 3, "o": true}),
                    query.clone()
                ),
                (
                    "required parameters, minimal body",
                    json!({"k": 3}),
                    Map::new()
                ),
                (
                    "false and 0 in the body",
                    json!({"k": 0, "o": false}),
                    Map::new()
                ),
                (
                    "alternative 2 of the body",
                    json!({"l": "l-text"}),
                    Map::new()
                ),
                ("example 1 of the body", json!({"k": 3}), query),
            ]
        );
        assert_eq!(
            plan.requests[1].arguments.path["id"],
            json!(format!("{ODD} id"))
        );
        assert!(
            plan.skipped[0].starts_with("example 2 of the body: not valid"),
            "{:?}",
            plan.skipped
        );
    }

    #[test]
    fn what_cannot_be_made_is_told() {
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
