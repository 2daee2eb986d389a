//! Creates the client, using options, environment variables and the profile.

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

/// Stands in for a credential that isn't needed, either because it's a dry run or because the
/// operation doesn't use it.
const NONE: &str = "none";

/// A client, and what we need to tell the user about it.
pub(super) struct Connected {
    pub(super) context: CallContext,
    /// Says where the access token comes from. It's shown after the URL when asking for
    /// confirmation.
    pub(super) on_behalf: String,
    pub(super) trace: Trace,
    /// This keeps the mock server running until the call has ended.
    _mock: Option<MockServer>,
}

/// Creates the client, including its credentials and base URL. This doesn't send anything.
pub(super) fn connect(
    operation: &Operation,
    options: &Options,
    profile: Option<&Profile>,
    reporter: Reporter,
) -> Result<Connected, Failure> {
    let mock = options.mock.then(|| mock::start(operation)).transpose()?;
    let (key, token, base_url) = if let Some(mock) = &mock {
        reporter.note("using an embedded mock server: its responses are made up");
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
            // The operation doesn't need an access token.
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
        // A single attempt may use up all of the time.
        builder = builder.timeout(timeout).attempt_timeout(timeout);
    }
    let client = builder.build()?;
    let (context, on_behalf) = if operation.needs_token {
        let on_behalf = format!("\nusing the access token from {}", token.from);
        reporter.detail(&format!("  using the access token from {}", token.from));
        let connection = client.connection(token.value);
        (connection.context().clone(), on_behalf)
    } else {
        (client.context().clone(), String::new())
    };
    reporter.detail(&format!("  using the API key from {}", key.from));
    Ok(Connected {
        context,
        on_behalf,
        trace,
        _mock: mock,
    })
}

/// Returns the base URL. In order of precedence, it comes from the flag, from a profile that was
/// selected with a flag, from the environment, or from any other profile.
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
            "no {what} found: set {variable}, or use a profile"
        ));
        let from = "nowhere".to_owned();
        return Ok(Found {
            value: new(NONE)?,
            from,
        });
    }
    let flag = what.to_lowercase().replace(' ', "-");
    Err(Failure::usage(format!(
        "no {what} found: set {variable} or {variable}_FILE, use --{flag}-file, or add it to a \
         profile (see `trackstar --help`)"
    )))
}
