//! The workspace's tools, run as `cargo xtask <verb>`. Each verb has one file or folder.

mod check;
mod codegen;
mod conformance;
mod drift;
mod hash;
mod lock;
mod manifest;
mod outlived;
mod progress;
mod record;
mod recorded;
mod refresh;
mod sources;
mod staging;
mod vendored;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};

use lexopt::ValueExt as _;
use lock::Lock;
use sources::{Deadline, Limits};

const HELP: &str = "\
The workspace's own tools. Only `refresh` and `drift` need the network, once the dependencies are
there.

Usage: cargo xtask <verb> [options]

Verbs:
  check            the vendored document and its recorded hash agree, every overlay action still
                   changes something, openapi/prepared.json is current, and the version in Cargo.toml
                   names the document
    --update       rewrite openapi/prepared.json and the version where they are not current
    --drop-outlived
                   first cut the overlay actions that the document no longer needs out of their files
  codegen          print the Rust that the build script of trackstar-api generates
    --explain      print instead what preparing the document weakens, place by place
    --from FILE    of another document than the vendored one
    --schemars, --webhooks, --httpmock
                   with --from: with the feature of that name
    --integrations   with that feature
  drift            what changed upstream, and what that breaks: in deployed clients (wire), and in code
                   that is compiled again (source)
    --from SOURCE    the document that changed, as for refresh; upstream's if none is named
    --against SOURCE compared with this one, instead of the vendored one; REV:path is read from git
    --format FORMAT  text, json, markdown or github
    --fail-on LEVEL  wire, source or any (the default): exit with 4 for what may break the one, the
                     other, or for anything but documentation
    --all            all operations, not only those that openapi/source.toml names
    --full           show every finding and all texts: without it, a large report is an overview,
                     and long texts are shortened
    --timeout S, --max-bytes N  as for refresh; the time is that for both documents and for
                     comparing them
  refresh          bring the vendored document up to date: the operations that are vendored, and all
                   that they reach
    --from SOURCE  from another source than the recorded one: a URL or a file, with a document in
                   JSON or YAML, a page of the documentation, or its index (llms.txt). Of an index
                   only pages of its own host are read, or files below its own folder
    --add OP       vendor this operation as well, such as 'GET /connections'
    --add-tag TAG  all operations with this tag
    --all          all operations
    --remove OP    no longer this one
    --list         only list the operations that are available and not vendored
    --dry-run      say what would change, and write nothing
    --full         show changed texts in full: without it, long ones are shortened
    --changelog    make an entry in CHANGELOG.md of the operations that are others now
    --timeout S    give up after so many seconds (180), if not everything has been read and prepared by
                   then: the source, or the index and all its pages. What is written is written
                   whole, however long that takes
    --max-bytes N  refuse what is larger than this (64 MiB)
  conformance PATH...
                   call every operation of the client of each document, or of each in a folder,
                   against a mock that is held to the document as it was published

Options of every verb:
  --root DIR       another workspace than the one this was built in
  -h, --help       this text

Exit codes: 0 all is well; 1 a client falls short of its document (conformance); 4 something needs your
attention, and the text says what; 100 the tool could not do its work.
";

