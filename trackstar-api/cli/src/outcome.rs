//! Detects successful responses whose body reports that the operation was not done.

use serde_json::{Map, Value};

use super::operation::Operation;

/// Returns the name of the property that reports that the operation was not done. It is false and named after the
/// operation's verb (`"deleted": false` for `DELETE`, `"cancelled": false` for `PUT /orders/{order_id}/cancel`).
pub(super) fn not_done<'a>(operation: &Operation, response: &'a Value) -> Option<&'a str> {
    if operation.is_safe() {
        return None;
    }
    let verbs = verbs(&operation.method, &operation.path, &operation.id);
    let data = response.get("data").and_then(Value::as_object);
    let fields = response.as_object().into_iter().chain(data);
    let mut fields = fields.flat_map(Map::iter);
    let found = fields.find(|(name, value)| **value == Value::Bool(false) && is_of(&verbs, name));
    found.map(|(name, _)| name.as_str())
}

/// Returns the required properties that a successful response lacks. Such a response may come from another server.
pub(super) fn missing<'a>(operation: &'a Operation, response: &Value) -> Vec<&'a str> {
    let has = |name: &String| response.get(name).is_some();
    let missing = operation.promised.iter().filter(|name| !has(name));
    missing.map(String::as_str).collect()
}

/// Returns candidates for the operation's verb: the method, the first word of the operation id, and the words of the
/// last path segment unless it is a parameter.
fn verbs(method: &str, path: &str, id: &str) -> Vec<String> {
    let last = path.rsplit('/').next().filter(|last| !last.contains('{'));
    let words = last
        .into_iter()
        .flat_map(|last| last.split(|it: char| !it.is_ascii_alphanumeric()));
    let first = id.split('_').next();
    let all = words
        .chain(first)
        .chain([method])
        .filter(|word| word.len() > 2);
    all.map(str::to_ascii_lowercase).collect()
}

/// Returns true if the name is a past participle of one of the verbs (`deleted`, `is_cancelled`).
fn is_of(verbs: &[String], name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = ["is_", "was_"]
        .iter()
        .find_map(|it| name.strip_prefix(it))
        .unwrap_or(&name);
    verbs.iter().any(|verb| {
        let stem = verb.strip_suffix(['e', 'y']).unwrap_or(verb);
        // One letter may be doubled, as in `cancelled`.
        let rest = name
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_suffix("ed"));
        rest.is_some_and(|rest| rest.len() <= 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participles_of_the_verb_say_whether_it_was_done() {
        for (method, path, id, name, says) in [
            (
                "DELETE",
                "/connections",
                "delete_connection",
                "deleted",
                true,
            ),
            (
                "DELETE",
                "/connections",
                "delete_connection",
                "archived",
                false,
            ),
            (
                "PUT",
                "/orders/{id}/cancel",
                "cancel_order",
                "cancelled",
                true,
            ),
            (
                "PUT",
                "/orders/{id}/cancel",
                "cancel_order",
                "canceled",
                true,
            ),
            (
                "POST",
                "/orders/{id}/archive",
                "archive_order",
                "is_archived",
                true,
            ),
            ("PUT", "/orders/{id}", "update_order", "updated", true),
            ("POST", "/orders", "create_order", "expedited", false),
        ] {
            let found = is_of(&verbs(method, path, id), name);
            assert_eq!(found, says, "{method} {path}: {name}");
        }
    }
}
