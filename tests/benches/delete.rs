//! What the client costs over the same request written by hand on reqwest: time and allocations of
//! one delete, on loopback with keep-alive.
//!
//! ```sh
//! cargo bench --package trackstar-tests
//! ```
//!
//! Both run on the same thread of the same process against the same server, and the allocations
//! counted are those of that thread. The two take turns (`a` and `b`), so that a machine that slows
//! down slows both.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use divan::{AllocProfiler, Bencher};
use serde::Deserialize;
use tokio::runtime::Runtime;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::reexports::reqwest_0_13::header::{ACCEPT, HeaderValue};
use trackstar_api::{AccessToken, Connection};
use trackstar_tests::{ACCESS_TOKEN, API_KEY};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

const REPLY: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req-1\r\n\
    content-length: 57\r\n\r\n{\"id\": \"conn-1\", \"object\": \"connection\", \"deleted\": true}";

fn main() {
    divan::main();
}

/// The address of a server that answers every request with [`REPLY`] and allocates nothing.
fn server() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                std::thread::spawn(move || answer_all(stream.unwrap()));
            }
        });
        address
    })
}

fn answer_all(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0; 4096];
    let mut filled = 0;
    while let Ok(count) = stream.read(&mut buffer[filled..]) {
        if count == 0 {
            return;
        }
        filled += count;
        if buffer[..filled].ends_with(b"\r\n\r\n") {
            filled = 0;
            if stream.write_all(REPLY).is_err() {
                return;
            }
        }
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

#[derive(Deserialize)]
#[allow(
    dead_code,
    reason = "what a user would decode, whether or not it is read"
)]
struct Body {
    id: String,
    object: String,
    deleted: bool,
}

/// As a careful user writes it: a pooled client, a timeout, sensitive headers, the status checked,
/// the request id kept, the body decoded.
async fn by_hand(http: &reqwest::Client, base_url: &str) -> (Body, Option<HeaderValue>) {
    let secret = |text: &'static str| {
        let mut value = HeaderValue::from_static(text);
        value.set_sensitive(true);
        value
    };
    let response = http
        .delete(format!("{base_url}/connections"))
        .header(ACCEPT, "application/json")
        .header("x-trackstar-api-key", secret(API_KEY))
        .header("x-trackstar-access-token", secret(ACCESS_TOKEN))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let request_id = response.headers().get("x-request-id").cloned();
    let deleted = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    (deleted, request_id)
}

fn bench_by_hand(bencher: Bencher<'_, '_>) {
    let (runtime, base_url) = (runtime(), server());
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(60))
        .user_agent("hand-written/0.1.0")
        .build()
        .unwrap();
    bencher.bench_local(|| runtime.block_on(by_hand(&http, base_url)));
}

fn bench_client(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let client = trackstar_tests::builder(server()).unwrap().build().unwrap();
    let connection: Connection = client.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
    bencher.bench_local(|| {
        runtime
            .block_on(connection.delete_connection().send())
            .unwrap()
    });
}

#[divan::bench(sample_count = 1000, sample_size = 20)]
fn a1_reqwest_by_hand(bencher: Bencher<'_, '_>) {
    bench_by_hand(bencher);
}

#[divan::bench(sample_count = 1000, sample_size = 20)]
fn a2_trackstar_api(bencher: Bencher<'_, '_>) {
    bench_client(bencher);
}

#[divan::bench(sample_count = 1000, sample_size = 20)]
fn b1_reqwest_by_hand(bencher: Bencher<'_, '_>) {
    bench_by_hand(bencher);
}

#[divan::bench(sample_count = 1000, sample_size = 20)]
fn b2_trackstar_api(bencher: Bencher<'_, '_>) {
    bench_client(bencher);
}
