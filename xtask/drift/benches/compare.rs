//! Benchmarks of a comparison: of two versions of a whole document, and of documents of increasing size.
//! The time should grow linearly.
//!
//! ```sh
//! cargo bench --package trackstar-drift
//! ```

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot run has nothing to report"
)]

#[path = "../../../openapi/benches/support/mod.rs"]
mod support;

use std::path::Path;

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use serde_json::Value;
use trackstar_drift::{Scope, compare};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// Compares documents with 80, 320 and 1280 operations. The throughput should be equal.
#[divan::bench(args = [1, 4, 16], sample_count = 10)]
fn synthetic(bencher: Bencher<'_, '_>, size: usize) {
    let text = support::text(size);
    let base: Value = serde_json::from_str(&text).unwrap();
    let edited = text
        .replace("\"integer\"", "\"number\"")
        .replace("\"cm\"", "\"mm\"");
    let revision: Value = serde_json::from_str(&edited).unwrap();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| compare(&base, &revision, &Scope::All).unwrap());
}

/// Compares the two latest versions of the published document, if they are available.
#[divan::bench(sample_count = 20)]
fn published(bencher: Bencher<'_, '_>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs");
    let read = |name: &str| -> Option<Value> {
        let text = std::fs::read_to_string(folder.join(name)).ok()?;
        serde_json::from_str(&text).ok()
    };
    let base = read("trackstar-2025-03-13.json");
    let revision = read("trackstar-2025-10-13.json");
    let (Some(base), Some(revision)) = (base, revision) else {
        // Without the published documents, only the synthetic ones are measured.
        return;
    };
    bencher.bench_local(|| compare(&base, &revision, &Scope::All).unwrap());
}
