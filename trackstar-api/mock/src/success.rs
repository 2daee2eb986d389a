//! Successful responses, which are either an example from the document or generated.

use serde_json::{Value, json};
use trackstar_openapi::media_type::is_json;
use trackstar_openapi::model::{Media, Operation, Response};

use crate::Error;
use crate::contract::Contract;
use crate::instance::{self, Mode};
use crate::pages::List;

/// A successful response. We only create these once for each operation and status code.
#[derive(Debug)]
pub(crate) struct Success {
    pub(crate) status: u16,
    /// The media type and body, if there is one.
    pub(crate) body: Option<(String, Value)>,
    /// If the body is a page, the list that it belongs to.
    pub(crate) list: Option<List>,
    /// If the body is JSON, the pointer to its schema.
    pub(crate) schema: Option<String>,
}

impl Success {
    pub(crate) fn of(
        contract: &Contract,
        operation: &Operation,
        status: Option<u16>,
    ) -> Result<Self, Error> {
        let document = contract.document();
        let code = |one: &Response| one.status.range().0;
        let json = |media: Option<&Media>| media.is_some_and(|it| is_json(document.media_type(it)));
        let responses = operation.successes();
        let mut responses = responses.filter(|it| status.is_none_or(|status| code(it) == status));
        let first = responses.next();
        let mut all = first.into_iter().chain(responses);
        let response = all.find(|it| json(document.content(it))).or(first);
        // There's no body for a HEAD request, or if the document doesn't list the status code.
        let media = response.and_then(|it| document.content(it));
        let media = media.filter(|_| operation.method != "HEAD");
        let body = match media {
            Some(media) => {
                let kind = document.media_type(media).to_owned();
                Some((kind, value(contract, operation, media)?))
            }
            None => None,
        };
        let schema = media.and_then(|it| it.schema.as_deref());
        let list = match (&body, schema) {
            (Some((_, page)), Some(schema)) => List::of(contract, operation, schema, page),
            _ => None,
        };
        Ok(Self {
            status: response.map(code).or(status).unwrap_or(200),
            schema: schema.filter(|_| json(media)).map(str::to_owned),
            body,
            list,
        })
    }
}

/// Returns an example from the document. If there is none that matches its schema, this generates a
/// value.
fn value(contract: &Contract, operation: &Operation, media: &Media) -> Result<Value, Error> {
    let document = contract.document();
    let example = document.examples(media).next().cloned();
    if !is_json(document.media_type(media)) {
        let text = example.filter(Value::is_string);
        return Ok(text.unwrap_or_else(|| json!("any text")));
    }
    let Some(schema) = media.schema.as_deref() else {
        return Ok(example.unwrap_or_else(|| json!({})));
    };
    let examples = document.examples(media).cloned();
    let document = contract.value();
    let own = document.pointer(schema).and_then(|it| it.get("example"));
    let made = |mode| {
        let made = instance::instance(document, schema, mode, 0);
        made.map(|it| it.value)
    };
    let full = made(Mode::Full);
    let candidates = examples.chain(own.cloned());
    let candidates = candidates.chain(full.clone()).chain(made(Mode::Minimal));
    let mut fitting = candidates.filter(|it| contract.fits(schema, it));
    fitting.next().map_or_else(
        || {
            let reason = full
                .err()
                .unwrap_or_else(|| "the generated value does not match".to_owned());
            Err(Error::new(format!(
                "failed to generate a response to {} from its schema ({reason}); add an example \
                 to the document, or script the response",
                operation.name()
            )))
        },
        Ok,
    )
}
