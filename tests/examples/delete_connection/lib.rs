//! The example in the README. To run it, use `cargo run --example delete_connection`.