/// The result of a verb that worked. A failure of the tool is an `Err`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Well,
    NeedsAttention,
    /// A client does not do everything that its document promises.
    FallsShort,
}

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    match run(std::env::args_os().skip(1), &mut out) {
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

fn run(arguments: impl Iterator<Item = OsString>, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let arguments = Arguments::read(arguments)?;
    let Some(verb) = arguments.verb.as_deref().filter(|_| !arguments.help) else {
        let verb = arguments.verb.as_deref();
        let help = verb.and_then(help_of).unwrap_or_else(|| HELP.to_owned());
        out.write_all(help.as_bytes())?;
        return Ok(Outcome::Well);
    };
    let flags: Vec<&str> = arguments.flags.iter().map(String::as_str).collect();
    let known: &[&str] = match verb {
        "check" => &["update", "drop-outlived"],
        "codegen" => &codegen::FLAGS,
        "drift" => &["all", "full"],
        "refresh" => &["all", "list", "dry-run", "changelog", "full"],
        "conformance" => &[],
        other => bail!("unknown verb {other:?}: see cargo xtask --help"),
    };
    if arguments.from.is_some() && !["codegen", "drift", "refresh"].contains(&verb) {
        bail!("`{verb}` knows no option --from: see cargo xtask --help");
    }
    if let Some(path) = arguments.paths.first()
        && verb != "conformance"
    {
        bail!(
            "`{verb}` takes no {}: see cargo xtask --help",
            path.display()
        );
    }
    if let Some(unknown) = flags.iter().find(|flag| !known.contains(flag)) {
        bail!("`{verb}` knows no option --{unknown}: see cargo xtask --help");
    }
    let valued: &[&str] = match verb {
        "drift" => &["against", "format", "fail-on", "timeout", "max-bytes"],
        "refresh" => &["add", "add-tag", "remove", "timeout", "max-bytes"],
        _ => &[],
    };
    let mut given = arguments.values.iter().map(|(option, _)| *option);
    if let Some(option) = given.find(|option| !valued.contains(option)) {
        bail!("`{verb}` knows no option --{option}: see cargo xtask --help");
    }
    let root = arguments.root.as_deref();
    let root = root.unwrap_or(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap_or(Path::new(".")),
    );
    let lock = writes(verb, &flags).then(|| Lock::take(root));
    let lock = lock.transpose()?;
    if staging::recover(root, lock.as_ref())? {
        writeln!(out, "completed a refresh that was interrupted")?;
    }
    let outcome = match verb {
        "check" => {
            let under = |flag| lock.as_ref().filter(|_| flags.contains(&flag));
            if let Some(lock) = under("drop-outlived") {
                outlived::drop_all(lock, out)?;
            }
            check::run(root, under("update"), out)
        }
        "drift" => {
            let options = drift::Options::read(&arguments, &flags)?;
            drift::run(root, options, out)
        }
        "refresh" => {
            let options = refresh::Options::read(&arguments, &flags)?;
            match &lock {
                Some(lock) => refresh::run(root, options, Some(lock), out).and_then(|outcome| {
                    // A refresh that writes nothing does not build the generator.
                    if !recorded::is_current(root)? {
                        recorded::update(lock, out)?;
                    }
                    Ok(outcome)
                }),
                None => staging::steadily(root, || refresh::run(root, options, None, out)),
            }
        }
        "conformance" => conformance::run(root, &arguments.paths, out),
        _ => {
            let features = codegen::FLAGS
                .into_iter()
                .filter(|it| *it != codegen::EXPLAIN);
            let options = codegen::Options {
                features: features.filter(|it| flags.contains(it)).collect(),
                explain: flags.contains(&codegen::EXPLAIN),
                from: arguments.from,
            };
            codegen::run(root, &options, out)
        }
    };
    outcome.with_context(|| format!("failed to {verb}"))
}

/// Returns the help without the other verbs, or `None` for an unknown verb.
fn help_of(verb: &str) -> Option<String> {
    let (usage, rest) = HELP.split_once("Verbs:\n")?;
    let (verbs, options) = rest.split_once("\nOptions of every verb:")?;
    let mut lines = verbs
        .split_inclusive('\n')
        .skip_while(|line| line.split_whitespace().next() != Some(verb) || line.starts_with("   "));
    let first = lines.next()?;
    let rest: String = lines.take_while(|line| line.starts_with("   ")).collect();
    Some(format!(
        "{usage}{first}{rest}\nOptions of every verb:{options}"
    ))
}

/// Returns true if a run may write files of the checkout. It does so only under the lock.
fn writes(verb: &str, flags: &[&str]) -> bool {
    let any = |of: [&str; 2]| of.iter().any(|flag| flags.contains(flag));
    match verb {
        "check" => any(["update", "drop-outlived"]),
        "refresh" => !any(["list", "dry-run"]),
        _ => false,
    }
}

/// Returns the text with hidden characters made visible, because names and texts of documents are in it.
/// Each problem is one line, so the only line breaks are those between problems.
fn shown(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(trackstar_drift::visible).collect();
    lines.join("\n")
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error
        .downcast_ref::<std::io::Error>()
        .map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

#[derive(Debug, Default)]
struct Arguments {
    verb: Option<String>,
    flags: Vec<String>,
    root: Option<PathBuf>,
    from: Option<PathBuf>,
    /// Options with values, in the order of the command line.
    values: Vec<(&'static str, String)>,
    /// The arguments after the verb.
    paths: Vec<PathBuf>,
    help: bool,
}

/// Options with values that only some verbs have.
const VALUED: [&str; 8] = [
    "add",
    "add-tag",
    "against",
    "fail-on",
    "format",
    "max-bytes",
    "remove",
    "timeout",
];

impl Arguments {
    /// Returns the values of an option, in the order of the command line.
    fn all<'a>(&'a self, option: &str) -> impl Iterator<Item = &'a String> {
        let given = self.values.iter().filter(move |(name, _)| *name == option);
        given.map(|(_, value)| value)
    }

    /// Returns the limits of the command. Its time begins now.
    fn limits(&self) -> anyhow::Result<Limits> {
        let mut allowed = Deadline::DEFAULT;
        for seconds in self.all("timeout") {
            let seconds = seconds.parse().ok().filter(|seconds| *seconds > 0.0);
            let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            allowed = timeout.context("--timeout takes a number of seconds, such as 60")?;
        }
        let mut limit = Limits::BYTES;
        for bytes in self.all("max-bytes") {
            let bytes = bytes.parse().ok();
            limit = bytes.context("--max-bytes takes a number of bytes, such as 67108864")?;
        }
        Ok(Limits {
            bytes: limit,
            deadline: Deadline::after(allowed),
        })
    }

    fn read(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<Self> {
        let mut parser = lexopt::Parser::from_args(arguments);
        let mut read = Self::default();
        while let Some(argument) = parser.next()? {
            match argument {
                lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => read.help = true,
                lexopt::Arg::Long("root") => read.root = Some(parser.value()?.into()),
                lexopt::Arg::Long("from") => read.from = Some(parser.value()?.into()),
                lexopt::Arg::Long(name) if VALUED.contains(&name) => {
                    let name = VALUED.into_iter().find(|it| *it == name);
                    let value = parser.value()?.string()?;
                    read.values.extend(name.map(|name| (name, value)));
                }
                lexopt::Arg::Long(flag) => read.flags.push(flag.to_owned()),
                lexopt::Arg::Value(verb) if read.verb.is_none() => {
                    read.verb = Some(verb.to_string_lossy().into_owned());
                }
                lexopt::Arg::Value(path) => read.paths.push(path.into()),
                other @ lexopt::Arg::Short(_) => return Err(other.unexpected().into()),
            }
        }
        Ok(read)
    }
}
