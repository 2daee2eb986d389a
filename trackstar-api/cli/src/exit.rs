//! Exit codes, and the failures that lead to them.

use std::process::ExitCode;

use trackstar_api::__rt::untyped::is_usage;
use trackstar_api::{Effect, Error};

/// Explains the exit codes at the end of the help.
pub(super) const HELP: &str = "\
Exit codes:
  0    success
  1    not confirmed, or a local error such as a file that cannot be read (the message says
       whether the operation was done)
  2    invalid command line, configuration or value, or --yes is required (nothing was sent)
  3    rejected by the API or a gateway, and not done
  4    no usable response, for example because of a timeout, but nothing was changed
  5    outcome unknown: the operation may have been done, so check before you repeat it
  130  interrupted by Ctrl-C, or 143 by SIGTERM (standard error says whether a request may have
       been sent)";

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

    /// Returns the name that JSON errors use for this.
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

    /// Returns the exit code for a call that has failed.
    fn of(error: &Error) -> Self {
        let refused = error.status().is_some_and(|status| !status.is_success());
        match error.effect() {
            Effect::NotDone if is_usage(error) => Self::Usage,
            Effect::NotDone if refused => Self::Refused,
            Effect::NotDone => Self::NoAnswer,
            // New kinds of errors may be added later on. For those, we have to assume the worst.
            _ => Self::Unknown,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// An error that ends the program.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) problem: Problem,
    /// Values from the command line that need to be redacted if the server quotes them.
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

/// Converts a configuration error. These only occur before anything is sent.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            exit: Exit::Usage,
            problem: Problem::Call(error),
            secrets: Vec::new(),
        }
    }
}
