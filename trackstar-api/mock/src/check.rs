//! Validates requests against the document.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trackstar_openapi::Merged;
use trackstar_openapi::media_type::{essence, is_json, matches};
use trackstar_openapi::model::{Media, Operation, Parameter, ParameterLocation as Place};

use crate::contract::Contract;
use crate::credentials::{ACCESS_TOKEN, API_KEY, arguments, needs};
use crate::problems::{MISSING, Problems, UNKNOWN, WHOLE};
use crate::request::{Request, decoded};
use crate::{parts, texts};

/// Validates a request and returns all problems with it. `path` has the decoded path parameters.
pub(crate) fn check(
    contract: &Contract,
    operation: &Operation,
    request: &Request,
    path: &BTreeMap<String, String>,
) -> Problems {
    let mut check = Check {
        contract,
        problems: Problems::default(),
    };
    for header in [API_KEY, ACCESS_TOKEN] {
        if needs(operation, header) && request.get(header).is_none() {
            check.problems.add("headers", header, MISSING);
        }
    }
    check.query(operation, request);
    let cookies = cookies(request);
    for parameter in arguments(operation) {
        let name = &parameter.name;
        let (location, texts): (&str, Vec<&str>) = match parameter.location {
            Place::Path => (
                "path",
                path.get(name).map(String::as_str).into_iter().collect(),
            ),
            Place::Header => {
                let name = name.to_ascii_lowercase();
                let own = request.headers.iter().filter(|(own, _)| *own == name);
                ("headers", own.map(|(_, value)| value.as_str()).collect())
            }
            Place::Cookie => {
                let own = cookies.iter().filter(|(own, _)| own == name);
                ("cookies", own.map(|(_, value)| *value).collect())
            }
            Place::Query => continue,
        };
        let texts: Vec<&str> = match separator(parameter) {
            Some(mark) if parameter.location != Place::Cookie && check.has_parts(parameter) => {
                texts
                    .iter()
                    .flat_map(|text| bare(parameter, text).split(mark))
                    .map(|text| item(parameter, text))
                    .collect()
            }
            _ => texts.iter().map(|text| bare(parameter, text)).collect(),
        };
        check.parameter(location, parameter, &texts);
    }
    check.body(operation, request);
    check.problems
}

fn cookies(request: &Request) -> Vec<(&str, &str)> {
    let header = request.get("cookie").unwrap_or_default();
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .collect()
}

/// Returns true if this is an object whose properties are separate query parameters.
fn is_bare(parameter: &Parameter) -> bool {
    parameter.explode && parameter.style != "deepObject" && parameter.location == Place::Query
}

/// Returns the separator between the items of an array, if they are in a single value.
fn separator(parameter: &Parameter) -> Option<char> {
    match (parameter.style.as_str(), parameter.explode) {
        ("spaceDelimited", false) => Some(' '),
        ("pipeDelimited", false) => Some('|'),
        ("simple", _) | ("form" | "label" | "matrix", false) => Some(','),
        ("label", true) => Some('.'),
        ("matrix", true) => Some(';'),
        _ => None,
    }
}

/// Removes the prefix that some styles add to a path parameter.
fn bare<'t>(parameter: &Parameter, text: &'t str) -> &'t str {
    match parameter.style.as_str() {
        "label" => text.strip_prefix('.').unwrap_or(text),
        "matrix" => item(parameter, text.strip_prefix(';').unwrap_or(text)),
        _ => text,
    }
}

/// In the `matrix` style, removes the `name=` in front of an item.
fn item<'t>(parameter: &Parameter, text: &'t str) -> &'t str {
    let named = text.strip_prefix(parameter.name.as_str());
    let named = named.and_then(|rest| rest.strip_prefix('='));
    match parameter.style.as_str() {
        "matrix" => named.unwrap_or(text),
        _ => text,
    }
}

/// Returns the names and values of an object's properties. They alternate.
fn fields<'t>(parameter: &Parameter, texts: &[&'t str]) -> Vec<&'t str> {
    let fields = texts.iter().flat_map(|text| match text.split_once('=') {
        Some((name, value)) if parameter.explode => vec![name, value],
        _ => vec![*text],
    });
    fields.collect()
}

