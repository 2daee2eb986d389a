//! Documents that have been prepared for generating responses.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::ValidationError;
use serde_json::Value;
use trackstar_openapi::model::{self, Operation, Parameter};
use trackstar_openapi::pointer::escape;

use crate::Error;
use crate::document::Document;
use crate::instance::{Mode, instance};
use crate::request::Request;
use crate::success::Success;
use crate::validate::Schemas;
use crate::{check, route, secrets, template};

/// The property of a webhook's payload that has the name of the event.
const EVENT_TYPE: &str = "event_type";

/// A document that has been prepared for generating responses. It is shared by all servers that use
/// it.
///
/// ```
/// use trackstar_mock::Contract;
///
/// let contract = Contract::new(serde_json::json!({
///     "openapi": "3.1.0",
///     "paths": {"/a": {"get": {"operationId": "get_a", "responses": {"204": {}}}}},
/// }))?;
/// assert_eq!(contract.operation("get_a")?.name(), "GET /a");
/// let error = contract.operation("get_b").unwrap_err();
/// assert!(error.to_string().contains("get_a"), "{error}");
/// # Ok::<(), trackstar_mock::Error>(())
/// ```
#[derive(Debug)]
pub struct Contract {
    document: Document,
    schemas: Schemas,
    operations: Vec<Operation>,
    /// The successful responses by operation and status code. They are generated when first needed.
    successes: Mutex<BTreeMap<(String, u16), Arc<Success>>>,
}

impl Contract {
    /// Prepares an OpenAPI 3 document.
    ///
    /// It has to describe the API as it really is, including error responses and the headers for
    /// credentials.
    ///
    /// # Errors
    ///
    /// This returns an error if it isn't an OpenAPI 3 document or if a reference can't be resolved.
    pub fn new(document: Value) -> Result<Self, Error> {
        let document = Document::new(document)?;
        let schemas = Schemas::new(&document.value)?;
        let operations = model::read(&document.value);
        Ok(Self {
            document,
            schemas,
            operations,
            successes: Mutex::default(),
        })
    }

    /// Returns all operations, in the order in which they occur in the document.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Returns the operation with the given `operationId`.
    ///
    /// # Errors
    ///
    /// If the operation doesn't exist, this returns an error that suggests similar names.
    pub fn operation(&self, id: &str) -> Result<&Operation, Error> {
        let mut all = self.operations.iter();
        all.find(|one| one.id == id && !id.is_empty())
            .ok_or_else(|| {
                Error::new(format!(
                    "the document has no operation {id:?}; use the name of a client method, \
                     such as {}",
                    self.names(id)
                ))
            })
    }

    /// Returns up to five operation names, starting with those that have words in common with `id`.
    fn names(&self, id: &str) -> String {
        let names = self.operations.iter().map(|it| it.id.as_str());
        let mut names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        let words: Vec<&str> = id.split('_').collect();
        names.sort_by_key(|name| {
            let shared = name.split('_').filter(|word| words.contains(word)).count();
            std::cmp::Reverse(shared)
        });
        names.truncate(5);
        names.join(", ")
    }

    /// Redacts secrets (`format: password`) in a request body, and returns them. If the document
    /// doesn't describe the body, all of it is redacted.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_mock::Contract;
    ///
    /// let contract = Contract::new(json!({
    ///     "openapi": "3.1.0",
    ///     "paths": {"/a": {"put": {"operationId": "put_a", "responses": {}, "requestBody": {"content": {
    ///         "application/json": {"schema": {"additionalProperties": {"format": "password"}}},
    ///     }}}}},
    /// }))?;
    /// let mut body = json!({"pin": 4711});
    /// let found = contract.hide(contract.operation("put_a")?, "application/json", &mut body);
    /// assert_eq!(body, json!({"pin": "<redacted>"}));
    /// assert_eq!(found, ["4711"]);
    /// # Ok::<(), trackstar_mock::Error>(())
    /// ```
    pub fn hide(&self, operation: &Operation, media_type: &str, body: &mut Value) -> Vec<String> {
        secrets::hide_body(self, Some(operation), media_type, body)
    }

    /// Returns true if this form field or multipart part may contain a secret.
    #[must_use]
    pub fn is_secret_field(&self, operation: &Operation, media_type: &str, name: &str) -> bool {
        secrets::is_secret_field(self, operation, media_type, name)
    }

    /// Returns true if this parameter may contain a secret.
    #[must_use]
    pub fn is_secret_parameter(&self, parameter: &Parameter) -> bool {
        secrets::is_secret_parameter(self, parameter)
    }

