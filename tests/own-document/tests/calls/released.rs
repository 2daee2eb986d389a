//! Operations that the last release generated, compiled against this version of the client.
//!
//! Generated code names everything through `trackstar_api::__rt`, which checks of semantic versioning ignore. A
//! user may combine an older generator with a newer client of a compatible version, so their code must compile.
//! `released/` contains the output of the last release. Only `tests/record.rs` changes it.

use trackstar_api::reexports::rust_decimal_1::Decimal;
use trackstar_api::webhooks::WebhookEvent;

use self::operations::prelude::*;
use self::operations::types;
use self::operations::webhooks::Event;
use crate::connection_of;
use crate::wire::{last, server};

#[allow(warnings, clippy::all, clippy::pedantic, reason = "generated code")]
mod operations {
    use trackstar_api::__rt;

    include!("../../released/include.rs");
}

const RECORD: &str = include_str!("../../released/include.rs");
const MANIFEST: &str = include_str!("../../../../Cargo.toml");

const ORDER: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 107\r\n\
    content-type: application/json\r\n\r\n\
    {\"id\":\"o 1\",\"total\":9.50,\"placed\":\"2026-01-02T03:04:05Z\",\"status\":\"lost\",\
    \"payment\":{\"days\":30},\"more\":true}";
const PAGE: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 61\r\n\
    content-type: application/json\r\n\r\n\
    {\"data\":[{\"id\":\"o-1\",\"total\":1}],\"next_token\":null,\"more\":[]}";
const LABEL: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\
    content-type: application/pdf\r\n\r\n%PDF";
const ATTACHED: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";

/// Returns the version after `start`, without the part after the `+`.
fn version<'a>(text: &'a str, start: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split(['+', '"']).next().unwrap()
}

/// Returns the part of a version that changes with a breaking release.
fn compatible(version: &str) -> &str {
    let end = if version.starts_with("0.") { 2 } else { 1 };
    let mut dots = version.match_indices('.').skip(end - 1);
    dots.next().map_or(version, |(index, _)| &version[..index])
}

#[test]
fn record_has_a_compatible_version() {
    assert_eq!(compatible("0.1.2"), "0.1");
    assert_eq!(compatible("1.2.3"), "1");
    let recorded = version(RECORD, "\"");
    let current = version(MANIFEST, "\nversion = \"");
    assert_eq!(
        compatible(recorded),
        compatible(current),
        "record the operations of this version: see the release steps in CONTRIBUTING.md"
    );
}

#[tokio::test]
async fn calls_have_the_same_bytes() {
    let (client, server) = self::server(ORDER).await;
    let body = types::NewOrder::builder()
        .total("9.50".parse::<Decimal>().unwrap())
        .clear_note()
        .payment(types::Invoice::builder().days(30).build().unwrap());
    let call = connection_of(&client).replace_order("o 1");
    let call = call.notify(true).x_region("eu").body(body);
    let order = call.send().await.unwrap();
    let request = last(&server);
    let (head, sent) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("PUT /orders/o%201?notify=true HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\nx-region: eu\r\n"), "{head}");
    assert_eq!(
        sent,
        "{\"note\":null,\"payment\":{\"days\":30},\"total\":9.5}"
    );
    assert_eq!(order.total, Decimal::new(95, 1));
    assert!(matches!(&order.status, Some(types::Status::UnknownValue(status)) if status == "lost"));
    assert!(matches!(&order.payment, Some(types::Payment::Invoice(it)) if it.days == 30));
    let placed = order.placed.as_ref().map(ToString::to_string);
    assert_eq!(placed.as_deref(), Some("2026-01-02T03:04:05Z"));
}

#[tokio::test]
async fn lists_have_the_same_bytes() {
    let (client, server) = self::server(PAGE).await;
    let call = connection_of(&client).list_orders();
    let call = call.status(types::Status::Open);
    let page = call.pages().next().await.unwrap().unwrap();
    assert_eq!(page.data[0].id, "o-1");
    let request = last(&server);
    assert!(
        request.starts_with("GET /orders?status=open HTTP/1.1\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn files_have_the_same_bytes() {
    let (client, server) = self::server(LABEL).await;
    let label = client.get_label(7).send().await.unwrap();
    assert_eq!(label.into_inner(), b"%PDF");
    let request = last(&server);
    assert!(
        request.starts_with("GET /labels/7 HTTP/1.1\r\n"),
        "{request}"
    );

    let (client, server) = self::server(ATTACHED).await;
    let call = connection_of(&client).attach_file("o-1");
    call.file("^XA^XZ").title("Label").send().await.unwrap();
    let request = last(&server);
    assert!(
        request.starts_with("POST /orders/o-1/file HTTP/1.1\r\n"),
        "{request}"
    );
    for part in [
        "name=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\n^XA^XZ\r\n",
        "name=\"title\"\r\n\r\nLabel\r\n",
    ] {
        assert!(request.contains(part), "{request}");
    }
}

#[test]
fn webhooks_are_read() {
    let event = Event::read("order.created", b"{\"id\":\"o-1\",\"total\":2}").unwrap();
    assert!(matches!(&event, Event::OrderCreated(order) if order.total == Decimal::TWO));
}
