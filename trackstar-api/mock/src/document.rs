//! The published document: its operations and their requests and responses.

use serde_json::Value;
use trackstar_openapi::media_type::{is_any, is_json};
use trackstar_openapi::model::listed;
use trackstar_openapi::pointer::below;
use trackstar_openapi::reference::resolve;
use trackstar_openapi::{Listed, Merged, Serialization};

use crate::Error;
use crate::translate::translate;

pub use crate::operation::{
    ACCESS_TOKEN, API_KEY, Answer, Body, Media, Operation, Parameter, Place,
};

/// An OpenAPI document whose schemas are JSON Schema 2020-12.
#[derive(Debug)]
pub struct Document {
    /// The whole document as JSON.
    pub value: Value,
}

/// Header parameters that OpenAPI ignores, because other parts of the document define these
/// headers.
const RESERVED: [&str; 3] = ["accept", "content-type", "authorization"];

impl Document {
    /// Reads a published OpenAPI 3 document.
    ///
    /// ```
    /// use trackstar_mock::document::Document;
    ///
    /// let document = Document::new(serde_json::json!({
    ///     "openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {"204": {}}}}},
    /// }))?;
    /// assert_eq!(document.operations()[0].title(), "GET /a");
    /// # Ok::<(), trackstar_mock::Error>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error if `openapi` is missing or is not a 3.x version.
    pub fn new(mut value: Value) -> Result<Self, Error> {
        // Without quotes, YAML parses the version as a number.
        if let Some(version) = value.get_mut("openapi").filter(|it| it.is_number()) {
            *version = version.to_string().into();
        }
        let version = value.get("openapi").and_then(Value::as_str);
        if version.is_none_or(|version| !version.starts_with("3.")) {
            return Err(Error::new(
                "not an OpenAPI 3 document: the top-level field `openapi: 3.…` is missing",
            ));
        }
        translate(&mut value);
        Ok(Self { value })
    }

