//! Lookup of operations by the names that progenitor uses.

use std::collections::BTreeMap;

use serde_json::Value;
use trackstar_openapi::Prepared;
use trackstar_openapi::model::{Operation, Parameter, Webhook};

use crate::{Error, Settings, secrets};

/// The operations of a document by `operationId`.
#[derive(Debug)]
pub(crate) struct Operations<'a> {
    document: &'a Value,
    all: BTreeMap<&'a str, &'a Operation>,
    webhooks: &'a [Webhook],
    /// Names of the security schemes of the access token: the one from the overlays, and any scheme of the
    /// document that uses the same header.
    token_schemes: Vec<&'a str>,
}

impl<'a> Operations<'a> {
    pub(crate) fn of(prepared: &'a Prepared, settings: &'a Settings) -> Self {
        let document = prepared.document();
        let schemes = document.pointer("/components/securitySchemes");
        let schemes = schemes.and_then(Value::as_object).into_iter().flatten();
        let of_header = schemes.filter(|(_, scheme)| {
            let header = scheme["name"].as_str().unwrap_or_default();
            scheme["in"] == "header" && header.eq_ignore_ascii_case(&settings.token_header)
        });
        let names = of_header.map(|(name, _)| name.as_str());
        let all = prepared.operations().iter();
        Self {
            document,
            webhooks: prepared.webhooks(),
            all: all.map(|one| (one.id.as_str(), one)).collect(),
            token_schemes: names.chain([settings.token_scheme.as_str()]).collect(),
        }
    }

    pub(crate) fn get(&self, id: &str) -> Result<&'a Operation, Error> {
        let found = self.all.get(id).copied();
        found.ok_or_else(|| Error::unknown_output(format_args!("an operation named `{id}`")))
    }

    /// Returns the webhook that progenitor processed as the operation `id`.
    pub(crate) fn webhook(&self, id: &str) -> Option<&'a Webhook> {
        self.webhooks.iter().find(|webhook| webhook.id == id)
    }

    /// Returns true if every alternative of the security requirement contains the token scheme.
    pub(crate) fn needs_token(&self, operation: &Operation) -> bool {
        let is_token = |name: &String| self.token_schemes.contains(&name.as_str());
        let mut alternatives = operation.security.iter();
        !operation.security.is_empty() && alternatives.all(|one| one.iter().any(is_token))
    }

    /// Returns true if the value of a parameter may hold a secret.
    pub(crate) fn is_secret(&self, parameter: &Parameter) -> bool {
        let schema = self
            .document
            .pointer(&format!("{}/schema", parameter.pointer));
        schema.is_some_and(|schema| secrets::within(schema, self.document))
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
        let settings = Settings::default();
        let operations = Operations::of(&prepared, &settings);
        operations.needs_token(operations.get("a").expect("it is there"))
    }

    #[test]
    fn a_token_is_needed_if_every_alternative_names_it() {
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
    fn an_unknown_operation_is_an_error() {
        let document = json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}});
        let prepared = Preparation::of(document).run().expect("in order");
        let settings = Settings::default();
        assert!(Operations::of(&prepared, &settings).get("c").is_err());
    }
}
