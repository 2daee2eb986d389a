//! Example programs for `trackstar-api`. Run each with `cargo run --example NAME`.
//!
//! | example | content |
//! | --- | --- |
//! | `delete_connection` | one delete, against an embedded mock server or the real one |
//! | `delete_many` | deletes from a CSV file, with a journal from which the program resumes |
//! | `multi_tenant` | an axum service with one client, a connection per tenant, and errors for callers |
//! | `own_http_client` | a custom HTTP client, here with a proxy |
//! | `testing_with_the_mock` | tests of your own service |
//! | `traces_on_the_console` | spans, events and metrics |
