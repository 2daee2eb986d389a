//! The commands of `cargo xtask`. Each verb has one file or folder. The package `xtask` reads their
//! arguments.

mod check;
mod codegen;
mod conformance;
mod drift;
mod hash;
mod lock;
mod manifest;
mod outcome;
mod progress;
mod record;
mod recorded;
mod refresh;
mod sources;
mod staging;
mod stale;
mod today;
mod vendored;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use xtask::{Arguments, Verb};

use lock::Lock;
use outcome::{Outcome, shown};

fn main() -> ExitCode {
    let arguments = Arguments::read().unwrap_or_else(|error| error.exit());
    let mut out = std::io::stdout().lock();
    match run(arguments, &mut out) {
        Ok(Outcome::Well) => ExitCode::SUCCESS,
        Ok(Outcome::NeedsAttention) => ExitCode::from(4),
        Ok(Outcome::FallsShort) => ExitCode::FAILURE,
        // The reader closed the pipe because it has read enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed too, there is no way to report the error.
            let _gone = writeln!(std::io::stderr(), "error: {}", shown(&format!("{error:#}")));
            ExitCode::from(100)
        }
    }
}

fn run(arguments: Arguments, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let Arguments { root, verb } = arguments;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let root = root.as_deref().or(workspace).unwrap_or(Path::new("."));
    let lock = writes(&verb).then(|| Lock::take(root)).transpose()?;
    if staging::recover(root, lock.as_ref())? {
        writeln!(out, "completed a refresh that was interrupted")?;
    }
    let (name, outcome) = match verb {
        Verb::Check(options) => {
            if let (Some(lock), true) = (&lock, options.drop_stale) {
                stale::drop_all(lock, out)?;
            }
            let lock = lock.as_ref().filter(|_| options.update);
            ("check", check::run(root, lock, out))
        }
        Verb::Codegen(options) => ("codegen", codegen::run(root, &options, out)),
        Verb::Conformance(options) => ("conformance", conformance::run(root, &options, out)),
        Verb::Drift(options) => ("drift", drift::run(root, options, out)),
        Verb::Refresh(options) => {
            let outcome = match &lock {
                Some(lock) => refresh::run(root, options, Some(lock), out).and_then(|outcome| {
                    // A refresh that writes nothing does not build the generator.
                    if !recorded::is_current(root)? {
                        recorded::update(lock, out)?;
                    }
                    Ok(outcome)
                }),
                None => staging::steadily(root, || refresh::run(root, options, None, out)),
            };
            ("refresh", outcome)
        }
    };
    outcome.with_context(|| format!("failed to {name}"))
}

/// Returns true if the run may write files of the checkout. It does so only under the lock.
fn writes(verb: &Verb) -> bool {
    match verb {
        Verb::Check(options) => options.update || options.drop_stale,
        Verb::Refresh(options) => !options.list && !options.dry_run,
        Verb::Codegen(_) | Verb::Conformance(_) | Verb::Drift(_) => false,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}
