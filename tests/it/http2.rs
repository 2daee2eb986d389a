//! Requests that an HTTP/2 server rejects or aborts, at the level of frames (RFC 9113). Tokio's
//! time is paused.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{Attempt, Connection, RetryPolicy};
use trackstar_tests::{FaultServer, builder, connection_of};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
pub(crate) const GOAWAY: u8 = 7;

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;

/// How a server handles a request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Good,
    /// Resets the stream with this error code.
    Reset(u32),
    /// Sends GOAWAY with this error code and a last stream ID below this stream.
    Away(u32),
    /// Sends GOAWAY with a last stream ID that includes this stream.
    AwayBehind,
    Silence,
    /// Sends response headers, then resets the stream with `REFUSED_STREAM`.
    Late,
}

struct Server {
    _listening: FaultServer,
    connection: Connection,
    /// The number of received requests.
    arrived: Arc<AtomicUsize>,
}

/// Starts a server that handles requests in these ways. The last way is repeated.
async fn serving(fates: &'static [Fate]) -> Server {
    let arrived = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&arrived);
    let server = FaultServer::raw(move |stream| {
        let count = Arc::clone(&count);
        async move {
            let next = || fates[count.fetch_add(1, Ordering::SeqCst).min(fates.len() - 1)];
            let _gone = serve(stream, next).await;
        }
    });
    let server = server.await.unwrap();
    let own = reqwest::Client::builder().http2_prior_knowledge();
    let client = builder(server.base_url()).unwrap().reqwest_0_13(own);
    let client = client.attempt_timeout(Duration::from_secs(5)).build();
    Server {
        _listening: server,
        connection: connection_of(&client.unwrap()).unwrap(),
        arrived,
    }
}

async fn serve(mut stream: TcpStream, next: impl Fn() -> Fate) -> io::Result<()> {
    accept(&mut stream).await?;
    loop {
        let id = next_request(&mut stream).await?;
        meet(&mut stream, id, next()).await?;
    }
}

/// Begins an HTTP/2 connection.
pub(crate) async fn accept(stream: &mut TcpStream) -> io::Result<()> {
    // With Nagle's algorithm, the paused clock would advance while the kernel waits.
    stream.set_nodelay(true)?;
    let mut preface = [0; PREFACE.len()];
    stream.read_exact(&mut preface).await?;
    assert_eq!(preface, PREFACE);
    write(stream, SETTINGS, 0, 0, &[]).await
}

/// Reads frames until a request begins, and returns the ID of its stream.
pub(crate) async fn next_request(stream: &mut TcpStream) -> io::Result<u32> {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [high, middle, low, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, high, middle, low]) as usize];
        stream.read_exact(&mut payload).await?;
        match kind {
            SETTINGS if flags == 0 => write(stream, SETTINGS, 1, 0, &[]).await?,
            HEADERS => return Ok(u32::from_be_bytes(id)),
            _ => {}
        }
    }
}

async fn meet(stream: &mut TcpStream, id: u32, fate: Fate) -> io::Result<()> {
    let away = |last: u32, reason: u32| [last.to_be_bytes(), reason.to_be_bytes()].concat();
    match fate {
        Fate::Good => {
            // `:status: 200`, index 8 of HPACK's static table.
            write(stream, HEADERS, 4, id, &[0x88]).await?;
            let body = br#"{"id": "conn-1", "object": "connection", "deleted": true}"#;
            write(stream, DATA, 1, id, body).await
        }
        Fate::Reset(reason) => write(stream, RST_STREAM, 0, id, &reason.to_be_bytes()).await,
        Fate::Away(reason) => write(stream, GOAWAY, 0, 0, &away(id - 1, reason)).await,
        Fate::AwayBehind => {
            write(stream, GOAWAY, 0, 0, &away(id, NO_ERROR)).await?;
            stream.shutdown().await
        }
        Fate::Silence => Ok(()),
        Fate::Late => {
            write(stream, HEADERS, 4, id, &[0x88]).await?;
            write(stream, RST_STREAM, 0, id, &REFUSED_STREAM.to_be_bytes()).await
        }
    }
}

