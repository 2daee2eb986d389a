//! Sends valid and invalid requests to every operation of several documents.
//!
//! Requests are generated, and responses are checked with a separate validator.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use jsonschema::{Registry, Validator};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use trackstar_mock::document::{ACCESS_TOKEN, API_KEY, arguments, needs};
use trackstar_mock::instance::{Mode, instance};
use trackstar_mock::{Reply, Request, Service};
use trackstar_openapi::media_type::is_json;
use trackstar_openapi::model::{Media, Operation, Parameter, ParameterLocation, Response};
use trackstar_openapi::vendored;

use crate::drafts::{Draft, texts};
use crate::support::{KEY, TOKEN, ask, document, service};

/// The URI of the document, as far as the validator is concerned.
const BASE: &str = "json-schema:///checked";

/// The document to test, and the number of requests that were sent.
struct Checked {
    service: Service,
    value: Value,
    registry: Registry<'static>,
    validators: RefCell<BTreeMap<String, Rc<Validator>>>,
    valid: usize,
    invalid: usize,
}

/// Returns true if the parameter is a map whose keys are separate query parameters.
fn is_bare_map(document: &Value, parameter: &Parameter) -> bool {
    let schema = parameter.schema.as_deref();
    let schema = schema.and_then(|at| document.pointer(at));
    parameter.location == ParameterLocation::Query
        && parameter.explode
        && schema.is_some_and(|it| it["type"] == "object" && it.get("properties").is_none())
}

impl Checked {
    /// Returns a validator for the schema at a pointer. It doesn't share any code with the engine.
    fn validator(&self, schema: &str) -> Rc<Validator> {
        let mut validators = self.validators.borrow_mut();
        let made = validators.entry(schema.to_owned()).or_insert_with(|| {
            let steps = schema.split('/');
            let steps = steps.map(|step| utf8_percent_encode(step, NON_ALPHANUMERIC).to_string());
            let reference = format!("{BASE}#{}", steps.collect::<Vec<_>>().join("/"));
            let made = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .with_registry(&self.registry)
                .should_validate_formats(true)
                .build(&json!({"$ref": reference}));
            Rc::new(made.unwrap())
        });
        Rc::clone(made)
    }

    fn fits(&self, schema: &str, value: &Value) -> bool {
        self.validator(schema).is_valid(value)
    }

