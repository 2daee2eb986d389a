//! Programs to learn `trackstar-api` from; each is a `cargo run --example` of its own.
//!
//! | example | what it shows |
//! | --- | --- |
//! | `delete_connection` | one delete, against an embedded server or the real one |
//! | `delete_many` | a list of connections from a CSV file, with a journal to resume from |
//! | `multi_tenant` | a service on axum: one client, a connection a tenant, errors for callers |
//! | `own_http_client` | an HTTP client of one's own, here with a proxy |
//! | `testing_with_the_mock` | tests of a service of one's own |
//! | `traces_on_the_console` | spans, events and counters |
