//! The command line of `cargo xtask`. The package `xtask-commands` implements the commands.

#![allow(
    missing_docs,
    reason = "documentation is shown as help, which enum variants do not need"
)]

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
pub struct Arguments {
    /// Use the workspace in this folder instead of the one that contains this tool
    #[arg(long, global = true, value_name = "DIR", display_order = 100)]
    pub root: Option<PathBuf>,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    Check(CheckArgs),
    Codegen(CodegenArgs),
    Conformance(ConformanceArgs),
    Drift(DriftArgs),
    Refresh(RefreshArgs),
}

impl Arguments {
    /// Reads the command line. A request for help is an error as well.
    ///
    /// # Errors
    ///
    /// Returns an error if the command line is not valid.
    pub fn read() -> Result<Self, clap::Error> {
        Self::try_parse()
    }
}

/// Returns the command `cargo run --quiet`.
///
/// It does not get the variables in which cargo describes the package of this program. Build scripts that
/// read them would run again.
#[must_use]
pub fn cargo_run() -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet"]);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Check without network that the vendored files agree
///
/// Fails if the recorded hash, the version in Cargo.toml, openapi/prepared.json or the generated code
/// does not belong to the vendored document, or if an overlay action changes nothing.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Rewrite the generated files and the version if they are outdated
    #[arg(long)]
    pub update: bool,
    /// Remove overlay actions that change nothing, then check
    #[arg(long)]
    pub drop_stale: bool,
}

/// Print the Rust code that the build script generates
///
/// The code of the vendored document contains every feature, each part behind its `cfg`. With --from,
/// select the features.
#[derive(Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each one is a flag of the command line"
)]
pub struct CodegenArgs {
    /// List the places where preparing the document weakens it, instead of the code
    #[arg(long)]
    pub explain: bool,
    /// Use this document instead of the vendored one
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Generate the code of the feature `integrations`
    #[arg(long)]
    pub integrations: bool,
    /// Generate the code of the feature `webhooks`
    #[arg(long, requires = "from")]
    pub webhooks: bool,
    /// Generate the code of the feature `schemars`
    #[arg(long, requires = "from")]
    pub schemars: bool,
    /// Generate the code of the feature `httpmock`
    #[arg(long, requires = "from")]
    pub httpmock: bool,
}

/// Call every operation of generated clients against a strict mock
///
/// Generates the client of each document and compares every request and response with the document as
/// it was published.
#[derive(Debug, Args)]
pub struct ConformanceArgs {
    /// Documents, or folders of documents
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Report what changed between two documents, and what that breaks
///
/// A change may break deployed clients (wire), or code that is compiled again (source). By default,
/// compares the upstream document with the vendored one.
#[derive(Debug, Args)]
pub struct DriftArgs {
    /// Read the new document from this URL or file instead of upstream
    #[arg(long, value_name = "SOURCE")]
    pub from: Option<PathBuf>,
    /// Compare with this URL, file, or REV:PATH of git instead of the vendored document
    #[arg(long, value_name = "SOURCE")]
    pub against: Option<PathBuf>,
    /// Format of the report
    #[arg(long, value_enum, default_value = "text")]
    pub format: FormatName,
    /// Exit with code 4 if a change may break this; `any` includes changes that break nothing
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "any")]
    pub fail_on: Level,
    /// Compare all operations and webhooks instead of only the vendored ones
    #[arg(long)]
    pub all: bool,
    /// Show every finding and every text instead of an overview
    #[arg(long)]
    pub full: bool,
    /// List the rules that findings name, and exit
    #[arg(long, exclusive = true)]
    pub rules: bool,
    /// Explain a rule, such as `response-type-changed`, and exit
    #[arg(long, value_name = "RULE", exclusive = true)]
    pub explain: Option<String>,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// The name of a format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    Text,
    Json,
    Markdown,
    Github,
    Html,
}

/// The name of a threshold for changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    Wire,
    Source,
    Any,
}

/// Update the vendored document from its source
///
/// Reads the source, keeps the vendored operations and everything that they refer to, and writes the
/// document, its record and the files that are generated from it. A source is a URL or a file: a
/// document in JSON or YAML, a page of the documentation, or its index (llms.txt). Pages of an index
/// are read only from the same host, or for a file from its folder.
#[derive(Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each one is a flag of the command line"
)]
pub struct RefreshArgs {
    /// Read the document from this URL or file instead of the recorded source
    #[arg(long, value_name = "SOURCE")]
    pub from: Option<PathBuf>,
    #[command(flatten)]
    pub change: ChangeArgs,
    /// List the operations that are available and not vendored, and write nothing
    #[arg(long)]
    pub list: bool,
    /// Show what would change, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Add an entry to CHANGELOG.md if operations changed
    #[arg(long)]
    pub changelog: bool,
    /// Show every change and every text instead of an overview
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// The changes to the set of vendored operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct ChangeArgs {
    /// Vendor this operation as well, such as 'GET /connections'
    #[arg(long, value_name = "OPERATION", value_parser = operation)]
    pub add: Vec<String>,
    /// Vendor all operations with this tag as well
    #[arg(long = "add-tag", value_name = "TAG")]
    pub add_tags: Vec<String>,
    /// Stop vendoring this operation
    #[arg(long, value_name = "OPERATION", value_parser = operation)]
    pub remove: Vec<String>,
    /// Vendor all operations
    #[arg(long)]
    pub all: bool,
}

/// The limits of a command that reads documents from untrusted sources.
#[derive(Clone, Copy, Debug, Args)]
pub struct LimitArgs {
    /// Give up after this many seconds, before anything is written [default: 180]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "180", hide_default_value = true)]
    pub timeout: Duration,
    /// Reject documents that are larger than this number of bytes [default: 64 MiB]
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20, hide_default_value = true)]
    pub max_bytes: u64,
}

/// Returns the name of an operation as the document has it, from an argument such as `get /connections`.
fn operation(written: &str) -> Result<String, &'static str> {
    let mut words = written.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(method), Some(path), None)
            if path.starts_with('/') && method.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
        {
            Ok(format!("{} {path}", method.to_uppercase()))
        }
        _ => Err("use a method and a path, as in 'GET /connections'"),
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or("use a number of seconds, such as 60")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn definition_of_the_command_line_is_valid() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn accepts_methods_in_lower_case() {
        assert_eq!(operation(" get  /a/{b}").as_deref(), Ok("GET /a/{b}"));
        for wrong in ["", "GET", "/a", "GET a", "GET /a b", "G3T /a"] {
            assert!(operation(wrong).is_err(), "{wrong}");
        }
    }
}
