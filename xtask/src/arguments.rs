//! The command line. The options of a verb are in its own module.

use std::path::PathBuf;

use anyhow::bail;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::{check, codegen, conformance, drift, refresh};

const EXIT_CODES: &str = "\
Exit codes:
  0    Success
  1    A client does not conform to its document (conformance)
  4    Something needs your attention; the output says what
  100  The command failed";

/// Run the workspace's tools
///
/// Only `drift` and `refresh` use the network.
#[derive(Debug, Parser)]
#[command(
    bin_name = "cargo xtask",
    arg_required_else_help = true,
    after_help = EXIT_CODES,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    /// Use the workspace in this folder instead of the one that contains this tool
    #[arg(long, global = true, value_name = "DIR", display_order = 100)]
    pub(crate) root: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Check(check::CheckArgs),
    Codegen(codegen::CodegenArgs),
    Conformance(conformance::ConformanceArgs),
    Drift(drift::DriftArgs),
    Refresh(refresh::RefreshArgs),
}

impl Verb {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Check(_) => "check",
            Self::Codegen(_) => "codegen",
            Self::Conformance(_) => "conformance",
            Self::Drift(_) => "drift",
            Self::Refresh(_) => "refresh",
        }
    }

    /// Returns true if the run may write files of the checkout. It does so only under the lock.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Check(options) => options.update || options.drop_stale,
            Self::Refresh(options) => !options.list && !options.dry_run,
            Self::Codegen(_) | Self::Conformance(_) | Self::Drift(_) => false,
        }
    }
}

/// The result of reading the command line.
#[derive(Debug)]
pub(crate) enum Parsed {
    Arguments(Arguments),
    /// The text of a help option.
    Help(String),
}

/// Reads the command line.
///
/// # Errors
///
/// Returns an error if it is not valid.
pub(crate) fn parse() -> anyhow::Result<Parsed> {
    let error = match Arguments::try_parse() {
        Ok(arguments) => return Ok(Parsed::Arguments(arguments)),
        Err(error) => error,
    };
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Ok(Parsed::Help(text))
        }
        _ => bail!(
            "{}",
            text.strip_prefix("error: ").unwrap_or(&text).trim_end()
        ),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn definition_of_the_command_line_is_valid() {
        Arguments::command().debug_assert();
    }
}