pub(crate) async fn write(
    stream: &mut TcpStream,
    kind: u8,
    flags: u8,
    id: u32,
    payload: &[u8],
) -> io::Result<()> {
    let [_, length @ ..] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let frame = [&length[..], &[kind, flags], &id.to_be_bytes(), payload].concat();
    stream.write_all(&frame).await
}

#[tokio::test(start_paused = true)]
async fn refused_streams_are_retried_for_every_method() {
    for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
        let server = serving(&[Fate::Reset(REFUSED_STREAM), Fate::Good]).await;
        let call = server.connection.request(method.clone(), "/things");
        call.json(&[1]).send().await.expect("the second is good");
        assert_eq!(server.arrived.load(Ordering::SeqCst), 2, "{method}");

        let server = serving(&[Fate::Reset(REFUSED_STREAM)]).await;
        let call = server.connection.request(method.clone(), "/things");
        let error = call.json(&[1]).send().await.expect_err("rejected");
        assert!(
            !error.outcome_unknown() && error.is_interrupted(),
            "{error}"
        );
        assert!(!error.is_connect() && !error.is_timeout(), "{error}");
        assert!(
            error.to_string().contains("nothing was done: try again"),
            "{error}"
        );
        // Every retry is reported.
        assert_eq!(error.attempts().len(), 3, "{error}");
        assert_eq!(server.arrived.load(Ordering::SeqCst), 3, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn aborted_streams_are_retried_if_safe_and_unknown() {
    for fates in [
        &[Fate::Reset(INTERNAL_ERROR)],
        &[Fate::Reset(CANCEL)],
        &[Fate::Away(INTERNAL_ERROR)],
        // Hyper reports the same error for streams that the server still processes.
        &[Fate::Away(NO_ERROR)],
        &[Fate::AwayBehind],
        &[Fate::Silence],
    ] {
        let server = serving(fates).await;
        let error = server.connection.delete_connection().send().await;
        let error = error.expect_err("never answered");
        assert!(
            error.outcome_unknown() && !error.is_connect(),
            "{fates:?} {error}"
        );
        assert_eq!(server.arrived.load(Ordering::SeqCst), 3, "{fates:?}");

        let server = serving(fates).await;
        let error = server.connection.request(Method::POST, "/things");
        let error = error.send().await.expect_err("never answered");
        assert!(error.outcome_unknown(), "{fates:?} {error}");
        assert_eq!(server.arrived.load(Ordering::SeqCst), 1, "{fates:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn refused_retry_keeps_outcome_unknown() {
    let server = serving(&[Fate::Silence, Fate::Reset(REFUSED_STREAM)]).await;
    let error = server.connection.delete_connection().send().await;
    let error = error.expect_err("no success among them");
    assert!(error.outcome_unknown(), "{error}");
    let text = error.to_string();
    assert!(text.contains("nothing was done this time"), "{text}");
    let unknown: Vec<bool> = error
        .attempts()
        .iter()
        .map(Attempt::outcome_unknown)
        .collect();
    assert_eq!(unknown, [true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn no_hidden_retry_without_retries() {
    let server = serving(&[Fate::Reset(REFUSED_STREAM), Fate::Good]).await;
    let call = server.connection.delete_connection();
    let error = call.with_retries(RetryPolicy::never()).send().await;
    assert!(!error.expect_err("refused").outcome_unknown());
    assert_eq!(server.arrived.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn reset_after_response_headers_is_not_refused() {
    let server = serving(&[Fate::Late]).await;
    let error = server
        .connection
        .request(Method::POST, "/things")
        .send()
        .await;
    let error = error.expect_err("not whole");
    assert_eq!(error.status().unwrap(), 200);
    assert!(!error.to_string().contains("it did nothing"), "{error}");
    assert_eq!(server.arrived.load(Ordering::SeqCst), 1);
}
