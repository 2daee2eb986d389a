//! The workspace's own tools; run as `cargo xtask <verb>`. One file a verb.

mod check;
mod codegen;
mod drift;
mod sweep;
mod vendored;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

const HELP: &str = "\
The workspace's own tools. None of them needs the network, once the dependencies are there.

Usage: cargo xtask <verb> [options]

Verbs:
  check            the vendored document and its recorded hash agree, every overlay action still
                   changes something, and openapi/prepared.json is current
    --update       rewrite openapi/prepared.json where it is not current
  codegen          print the Rust that the build script of trackstar-api generates
    --schemars     with the feature `schemars`
    --explain      print instead what preparing the document weakens, place by place
    --from FILE    of another document than the vendored one
  drift            what changed in a document, and what that breaks: in deployed clients (wire), and
                   in code that is compiled again (source)
    --from FILE      the document that changed
    --against FILE   compared with this one, instead of the vendored one
    --format FORMAT  text, json, markdown or github
    --fail-on LEVEL  wire, source or any (the default): exit with 4 for what may break the one, the
                     other, or for anything but documentation
    --all            all operations, not only those that openapi/source.toml names
  sweep PATH...    call every operation of the client of each document, or of each in a folder,
                   against a mock that is held to the document as it was published

Options of every verb:
  --root DIR       another workspace than the one this was built in
  -h, --help       this text

Exit codes: 0 all is well; 1 a client falls short of its document (sweep); 4 something needs your
attention, and the text says what; 100 the tool could not do its work.
";

/// What a verb comes to: a failure of the tool itself is an `Err`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Well,
    NeedsAttention,
    /// A client does not do all that its document says.
    FallsShort,
}

fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    match run(std::env::args_os().skip(1), &mut out) {
        Ok(Outcome::Well) => ExitCode::SUCCESS,
        Ok(Outcome::NeedsAttention) => ExitCode::from(4),
        Ok(Outcome::FallsShort) => ExitCode::FAILURE,
        // Whoever reads the output has read enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done when even standard error is gone.
            let _gone = writeln!(err, "error: {error:#}");
            ExitCode::from(100)
        }
    }
}

fn run(arguments: impl Iterator<Item = OsString>, out: &mut impl Write) -> anyhow::Result<Outcome> {
    let arguments = Arguments::read(arguments)?;
    let Some(verb) = arguments.verb.filter(|_| !arguments.help) else {
        out.write_all(HELP.as_bytes())?;
        return Ok(Outcome::Well);
    };
    let flags: Vec<&str> = arguments.flags.iter().map(String::as_str).collect();
    let known: &[&str] = match verb.as_str() {
        "check" => &["update"],
        "codegen" => &["schemars", "explain"],
        "drift" => &["all"],
        "sweep" => &[],
        other => bail!("unknown verb {other:?}: see cargo xtask --help"),
    };
    let given = [
        ("from", arguments.from.is_some(), verb == "codegen"),
        ("against", arguments.against.is_some(), false),
        ("format", arguments.format.is_some(), false),
        ("fail-on", arguments.fail_on.is_some(), false),
    ];
    for (option, given, known) in given {
        if given && !known && verb != "drift" {
            bail!("`{verb}` knows no option --{option}: see cargo xtask --help");
        }
    }
    if let Some(path) = arguments.paths.first()
        && verb != "sweep"
    {
        bail!(
            "`{verb}` takes no {}: see cargo xtask --help",
            path.display()
        );
    }
    if let Some(unknown) = flags.iter().find(|flag| !known.contains(flag)) {
        bail!("`{verb}` knows no option --{unknown}: see cargo xtask --help");
    }
    let root = arguments.root.as_deref();
    let root = root.unwrap_or(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap_or(Path::new(".")),
    );
    let outcome = match verb.as_str() {
        "check" => check::run(root, flags.contains(&"update"), out),
        "sweep" => sweep::run(root, &arguments.paths, out),
        "drift" => {
            let options = drift::Options {
                all: flags.contains(&"all"),
                from: arguments.from,
                against: arguments.against,
                format: arguments.format,
                fail_on: arguments.fail_on,
            };
            drift::run(root, &options, out)
        }
        _ => {
            let options = codegen::Options {
                schemars: flags.contains(&"schemars"),
                explain: flags.contains(&"explain"),
                from: arguments.from,
            };
            codegen::run(root, &options, out)
        }
    };
    outcome.with_context(|| format!("failed to {verb}"))
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
    against: Option<PathBuf>,
    format: Option<String>,
    fail_on: Option<String>,
    /// What stands behind the verb.
    paths: Vec<PathBuf>,
    help: bool,
}

impl Arguments {
    fn read(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<Self> {
        let mut parser = lexopt::Parser::from_args(arguments);
        let mut read = Self::default();
        while let Some(argument) = parser.next()? {
            match argument {
                lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => read.help = true,
                lexopt::Arg::Long("root") => read.root = Some(parser.value()?.into()),
                lexopt::Arg::Long("from") => read.from = Some(parser.value()?.into()),
                lexopt::Arg::Long("against") => read.against = Some(parser.value()?.into()),
                lexopt::Arg::Long("format") => {
                    read.format = Some(parser.value()?.to_string_lossy().into_owned());
                }
                lexopt::Arg::Long("fail-on") => {
                    read.fail_on = Some(parser.value()?.to_string_lossy().into_owned());
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
