//! The program `cargo xtask`. It only reads the command line, and runs the program of `xtask-commands`
//! with the same arguments. Help and errors in arguments don't wait until that is compiled.

use std::io::{ErrorKind, Write as _};
use std::process::{Command, ExitCode};

use clap::error::ErrorKind as UsageError;
use xtask::Arguments;

fn main() -> ExitCode {
    let Err(error) = Arguments::read() else {
        return run_command();
    };
    let text = error.render().to_string();
    match error.kind() {
        UsageError::DisplayHelp | UsageError::DisplayHelpOnMissingArgumentOrSubcommand => {
            match std::io::stdout().write_all(text.as_bytes()) {
                // The reader closed the pipe because it has read enough, as `head` does.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => fail(&error.to_string()),
                _ => ExitCode::SUCCESS,
            }
        }
        _ => fail(text.strip_prefix("error: ").unwrap_or(&text).trim_end()),
    }
}

/// Compiles and runs the program of the commands, in the current folder.
fn run_command() -> ExitCode {
    let mut command = xtask::cargo_run();
    command
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/commands/Cargo.toml"))
        .arg("--")
        .args(std::env::args_os().skip(1));
    let error = replace(command);
    fail(&format!("failed to run the command through cargo: {error}"))
}

/// Replaces this process. Signals and exit codes are then those of the command, as `cargo run` does the
/// same. Returns the error if the program cannot be run.
#[cfg(unix)]
fn replace(mut command: Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(&mut command)
}

/// Runs a program and ends with its exit code. Returns the error if the program cannot be run. Ctrl-C ends
/// all programs of a console.
#[cfg(not(unix))]
fn replace(mut command: Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(100)),
        Err(error) => error,
    }
}

fn fail(message: &str) -> ExitCode {
    // If standard error is closed too, there is no way to report the error.
    let _gone = writeln!(std::io::stderr(), "error: {}", shown(message));
    ExitCode::from(100)
}

/// Returns the text with control characters escaped, because it may repeat arguments.
fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\n' {
            shown.extend(character.escape_debug());
        } else {
            shown.push(character);
        }
    }
    shown
}
