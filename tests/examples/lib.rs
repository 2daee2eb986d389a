//! Examples for `trackstar-api`. To run one of them, use `cargo run --example NAME`.
//!
//! | example | what it shows |
//! | --- | --- |
//! | `delete_connection` | how to delete a connection, using an embedded mock server or a real one |
//! | `delete_many` | how to delete all connections listed in a CSV file, with a journal for resuming |
//! | `multi_tenant` | how to use a single client in an axum service, with a connection for each tenant |
//! | `own_http_client` | how to use your own HTTP client, for example with a proxy |
//! | `testing_with_the_mock` | how to test your own service |
//! | `traces_on_the_console` | how to get spans, events and metrics |
