//! Published documents.

use serde_json::Value;
use trackstar_openapi::Merged;
use trackstar_openapi::media_type::{is_any, is_json};
use trackstar_openapi::model::{Media, Response};

use crate::Error;
use crate::translate::translate;

pub use crate::credentials::{ACCESS_TOKEN, API_KEY, arguments, needs};

/// An OpenAPI document whose schemas have been converted to JSON Schema 2020-12.
#[derive(Debug)]
pub struct Document {
    /// The document as JSON.
    pub value: Value,
}

impl Document {
    /// Parses a published OpenAPI 3 document.
    ///
    /// ```
    /// use trackstar_mock::document::Document;
    ///
    /// let document = Document::new(serde_json::json!({
    ///     "openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {"204": {}}}}},
    /// }))?;
    /// assert_eq!(document.value["openapi"], "3.1.0");
    /// # Ok::<(), trackstar_mock::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// This returns an error if `openapi` is missing or isn't a 3.x version.
    pub fn new(mut value: Value) -> Result<Self, Error> {
        // Without quotation marks, YAML parses this as a number.
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

    /// Returns the content to send for a response. If there is a choice, this is JSON.
    #[must_use]
    pub fn content<'o>(&self, response: &'o Response) -> Option<&'o Media> {
        let mut media = response.media.iter();
        let json = media.find(|it| is_json(self.media_type(it)));
        json.or(response.media.first())
    }

    /// Returns the name of a media type. For a range with a structured schema, we use JSON.
    pub(crate) fn media_type<'o>(&self, media: &'o Media) -> &'o str {
        let structured = || {
            media
                .schema
                .as_deref()
                .is_some_and(|it| self.is_structured(it))
        };
        if is_any(&media.name) && structured() {
            "application/json"
        } else {
            &media.name
        }
    }

    fn is_structured(&self, schema: &str) -> bool {
        let schema = self.value.pointer(schema);
        let merged = Merged::of(&self.value, schema);
        schema.is_some_and(|schema| schema != &Value::Bool(true))
            && (!merged.alternatives.is_empty()
                || merged.kind().is_some_and(|kind| kind != "string"))
    }

    /// Returns the examples of a media type, but not those inside of its schema.
    pub(crate) fn examples(&self, media: &Media) -> impl Iterator<Item = &Value> {
        let media = self.value.pointer(&media.pointer);
        let named = media.and_then(|it| it.get("examples")?.as_object());
        let named = named.into_iter().flatten();
        let one = media.and_then(|it| it.get("example")).into_iter();
        one.chain(named.filter_map(|(_, example)| example.get("value")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trackstar_openapi::model::{self, Status};

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
        let operations = model::read(&document.value);
        let [operation] = operations.as_slice() else {
            panic!("one operation, not {operations:?}");
        };
        assert_eq!(operation.name(), "GET /a/{id}");
        assert!(needs(operation, ACCESS_TOKEN) && needs(operation, API_KEY));
        assert_eq!(operation.id, "get_a");
        // Only one of the alternatives needs `x-other`.
        assert!(!needs(operation, "x-other"));
        let failure = |status| operation.failure(status).map(|it| it.status);
        let expected = (Some(Status::Code(404)), Some(Status::Default));
        assert_eq!((failure(404), failure(500)), expected);
        let names: Vec<_> = arguments(operation)
            .map(|it| (it.name.as_str(), it.required))
            .collect();
        assert_eq!(names, [("q", false), ("id", true)]);
        let successes: Vec<_> = operation.successes().collect();
        let [first, second] = successes.as_slice() else {
            panic!("two successes, not {successes:?}");
        };
        assert_eq!(
            (first.status, second.status),
            (Status::Code(200), Status::Class(2))
        );
        let media = document.content(first).expect("content");
        assert_eq!(
            (media.name.as_str(), document.examples(media).count()),
            ("application/json", 1)
        );
    }

    #[test]
    fn rejects_documents_of_other_versions() {
        let error = Document::new(json!({"swagger": "2.0"})).expect_err("refused");
        assert!(error.to_string().contains("openapi"), "{error}");
    }
}