/// Splits a query value into items. We do this before decoding, because an encoded separator is
/// part of an item.
fn parted(raw: &str, separator: Option<char>) -> Vec<String> {
    let parts: Vec<&str> = match separator {
        Some(' ') => raw.split('+').flat_map(|part| part.split("%20")).collect(),
        Some('|') => raw
            .split('|')
            .flat_map(|part| part.split("%7C"))
            .flat_map(|part| part.split("%7c"))
            .collect(),
        Some(mark) => raw.split(mark).collect(),
        None => vec![raw],
    };
    parts.into_iter().map(decoded).collect()
}

struct Check<'a> {
    contract: &'a Contract,
    problems: Problems,
}

impl Check<'_> {
    fn schemas(&self, pointer: Option<&str>) -> Vec<&Value> {
        pointer
            .and_then(|it| self.contract.value().pointer(it))
            .into_iter()
            .collect()
    }

    /// Returns true if the parameter could be an array or object.
    fn has_parts(&self, parameter: &Parameter) -> bool {
        let (document, schemas) = (
            self.contract.value(),
            self.schemas(parameter.schema.as_deref()),
        );
        parameter.media_type.is_none()
            && (texts::may_be_list(document, &schemas) || texts::may_be_object(document, &schemas))
    }

    /// Validates a value and adds any problems.
    fn value(&mut self, location: &str, field: &str, schema: &str, value: &Value) {
        let (problems, document) = (&mut self.problems, self.contract.value());
        let checked = self.contract.check(schema, value, |errors| {
            problems.add_errors(document, location, field, errors);
        });
        if let Err(reason) = checked {
            self.problems.add(location, field, reason);
        }
    }

    fn parameter(&mut self, location: &str, parameter: &Parameter, texts: &[&str]) {
        let Parameter {
            name,
            required,
            schema,
            ..
        } = parameter;
        if texts.is_empty() {
            if *required {
                self.problems.add(location, name, MISSING);
            }
            return;
        }
        let Some(schema) = schema.as_deref() else {
            return;
        };
        let schemas = self.schemas(Some(schema));
        let document = self.contract.value();
        if parameter.media_type.is_some() {
            let value = texts.first().map(|text| serde_json::from_str(text));
            let value = value.and_then(Result::ok).unwrap_or_else(|| json!(texts));
            self.value(location, name, schema, &value);
            return;
        }
        let whole = parameter.location != Place::Query || separator(parameter).is_some();
        let fields = fields(parameter, texts);
        // Anything else is a single string.
        let in_turn = fields.len().is_multiple_of(2) && texts::may_be_object(document, &schemas);
        let nothing = fields == [""] && texts::is_object(document, &schemas);
        if whole && (in_turn || nothing) {
            let value = texts::in_turn(document, &schemas, &fields);
            self.value(location, name, schema, &value);
            return;
        }
        let value = texts::read(document, &schemas, texts, None);
        // The API's descriptions mention lists separated by commas. The schemas don't.
        let other = texts::read(document, &schemas, texts, Some(','));
        if parameter.explode && self.contract.fits(schema, &other) {
            return;
        }
        self.value(location, name, schema, &value);
    }

    fn query(&mut self, operation: &Operation, request: &Request) {
        let query: Vec<&Parameter> = arguments(operation)
            .filter(|it| it.location == Place::Query)
            .collect();
        let mut given: Vec<Vec<(String, &str)>> = vec![Vec::new(); query.len()];
        for (name, value) in request.raw_pairs() {
            match self.owner(&query, &name) {
                Some(index) => given[index].push((name, value)),
                None => self.problems.add("query", &name, UNKNOWN),
            }
        }
        for (parameter, pairs) in query.iter().zip(given) {
            let plain = pairs.iter().all(|(name, _)| *name == parameter.name);
            let schemas = self.schemas(parameter.schema.as_deref());
            let document = self.contract.value();
            let object = texts::may_be_object(document, &schemas);
            if plain && !is_bare(parameter) || !object {
                let parts = object || texts::may_be_list(document, &schemas);
                let separator = separator(parameter).filter(|_| parts);
                let values = pairs.iter().flat_map(|(_, raw)| parted(raw, separator));
                let values: Vec<String> = values.collect();
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                self.parameter("query", parameter, &values);
                continue;
            }
            let pairs = pairs.into_iter();
            let pairs: Vec<_> = pairs.map(|(name, raw)| (name, decoded(raw))).collect();
            self.object(parameter, &pairs);
        }
    }

    /// Validates an object whose properties are separate query parameters.
    fn object(&mut self, parameter: &Parameter, pairs: &[(String, String)]) {
        if pairs.is_empty() {
            if parameter.required && !is_bare(parameter) {
                self.problems.add("query", &parameter.name, MISSING);
            }
            return;
        }
        let inner: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| {
                let rest = name.strip_prefix(&parameter.name);
                let inside = rest.and_then(|it| it.strip_prefix('['));
                let inside = inside.map(|it| it.replacen(']', "", 1));
                (inside.unwrap_or_else(|| name.clone()), value.clone())
            })
            .collect();
        let schemas = self.schemas(parameter.schema.as_deref());
        let document = self.contract.value();
        let read = |separator| texts::object(document, &schemas, &inner, separator);
        let (value, other) = (read(None), read(Some(',')));
        if let Some(schema) = &parameter.schema
            && !self.contract.fits(schema, &other)
        {
            self.value("query", &parameter.name, schema, &value);
        }
    }

    /// Returns the index of the parameter that a query name belongs to. The name may be that of one
    /// of its properties.
    fn owner(&self, query: &[&Parameter], name: &str) -> Option<usize> {
        let document = self.contract.value();
        // When an object is exploded, its own name doesn't occur in the query.
        let by_name = |it: &&Parameter| {
            let schemas = self.schemas(it.schema.as_deref());
            it.name == name && !(is_bare(it) && texts::is_object(document, &schemas))
        };
        let own = query.iter().position(by_name);
        own.or_else(|| {
            query.iter().position(|parameter| {
                let schemas = self.schemas(parameter.schema.as_deref());
                let rest = name.strip_prefix(&parameter.name);
                let nested = rest.is_some_and(|rest| rest.starts_with('['));
                let named = Merged::of(document, schemas.iter().copied()).properties();
                let deep = nested && parameter.style == "deepObject";
                let bare = is_bare(parameter) && (named.contains_key(name) || named.is_empty());
                (deep || bare) && texts::may_be_object(document, &schemas)
            })
        })
    }

    fn body(&mut self, operation: &Operation, request: &Request) {
        let Some(body) = &operation.body else {
            return;
        };
        let document = self.contract.document();
        let name = |media| document.media_type(media);
        if request.body.is_empty() {
            // The API treats a missing body as `{}`, even if the document doesn't require a body.
            let json = body.media.iter().find(|it| is_json(name(it)));
            match json.filter(|it| body.required || self.allows_object(it)) {
                Some(media) => self.json(media, b"{}"),
                None if body.required => self.problems.add("json", WHOLE, MISSING),
                None => {}
            }
            return;
        }
        let kind = request.get("content-type").unwrap_or_default();
        let Some(media) = body.media.iter().find(|it| matches(name(it), kind)) else {
            let names: Vec<&str> = body.media.iter().map(name).collect();
            let message = format!("Must be one of: {}.", names.join(", "));
            self.problems.add("headers", "content-type", message);
            return;
        };
        match essence(kind).as_str() {
            kind if is_json(kind) => self.json(media, &request.body),
            "application/x-www-form-urlencoded" => {
                let pairs: Vec<(String, String)> =
                    form_urlencoded::parse(&request.body).into_owned().collect();
                self.form(media, &pairs);
            }
            "multipart/form-data" => match parts(kind, &request.body) {
                Ok(parts) => {
                    // The schema of a file allows any string.
                    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
                    let pairs: Vec<(String, String)> = parts
                        .into_iter()
                        .map(|part| (part.name, text(part.bytes)))
                        .collect();
                    self.form(media, &pairs);
                }
                Err(reason) => {
                    self.problems
                        .add("form", WHOLE, format!("Cannot be read: {reason}."));
                }
            },
            // We don't validate binary or plain-text bodies.
            _ => {}
        }
    }

    /// Returns true if the schema of a body allows objects.
    fn allows_object(&self, media: &Media) -> bool {
        let schemas = self.schemas(media.schema.as_deref());
        texts::may_be_object(self.contract.value(), &schemas)
    }

    fn json(&mut self, media: &Media, body: &[u8]) {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => {
                if let Some(schema) = &media.schema {
                    self.value("json", "", schema, &value);
                }
            }
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let text = format!("Not valid JSON at line {line}, column {column}.");
                self.problems.add("json", WHOLE, text);
            }
        }
    }

    fn form(&mut self, media: &Media, pairs: &[(String, String)]) {
        let Some(schema) = &media.schema else {
            return;
        };
        let schemas = self.schemas(Some(schema));
        let value = texts::object(self.contract.value(), &schemas, pairs, None);
        self.value("form", "", schema, &value);
    }
}
