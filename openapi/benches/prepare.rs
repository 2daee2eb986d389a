//! Measures the preparation of documents of several sizes. The time should grow linearly.
//!
//! ```sh
//! cargo bench --package trackstar-openapi
//! ```

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

mod support;

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use trackstar_openapi::{Preparation, Source};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// 80, 320 and 1280 operations. The throughput should be the same.
#[divan::bench(args = [1, 4, 16], sample_count = 10)]
fn prepare(bencher: Bencher<'_, '_>, size: usize) {
    run(bencher, size, false);
}

#[divan::bench(args = [1, 4, 16], sample_count = 10)]
fn with_variants(bencher: Bencher<'_, '_>, size: usize) {
    run(bencher, size, true);
}

fn run(bencher: Bencher<'_, '_>, size: usize, variants: bool) {
    let text = support::text(size);
    let source = Source {
        name: "synthetic.json",
        text: &text,
    };
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| Preparation::new(source).variants(variants).run().unwrap());
}
