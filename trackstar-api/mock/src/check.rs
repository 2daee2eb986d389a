//! Whether a request is one that the document allows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::contract::Contract;
use crate::flat::Flat;
use crate::operation::{ACCESS_TOKEN, API_KEY, Media, Operation, Parameter, Place, Text};
use crate::operation::{essence, is_json, matches};
use crate::problems::{MISSING, Problems, UNKNOWN, WHOLE};
use crate::request::Request;
use crate::{parts, texts};

/// All that is wrong with a request for the operation; `path` are the values in its path.
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
        if operation.needs(header) && request.get(header).is_none() {
            check.problems.add("headers", header, MISSING);
        }
    }
    check.query(operation, request);
    let cookies = cookies(request);
    for parameter in operation.arguments() {
        let name = &parameter.name;
        let (location, texts): (&str, Vec<&str>) = match parameter.place {
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

    /// Adds what is wrong with a value; whether it is right.
    fn value(&mut self, location: &str, field: &str, schema: &str, value: &Value) {
        let problems = &mut self.problems;
        let checked = self.contract.check(schema, value, |errors| {
            problems.add_errors(location, field, errors);
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
        let read = |separator| texts::read(document, &schemas, texts, separator);
        let (value, other) = match parameter.text {
            Some(Text::Json) => {
                let value = texts
                    .first()
                    .and_then(|text| serde_json::from_str(text).ok());
                (value.unwrap_or_else(|| json!(texts)), None)
            }
            Some(Text::Joined(mark)) => (read(Some(mark)), None),
            None if parameter.commas => (read(Some(',')), None),
            // The API's prose has lists with commas where the document has none.
            None => (read(None), Some(read(Some(',')))),
        };
        if other.is_some_and(|other| self.contract.fits(schema, &other)) {
            return;
        }
        self.value(location, name, schema, &value);
    }

    fn query(&mut self, operation: &Operation, request: &Request) {
        let query: Vec<&Parameter> = operation
            .arguments()
            .filter(|it| it.place == Place::Query)
            .collect();
        let mut given: Vec<Vec<(String, String)>> = vec![Vec::new(); query.len()];
        for (name, value) in request.pairs() {
            match self.owner(&query, &name) {
                Some(index) => given[index].push((name, value)),
                None => self.problems.add("query", &name, UNKNOWN),
            }
        }
        for (parameter, pairs) in query.iter().zip(given) {
            let plain = pairs.iter().all(|(name, _)| *name == parameter.name);
            let schemas = self.schemas(parameter.schema.as_deref());
            if plain && !parameter.bare || !texts::may_be_object(self.contract.value(), &schemas) {
                let texts: Vec<&str> = pairs.iter().map(|(_, value)| value.as_str()).collect();
                self.parameter("query", parameter, &texts);
                continue;
            }
            self.object(parameter, &pairs);
        }
    }

    /// An object in a query: one pair for each of its properties.
    fn object(&mut self, parameter: &Parameter, pairs: &[(String, String)]) {
        if pairs.is_empty() {
            if parameter.required && !parameter.bare {
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
        let (value, other) = (read(parameter.commas.then_some(',')), read(Some(',')));
        if let Some(schema) = &parameter.schema
            && !self.contract.fits(schema, &other)
        {
            self.value("query", &parameter.name, schema, &value);
        }
    }

    /// The parameter that a name in the query is of: its own, or a property of it.
    fn owner(&self, query: &[&Parameter], name: &str) -> Option<usize> {
        let document = self.contract.value();
        let own = query.iter().position(|it| it.name == name);
        own.or_else(|| {
            query.iter().position(|parameter| {
                let schemas = self.schemas(parameter.schema.as_deref());
                let rest = name.strip_prefix(&parameter.name);
                let nested = rest.is_some_and(|rest| rest.starts_with('['));
                let flat = Flat::of(document, &schemas);
                nested && texts::may_be_object(document, &schemas)
                    || parameter.bare && flat.properties.contains_key(name)
            })
        })
    }

    fn body(&mut self, operation: &Operation, request: &Request) {
        let Some(body) = &operation.body else {
            return;
        };
        if request.body.is_empty() {
            if body.required {
                self.problems.add("json", WHOLE, MISSING);
            }
            return;
        }
        let kind = request.get("content-type").unwrap_or_default();
        let Some(media) = body.media.iter().find(|it| matches(&it.name, kind)) else {
            let names: Vec<&str> = body.media.iter().map(|it| it.name.as_str()).collect();
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
                    // A file is any text to its schema.
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
            // Bytes and texts have no structure.
            _ => {}
        }
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
