//! Runs a program of the README against the mock server.

use std::process::{Command, exit};

use trackstar_api::mock::MockServer;
use trackstar_api::{AccessToken, ApiKey};

mod orders {
    trackstar_api::include_operations!();
}

/// Credentials of the program and of the mock server.
const KEY: &str = "api-key-of-the-readme";
const TOKEN: &str = "access-token-of-the-readme";

fn main() {
    let program = std::env::args_os().nth(1).expect("name a program");
    let server: MockServer = orders::mock::server()
        .api_key(ApiKey::new(KEY).unwrap())
        .token(AccessToken::new(TOKEN).unwrap())
        .start_blocking()
        .unwrap();
    let status = Command::new(program)
        .env("TRACKSTAR_BASE_URL", server.base_url())
        .env("TRACKSTAR_API_KEY", KEY)
        .env("TRACKSTAR_ACCESS_TOKEN", TOKEN)
        .status()
        .unwrap();
    assert!(!server.requests().is_empty(), "the program sent nothing");
    for request in server.requests() {
        println!("{} {}: {}", request.method(), request.path(), request.status());
        assert_eq!(request.status(), 200);
    }
    exit(status.code().unwrap_or(1));
}
