//! Lookup of operations by the names that progenitor uses.

use std::collections::BTreeMap;

use serde_json::Value;
use trackstar_openapi::Prepared;
use trackstar_openapi::model::{Operation, Parameter, Scheme};
use trackstar_openapi::secret::may_hold;

use crate::Error;

/// Security scheme of the access token, and its header. Operations that require it are methods of
/// `trackstar_api::Connection`. All others are methods of `trackstar_api::Client`.
const TOKEN: (&str, &str) = ("AccessToken", "x-trackstar-access-token");

/// The operations of a document by `operationId`.
#[derive(Debug)]
pub(crate) struct Operations<'a> {
    document: &'a Value,
    all: BTreeMap<&'a str, &'a Operation>,
}

impl<'a> Operations<'a> {
    pub(crate) fn of(prepared: &'a Prepared) -> Self {
        let all = prepared.operations().iter();
        Self {
            document: prepared.document(),
            all: all.map(|one| (one.id.as_str(), one)).collect(),
        }
    }

    pub(crate) fn get(&self, id: &str) -> Result<&'a Operation, Error> {
        let found = self.all.get(id).copied();
        found.ok_or_else(|| Error::unknown_output(format_args!("an operation named `{id}`")))
    }

    /// Returns true if every alternative of the security requirement contains the token scheme, or a scheme of
    /// the document that uses the same header.
    pub(crate) fn needs_token(operation: &Operation) -> bool {
        let is_token = |scheme: &Scheme| scheme.name == TOKEN.0 || scheme.is_header(TOKEN.1);
        let mut alternatives = operation.security.iter();
        !operation.security.is_empty() && alternatives.all(|one| one.schemes.iter().any(is_token))
    }

    /// Returns true if the value of a parameter may hold a secret.
    pub(crate) fn is_secret(&self, parameter: &Parameter) -> bool {
        let schema = self
            .document
            .pointer(&format!("{}/schema", parameter.pointer));
        schema.is_some_and(|schema| may_hold(self.document, schema))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trackstar_openapi::Preparation;

    use super::*;

    /// Returns true if a `GET` with this requirement needs the token, in a document that has its own names for
    /// the schemes.
    fn needs_token(own: &Value, of_all: &Value) -> bool {
        let header = |name| json!({"type": "apiKey", "in": "header", "name": name});
        let prepared = Preparation::of(json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
            "security": of_all,
            "paths": {"/a": {"get": {"operationId": "a", "security": own, "responses": {}}}},
            "components": {"securitySchemes": {
                "Key": header("x-trackstar-api-key"),
                "Token": header("X-Trackstar-Access-Token"),
                "Query": {"type": "apiKey", "in": "query", "name": "x-trackstar-access-token"},
            }},
        }));
        let prepared = prepared.run().expect("the document is in order");
        let operations = Operations::of(&prepared);
        Operations::needs_token(operations.get("a").expect("it is there"))
    }

    #[test]
    fn token_is_needed_if_every_alternative_requires_it() {
        let both = json!([{"Key": [], "Token": []}]);
        assert!(needs_token(&both, &json!([])));
        for own in [
            json!([{"Key": []}, {"Token": []}]),
            json!([{"Query": []}]),
            json!([]),
        ] {
            assert!(!needs_token(&own, &both), "{own}");
        }
    }

    #[test]
    fn unknown_operation_is_an_error() {
        let document = json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}});
        let prepared = Preparation::of(document).run().expect("in order");
        assert!(Operations::of(&prepared).get("c").is_err());
    }
}
