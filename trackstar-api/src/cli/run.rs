//! Runs a subcommand: one call, or all pages of a list.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::ops::ControlFlow;

use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::Value;

use super::arguments::{self, Given};
use super::command::{ALL, TEMPLATE};
use super::connect::{Connected, connect};
use super::exit::{Exit, Failure};
use super::options::{Format, Options};
use super::output::{self, Output, Read};
use super::profile::Profile;
use super::rehearse::Known;
use super::report::Reporter;
use super::table::{Body, Command};
use super::watch::{Sent, Trace};
use super::{confirm, program, signals};
use crate::dynamic::Answer;
use crate::operation::Operation;
use crate::{Error, Response};

/// Runs the subcommand of an operation.
pub(super) fn run(
    command: &'static Command,
    matches: &ArgMatches,
    options: &Options,
    reporter: &mut Reporter,
) -> Result<(), Failure> {
    if let Body::Json { template } = command.body
        && matches.get_flag(TEMPLATE)
    {
        return written(output::write(template)).map(drop);
    }
    let profile = Profile::find(options)?;
    let output = Output::new(options, profile.as_ref());
    let asked = options.output.or(profile.as_ref().and_then(|it| it.output));
    reporter.json = asked == Some(Format::Json);
    let reporter = *reporter;
    let given = arguments::read(command, matches, reporter)?;
    let operation = command.operation;
    let connected = connect(operation, options, profile.as_ref(), reporter)?;
    let real = connected.rehearsal.is_none() && !options.mock;
    if real && !options.yes && confirm::is_due(operation) {
        confirm::ask(operation, &connected.base_url, &connected.on_behalf, &given)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime
        .map_err(|error| Failure::local(format!("the system gives no event loop: {error}")))?;
    let all = operation.page_token.is_some() && matches.get_flag(ALL);
    let secrets = given.secrets.clone();
    let trace = connected.trace.clone();
    signals::insist(move |exit| reporter.fail(&interrupted(operation, &trace, exit)));
    let result = runtime.block_on(async {
        let call = Box::pin(call(operation, &connected, &output, given, all, reporter));
        tokio::select! {
            biased;
            result = call => result,
            exit = signals::interrupted() => Err(interrupted(operation, &connected.trace, exit)),
        }
    });
    // A lookup of a name may still be under way, and nobody waits for it.
    runtime.shutdown_background();
    result.map_err(|failure| Failure { secrets, ..failure })
}

async fn call(
    operation: &'static Operation,
    connected: &Connected,
    output: &Output,
    given: Given,
    all: bool,
    reporter: Reporter,
) -> Result<(), Failure> {
    let known = Known::of(operation, &given);
    let result = if all {
        call_all(operation, connected, output, given, reporter).await
    } else {
        let operations = program().operations;
        let answer = operations
            .call_one(&connected.caller, operation.id, given.arguments)
            .await;
        match answer {
            Ok(answer) => return show(operation, output, &answer, reporter),
            Err(error) => Err(error),
        }
    };
    match (&connected.rehearsal, result) {
        (Some(rehearsal), Err(error)) => match rehearsal.shown(output.format, &known) {
            Some(shown) => written(output::write(&shown)).map(drop),
            None => Err(Failure::of_call(error)),
        },
        (_, Err(error)) => Err(Failure::of_call(error)),
        (_, Ok(shown)) => shown,
    }
}

/// All items of a list: lines of JSON as they come, or a table at the end.
async fn call_all(
    operation: &'static Operation,
    connected: &Connected,
    output: &Output,
    given: Given,
    reporter: Reporter,
) -> Result<Result<(), Failure>, Error> {
    let progress = progress(output.format);
    let mut items: Vec<Value> = Vec::new();
    let (mut count, mut outcome) = (0_u64, Ok(Read::Yes));
    let mut each = |item: Answer| {
        count += 1;
        progress.set_position(count);
        if output.format == Format::Table {
            items.push(item.into_inner());
            return ControlFlow::Continue(());
        }
        outcome = Output::line(&item);
        if matches!(outcome, Ok(Read::Yes)) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let called =
        program()
            .operations
            .call_each(&connected.caller, operation.id, given.arguments, &mut each);
    let called = called.await;
    progress.finish_and_clear();
    // What has been read is shown before why there is no more.
    if output.format == Format::Table && matches!(outcome, Ok(Read::Yes)) {
        outcome = output.rows(&items, reporter);
    }
    reporter.detail(&format!("  {count} items"));
    called.map(|()| written(outcome).map(drop))
}

/// How many items have come, on a terminal that does not show the items themselves.
fn progress(format: Format) -> ProgressBar {
    let shown = format == Format::Table || !std::io::stdout().is_terminal();
    let target = if shown {
        // Hidden where standard error is no terminal.
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
    answer: &Response<Answer>,
    reporter: Reporter,
) -> Result<(), Failure> {
    let id = answer.request_id().unwrap_or("none");
    reporter.detail(&format!("  status {}, request id {id}", answer.status()));
    let read = written(output.answer(answer, reporter)).map_err(|mut failure| {
        if let super::exit::Problem::Text(text) = &mut failure.problem
            && !operation.is_safe()
        {
            let _infallible = write!(text, "; the operation itself was done (request id {id})");
        }
        failure
    })?;
    if read == Read::NoLonger && !operation.is_safe() {
        reporter.warn(&format!(
            "nobody read the answer; the operation itself was done (request id {id})"
        ));
    }
    if output.format == Format::Table {
        let next = answer.get("next_token").and_then(Value::as_str);
        if operation.page_token.is_some() && next.is_some_and(|token| !token.is_empty()) {
            reporter.note("there are more: --all asks for all pages");
        } else if output::rows(answer).is_some_and(<[Value]>::is_empty) {
            reporter.note("there are none");
        } else if answer.is_null() {
            reporter.note(&format!("done ({})", answer.status()));
        }
    }
    Ok(())
}

fn written(result: std::io::Result<Read>) -> Result<Read, Failure> {
    result.map_err(|error| Failure::local(format!("standard output cannot be written: {error}")))
}

fn interrupted(operation: &Operation, trace: &Trace, exit: Exit) -> Failure {
    let told = match trace.sent() {
        _ if operation.is_safe() => "interrupted; it only reads, so nothing was changed",
        Sent::Nothing => "interrupted before anything was sent",
        Sent::InVain => "interrupted between attempts; those so far changed nothing",
        Sent::Done => "interrupted; the operation itself was done",
        Sent::Perhaps => {
            "interrupted: a request may have been sent, and its outcome is unknown: before you repeat \
             it, find out with a GET what the API has now"
        }
    };
    Failure::new(exit, format!("{operation}: {told}"))
}
