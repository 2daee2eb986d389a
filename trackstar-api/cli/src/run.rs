//! Runs a subcommand.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::Value;
use trackstar_api::{Error, Response};

use super::arguments;
use super::call::{self, Ready, Received};
use super::check::Checked;
use super::connect::{Connected, connect};
use super::exit::{Exit, Failure, Problem};
use super::operation::{Body, Operation};
use super::options::{ALL, Format, Options, TEMPLATE};
use super::output::{self, Output, Read};
use super::profile::Profile;
use super::report::Reporter;
use super::watch::{Sent, Trace};
use super::{columns, confirm, dry_run, outcome, signals, text};

/// Runs the subcommand for an operation.
pub(super) fn run(
    operation: &'static Operation,
    matches: &ArgMatches,
    options: &Options,
    reporter: &mut Reporter,
) -> Result<(), Failure> {
    if operation.body == Body::Json && matches.get_flag(TEMPLATE) {
        return template(operation);
    }
    let profile = Profile::find(options)?;
    let output = Output::new(options, profile.as_ref());
    let asked = options.output.or(profile.as_ref().and_then(|it| it.output));
    reporter.json = asked == Some(Format::Json);
    let reporter = *reporter;
    if let Some(names) = &options.columns {
        columns::check(operation, names)?;
    }
    let arguments = arguments::read(operation, matches, reporter)?;
    let secrets = arguments.secrets.clone();
    let connected = connect(operation, options, profile.as_ref(), reporter)?;
    let with_secrets = |failure| Failure {
        secrets: secrets.clone(),
        ..failure
    };
    let ready = Ready::new(operation, &connected.context, &arguments);
    let request = Checked::of(operation, &ready, &arguments).map_err(with_secrets)?;
    request.check(operation).map_err(with_secrets)?;
    if options.dry_run {
        let shown = dry_run::shown(output.format, operation, &arguments, &request);
        return written(output::write(&shown)).map(drop);
    }
    if !options.mock && !options.yes && confirm::is_due(operation) {
        confirm::ask(operation, &request, &connected.on_behalf)?;
    }
    let all = operation.paged && matches.get_flag(ALL);
    send(operation, &connected, &output, ready, all, reporter).map_err(with_secrets)
}

/// Prints a template for the body.
fn template(operation: &Operation) -> Result<(), Failure> {
    let template = operation
        .contract
        .template(&operation.known, &operation.media_type);
    let template = template.map_err(|error| Failure::usage(error.to_string()))?;
    written(output::write(&text::json(&format!("{template:#}")))).map(drop)
}

/// Sends the call and waits until it completes or is interrupted by a signal.
fn send(
    operation: &'static Operation,
    connected: &Connected,
    output: &Output,
    ready: Ready,
    all: bool,
    reporter: Reporter,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime
        .map_err(|error| Failure::local(format!("failed to start the event loop: {error}")))?;
    let trace = connected.trace.clone();
    signals::insist(move |exit| reporter.fail(&interrupted(operation, &trace, exit)));
    let result = runtime.block_on(async {
        let call = Box::pin(call(operation, output, ready, all, reporter));
        tokio::select! {
            biased;
            result = call => result,
            exit = signals::interrupted() => Err(interrupted(operation, &connected.trace, exit)),
        }
    });
    // There may still be a DNS lookup, but we don't need its result.
    runtime.shutdown_background();
    result
}

async fn call(
    operation: &Operation,
    output: &Output,
    ready: Ready,
    all: bool,
    reporter: Reporter,
) -> Result<(), Failure> {
    if all {
        let shown = call_all(output, ready, reporter).await;
        return shown.map_err(Failure::of_call)?;
    }
    let response = ready.send(operation).await.map_err(Failure::of_call)?;
    show(operation, output, &response, reporter)
}