    fn content<'o>(&self, response: &'o Response) -> Option<&'o Media> {
        self.service.contract().document().content(response)
    }

    fn assert_matches(&self, media: Option<&Media>, reply: &Reply, what: &str) {
        assert!(reply.get("x-request-id").is_some(), "{what}");
        let Some(media) = media else {
            return;
        };
        if let Some(schema) = media.schema.as_deref().filter(|_| is_json(&media.name)) {
            let body = reply.json().unwrap_or_default();
            let errors: Vec<String> = self
                .validator(schema)
                .iter_errors(&body)
                .map(|error| error.to_string())
                .collect();
            assert_eq!(errors, [""; 0], "{what}: {body}");
        }
    }

    fn succeeds(&mut self, draft: &Draft<'_>, what: &str) {
        self.valid += 1;
        self.service.admit_token(TOKEN);
        let operation = draft.operation;
        let what = format!("{} {what}", operation.name());
        let reply = ask(&self.service, draft.request());
        let body = String::from_utf8_lossy(&reply.body);
        let mut successes = operation.successes();
        let response = successes.find(|it| it.status.range().0 == reply.status);
        let response = response.unwrap_or_else(|| panic!("{what}: {} {body}", reply.status));
        self.assert_matches(self.content(response), &reply, &what);
    }

    fn refused(
        &mut self,
        operation: &Operation,
        request: Request,
        status: u16,
        what: &str,
    ) -> Value {
        self.invalid += 1;
        self.service.admit_token(TOKEN);
        let what = format!("{} {what}", operation.name());
        let reply = ask(&self.service, request);
        let body = reply.json().unwrap_or_default();
        assert_eq!(reply.status, status, "{what}: {body}");
        let response = operation.failure(status);
        let media = response.and_then(|it| self.content(it));
        self.assert_matches(media, &reply, &what);
        if media.is_none() {
            assert!(
                body["error"].is_string() && body["origin"] == "trackstar",
                "{what}: {body}"
            );
        }
        let text = body.to_string();
        assert!(
            !text.contains(KEY) && !text.contains(TOKEN),
            "{what}: {text}"
        );
        body
    }

    fn operation(&mut self, operation: &Operation) {
        let text = |parameter: &Parameter| texts(&self.value, parameter);
        let arguments: Vec<&Parameter> = arguments(operation).collect();
        let body = operation.body.as_ref().and_then(|body| {
            let media = body.media.iter().find(|it| is_json(&it.name))?;
            let schema = media.schema.as_deref()?;
            let made = instance(&self.value, schema, Mode::Full, 0).ok()?.value;
            Some((schema.to_owned(), made))
        });
        let required = arguments.iter().filter(|it| it.required);
        let mut draft = Draft {
            operation,
            values: required
                .flat_map(|it| text(it).into_iter().map(|text| (*it, text)))
                .collect(),
            body: None,
        };
        if let Some((_, value)) = &body {
            draft = draft.with_body(value);
        } else if operation.body.as_ref().is_some_and(|it| it.required) {
            // Forms and files are covered by other tests.
            return;
        }
        self.succeeds(&draft, "with required arguments");
        for parameter in arguments.iter().filter(|it| !it.required) {
            let mut more = draft.clone();
            more.values.extend(
                texts(&self.value, parameter)
                    .into_iter()
                    .map(|text| (*parameter, text)),
            );
            if more.values.len() > draft.values.len() && parameter.name != "page_token" {
                self.succeeds(&more, &format!("with {}", parameter.name));
            }
        }
        self.credentials(&draft);
        self.parameters(&draft, &arguments);
        if let Some((schema, value)) = body {
            self.bodies(&draft, &schema, &value);
        }
        let mut request = draft.request();
        request.path.push_str("/of/nothing");
        let reply = ask(&self.service, request);
        assert_eq!(reply.status, 404, "{}", operation.name());
    }

    fn credentials(&mut self, draft: &Draft<'_>) {
        for header in [API_KEY, ACCESS_TOKEN] {
            if !needs(draft.operation, header) {
                continue;
            }
            let mut request = draft.request();
            request.headers.retain(|(name, _)| name != header);
            let body = self.refused(
                draft.operation,
                request.clone(),
                422,
                &format!("without {header}"),
            );
            assert_eq!(
                body["detail"]["headers"][header][0],
                "Missing data for required field."
            );
            let request = request.header(header, "credential-of-nobody");
            self.refused(
                draft.operation,
                request,
                401,
                &format!("with an unknown {header}"),
            );
        }
        // A map accepts any name as a query parameter.
        let mut arguments = arguments(draft.operation);
        if arguments.any(|it| is_bare_map(&self.value, it)) {
            return;
        }
        let mut request = draft.request();
        request.query.push_str("&unknown_to_the_document=1");
        let body = self.refused(draft.operation, request, 422, "with an unknown parameter");
        assert_eq!(
            body["detail"]["query"]["unknown_to_the_document"][0],
            "Unknown field."
        );
    }

    fn parameters(&mut self, draft: &Draft<'_>, arguments: &[&Parameter]) {
        for parameter in arguments
            .iter()
            .filter(|it| it.location != ParameterLocation::Path)
        {
            if parameter.required {
                let draft = draft.without(&parameter.name);
                let what = format!("without {}", parameter.name);
                self.refused(draft.operation, draft.request(), 422, &what);
            }
            // We need a value that is invalid both as a string and as an array.
            let Some(schema) = &parameter.schema else {
                continue;
            };
            let wrong = "no value of any type";
            if self.fits(schema, &json!(wrong)) || self.fits(schema, &json!([wrong])) {
                continue;
            }
            let mut draft = draft.without(&parameter.name);
            draft.values.push((parameter, wrong.to_owned()));
            let what = format!("with a wrong {}", parameter.name);
            let body = self.refused(draft.operation, draft.request(), 422, &what);
            assert!(!body.to_string().contains(wrong), "{what}: {body}");
        }
    }

    fn bodies(&mut self, draft: &Draft<'_>, schema: &str, value: &Value) {
        let operation = draft.operation;
        let mut request = draft.request();
        request.headers.retain(|(name, _)| name != "content-type");
        let other = request.clone().header("content-type", "application/xml");
        self.refused(operation, other, 422, "with a body of another type");
        let broken = draft.request().body("{");
        self.refused(operation, broken, 422, "with broken JSON");
        if operation.body.as_ref().is_some_and(|it| it.required) {
            // This is treated as `{}`, which is allowed by some schemas.
            let empty = ask(&self.service, draft.request().body("{}")).status;
            if empty == 422 {
                self.refused(operation, draft.request().body(""), 422, "without a body");
            }
        }
        for name in value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            let mut less = value.clone();
            less.as_object_mut().unwrap().remove(name);
            let mut wrong = value.clone();
            wrong[name] = json!({"of": ["another", "type"]});
            for (changed, what) in [(less, "without"), (wrong, "with a wrong")] {
                let what = format!("{what} {name} in its body");
                if self.fits(schema, &changed) {
                    self.succeeds(&draft.with_body(&changed), &what);
                } else {
                    let request = draft.with_body(&changed).request();
                    let body = self.refused(operation, request, 422, &what);
                    assert!(body["detail"]["json"].is_object(), "{what}: {body}");
                }
            }
        }
    }
}

