//! Selection of the parts of a document to generate.

use std::collections::BTreeSet;

use trackstar_openapi::Prepared;
use trackstar_openapi::model::Operation;

/// The selected operations, tags and integrations, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) operations: BTreeSet<String>,
    pub(crate) tags: BTreeSet<String>,
    pub(crate) integrations: BTreeSet<String>,
}

impl Wanted {
    /// Removes everything that is not selected. Returns an error that lists the selected names that the
    /// document does not contain.
    pub(crate) fn keep(&self, prepared: &mut Prepared) -> Result<(), String> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        if !self.operations.is_empty() || !self.tags.is_empty() {
            prepared.retain(|operation| {
                let named = self.named(operation);
                found.extend(&named);
                !named.is_empty()
            });
        }
        let mut of: BTreeSet<&str> = BTreeSet::new();
        if !self.integrations.is_empty() {
            prepared.retain_variants(|variant| {
                let variant = plain(variant);
                let named = self
                    .integrations
                    .iter()
                    .filter(|name| variant.contains(&plain(name)));
                let named: Vec<&str> = named.map(String::as_str).collect();
                of.extend(&named);
                !named.is_empty()
            });
        }
        let operations = missing(&self.operations, &found, |name| {
            format!(
                "the document has no operation `{name}`: use the name of a method of the client"
            )
        });
        let tags = missing(&self.tags, &found, |name| {
            format!("no operation of the document has the tag `{name}`")
        });
        let integrations = missing(&self.integrations, &of, |name| {
            format!("no body of the document has a variant for the integration `{name}`")
        });
        let problems: Vec<String> = operations.chain(tags).chain(integrations).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems.join("\n"))
        }
    }

    /// Returns the selected names that match an operation: its ID and its tags.
    fn named(&self, operation: &Operation) -> Vec<&str> {
        let tags = operation.tags.iter().filter_map(|tag| self.tags.get(tag));
        let named = tags.chain(self.operations.get(&operation.id));
        named.map(String::as_str).collect()
    }
}

fn missing<'a>(
    names: &'a BTreeSet<String>,
    found: &'a BTreeSet<&str>,
    told: impl Fn(&str) -> String + 'a,
) -> impl Iterator<Item = String> + 'a {
    let missing = names.iter().filter(|name| !found.contains(name.as_str()));
    missing.map(move |name| told(name))
}

/// Removes punctuation and converts letters to lower case, because documents spell the names of integrations
/// inconsistently.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use trackstar_openapi::Preparation;

    use super::*;

    /// Returns a document whose body has a variant for each of nine integrations.
    fn prepared() -> Prepared {
        let names: Vec<String> = (1..10).map(|n| format!("CreateShop{n}Order")).collect();
        let schema = |name: &String| json!({"$ref": format!("#/components/schemas/{name}")});
        let way = json!({"type": "object", "properties": {"id": {"type": "string"}}});
        let schemas = names.iter().map(|name| (name.clone(), way.clone()));
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
            "paths": {"/orders": {"post": {
                "operationId": "create_order", "tags": ["Orders"],
                "requestBody": {"required": true, "content": {"application/json": {
                    "schema": {"oneOf": names.iter().map(schema).collect::<Vec<_>>()},
                }}},
                "responses": {"204": {"description": "fine"}},
            }}},
            "components": {"schemas": schemas.collect::<serde_json::Map<_, _>>()},
        });
        let preparation = Preparation::of(document).variants(true);
        preparation.run().expect("the document is in order")
    }

    fn wanted(operations: &[&str], tags: &[&str], integrations: &[&str]) -> Wanted {
        let set = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Wanted {
            operations: set(operations),
            tags: set(tags),
            integrations: set(integrations),
        }
    }

    #[test]
    fn keeps_variants_of_selected_integrations() {
        let mut kept = prepared();
        let shops = wanted(&[], &[], &["shop-3", "Shop7"]);
        shops.keep(&mut kept).expect("the document has both");
        let variants = &kept.variants()["/components/schemas/CreateOrderBody"];
        assert_eq!(variants, &["CreateShop3Order", "CreateShop7Order"]);
        let schemas = kept.document()["components"]["schemas"].as_object();
        let schemas: Vec<&String> = schemas.map(|it| it.keys().collect()).unwrap_or_default();
        let expected = ["CreateOrderBody", "CreateShop3Order", "CreateShop7Order"];
        assert_eq!(schemas, expected);
    }

    #[test]
    fn rejects_unknown_names() {
        let names = wanted(&["create_order", "delete_order"], &["Parcels"], &["shop99"]);
        let error = names.keep(&mut prepared()).expect_err("there are none");
        for part in [
            "operation `delete_order`",
            "tag `Parcels`",
            "integration `shop99`",
        ] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(error.lines().count(), 3, "{error}");
        let mut one = prepared();
        let orders = wanted(&[], &["Orders"], &[]);
        orders.keep(&mut one).expect("the document has it");
        assert!(one.document()["paths"]["/orders"]["post"] != Value::Null);
    }
}