/// Prints all items of a list. JSON is printed as it arrives, but a table can only be printed at
/// the end.
async fn call_all(
    output: &Output,
    ready: Ready,
    reporter: Reporter,
) -> Result<Result<(), Failure>, Error> {
    let progress = progress(output.format);
    let mut rows: Vec<Value> = Vec::new();
    let (mut count, mut outcome, mut called) = (0_u64, Ok(Read::Yes), Ok(()));
    let mut pages = ready.pages();
    'pages: while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                called = Err(error);
                break;
            }
        };
        for item in call::items(&page.0).unwrap_or_default() {
            count += 1;
            progress.set_position(count);
            if output.format == Format::Table {
                rows.push(item.clone());
                continue;
            }
            outcome = Output::line(item);
            if !matches!(outcome, Ok(Read::Yes)) {
                break 'pages;
            }
        }
    }
    progress.finish_and_clear();
    // If the list ended with an error, print what we have before reporting it.
    if output.format == Format::Table && matches!(outcome, Ok(Read::Yes)) {
        outcome = output.rows(&rows);
    }
    reporter.detail(&format!("  {count} items"));
    called.map(|()| written(outcome).map(drop))
}

/// Creates a progress bar that counts items. If the items themselves are printed to the terminal,
/// there is no need for one.
fn progress(format: Format) -> ProgressBar {
    let shown = format == Format::Table || !std::io::stdout().is_terminal();
    let target = if shown {
        // Indicatif hides this if standard error isn't a terminal.
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let style = indicatif::ProgressStyle::with_template("{pos} items, {elapsed}");
    let bar = ProgressBar::with_draw_target(None, target);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn show(
    operation: &Operation,
    output: &Output,
    response: &Response<Received>,
    reporter: Reporter,
) -> Result<(), Failure> {
    let id = response.request_id().unwrap_or("none");
    reporter.detail(&format!("  status {}, request id {id}", response.status()));
    let value = match &**response {
        Received::Json(value) => value,
        Received::Text(text) => &Value::from(text.as_str()),
        Received::Bytes(bytes) => return written(output::raw(bytes)).map(drop),
    };
    let missing = outcome::missing(operation, value);
    if !missing.is_empty() && !operation.is_safe() {
        return Err(Failure::new(
            Exit::Unknown,
            format!(
                "the response {} does not match the document, because it lacks {}; the operation \
                 was most likely done \
                 (request id {id})",
                response.status(),
                text::one_line(&missing.join(", "))
            ),
        ));
    }
    let not_done = outcome::not_done(operation, value);
    let done = match not_done {
        Some(_) => "the response reported success",
        None => "the operation was done",
    };
    let read = written(output.answer(value)).map_err(|mut failure| {
        if let Problem::Text(text) = &mut failure.problem
            && !operation.is_safe()
        {
            let _infallible = write!(text, "; {done} (request id {id})");
        }
        failure
    })?;
    if let Some(name) = not_done {
        let name = text::one_line(name);
        return Err(Failure::new(
            Exit::Refused,
            format!(
                "the API returned {}, but `{name}` is false (request id {id})",
                response.status()
            ),
        ));
    }
    if read == Read::NoLonger && !operation.is_safe() {
        reporter.warn(&format!(
            "the response was not read; {done} (request id {id})"
        ));
    }
    if output.format == Format::Table {
        let next = value.get("next_token").and_then(Value::as_str);
        if operation.paged && next.is_some_and(|token| !token.is_empty()) {
            reporter.note("there are more items: use --all to get all pages");
        } else if call::items(value).is_some_and(<[Value]>::is_empty) {
            reporter.note("no items");
        } else if value.is_null() {
            reporter.note(&format!("done ({})", response.status()));
        }
    }
    Ok(())
}

fn written(result: std::io::Result<Read>) -> Result<Read, Failure> {
    result.map_err(|error| Failure::local(format!("failed to write to standard output: {error}")))
}

fn interrupted(operation: &Operation, trace: &Trace, exit: Exit) -> Failure {
    let told = match trace.sent() {
        _ if operation.is_safe() => "interrupted; the operation only reads, so nothing was changed",
        Sent::Nothing => "interrupted before anything was sent",
        Sent::InVain => "interrupted between attempts; nothing was changed so far",
        Sent::Done => "interrupted; the operation was done",
        Sent::Perhaps => {
            "interrupted: a request may have been sent, and its outcome is unknown: before you \
             repeat it, check the current state with a GET"
        }
    };
    Failure::new(
        exit,
        format!(
            "{} ({} {}): {told}",
            operation.id, operation.method, operation.path
        ),
    )
}
