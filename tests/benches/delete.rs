//! Compares the client with the same request written by hand on reqwest: time and allocations of
//! one delete, on loopback with keep-alive.
//!
//! ```sh
//! cargo bench --package trackstar-benches
//! ```
//!
//! Both run on the same thread against the same server, and only the allocations of that thread are
//! counted. They alternate (`a` and `b`), so that a slow machine affects both.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

mod hand;

use divan::{AllocProfiler, Bencher};
use hand::{by_hand, runtime, server};
use trackstar_api::prelude::*;

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn bench_by_hand(bencher: Bencher<'_, '_>) {
    let (runtime, base_url) = (runtime(), server());
    let http = hand::http();
    bencher.bench_local(|| runtime.block_on(by_hand(&http, base_url)));
}

fn bench_client(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let connection = hand::connection(server(), "token");
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