    /// Validates a request. The result has the same format as the `detail` of the API's errors,
    /// which contains messages by location and field. They don't quote any values from the request.
    ///
    /// ```
    /// use serde_json::json;
    /// use trackstar_mock::{Contract, Request};
    ///
    /// let contract = Contract::new(json!({
    ///     "openapi": "3.1.0",
    ///     "paths": {"/a": {"get": {"operationId": "get_a", "responses": {}, "parameters": [
    ///         {"in": "query", "name": "limit", "schema": {"type": "integer"}},
    ///     ]}}},
    /// }))?;
    /// let detail = contract.detail(contract.operation("get_a")?, &Request::new("GET", "/a?limit=all"));
    /// assert_eq!(detail, json!({"query": {"limit": ["Not a valid integer."]}}));
    /// # Ok::<(), trackstar_mock::Error>(())
    /// ```
    #[must_use]
    pub fn detail(&self, operation: &Operation, request: &Request) -> Value {
        let path = route::fill(&operation.path, &request.path).unwrap_or_default();
        check::check(self, operation, request, &path).detail()
    }

    /// Returns the path and query of a request, with values that may be secret redacted.
    #[must_use]
    pub fn shown(&self, operation: &Operation, request: &Request) -> (String, String) {
        let head = secrets::head(self, Some(operation), request);
        (head.path, head.query)
    }

    /// Returns a request body to start from. This is either an example that matches the schema or a
    /// value that has every possible property.
    ///
    /// # Errors
    ///
    /// This returns an error if the operation doesn't have such a body, or if we didn't find a
    /// value that matches the schema.
    pub fn template(&self, operation: &Operation, media_type: &str) -> Result<Value, Error> {
        template::of(self, operation, media_type)
    }

    /// Returns a payload for the webhook with this event.
    ///
    /// # Errors
    ///
    /// This returns an error if the document doesn't have such an event, or if no payload could be
    /// generated.
    pub fn webhook(&self, event: &str) -> Result<Value, Error> {
        let steps = |field: &str| format!("/{field}/{}", escape(event));
        let pointers = ["webhooks", "x-webhooks"].map(steps);
        let content = "/post/requestBody/content/application~1json";
        let pointer = pointers
            .into_iter()
            .map(|webhook| format!("{webhook}{content}"))
            .find(|pointer| self.value().pointer(pointer).is_some());
        let pointer = pointer.ok_or_else(|| {
            Error::new(format!(
                "the document has no webhook for the event {event:?}"
            ))
        })?;
        let schema = format!("{pointer}/schema");
        let example = self.value().pointer(&format!("{pointer}/example")).cloned();
        let made = [Mode::Full, Mode::Minimal].map(|mode| instance(self.value(), &schema, mode, 0));
        let made = made.into_iter().flatten().map(|made| made.value);
        let named = example.into_iter().chain(made).map(|mut payload| {
            if let Some(name) = payload.get_mut(EVENT_TYPE).filter(|it| it.is_string()) {
                *name = event.into();
            }
            payload
        });
        named
            .into_iter()
            .find(|payload| self.fits(&schema, payload))
            .ok_or_else(|| {
                Error::new(format!(
                    "failed to generate a payload for the event {event:?}"
                ))
            })
    }

    /// Returns the document. Its schemas have been converted to JSON Schema 2020-12.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    pub(crate) fn value(&self) -> &Value {
        &self.document.value
    }

    /// Validates a value against the schema at the pointer, and passes any errors to `found`.
    ///
    /// # Errors
    ///
    /// This returns an error if the schema is invalid.
    pub(crate) fn check<T>(
        &self,
        schema: &str,
        value: &Value,
        found: impl FnOnce(&[ValidationError<'_>]) -> T,
    ) -> Result<T, String> {
        let validator = self.schemas.validator(schema)?;
        let errors: Vec<ValidationError<'_>> = validator.iter_errors(value).collect();
        Ok(found(&errors))
    }

    /// Returns true if the value matches the schema at the pointer.
    pub(crate) fn fits(&self, schema: &str, value: &Value) -> bool {
        self.check(schema, value, |errors| errors.is_empty())
            .unwrap_or(false)
    }

    /// Returns the successful response of an operation with the given status code. If it's `None`,
    /// this returns the first one.
    pub(crate) fn success(
        &self,
        operation: &Operation,
        status: Option<u16>,
    ) -> Result<Arc<Success>, Error> {
        let key = (operation.pointer.clone(), status.unwrap_or_default());
        let lock = || {
            self.successes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(made) = lock().get(&key) {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new(Success::of(self, operation, status)?);
        lock().insert(key, Arc::clone(&made));
        Ok(made)
    }
}
