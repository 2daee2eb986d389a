//! Fuzzes the client with arbitrary bytes as a response. To run this, go to `trackstar-api`:
//!
//! ```sh
//! cargo +nightly fuzz run answer -- -max_total_time=60 -max_len=65536
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| trackstar_api::fuzz::answer(input));
