//! The document as it was published: its operations, and what they say of requests and answers.

use anyhow::Context;
use serde_json::Value;
use trackstar_openapi::Source;

use crate::flat::Flat;
use crate::pointer::{below, resolve};
use crate::translate::{METHODS, translate};

/// A document whose schemas are JSON Schema 2020-12.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) value: Value,
}

/// An operation, with all references followed.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// In capitals.
    pub(crate) method: String,
    /// The template.
    pub(crate) path: String,
    pub(crate) pointer: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The successes.
    pub(crate) answers: Vec<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) pointer: String,
    /// Where its schema stands; `None` where it has none.
    pub(crate) schema: Option<String>,
    /// Whether the properties of an object stand in the query under their own names.
    pub(crate) bare: bool,
    /// Its own examples, apart from those of its schema.
    pub(crate) examples: Vec<Value>,
    /// The one text that it is given as, where a list or an object stands there as a text.
    pub(crate) text: Option<Text>,
}

/// How a value that is no text is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    Joined(char),
    Json,
}

#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) media: Vec<Media>,
}

#[derive(Clone, Debug)]
pub(crate) struct Media {
    pub(crate) name: String,
    pub(crate) schema: Option<String>,
    pub(crate) examples: Vec<Value>,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media: Option<Media>,
}

/// The headers that carry the credentials; arguments of no operation.
pub(crate) const API_KEY: &str = "x-trackstar-api-key";
pub(crate) const ACCESS_TOKEN: &str = "x-trackstar-access-token";

/// Headers that OpenAPI takes from elsewhere in the document, whatever a parameter says.
const RESERVED: [&str; 3] = ["accept", "content-type", "authorization"];

impl Document {
    /// Reads a document of OpenAPI.
    pub(crate) fn read(name: &str, text: &str) -> anyhow::Result<Self> {
        let mut value = trackstar_openapi::parse(Source { name, text })?;
        // Without quotes it is a number.
        if let Some(version) = value.get_mut("openapi").filter(|it| it.is_number()) {
            *version = version.to_string().into();
        }
        let version = value.get("openapi").and_then(Value::as_str);
        version
            .filter(|version| version.starts_with("3."))
            .with_context(|| {
                format!("{name} is no document of OpenAPI 3: `openapi: 3.…` is missing at its top")
            })?;
        translate(&mut value);
        Ok(Self { value })
    }

    /// All operations below `paths`, in the order of path and method.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for path in keys(self.value.get("paths")) {
            let Some(item) = resolve(&self.value, &below("/paths", path)) else {
                continue;
            };
            for method in METHODS {
                let pointer = below(&item, method);
                if self.at(&pointer).is_some() {
                    operations.push(self.operation(method, path, &item, pointer));
                }
            }
        }
        operations
    }

    fn at(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    fn operation(&self, method: &str, path: &str, item: &str, pointer: String) -> Operation {
        let mut parameters: Vec<Parameter> = self.parameters(&below(&pointer, "parameters"));
        for shared in self.parameters(&below(item, "parameters")) {
            let same = |own: &Parameter| own.name == shared.name && own.place == shared.place;
            if !parameters.iter().any(same) {
                parameters.push(shared);
            }
        }
        let body = resolve(&self.value, &below(&pointer, "requestBody")).map(|at| Body {
            required: self.at(&below(&at, "required")) == Some(&Value::Bool(true)),
            media: self.media(&at),
        });
        Operation {
            method: method.to_uppercase(),
            path: path.to_owned(),
            parameters,
            body: body.filter(|body| !body.media.is_empty()),
            answers: self.answers(&below(&pointer, "responses")),
            pointer,
        }
    }

    fn parameters(&self, list: &str) -> Vec<Parameter> {
        let count = self.at(list).and_then(Value::as_array).map_or(0, Vec::len);
        let pointers = (0..count).map(|index| below(list, &index.to_string()));
        pointers.filter_map(|at| self.parameter(&at)).collect()
    }

    fn parameter(&self, at: &str) -> Option<Parameter> {
        let pointer = resolve(&self.value, at)?;
        let value = self.at(&pointer)?;
        let place = match value.get("in")?.as_str()? {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            "cookie" => Place::Cookie,
            _ => return None,
        };
        let name = value.get("name")?.as_str()?.to_owned();
        if place == Place::Header && RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
            return None;
        }
        let schema = match value.get("schema") {
            Some(_) => Some(below(&pointer, "schema")),
            None => self
                .media(&pointer)
                .into_iter()
                .find_map(|media| media.schema),
        };
        let style = value.get("style").and_then(Value::as_str);
        let exploded = value.get("explode") == Some(&Value::Bool(true));
        let text = match (place, style) {
            _ if value.get("schema").is_none() && value.get("content").is_some() => {
                Some(Text::Json)
            }
            (Place::Path | Place::Header, None | Some("simple")) => Some(Text::Joined(',')),
            (Place::Query, Some("spaceDelimited")) if !exploded => Some(Text::Joined(' ')),
            (Place::Query, Some("pipeDelimited")) if !exploded => Some(Text::Joined('|')),
            _ => None,
        };
        let form = style == Some("form");
        let explode = value.get("explode") != Some(&Value::Bool(false));
        Some(Parameter {
            name,
            place,
            required: place == Place::Path || value.get("required") == Some(&Value::Bool(true)),
            schema,
            bare: form && explode,
            examples: examples(value),
            pointer,
            text,
        })
    }

    fn answers(&self, responses: &str) -> Vec<Answer> {
        let status = |code: &str| -> Option<u16> {
            let code = code.to_ascii_uppercase().replace("XX", "00");
            code.parse().ok().filter(|code| (200..300).contains(code))
        };
        let codes = keys(self.at(responses));
        let successes = codes.clone().filter(|code| status(code).is_some());
        // `default` is about errors, unless it is all there is.
        let chosen: Vec<&String> = match successes.clone().next() {
            Some(_) => successes.collect(),
            None => codes.filter(|code| *code == "default").collect(),
        };
        if chosen.is_empty() {
            // Nothing is promised of a success, which may come all the same.
            let nothing = Answer {
                status: 200,
                media: None,
            };
            return vec![nothing];
        }
        let answer = |code: &String| {
            let pointer = resolve(&self.value, &below(responses, code))?;
            let mut media = self.media(&pointer);
            let json = media.iter().position(|it| is_json(&it.name));
            Some(Answer {
                status: status(code).unwrap_or(200),
                media: match json {
                    Some(index) => Some(media.swap_remove(index)),
                    None => media.into_iter().next(),
                },
            })
        };
        chosen.into_iter().filter_map(answer).collect()
    }

    fn is_structured(&self, schema: &str) -> bool {
        let schema = self.at(schema);
        let schemas: Vec<&Value> = schema.into_iter().collect();
        let flat = Flat::of(&self.value, &schemas);
        schema.is_some_and(|schema| schema != &Value::Bool(true))
            && (!flat.alternatives.is_empty() || flat.kind().is_some_and(|kind| kind != "string"))
    }

    fn media(&self, holder: &str) -> Vec<Media> {
        let content = below(holder, "content");
        let media = |name: &String| {
            let pointer = below(&content, name);
            let schema = below(&pointer, "schema");
            // What has a structure is JSON, where the document has any name for it.
            let any = ["*/*", "application/*"].contains(&essence(name).as_str());
            let json = any && self.is_structured(&schema);
            Media {
                name: if json { "application/json" } else { name }.to_owned(),
                schema: self.at(&schema).is_some().then_some(schema),
                examples: self.at(&pointer).map(examples).unwrap_or_default(),
            }
        };
        keys(self.at(&content)).map(media).collect()
    }
}

