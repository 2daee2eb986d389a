//! The rules for nodes other than schemas.

use serde_json::{Value, json};

use super::Downgrade;
use crate::contents::members;
use crate::spec::Fields;

/// The supported schema dialects: the dialect of OpenAPI 3.1, and its basis.
const DIALECTS: [&str; 2] = [
    "https://spec.openapis.org/oas/3.1/dialect/",
    "https://json-schema.org/draft/2020-12/schema",
];

/// Adds components, whose names must be available.
pub(super) fn add_schemas(document: &mut Value, schemas: Fields) {
    if schemas.is_empty() {
        return;
    }
    let components = &mut document["components"];
    if components.is_null() {
        *components = json!({});
    }
    if let Some(components) = components.as_object_mut()
        && let Value::Object(all) = components.entry("schemas").or_insert_with(|| json!({}))
    {
        all.extend(schemas);
    }
}

/// Prepends the summary to the description, because 3.0 has only the description.
pub(super) fn summary(original: &Fields, output: &mut Fields) {
    let Some(Value::String(summary)) = original.get("summary") else {
        return;
    };
    let description = match original.get("description") {
        Some(Value::String(description)) => format!("{summary}\n\n{description}"),
        _ => summary.clone(),
    };
    output.insert("description".to_owned(), description.into());
}

impl Downgrade<'_> {
    /// Reports a dialect in which the same keywords could have other meanings.
    pub(super) fn dialect(&mut self, keyword: &str, fields: &Fields) {
        let Some(Value::String(dialect)) = fields.get(keyword) else {
            return;
        };
        let dialect = dialect.trim_end_matches('#');
        let [openapi, json_schema] = DIALECTS;
        if !dialect.starts_with(openapi) && dialect != json_schema {
            let message = format!("the JSON Schema dialect `{dialect}` is not supported");
            let advice = "remove the field with an overlay action if the schemas are valid JSON Schema 2020-12, \
                          or rewrite them";
            self.findings.problem_at(keyword, message, advice);
        }
    }

    /// Converts an SPDX identifier to a URL, because 3.0 identifies licenses only by URL.
    pub(super) fn license(&mut self, original: &Fields, output: &mut Fields) {
        let Some(Value::String(identifier)) = original.get("identifier") else {
            return;
        };
        let simple = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
        let note = if original.contains_key("url") {
            format!(
                "the license identifier `{identifier}` is dropped because the license has a `url`"
            )
        } else if !identifier.is_empty() && identifier.chars().all(simple) {
            let page = format!("https://spdx.org/licenses/{identifier}.html");
            output.insert("url".to_owned(), page.into());
            format!("the license identifier `{identifier}` is replaced by its URL")
        } else {
            format!(
                "the license identifier `{identifier}` is dropped because OpenAPI 3.0 only has a `url`"
            )
        };
        self.findings.note_at("identifier", note);
    }

    pub(super) fn scheme_rules(&mut self, fields: &Fields) {
        if fields.get("type").is_some_and(|kind| kind == "mutualTLS") {
            let message = "OpenAPI 3.0 does not support security schemes of type `mutualTLS`";
            self.findings
                .problem_at("type", message, "remove the scheme with an overlay action");
        }
    }

    /// Records the reference of a node other than a schema.
    pub(super) fn refers(&mut self, output: &Fields) {
        if let Some(Value::String(target)) = output.get("$ref") {
            self.moves.reference(&self.place_of("$ref"), target);
        }
    }

    /// Records the references of a discriminator's mapping.
    pub(super) fn maps(&mut self, discriminator: &Fields) {
        for (value, target) in members(discriminator.get("mapping")) {
            if let Value::String(target) = target {
                let value = crate::pointer::escape(value);
                let place = format!("{}/{value}", self.place_of("mapping"));
                self.moves.reference(&place, target);
            }
        }
    }
}
