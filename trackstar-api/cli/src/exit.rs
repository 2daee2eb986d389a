//! Exit codes of the program and the failures that cause them.

use std::process::ExitCode;

use trackstar_api::__rt::untyped::is_usage;
use trackstar_api::{Effect, Error};

/// Exit codes, shown at the end of the help.
pub(super) const HELP: &str = "\
Exit codes:
  0    done
  1    not confirmed, or something of this machine failed (a file, standard output): the text says
       whether it was done
  2    usage: the command line, the configuration or a value is wrong, or --yes is missing where
       nobody can be asked; nothing was sent
  3    refused: the API, or a gateway before it, answered that it did not do it
  4    no usable answer, and nothing is known to have been done: no connection, a timeout
  5    outcome unknown: it may have been done; look before you repeat it
  130  interrupted (Ctrl-C; 143: SIGTERM); standard error says whether a request may have been sent";

/// The meaning of an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Local,
    Usage,
    Refused,
    NoAnswer,
    Unknown,
    Interrupted,
    #[cfg_attr(not(unix), allow(dead_code, reason = "there is no such signal"))]
    Terminated,
}

impl Exit {
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Local => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::NoAnswer => 4,
            Self::Unknown => 5,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// Returns the name of the reason in JSON errors.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::NoAnswer => "no_answer",
            Self::Unknown => "outcome_unknown",
            Self::Interrupted | Self::Terminated => "interrupted",
        }
    }

    /// Classifies a failed call.
    fn of(error: &Error) -> Self {
        let refused = error.status().is_some_and(|status| !status.is_success());
        match error.effect() {
            Effect::NotDone if is_usage(error) => Self::Usage,
            Effect::NotDone if refused => Self::Refused,
            Effect::NotDone => Self::NoAnswer,
            // A kind that a later release adds may mean that the operation took effect.
            _ => Self::Unknown,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// A failure that ends the program.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) problem: Problem,
    /// Values from the command line to redact if the server quotes them.
    pub(super) secrets: Vec<String>,
}

/// The cause of a failure.
#[derive(Debug)]
pub(super) enum Problem {
    Text(String),
    Call(Error),
}

impl Failure {
    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self::new(Exit::Usage, text)
    }

    pub(super) fn local(text: impl Into<String>) -> Self {
        Self::new(Exit::Local, text)
    }

    pub(super) fn new(exit: Exit, text: impl Into<String>) -> Self {
        let problem = Problem::Text(text.into());
        Self {
            exit,
            problem,
            secrets: Vec::new(),
        }
    }

    pub(super) fn of_call(error: Error) -> Self {
        Self {
            exit: Exit::of(&error),
            problem: Problem::Call(error),
            secrets: Vec::new(),
        }
    }
}

/// Converts a configuration error, which occurs before anything is sent.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            exit: Exit::Usage,
            problem: Problem::Call(error),
            secrets: Vec::new(),
        }
    }
}
