//! The workspace's tools, run as `cargo xtask <verb>`. Each verb has one file or folder.

mod arguments;
mod check;
mod codegen;
mod conformance;
mod drift;
mod hash;
mod limits;
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

use arguments::{Arguments, Parsed, Verb};
use lock::Lock;
use outcome::{Outcome, shown};

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    match run(&mut out) {
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

fn run(out: &mut impl Write) -> anyhow::Result<Outcome> {
    let Arguments { root, verb } = match arguments::parse()? {
        Parsed::Arguments(arguments) => arguments,
        Parsed::Help(text) => {
            out.write_all(text.as_bytes())?;
            return Ok(Outcome::Well);
        }
    };
    let root = root.as_deref().unwrap_or(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap_or(Path::new(".")),
    );
    let lock = verb.writes().then(|| Lock::take(root)).transpose()?;
    if staging::recover(root, lock.as_ref())? {
        writeln!(out, "completed a refresh that was interrupted")?;
    }
    let name = verb.name();
    let outcome = match verb {
        Verb::Check(options) => {
            if let (Some(lock), true) = (&lock, options.drop_stale) {
                stale::drop_all(lock, out)?;
            }
            check::run(root, lock.as_ref().filter(|_| options.update), out)
        }
        Verb::Codegen(options) => codegen::run(root, &options, out),
        Verb::Conformance(options) => conformance::run(root, &options, out),
        Verb::Drift(options) => drift::run(root, options, out),
        Verb::Refresh(options) => match &lock {
            Some(lock) => refresh::run(root, options, Some(lock), out).and_then(|outcome| {
                // A refresh that writes nothing does not build the generator.
                if !recorded::is_current(root)? {
                    recorded::update(lock, out)?;
                }
                Ok(outcome)
            }),
            None => staging::steadily(root, || refresh::run(root, options, None, out)),
        },
    };
    outcome.with_context(|| format!("failed to {name}"))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}
