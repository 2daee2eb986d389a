//! The webhooks of a prepared document.

use serde_json::Value;

use super::listed::listed_webhooks;
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
/// assert_eq!(webhook.schema, json!({"$ref": "#/components/schemas/WebhookOrderCreatedResponse"}));
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
    /// Schema of the payload, which is a reference to a component of the prepared document, or an `allOf` of one.
    pub schema: Value,
}

/// Returns the webhooks of a prepared document.
pub(crate) fn webhooks(document: &Value) -> Vec<Webhook> {
    let read = listed_webhooks(document).into_iter().map(|webhook| {
        let at = |place: &[&str]| document.pointer(&below(&webhook.pointer, place));
        let schema = at(&["requestBody", "content", "application/json", "schema"]);
        let description = at(&["description"]).and_then(Value::as_str);
        Webhook {
            description: description.map(str::to_owned),
            schema: schema.cloned().unwrap_or_default(),
            event: webhook.path,
            id: webhook.id.unwrap_or_default(),
            summary: webhook.summary,
        }
    });
    read.collect()
}
