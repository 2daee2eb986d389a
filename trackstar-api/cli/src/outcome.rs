//! Finds out whether the API did what it was asked to do, in case it returns a success but didn't.

use serde_json::{Map, Value};

use super::operation::Operation;

/// Returns the name of the property which says that the operation wasn't done, if there is one.
///
/// The value of the property is false, and its name is derived from a verb. For example, `DELETE`
/// may return `"deleted": false`, and `PUT /orders/{order_id}/cancel` may return `"cancelled":
/// false`.
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

/// Returns the required properties that are missing from a successful response. If there are any,
/// it may have come from a different server.
pub(super) fn missing<'a>(operation: &'a Operation, response: &Value) -> Vec<&'a str> {
    let has = |name: &String| response.get(name).is_some();
    let missing = operation.promised.iter().filter(|name| !has(name));
    missing.map(String::as_str).collect()
}

/// Returns verbs that might describe the operation. These are the method, the first word of the
/// operation id, and the words in the last segment of the path (unless it's a parameter).
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

/// Returns true if the name is the past participle of one of the verbs, such as `deleted` or
/// `is_cancelled`.
fn is_of(verbs: &[String], name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = ["is_", "was_"]
        .iter()
        .find_map(|it| name.strip_prefix(it))
        .unwrap_or(&name);
    verbs.iter().any(|verb| {
        let stem = verb.strip_suffix(['e', 'y']).unwrap_or(verb);
        // The last letter may have been doubled, as in `cancelled`.
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
    fn participle_field_reports_whether_it_was_done() {
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
