//! The rules for what is no schema.

use serde_json::{Map, Value, json};

use super::Lowering;

type Fields = Map<String, Value>;

/// The dialects of schemas that the table knows: that of OpenAPI 3.1, and what it is built on.
const DIALECTS: [&str; 2] = [
    "https://spec.openapis.org/oas/3.1/dialect/",
    "https://json-schema.org/draft/2020-12/schema",
];

/// Adds components whose names are known to be free.
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

/// The summary opens the description, the one text that 3.0 has for both.
pub(super) fn summary(original: &Fields, lowered: &mut Fields) {
    let Some(Value::String(summary)) = original.get("summary") else {
        return;
    };
    let description = match original.get("description") {
        Some(Value::String(description)) => format!("{summary}\n\n{description}"),
        _ => summary.clone(),
    };
    lowered.insert("description".to_owned(), description.into());
}

impl Lowering<'_> {
    /// A dialect of another kind would mean something else by the same keywords.
    pub(super) fn dialect(&mut self, keyword: &str, fields: &Fields) {
        let Some(Value::String(dialect)) = fields.get(keyword) else {
            return;
        };
        let dialect = dialect.trim_end_matches('#');
        let [openapi, json_schema] = DIALECTS;
        if !dialect.starts_with(openapi) && dialect != json_schema {
            let message = format!("schemas of the dialect `{dialect}` are not understood");
            let advice = "remove it with an overlay action if the schemas are of JSON Schema 2020-12, \
                          or rewrite them";
            self.findings.problem_at(keyword, message, advice);
        }
    }

    /// 3.0 names a license by a page alone.
    pub(super) fn license(&mut self, original: &Fields, lowered: &mut Fields) {
        let Some(Value::String(identifier)) = original.get("identifier") else {
            return;
        };
        let simple = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
        let note = if original.contains_key("url") {
            format!("lost, the page that `url` names is kept instead of `{identifier}`")
        } else if !identifier.is_empty() && identifier.chars().all(simple) {
            let page = format!("https://spdx.org/licenses/{identifier}.html");
            lowered.insert("url".to_owned(), page.into());
            format!("`{identifier}` is said by the page of the license")
        } else {
            format!("`{identifier}` is lost, OpenAPI 3.0 names a license by one page")
        };
        self.findings.note_at("identifier", note);
    }

    pub(super) fn scheme_rules(&mut self, fields: &Fields) {
        if fields.get("type").is_some_and(|kind| kind == "mutualTLS") {
            let message = "security by `mutualTLS` cannot be said in OpenAPI 3.0";
            self.findings
                .problem_at("type", message, "remove the scheme with an overlay action");
        }
    }

    /// Remembers the reference of a node that is no schema.
    pub(super) fn refers(&mut self, lowered: &Fields) {
        if let Some(Value::String(target)) = lowered.get("$ref") {
            self.moves.reference(&self.place_of("$ref"), target);
        }
    }

    /// Remembers the references of a mapping.
    pub(super) fn maps(&mut self, discriminator: &Fields) {
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        for (value, target) in mapping.into_iter().flatten() {
            if let Value::String(target) = target {
                let value = crate::pointer::escape(value);
                let place = format!("{}/{value}", self.place_of("mapping"));
                self.moves.reference(&place, target);
            }
        }
    }
}
