//! Arrays. OpenAPI 3.0 has one schema for all items.

use serde_json::{Value, json};

use super::{Downgrade, objects};
use crate::spec::Fields;

impl Downgrade<'_> {
    /// Converts the schemas of leading items to alternatives for every item.
    pub(super) fn lists(&mut self, original: &Fields, aside: &mut Fields, output: &mut Fields) {
        let first = match aside.remove("prefixItems") {
            Some(Value::Array(first)) => first,
            _ => Vec::new(),
        };
        let closed = original.get("items") == Some(&Value::Bool(false));
        if closed {
            let length = output.get("maxItems").and_then(Value::as_u64);
            let length = length.map_or(first.len() as u64, |max| max.min(first.len() as u64));
            output.insert("maxItems".to_owned(), length.into());
            output.remove("items");
        }
        if !first.is_empty() {
            self.lost += 1;
            self.findings.note_at(
                "prefixItems",
                "`prefixItems` is merged into `items` because OpenAPI 3.0 has one schema for all items",
            );
            let most = output.get("maxItems").and_then(Value::as_u64);
            let full = most.is_some_and(|most| most <= first.len() as u64);
            let rest = output.remove("items").filter(|_| !full);
            let rest = rest.or_else(|| (!full).then(|| json!({})));
            let owner = self.place();
            let places = (0..first.len()).map(|index| format!("/prefixItems/{index}"));
            let mut choices: Vec<_> = places.zip(first).collect();
            choices.extend(rest.map(|rest| ("/items".to_owned(), rest)));
            let items = objects::any_of(&mut self.moves, &owner, choices, "/items");
            output.insert("items".to_owned(), items);
        }
        // OpenAPI 3.0 requires `items` in arrays.
        if output.get("type").is_some_and(|name| name == "array") {
            output.entry("items").or_insert_with(|| json!({}));
        }
    }
}
