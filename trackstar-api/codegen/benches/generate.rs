//! What the generation of a client takes, by the size of its document: it is to grow as the document
//! does. The document is the one that the preparation is measured with.
//!
//! ```sh
//! cargo bench --package trackstar-build
//! ```

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

#[path = "../../../openapi/benches/support/mod.rs"]
mod support;

use divan::{AllocProfiler, Bencher};
use trackstar_build::Settings;
use trackstar_openapi::{Preparation, Source};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// 80, 320 and 1280 operations.
#[divan::bench(args = [1, 4, 16], sample_count = 3)]
fn generate(bencher: Bencher<'_, '_>, size: usize) {
    let text = support::text(size);
    let source = Source {
        name: "synthetic.json",
        text: &text,
    };
    let prepared = Preparation::new(source).run().unwrap();
    let settings = Settings::default();
    bencher.bench_local(|| trackstar_build::client(&prepared, &settings).unwrap());
}
