//! The `trackstar mock` command, which runs a mock server that can be used with any programming
//! language.

use clap::ArgMatches;
use trackstar_api::mock::{Document, MockServer};

use super::document::program;
use super::exit::Failure;
use super::operation::Operation;
use super::options::Options;
use super::profile::Profile;
use super::report::Reporter;
use super::{call, credentials, output, signals};

/// The port to use by default.
pub(super) const PORT: &str = "4010";

/// Starts a mock server for the document of a single operation.
pub(super) fn start(operation: &Operation) -> Result<MockServer, Failure> {
    let document: &'static Document =
        Box::leak(Box::new(Document::new(call::leak(&operation.document))));
    document
        .server()
        .start_blocking()
        .map_err(|error| Failure::local(error.to_string()))
}

/// Runs the mock server until we receive a signal.
pub(super) fn serve(
    matches: &ArgMatches,
    options: &Options,
    reporter: Reporter,
) -> Result<(), Failure> {
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    let profile = Profile::find(options)?;
    let text = program().mock()?;
    let document: &'static Document = Box::leak(Box::new(Document::new(call::leak(&text))));
    let mut builder = document.server().port(port);
    let own_key = credentials::api_key(options, profile.as_ref(), reporter)?;
    let own_token = credentials::access_token(options, profile.as_ref(), reporter)?;
    let (has_key, has_token) = (own_key.is_some(), own_token.is_some());
    if let Some(key) = own_key {
        reporter.note(&format!("using the API key from {}", key.from));
        builder = builder.api_key(key.value);
    }
    if let Some(token) = own_token {
        reporter.note(&format!("using the access token from {}", token.from));
        builder = builder.token(token.value);
    }
    let server = builder
        .start_blocking()
        .map_err(|error| Failure::local(error.to_string()))?;
    let mut lines = vec![format!(
        "serving {} at {}",
        program().name(),
        server.base_url()
    )];
    // It's fine to print these, since they are only valid for this mock server.
    if !has_key {
        lines.push(format!("x-trackstar-api-key: {MOCK_KEY}"));
    }
    if !has_token {
        let token = trackstar_api::AccessToken::new(MOCK_TOKEN)?;
        server.admit(&token);
        lines.push(format!("x-trackstar-access-token: {MOCK_TOKEN}"));
    }
    lines.push("stop with Ctrl-C".to_owned());
    let written = output::write(&lines.join("\n"));
    written
        .map_err(|error| Failure::local(format!("failed to write to standard output: {error}")))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime
        .map_err(|error| Failure::local(format!("failed to start the event loop: {error}")))?;
    runtime.block_on(signals::interrupted());
    Ok(())
}

/// The API key to use by default.
const MOCK_KEY: &str = "mock-api-key";
/// The access token of the first connection.
const MOCK_TOKEN: &str = "mock-access-token";
