//! Lists: 3.0 has one schema for all the items.

use serde_json::{Map, Value, json};

use super::{Lowering, objects};

type Fields = Map<String, Value>;

impl Lowering<'_> {
    /// The schemas of the first items become alternatives of every item.
    pub(super) fn lists(&mut self, original: &Fields, aside: &mut Fields, lowered: &mut Fields) {
        let first = match aside.remove("prefixItems") {
            Some(Value::Array(first)) => first,
            _ => Vec::new(),
        };
        let closed = original.get("items") == Some(&Value::Bool(false));
        if closed {
            let length = lowered.get("maxItems").and_then(Value::as_u64);
            let length = length.map_or(first.len() as u64, |max| max.min(first.len() as u64));
            lowered.insert("maxItems".to_owned(), length.into());
            lowered.remove("items");
        }
        if !first.is_empty() {
            self.lost += 1;
            self.findings.note_at(
                "prefixItems",
                "which item has which schema is lost, OpenAPI 3.0 has one schema for all",
            );
            let most = lowered.get("maxItems").and_then(Value::as_u64);
            let full = most.is_some_and(|most| most <= first.len() as u64);
            let rest = lowered.remove("items").filter(|_| !full);
            let rest = rest.or_else(|| (!full).then(|| json!({})));
            let owner = self.place();
            let places = (0..first.len()).map(|index| format!("/prefixItems/{index}"));
            let mut choices: Vec<_> = places.zip(first).collect();
            choices.extend(rest.map(|rest| ("/items".to_owned(), rest)));
            let items = objects::any_of(&mut self.moves, &owner, choices, "/items");
            lowered.insert("items".to_owned(), items);
        }
        // In 3.0 a list must say something of its items.
        if lowered.get("type").is_some_and(|name| name == "array") {
            lowered.entry("items").or_insert_with(|| json!({}));
        }
    }
}
