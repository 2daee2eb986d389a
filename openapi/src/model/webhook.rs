//! The webhooks of a prepared document.

use serde_json::Value;

use super::facts::Facts;
use super::listed;
use crate::pointer::below;

/// An event that the API reports by a webhook.
///
/// ```
/// use serde_json::json;
/// use trackstar_openapi::Preparation;
///
/// let body = json!({"content": {"application/json": {"schema": {"type": "string"}}}});
/// let document = json!({
///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
///     "webhooks": {"order.created": {"post": {"requestBody": body}}},
/// });
/// let prepared = Preparation::of(document).webhooks(true).run()?;
/// let webhook = &prepared.webhooks()[0];
/// assert_eq!((webhook.event.as_str(), webhook.id.as_str()), ("order.created", "webhook_order_created"));
/// assert_eq!(webhook.schema, json!({"type": "string"}));
/// # Ok::<(), trackstar_openapi::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Webhook {
    /// Name of the event.
    pub event: String,
    /// Unique name in snake case, which differs from all operations.
    pub id: String,
    /// Short summary.
    pub summary: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Schema of the payload. Its references lead into the prepared document.
    pub schema: Value,
}

/// Removes the placeholder operations of webhooks from a document.
pub(crate) fn take(document: &mut Value, facts: &Facts) -> Vec<Webhook> {
    let mut webhooks = Vec::new();
    for operation in listed(document) {
        let fact = facts.get(&operation.pointer);
        let Some(event) = fact.and_then(|fact| fact.event.clone()) else {
            continue;
        };
        let at = |place: &[&str]| document.pointer(&below(&operation.pointer, place));
        let schema = at(&["responses", "200", "content", "application/json", "schema"]);
        webhooks.push(Webhook {
            event,
            description: at(&["description"])
                .and_then(Value::as_str)
                .map(str::to_owned),
            schema: schema.cloned().unwrap_or_default(),
            id: operation.id.unwrap_or_default(),
            summary: operation.summary,
        });
        if let Some(Value::Object(paths)) = document.get_mut("paths") {
            paths.remove(&operation.path);
        }
    }
    webhooks
}
