//! Literal bytes of requests. A mock that decodes requests before comparing them would hide
//! differences.

use own_document::trackstar::prelude::*;
use own_document::trackstar::types;
use trackstar_api::Client;
use trackstar_api::reexports::http_1::Method;
use trackstar_test_server::{Fate, FaultServer};

use crate::{builder, connection_of};

/// Starts a server that sends `response` to every request. Returns a client for it, too.
pub(crate) async fn server(response: &str) -> (Client, FaultServer) {
    let server = FaultServer::always(Fate::Respond(response.into()));
    let server = server.await.unwrap();
    (builder(server.base_url()).build().unwrap(), server)
}

/// Returns the head and the body of the last request.
pub(crate) fn last(server: &FaultServer) -> String {
    let request = server.requests().pop().unwrap();
    request.head + &String::from_utf8(request.body).unwrap()
}

const NOTHING: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
const STOCK: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 11\r\n\
    content-type: application/vnd.depot.2023-01-01+json\r\n\r\n{\"count\":3}";
const TABLE: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 3\r\n\
    content-type: text/csv\r\n\r\na,b";

fn line(request: &str) -> &str {
    request.lines().next().unwrap()
}

fn header<'a>(request: &'a str, name: &str) -> Vec<&'a str> {
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let named = lines.filter(|(own, _)| own.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value).collect()
}

#[tokio::test]
async fn path_parameters_with_equal_names_keep_their_places() {
    let (client, server) = server(NOTHING).await;
    let call = client.get_bin_slots("a/b", 7).bin_id_query("c");
    call.send().await.unwrap();
    let request = last(&server);
    assert_eq!(line(&request), "GET /bins/a%2Fb/slots/7?bin-id=c HTTP/1.1");
}

#[tokio::test]
async fn serializes_every_parameter_style() {
    let (client, server) = server(STOCK).await;
    let call = || client.stock(["a,b", "c d"], 5.0);
    let stock = call().send().await.unwrap();
    assert_eq!(stock.count, 3);
    let request = last(&server);
    assert_eq!(line(&request), "GET /stock/a%2Cb,c%20d/5 HTTP/1.1");
    let accept = header(&request, "accept");
    assert_eq!(accept, ["application/vnd.depot.2023-01-01+json"]);

    let calls = [
        (call().q("Bern, Gasse 1+2"), "q=Bern%2C%20Gasse%201%2B2"),
        (
            call().near("Bern, Gasse 1".to_owned()),
            "near=Bern%2C%20Gasse%201",
        ),
        (call().any_of(["a", "b c"]), "any_of=a,b%20c"),
        (call().any_of(["a,b", "c"]), "any_of=a%2Cb,c"),
        (call().bars(["a,b", "c d"]), "bars=a%2Cb%7Cc%20d"),
        (call().page(1).sort(["a", "b"]), "page=1&sort=a&sort=b"),
        (
            call().span(types::StockSpan::builder().from("1").to("2, 3")),
            "span=from,1,to,2%2C%203",
        ),
        (
            call().weight_min(1.23e16),
            "weight%5Bmin%5D=12300000000000000",
        ),
        (call().weight_min(-0.0), "weight%5Bmin%5D=0"),
        (call().more([("x y".to_owned(), 1)]), "x%20y=1"),
    ];
    for (call, query) in calls {
        call.send().await.unwrap();
        let request = last(&server);
        let expected = format!("GET /stock/a%2Cb,c%20d/5?{query} HTTP/1.1");
        assert_eq!(line(&request), expected);
    }
    call().x_ratios([5.0, 0.5, 1e-7]).send().await.unwrap();
    let request = last(&server);
    assert_eq!(header(&request, "x-ratios"), ["5,0.5,0.0000001"]);

    for refused in [
        client.stock(["a"], f64::NAN),
        call().weight_min(f64::INFINITY),
        call().x_ratios([f64::NEG_INFINITY]),
        call().bars(["a|b"]),
    ] {
        let error = refused.send().await.expect_err("refused").to_string();
        assert!(error.contains("cannot be sent"), "{error}");
    }
    assert_eq!(server.arrived(), 12);
}

#[tokio::test]
async fn clashing_names_of_path_parameters_keep_their_places() {
    let (client, server) = server(NOTHING).await;
    let call = || client.clash("type", "self", "client", "order", "value", 7, "match");
    call().send().await.unwrap();
    let path = "/clash/type/self/client/order/value/7/match";
    let request = last(&server);
    assert_eq!(line(&request), format!("GET {path} HTTP/1.1"));
    call()
        .self_query("s")
        .order_id_query("o")
        .send()
        .await
        .unwrap();
    let request = last(&server);
    assert_eq!(
        line(&request),
        format!("GET {path}?order_id=o&self=s HTTP/1.1")
    );
}

#[tokio::test]
async fn writes_numbers_in_forms_without_exponent() {
    let (client, tables) = server(TABLE).await;
    let body = types::CountStockBody::builder().amount(1.23e16);
    let call = client.count_stock(["a", "b.c"], 2.0).body(body);
    call.send().await.unwrap();
    let request = last(&tables);
    assert_eq!(line(&request), "POST /stock/.a.b.c/;price=2 HTTP/1.1");
    assert_eq!(header(&request, "accept"), ["text/csv, text/plain"]);
    assert!(
        request.ends_with("\r\n\r\namount=12300000000000000"),
        "{request}"
    );

    let (client, server) = server(NOTHING).await;
    let call = || client.label_stock(["a"], 2.0);
    call().amount(5.0).send().await.unwrap();
    let request = last(&server);
    assert!(
        request.contains("name=\"amount\"\r\n\r\n5\r\n"),
        "{request}"
    );

    let weigh = || client.weigh_stock(["a"], 2.0);
    let body = |amount: f64| types::WeighStockBody::builder().amount(amount);
    weigh().body(body(5.0)).send().await.unwrap();
    let request = last(&server);
    assert!(request.ends_with("\r\n\r\n{\"amount\":5.0}"), "{request}");
    call().amount(f64::NAN).send().await.expect_err("no number");
    let error = weigh().body(body(f64::NAN)).send().await;
    assert!(error.expect_err("no number").to_string().contains("finite"));
    assert_eq!(server.arrived(), 2);
}

// The workspace's own tests always enable `gzip`.
#[tokio::test]
async fn without_gzip_no_encoding_is_requested_or_decoded() {
    let encoded = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\
        content-type: application/json\r\ncontent-encoding: gzip\r\n\r\nbody";
    let (client, server) = server(encoded).await;
    let request = connection_of(&client).request(Method::GET, "/x");
    let error = request.send_json::<serde_json::Value>().await.unwrap_err();
    assert_eq!(header(&last(&server), "accept-encoding"), ["identity"]);
    assert_eq!(
        error.to_string(),
        "request (GET <custom path>): the server returned 200 OK, but this client cannot read it (a body of \
         type application/json, 4 bytes, encoded as gzip; not decoded); the client did not request \
         that encoding: enable the feature `gzip` for gzip, or make the server \
         or proxy respect `accept-encoding` (no request id)"
    );
}
