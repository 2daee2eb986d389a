//! Decimals, as literal bytes of requests and responses.

use own_document::amounts::prelude::*;
use own_document::amounts::types;
use trackstar_api::Nullable;
use trackstar_api::reexports::rust_decimal_1::Decimal;

use crate::wire::{last, server};

const QUOTE: &str = "HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: 126\r\n\
    content-type: application/json\r\n\r\n\
    {\"price\":19.990,\"discount\":null,\"fees\":[0.30000000000000004,2],\"total\":1e2,\"either\":\"free\",\
    \"tax\":0.07,\"duty\":123456789012.345}";
const RATES: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 12\r\n\
    content-type: application/json\r\n\r\n[1.50, 2.25]";

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[tokio::test]
async fn sends_and_reads_json_numbers() {
    let (client, server) = server(QUOTE).await;
    let body = types::NewQuote::builder()
        .price(decimal("19.990"))
        .discount("0.1")
        .fees([Decimal::new(250, 2), decimal("0.07")])
        .taxes([("vat", 3)])
        .total(decimal("123456789012.345"))
        .weight(1.5)
        .text("7.50");
    let call = client.create_quote().body(body).total_lte(decimal("99.90"));
    let quote = call.send().await.unwrap();
    let request = last(&server);
    assert!(
        request.starts_with("POST /quotes?total%5Blte%5D=99.90 "),
        "{request}"
    );
    let (_, sent) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        sent,
        "{\"discount\":0.1,\"fees\":[2.5,0.07],\"price\":19.99,\"taxes\":{\"vat\":3},\"text\":\"7.50\",\
         \"total\":123456789012.345,\"weight\":1.5}"
    );

    let read: Decimal = quote.price;
    assert_eq!((read, quote.discount), (decimal("19.99"), None));
    assert_eq!(quote.fees, [decimal("0.3"), Decimal::TWO]);
    assert_eq!(quote.total.as_deref(), Some(&Decimal::ONE_HUNDRED));
    assert!(matches!(&quote.either, Some(types::QuoteEither::String(text)) if text == "free"));
    assert_eq!(quote.extra["tax"], decimal("0.07"));
    let again = serde_json::to_value(&*quote).unwrap();
    assert_eq!(again["duty"], serde_json::json!(123_456_789_012.345));
    assert_eq!(again["either"], serde_json::json!("free"));
}

#[tokio::test]
async fn reads_lists_and_alternatives_of_decimals() {
    let (client, _server) = server(RATES).await;
    let rates = client.rates().send().await.unwrap();
    assert_eq!(*rates, [decimal("1.5"), decimal("2.25")]);

    let either: types::QuoteEither = serde_json::from_str("0.10").unwrap();
    assert_eq!(either, types::QuoteEither::Decimal(decimal("0.1")));
    assert_eq!(serde_json::to_string(&either).unwrap(), "0.1");
}

#[tokio::test]
async fn null_clears_a_decimal_and_too_many_digits_are_not_sent() {
    let (client, server) = server(QUOTE).await;
    let quote = types::NewQuote::builder()
        .price(1)
        .clear_discount()
        .build()
        .unwrap();
    assert_eq!(quote.discount, Nullable::Null);
    let json = serde_json::to_string(&quote).unwrap();
    assert_eq!(json, "{\"discount\":null,\"price\":1}");

    let third = Decimal::ONE / Decimal::from(3);
    let call = client.create_quote().body_map(|quote| quote.price(third));
    let error = call.send().await.expect_err("too many digits").to_string();
    assert!(error.contains("round it before you send it"), "{error}");
    assert_eq!(server.arrived(), 0);
}

#[test]
fn schemas_describe_decimals_as_numbers() {
    let schemas = serde_json::to_value(own_document::amounts::schemas()).unwrap();
    let quote = schemas
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one[0] == "NewQuote");
    let properties = &quote.unwrap()[1]["properties"];
    assert_eq!(properties["price"]["type"], "number");
    assert_eq!(properties["fees"]["items"]["type"], "number");
}