/// Tests all operations of a document, and returns how many valid and invalid requests were sent.
fn check(name: &str, text: &str) -> (usize, usize) {
    let service = service(document(name, text));
    let value = service.contract().document().value.clone();
    let operations = service.contract().operations().to_vec();
    let mut checked = Checked {
        registry: Registry::new()
            .add(BASE, value.clone())
            .and_then(jsonschema::RegistryBuilder::prepare)
            .unwrap(),
        validators: RefCell::default(),
        service,
        value,
        valid: 0,
        invalid: 0,
    };
    for operation in &operations {
        checked.operation(operation);
        assert!(!operation.id.is_empty(), "{name}: {}", operation.name());
    }
    (checked.valid, checked.invalid)
}

#[test]
fn vendored_document() {
    let source = vendored::DOCUMENT;
    let (valid, invalid) = check(source.name, source.text);
    assert!(valid >= 1 && invalid >= 5, "{valid} {invalid}");
}

#[test]
fn test_documents() {
    let (valid, invalid) = check("warehouse.yaml", include_str!("warehouse.yaml"));
    assert!(valid >= 15 && invalid >= 40, "{valid} {invalid}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/own-document/api.yaml");
    let text = std::fs::read_to_string(folder).unwrap();
    let (valid, invalid) = check("api.yaml", &text);
    assert!(valid >= 10 && invalid >= 20, "{valid} {invalid}");
}

#[test]
#[expect(clippy::print_stderr, reason = "reports why a test is skipped")]
fn published_documents() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs");
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("skipped: the published documents are not available in ../shared");
        return;
    };
    let files = entries.map(|entry| entry.unwrap().path());
    let files: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|it| it == "json"))
        .collect();
    assert!(!files.is_empty());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (valid, invalid) = check(&file.display().to_string(), &text);
        assert!(
            valid >= 300 && invalid >= 300,
            "{}: {valid} {invalid}",
            file.display()
        );
    }
}
