//! Bodies of error responses.

use trackstar_api::prelude::*;
use trackstar_tests::{Fate, FaultServer, connection};

use super::response;

#[tokio::test]
async fn decodes_error_body_with_its_charset() {
    for (kind, told) in [
        (
            "text/plain; charset=ISO-8859-1",
            ", beginning with \"café\"",
        ),
        (
            "text/plain; charset=windows-1252",
            ", beginning with \"café\"",
        ),
        ("text/plain", ", not text"),
        ("text/plain; charset=koi8-r", ", not text"),
    ] {
        let answer = response("502 Bad", &format!("content-type: {kind}\r\n"), b"caf\xe9");
        let server = FaultServer::always(Fate::Respond(answer));
        let server = server.await.unwrap();
        let connection = connection(server.base_url()).unwrap();
        let call = connection
            .delete_connection()
            .with_retries(trackstar_api::RetryPolicy::never());
        let text = call.send().await.unwrap_err().to_string();
        assert!(
            text.contains(&format!("a body of type {kind}, 4 bytes{told}")),
            "{text}"
        );
    }
}

#[tokio::test]
async fn decodes_api_error_with_its_charset() {
    let headers = "content-type: application/json; charset=ISO-8859-1\r\n";
    let answer = response("403 Forbidden", headers, b"{\"error\": \"caf\xe9\"}");
    let server = FaultServer::always(Fate::Respond(answer));
    let server = server.await.unwrap();
    let call = connection(server.base_url()).unwrap().delete_connection();
    assert_eq!(call.send().await.unwrap_err().message(), Some("café"));
}

#[tokio::test]
async fn shows_at_most_80_characters_of_foreign_error_bodies() {
    for (body, shown) in [
        ("x".repeat(1000), format!("\"{}…\"", "x".repeat(80))),
        (
            "\u{202e}\u{1b}".repeat(1000),
            format!("\"{}…\"", r"\u{202e}\u{1b}".repeat(40)),
        ),
        (
            "{\"message\": \"no\"}".to_owned(),
            r#""{\"message\": \"no\"}""#.to_owned(),
        ),
    ] {
        let length = body.len();
        let answer = response(
            "403 Forbidden",
            "content-type: text/plain\r\n",
            body.as_bytes(),
        );
        let server = FaultServer::always(Fate::Respond(answer));
        let server = server.await.unwrap();
        let call = connection(server.base_url()).unwrap().delete_connection();
        let error = call.send().await.unwrap_err();
        let told = format!("a body of type text/plain, {length} bytes, beginning with {shown};");
        assert!(error.to_string().contains(&told), "{error}");
        assert_eq!(error.body(), body.as_bytes());
    }
}

#[tokio::test]
async fn shows_redirect_target_without_query() {
    for (location, told) in [
        (
            "/v2/connections?customer=s3cret-1#s3cret-2",
            "it points to /v2/connections",
        ),
        (
            "https://other.example/connections?s3cret-1",
            "it points to https://other.example/connections",
        ),
        ("//other.example", "it points to //other.example"),
        ("/api-key-2b1f07d6c9e84a35/x", "it points to /<redacted>/x"),
        ("/\tx", "it points to /\\tx"),
    ] {
        for status in [
            "307 Temporary Redirect",
            "301 Moved",
            "308 Permanent Redirect",
        ] {
            let answer = response(status, &format!("location: {location}\r\n"), b"");
            let server = FaultServer::always(Fate::Respond(answer));
            let server = server.await.unwrap();
            let call = connection(server.base_url()).unwrap().delete_connection();
            let text = call.send().await.unwrap_err().to_string();
            assert!(text.contains(told) && !text.contains("s3cret"), "{text}");
        }
    }
    let answer = response(
        "307 X",
        &format!("location: /{}\r\n", "x".repeat(10_000)),
        b"",
    );
    let server = FaultServer::always(Fate::Respond(answer)).await.unwrap();
    let call = connection(server.base_url()).unwrap().delete_connection();
    let text = call.send().await.unwrap_err().to_string();
    assert!(
        text.contains(&format!("it points to /{}…", "x".repeat(199))),
        "{text}"
    );
}
