//! Builds the client from the options, the environment and the profile.

use trackstar_api::__rt::{CallContext, HasContext as _};
use trackstar_api::mock::MockServer;
use trackstar_api::{AccessToken, ApiKey, Client, Error, RetryPolicy};

use super::credentials::{self, Found};
use super::exit::Failure;
use super::mock;
use super::operation::Operation;
use super::options::{Options, variable};
use super::profile::Profile;
use super::report::Reporter;
use super::watch::{Trace, Watch};

/// A placeholder for a credential that is missing in a dry run, or that the operation does not need.
const NONE: &str = "none";

/// A configured context, with the details that messages to the user need.
pub(super) struct Connected {
    pub(super) context: CallContext,
    /// A line that names the source of the access token. The confirmation prints it after the URL.
    pub(super) on_behalf: String,
    pub(super) trace: Trace,
    /// Keeps the mock server running until the call ends.
    _mock: Option<MockServer>,
}

/// Resolves the credentials and the base URL, and builds the client. Sends nothing.
pub(super) fn connect(
    operation: &Operation,
    options: &Options,
    profile: Option<&Profile>,
    reporter: Reporter,
) -> Result<Connected, Failure> {
    let mock = options.mock.then(|| mock::start(operation)).transpose()?;
    let (key, token, base_url) = if let Some(mock) = &mock {
        reporter.note("an embedded server stands in for the API: what it answers is made up");
        let key = Found::of_mock(mock.api_key().clone());
        let token = Found::of_mock(mock.new_token()?);
        (key, token, Some(mock.base_url()))
    } else {
        let key = credentials::api_key(options, profile, reporter)?;
        let key = needed(key, "API key", ApiKey::new, options, reporter)?;
        let token = if operation.needs_token {
            let token = credentials::access_token(options, profile, reporter)?;
            needed(token, "access token", AccessToken::new, options, reporter)?
        } else {
            // The operation does not send an access token.
            Found::none(AccessToken::new(NONE)?)
        };
        (key, token, base_url(options, profile)?)
    };
    let trace = Trace::default();
    let mut builder = Client::builder(key.value)
        .app_info("trackstar-cli", env!("CARGO_PKG_VERSION"))?
        .middleware(Watch {
            trace: trace.clone(),
            reporter,
        });
    if let Some(url) = base_url {
        builder = builder.base_url(url)?;
    }
    if options.allow_insecure {
        builder = builder.allow_insecure();
    }
    if let Some(attempts) = options.attempts {
        builder = builder.retries(RetryPolicy::default().attempts(attempts));
    }
    if let Some(timeout) = options.timeout {
        // Allow a single attempt to use the whole timeout.
        builder = builder.timeout(timeout).attempt_timeout(timeout);
    }
    let client = builder.build()?;
    let (context, on_behalf) = if operation.needs_token {
        let on_behalf = format!("\nwith the access token of {}", token.from);
        reporter.detail(&format!("  the access token is that of {}", token.from));
        let connection = client.connection(token.value);
        (connection.context().clone(), on_behalf)
    } else {
        (client.context().clone(), String::new())
    };
    reporter.detail(&format!("  the API key is that of {}", key.from));
    Ok(Connected {
        context,
        on_behalf,
        trace,
        _mock: mock,
    })
}

/// Returns the base URL from the first source that sets one: the flag, a profile that a flag selected, the
/// environment, any other profile.
fn base_url(options: &Options, profile: Option<&Profile>) -> Result<Option<String>, Failure> {
    if let Some(url) = &options.base_url {
        return Ok(Some(url.clone()));
    }
    let of_profile = profile.and_then(|profile| profile.base_url.clone());
    let of_environment = variable("TRACKSTAR_BASE_URL")?;
    Ok(if profile.is_some_and(|profile| profile.by_flag) {
        of_profile.or(of_environment)
    } else {
        of_environment.or(of_profile)
    })
}

fn needed<T>(
    found: Option<Found<T>>,
    what: &str,
    new: impl FnOnce(&'static str) -> Result<T, Error>,
    options: &Options,
    reporter: Reporter,
) -> Result<Found<T>, Failure> {
    if let Some(found) = found {
        return Ok(found);
    }
    let variable = format!("TRACKSTAR_{}", what.to_uppercase().replace(' ', "_"));
    if options.dry_run {
        reporter.note(&format!(
            "there is no {what} yet: set {variable}, or use a profile"
        ));
        let from = "nowhere".to_owned();
        return Ok(Found {
            value: new(NONE)?,
            from,
        });
    }
    let flag = what.to_lowercase().replace(' ', "-");
    Err(Failure::usage(format!(
        "there is no {what}: set {variable}, or {variable}_FILE to a file that holds it, or give \
         --{flag}-file, or a profile that has it (see `trackstar --help`)"
    )))
}
