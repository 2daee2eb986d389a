//! What a caller can ask of the preparation.

/// What the prepared document is to hold beyond what the operations need.
///
/// ```
/// use trackstar_openapi::{Options, Source, prepare_with};
///
/// // One of nine ways to send an order: more than a type can sensibly be.
/// let names: Vec<String> = (1..10).map(|n| format!("Order{n}")).collect();
/// let schema = |name: &String| serde_json::json!({"$ref": format!("#/components/schemas/{name}")});
/// let way = serde_json::json!({"type": "object", "properties": {"id": {"type": "string"}}});
/// let document = serde_json::json!({
///     "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
///     "paths": {"/orders": {"post": {
///         "requestBody": {"required": true, "content": {"application/json": {
///             "schema": {"oneOf": names.iter().map(schema).collect::<Vec<_>>()},
///         }}},
///         "responses": {"200": {"description": "fine"}},
///     }}},
///     "components": {"schemas": names.iter().map(|name| (name.clone(), way.clone()))
///         .collect::<serde_json::Map<_, _>>()},
/// });
/// let text = document.to_string();
/// let source = Source { name: "api.json", text: &text };
///
/// let prepared = prepare_with(source, &[], &Options::default()).unwrap();
/// assert!(prepared.document().get("components").is_none());
///
/// let prepared = prepare_with(source, &[], &Options::default().with_variants(true)).unwrap();
/// let body = "/paths/~1orders/post/requestBody/content/application~1json/schema";
/// let body = prepared.document().pointer(body).unwrap();
/// assert_eq!(body["x-variants"][8], "Order9");
/// assert_eq!(prepared.document()["components"]["schemas"]["Order9"], way);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether the variants of a schema that has too many of them stay, as components. The schema
    /// itself is what they share, and names them in `x-variants`.
    pub variants: bool,
    /// Whether what the document's webhooks send stays. Each is the answer of an operation that
    /// nobody calls, `GET //webhooks/EVENT`, whose `x-webhook` is the name of the event.
    pub webhooks: bool,
}

impl Options {
    /// Sets [`variants`](Self::variants).
    ///
    /// ```
    /// assert!(trackstar_openapi::Options::default().with_variants(true).variants);
    /// ```
    #[must_use]
    pub fn with_variants(mut self, variants: bool) -> Self {
        self.variants = variants;
        self
    }

    /// Sets [`webhooks`](Self::webhooks).
    ///
    /// ```
    /// use trackstar_openapi::{Options, Source, prepare_with};
    ///
    /// let text = r##"{
    ///     "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
    ///     "webhooks": {"order.created": {"post": {"requestBody": {"content": {"application/json": {
    ///         "schema": {"$ref": "#/components/schemas/Order"}
    ///     }}}}}},
    ///     "components": {"schemas": {"Order": {"type": "object"}}}
    /// }"##;
    /// let source = Source { name: "api.json", text };
    /// let options = Options::default().with_webhooks(true);
    /// let prepared = prepare_with(source, &[], &options).unwrap();
    /// let operation = &prepared.document()["paths"]["//webhooks/order.created"]["get"];
    /// assert_eq!(operation["x-webhook"], "order.created");
    /// ```
    #[must_use]
    pub fn with_webhooks(mut self, webhooks: bool) -> Self {
        self.webhooks = webhooks;
        self
    }
}