impl Operation {
    /// As it is named in reports.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether the document lists the header of the access token.
    pub(crate) fn lists_token(&self) -> bool {
        self.parameters
            .iter()
            .any(|it| it.place == Place::Header && it.name.eq_ignore_ascii_case(ACCESS_TOKEN))
    }

    /// The parameters that are arguments of a call: all but the credentials.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|it| {
            it.place != Place::Header
                || ![API_KEY, ACCESS_TOKEN].contains(&it.name.to_ascii_lowercase().as_str())
        })
    }
}

/// Whether a media type is JSON.
pub(crate) fn is_json(media: &str) -> bool {
    let name = essence(media);
    name == "application/json" || name.ends_with("+json")
}

/// A media type without its parameters, in lower case.
pub(crate) fn essence(media: &str) -> String {
    let name = media.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

/// Whether a media type is one that the document has, which may be a pattern of them.
pub(crate) fn matches(pattern: &str, media: &str) -> bool {
    essence(pattern) == essence(media) || essence(pattern).ends_with("/*")
}

/// The examples of a parameter or of a media type.
fn examples(value: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = value.get("example").cloned().into_iter().collect();
    if let Some(Value::Object(named)) = value.get("examples") {
        all.extend(named.values().filter_map(|it| it.get("value").cloned()));
    }
    all
}

fn keys(value: Option<&Value>) -> impl Iterator<Item = &String> + Clone {
    let object = value.and_then(Value::as_object);
    object.into_iter().flat_map(serde_json::Map::keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
openapi: 3.1.0
paths:
  /a/{id}: {$ref: '#/components/pathItems/A'}
components:
  pathItems:
    A:
      parameters:
        - {in: path, name: id, required: true, schema: {type: string}}
        - {in: query, name: q, required: true, schema: {type: string}}
      get:
        parameters:
          - {in: query, name: q, schema: {type: integer}}
          - {in: header, name: X-Trackstar-Access-Token, schema: {type: string}}
          - {in: header, name: Accept, schema: {type: string}}
        responses:
          '200': {$ref: '#/components/responses/R'}
          2XX: {description: d}
          default: {description: d}
  responses:
    R:
      description: d
      content: {text/plain: {}, application/json: {schema: true, example: {a: 1}}}
";

    #[test]
    fn an_operation_has_what_its_path_and_its_references_say() {
        let document = Document::read("a.yaml", TEXT).expect("a document");
        let operations = document.operations();
        let [operation] = operations.as_slice() else {
            panic!("one operation, not {operations:?}");
        };
        assert_eq!(operation.title(), "GET /a/{id}");
        assert!(operation.lists_token());
        let names: Vec<_> = operation
            .arguments()
            .map(|it| (it.name.as_str(), it.required))
            .collect();
        assert_eq!(names, [("q", false), ("id", true)]);
        let [first, second] = operation.answers.as_slice() else {
            panic!("two successes, not {:?}", operation.answers);
        };
        assert_eq!((first.status, second.status), (200, 200));
        let media = first.media.as_ref().expect("content");
        assert_eq!(
            (media.name.as_str(), media.examples.len()),
            ("application/json", 1)
        );
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let error = Document::read("a.yaml", "swagger: '2.0'").expect_err("refused");
        assert!(error.to_string().contains("openapi"), "{error}");
    }
}
