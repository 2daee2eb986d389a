//! File uploads.

use std::sync::Arc;

use httpmock::{Method, MockServer};
use own_document::trackstar::prelude::*;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::sync::Notify;
use trackstar_api::RetryPolicy;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_test_server::FaultServer;

use crate::{builder, connection, connection_of};

#[tokio::test]
async fn sends_bytes_and_streams_as_multipart() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::POST)
                .path("/orders/o-1/file")
                .header("x-trackstar-access-token", "token-of-own-document")
                .is_true(|request| {
                    let text = String::from_utf8_lossy(request.body_ref()).into_owned();
                    let wanted = [
                        "name=\"file\"; filename=\"label.zpl\"\r\nContent-Type: application/zpl\r\n\r\n^XA^XZ\r\n",
                        "name=\"file_type\"\r\n\r\nlabel\r\n",
                        "name=\"copies\"\r\n\r\n3\r\n",
                    ];
                    wanted.iter().all(|part| text.contains(part)) && text.matches("file_type").count() == 1
                });
            then.status(201).json_body(json!({"id": "f-1"}));
        })
        .await;
    let connection = connection(&server);
    let stream = futures_util::stream::iter(["^XA", "^XZ"].map(Ok::<_, std::io::Error>));
    for upload in [
        trackstar_api::Upload::from("^XA^XZ"),
        trackstar_api::Upload::stream(stream),
    ] {
        let attached = connection
            .create_order_file("o-1")
            .file(upload.file_name("label.zpl").media_type("application/zpl"))
            .file_type("invoice")
            .file_type("label")
            .copies(3)
            .send()
            .await
            .unwrap();
        assert_eq!(attached.id, "f-1");
    }
    mock.assert_calls_async(2).await;
    let error = connection
        .create_order_file("o-1")
        .send()
        .await
        .expect_err("no file");
    assert!(
        error
            .to_string()
            .contains("`file` is not set: call `.file(…)`"),
        "{error}"
    );
}

#[tokio::test]
async fn retries_uploads_of_bytes_but_not_of_streams() {
    use trackstar_api::Upload;

    let server = MockServer::start_async().await;
    let mock = server.mock_async(|when, then| {
        when.method(Method::POST)
            .body_includes("\r\n\r\n^XA^XZ\r\n")
            .body_includes("\r\n\r\nlabel\r\n");
        then.status(429).header("retry-after", "0");
    });
    let mock = mock.await;
    let stream = || {
        Upload::stream(futures_util::stream::iter(
            ["^XA^XZ"].map(Ok::<_, std::io::Error>),
        ))
    };
    for (file, attempts) in [(Upload::from("^XA^XZ"), 3), (stream(), 1)] {
        let call = connection(&server)
            .create_order_file("o")
            .file(file)
            .file_type("label");
        let error = call.send().await.expect_err("refused");
        assert_eq!(error.attempts().len(), attempts, "{error}");
        assert_eq!(
            error.to_string().contains("the body is a stream"),
            attempts == 1,
            "{error}"
        );
    }
    mock.assert_calls_async(4).await;
}

#[tokio::test]
async fn escapes_part_and_file_names() {
    let server = MockServer::start_async().await;
    let mock = server.mock_async(|when, then| {
        when.method(Method::POST)
            .path("/orders/o-1/file")
            .is_true(|request| {
                let text = String::from_utf8_lossy(request.body_ref()).into_owned();
                let wanted = [
                    "form-data; name=\"file\"; filename=\"a%22b ü.pdf\"\r\n",
                    "form-data; name=\"Größe %22in%22 cm\"\r\n\r\n7\r\n",
                ];
                wanted.iter().all(|part| text.contains(part))
            });
        then.status(201).json_body(json!({"id": "f-1"}));
    });
    let mock = mock.await;
    let attach = |name: &str| {
        let file = trackstar_api::Upload::from("x").file_name(name);
        connection(&server)
            .create_order_file("o-1")
            .file(file)
            .größe_in_cm("7")
            .send()
    };
    attach("a\"b ü.pdf").await.unwrap();
    for name in ["a\"b\r\nX: y", "a\u{0}b", "a\nb", "a\u{7f}"] {
        let text = attach(name)
            .await
            .expect_err("a control character")
            .to_string();
        assert!(
            text.contains("`file`") && text.contains("control character"),
            "{text}"
        );
    }
    mock.assert_calls_async(1).await;
}

#[tokio::test]
async fn upload_of_wrong_length_fails() {
    use trackstar_api::Upload;

    let server = MockServer::start_async().await;
    let mock = server.mock_async(|when, then| {
        when.method(Method::POST)
            .body_includes("\r\n\r\n^XA^XZ\r\n");
        then.status(201).json_body(json!({"id": "f-1"}));
    });
    let mock = mock.await;
    let attach = |file: Upload| connection(&server).create_order_file("o").file(file);
    let stream = |chunks: &'static [&'static str]| {
        Upload::stream(futures_util::stream::iter(
            chunks.iter().copied().map(Ok::<_, std::io::Error>),
        ))
    };
    let chunks = &["^XA", "", "^XZ", ""];
    attach(stream(chunks).length(6))
        .with_retries(RetryPolicy::never())
        .send()
        .await
        .unwrap();
    mock.assert_async().await;
    for (length, told) in [
        (3, "longer than the 3 bytes"),
        (5, "longer"),
        (7, "shorter than the 7"),
        (0, "longer"),
    ] {
        for upload in [stream(chunks), Upload::from("^XA^XZ")] {
            let call = attach(upload.length(length)).with_retries(RetryPolicy::never());
            let text = call.send().await.expect_err(told).to_string();
            assert!(text.contains(told), "{length}: {text}");
        }
    }
    mock.assert_calls_async(1).await;
}

#[tokio::test]
async fn failed_upload_source_is_not_a_connect_error() {
    use futures_util::StreamExt;
    use trackstar_api::Upload;

    // The source is a download from a closed port.
    let inner = reqwest::get("http://127.0.0.1:1").await;
    assert!(inner.expect_err("the port is closed").is_connect());
    for length in [None, Some(100)] {
        let has_read = Arc::new(Notify::new());
        let read = Arc::clone(&has_read);
        let server = FaultServer::raw(move |mut stream| {
            let (read, mut bytes) = (Arc::clone(&read), Vec::new());
            async move {
                while !String::from_utf8_lossy(&bytes).contains("first chunk") {
                    stream.read_buf(&mut bytes).await.unwrap();
                }
                read.notify_one();
                let _end = stream.read_buf(&mut bytes).await;
            }
        });
        let server = server.await.unwrap();
        let failing = futures_util::stream::once(async move {
            has_read.notified().await;
            reqwest::get("http://127.0.0.1:1").await.map(|_| "never")
        });
        let first = futures_util::stream::iter([Ok("first chunk")]);
        let mut upload = Upload::stream(first.chain(failing));
        if let Some(length) = length {
            upload = upload.length(length);
        }
        let client = builder(server.base_url()).build().unwrap();
        let call = connection_of(&client)
            .create_order_file("o")
            .file(upload)
            .file_type("label");
        let error = call.send().await.expect_err("the source failed");
        // The server has received the beginning of the body.
        assert!(error.outcome_unknown() && !error.is_connect(), "{error}");
        assert!(!error.to_string().contains("nothing was sent"), "{error}");
        assert_eq!(error.attempts().len(), 1, "{error}");
    }
}
