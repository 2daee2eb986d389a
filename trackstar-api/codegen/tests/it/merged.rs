//! What the document states several times is one type.

use serde_json::{Value, json};

use crate::{document, generated, with_body};

/// Returns a document with a list and a write of orders, each with another component for an order.
fn orders() -> Value {
    let mut document = document();
    let order = json!({"type": "object", "properties": {
        "id": {"type": "string", "description": "The id of the order."},
        "status": {"type": "string", "description": "The status of the order.", "enum": ["open", "shut"]},
    }});
    let response = |schema: Value| {
        let content = json!({"application/json": {"schema": schema}});
        json!({"200": {"description": "fine", "content": content}})
    };
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let filter = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string", "enum": ["open", "shut"]}});
    document["components"]["schemas"]["Order"] = order.clone();
    document["components"]["schemas"]["CreateOrderData"] = order;
    document["paths"]["/orders"] = json!({
        "get": {
            "operationId": "list_orders",
            "parameters": [filter("status"), filter("status[neq]")],
            "responses": response(json!({"type": "object", "properties": {
                "data": {"type": "array", "items": to("Order")},
            }})),
        },
        "post": {
            "operationId": "create_order",
            "responses": response(json!({"type": "object", "properties": {
                "data": to("CreateOrderData"),
            }})),
        },
    });
    document
}

#[test]
fn filter_has_the_type_of_its_property() {
    let source: String = generated(&orders()).split_whitespace().collect();
    let setter =
        |name: &str| format!("pubfn{name}(mutself,value:impl__rt::Converts<types::OrderStatus>");
    for setter in ["status", "status_neq"].map(setter) {
        assert!(source.contains(&setter), "{setter} is missing in {source}");
    }
    assert_eq!(source.matches("pubenum").count(), 1, "{source}");
}

#[test]
fn copy_is_an_alias_of_its_original() {
    let source: String = generated(&orders()).split_whitespace().collect();
    assert!(source.contains("pubtypeCreateOrderData=Order;"), "{source}");
    assert!(
        source.contains("pubdata:::std::option::Option<Order>"),
        "{source}"
    );
    assert!(!source.contains("pubstructCreateOrderData"), "{source}");
}

#[test]
fn builder_of_a_copy_is_an_alias() {
    let part = json!({"type": "object", "properties": {
        "length": {"type": "number", "description": "In cm."},
        "width": {"type": "number", "description": "In cm."},
    }});
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let properties = json!({"size": to("Size"), "inner": {
        "type": "object", "properties": {"size": to("InnerSize")},
    }});
    let mut document = with_body(&properties, &json!([]));
    for name in ["Size", "InnerSize"] {
        document["components"]["schemas"][name] = part.clone();
    }
    let source: String = generated(&document).split_whitespace().collect();
    assert_eq!(
        source.matches("pubtypeInnerSize=Size;").count(),
        2,
        "{source}"
    );
}