    /// Returns all operations below `paths`, ordered by path and method.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let listed = listed(&self.value).into_iter();
        let listed = listed.filter(|it| self.at(&it.pointer).is_some());
        listed.map(|listed| self.operation(listed)).collect()
    }

    fn at(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    fn operation(&self, listed: Listed) -> Operation {
        let parameters = listed.parameters(&self.value).into_iter();
        let pointer = listed.pointer.clone();
        let body = resolve(&self.value, &below(&pointer, &["requestBody"]));
        let body = body.map(|(at, body)| Body {
            required: body.get("required") == Some(&Value::Bool(true)),
            media: self.media(&at),
        });
        let responses = below(&pointer, &["responses"]);
        Operation {
            id: listed.id,
            method: listed.method.to_uppercase(),
            path: listed.path,
            parameters: parameters
                .filter_map(|(at, it)| self.parameter(at, it))
                .collect(),
            body: body.filter(|body| !body.media.is_empty()),
            answers: self.answers(&responses),
            failures: self.failures(&responses),
            secured: self.secured(&pointer),
            pointer,
        }
    }

    fn parameter(&self, pointer: String, value: &Value) -> Option<Parameter> {
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
            Some(_) => Some(below(&pointer, &["schema"])),
            None => self
                .media(&pointer)
                .into_iter()
                .find_map(|media| media.schema),
        };
        let Serialization { style, explode } = Serialization::of(value);
        Some(Parameter {
            name,
            place,
            required: place == Place::Path || value.get("required") == Some(&Value::Bool(true)),
            schema,
            style: style.to_owned(),
            explode,
            examples: examples(value),
            content: value.get("schema").is_none() && value.get("content").is_some(),
            pointer,
        })
    }

    fn answers(&self, responses: &str) -> Vec<Answer> {
        let status = |code: &str| -> Option<u16> {
            let code = code.to_ascii_uppercase().replace("XX", "00");
            code.parse().ok().filter(|code| (200..300).contains(code))
        };
        let codes = keys(self.at(responses));
        let successes = codes.clone().filter(|code| status(code).is_some());
        // `default` describes errors unless it is the only response.
        let chosen: Vec<&String> = match successes.clone().next() {
            Some(_) => successes.collect(),
            None => codes.filter(|code| *code == "default").collect(),
        };
        if chosen.is_empty() {
            // A success without a documented response is still possible.
            let nothing = Answer {
                status: 200,
                media: None,
            };
            return vec![nothing];
        }
        let answer = |code: &String| {
            let (pointer, _) = resolve(&self.value, &below(responses, &[code]))?;
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

    /// Returns the responses that are not successes.
    fn failures(&self, responses: &str) -> Vec<(String, Option<Media>)> {
        let codes = keys(self.at(responses)).filter(|code| !code.starts_with('2'));
        let failure = |code: &String| {
            let (pointer, _) = resolve(&self.value, &below(responses, &[code]))?;
            let mut media = self.media(&pointer);
            let json = media.iter().position(|it| is_json(&it.name));
            Some((code.clone(), json.map(|index| media.swap_remove(index))))
        };
        codes.filter_map(failure).collect()
    }

    /// Returns the headers that every alternative of the security requirement needs.
    fn secured(&self, operation: &str) -> Vec<String> {
        let own = self.at(&below(operation, &["security"]));
        let requirement = own.or_else(|| self.at("/security"));
        let alternatives = requirement.and_then(Value::as_array);
        let mut alternatives = alternatives.into_iter().flatten().map(|one| {
            let schemes = keys(Some(one)).filter_map(|scheme| {
                let at = below("/components/securitySchemes", &[scheme]);
                let (_, scheme) = resolve(&self.value, &at)?;
                let header = scheme.get("in")? == "header";
                let name = scheme.get("name")?.as_str()?;
                header.then(|| name.to_ascii_lowercase())
            });
            schemes.collect::<Vec<String>>()
        });
        let Some(mut all) = alternatives.next() else {
            return Vec::new();
        };
        for other in alternatives {
            all.retain(|header| other.contains(header));
        }
        all
    }

    fn is_structured(&self, schema: &str) -> bool {
        let schema = self.at(schema);
        let merged = Merged::of(&self.value, schema);
        schema.is_some_and(|schema| schema != &Value::Bool(true))
            && (!merged.alternatives.is_empty()
                || merged.kind().is_some_and(|kind| kind != "string"))
    }

    fn media(&self, holder: &str) -> Vec<Media> {
        let content = below(holder, &["content"]);
        let media = |name: &String| {
            let pointer = below(&content, &[name]);
            let schema = below(&pointer, &["schema"]);
            // A wildcard media type with a structured schema is served as JSON.
            let json = is_any(name) && self.is_structured(&schema);
            Media {
                name: if json { "application/json" } else { name }.to_owned(),
                schema: self.at(&schema).is_some().then_some(schema),
                examples: self.at(&pointer).map(examples).unwrap_or_default(),
            }
        };
        keys(self.at(&content)).map(media).collect()
    }
}

/// Returns the examples of a parameter or media type.
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
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        Document::new(json!({
            "openapi": "3.1.0",
            "security": [{"Key": [], "Other": []}, {"Key": []}],
            "paths": {"/a/{id}": {"$ref": "#/components/pathItems/A"}},
            "components": {
                "securitySchemes": {
                    "Key": {"type": "apiKey", "in": "header", "name": "X-Trackstar-Api-Key"},
                    "Other": {"type": "apiKey", "in": "header", "name": "x-other"},
                },
                "pathItems": {"A": {
                    "parameters": [
                        {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                        {"in": "query", "name": "q", "required": true, "schema": {"type": "string"}},
                    ],
                    "get": {
                        "operationId": "get_a",
                        "parameters": [
                            {"in": "query", "name": "q", "schema": {"type": "integer"}},
                            {"in": "header", "name": "X-Trackstar-Access-Token", "schema": {}},
                            {"in": "header", "name": "Accept", "schema": {"type": "string"}},
                        ],
                        "responses": {
                            "200": {"$ref": "#/components/responses/R"},
                            "2XX": {"description": "d"}, "404": {"description": "d"},
                            "default": {"description": "d"},
                        },
                    },
                }},
                "responses": {"R": {"description": "d", "content": {
                    "text/plain": {}, "application/json": {"schema": true, "example": {"a": 1}},
                }}},
            },
        }))
        .expect("a document")
    }

    #[test]
    fn operation_includes_path_items_and_references() {
        let document = document();
        let operations = document.operations();
        let [operation] = operations.as_slice() else {
            panic!("one operation, not {operations:?}");
        };
        assert_eq!(operation.title(), "GET /a/{id}");
        assert!(operation.lists_token());
        assert_eq!(operation.id.as_deref(), Some("get_a"));
        // `x-other` is required by only one of two alternatives.
        assert_eq!(operation.secured, [API_KEY]);
        let failure = |status| operation.failure(status).map(|(code, _)| code.as_str());
        assert_eq!((failure(404), failure(500)), (Some("404"), Some("default")));
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
    fn rejects_documents_of_other_versions() {
        let error = Document::new(json!({"swagger": "2.0"})).expect_err("refused");
        assert!(error.to_string().contains("openapi"), "{error}");
    }
}
