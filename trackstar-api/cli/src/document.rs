//! Loads the document that defines the subcommands. This is the vendored document unless another
//! one is selected with `--openapi` or in a profile.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use heck::ToKebabCase as _;
use serde_json::Value;
use trackstar_openapi::{Listed, Preparation, Prepared, Source, catalog, parse, slice, vendored};

use super::exit::Failure;
use super::operation::{self, Operation};
use super::options::variable;
use super::profile::Profile;

/// The document is only loaded once per process.
static PROGRAM: OnceLock<Program> = OnceLock::new();

/// Returns the loaded document. Unless `start` has selected another one, this is the vendored
/// document.
pub(super) fn program() -> &'static Program {
    PROGRAM.get_or_init(|| match Program::of(vendored::DOCUMENT) {
        Ok(program) => program,
        Err(failure) => Program {
            failure: OnceLock::from(failure),
            ..Program::default()
        },
    })
}

/// A document and its operations.
#[derive(Debug, Default)]
pub(super) struct Program {
    name: String,
    document: Value,
    /// The operations by the name of their subcommand.
    entries: BTreeMap<String, Listed>,
    /// The operations that we have prepared so far, by the name of their subcommand.
    operations: Mutex<BTreeMap<String, &'static Operation>>,
    /// The whole document in prepared form. This is needed for commands that show all operations in
    /// full.
    whole: OnceLock<Option<(Prepared, Value)>>,
    failure: OnceLock<Failure>,
}

impl Program {
    /// Loads the document selected by the command line, the environment or a profile.
    pub(super) fn start() -> Result<(), Failure> {
        let Some(path) = chosen()? else {
            program();
            return Ok(());
        };
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::usage(format!(
                "failed to read the document {} ({error}): pass an OpenAPI file with --openapi",
                path.display()
            ))
        })?;
        let name = path.display().to_string();
        let program = Self::of(Source {
            name: &name,
            text: &text,
        })?;
        let _first = PROGRAM.set(program);
        Ok(())
    }

    fn of(source: Source<'_>) -> Result<Self, Failure> {
        let document = parse(source).map_err(|error| Failure::usage(error.to_string()))?;
        let all = catalog(&document, vendored::OVERLAYS)
            .map_err(|error| Failure::usage(error.to_string()))?;
        let entries = all
            .into_iter()
            .filter_map(|one| Some((command_name(one.id.as_deref()?), one)));
        let entries: BTreeMap<String, Listed> = entries.collect();
        if entries.is_empty() {
            return Err(Failure::usage(format!(
                "{} has no operations: pass an OpenAPI 3 document with `paths`",
                source.name
            )));
        }
        Ok(Self {
            name: source.name.to_owned(),
            document,
            entries,
            ..Self::default()
        })
    }

    /// Returns the operations by the name of their subcommand.
    pub(super) fn entries(&self) -> &BTreeMap<String, Listed> {
        &self.entries
    }

    /// Returns the error from preparing an operation, if there was one.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.failure.get()
    }

    /// Stores an error for later. We're inside of a clap callback, which can't return one.
    pub(super) fn keep(&self, failure: Failure) {
        let _first = self.failure.set(failure);
    }

    /// Prepares the operation of a subcommand.
    pub(super) fn operation(&self, name: &str) -> Result<&'static Operation, Failure> {
        let lock = || {
            self.operations
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(made) = lock().get(name) {
            return Ok(made);
        }
        let listed = self.entries.get(name).ok_or_else(|| {
            Failure::usage(format!("unknown command `{name}`: see `trackstar --help`"))
        })?;
        let made = if let Some(Some((prepared, contract))) = self.whole.get() {
            operation::read(listed, prepared, contract.clone())?
        } else {
            let (prepared, contract) = prepare(&self.name, self.part(listed))?;
            operation::read(listed, &prepared, contract)?
        };
        // We only leak this once for each operation that is used.
        let made: &'static Operation = Box::leak(Box::new(made));
        lock().insert(name.to_owned(), made);
        Ok(made)
    }

    /// Tries to prepare the whole document at once, which is faster than preparing every operation
    /// separately.
    pub(super) fn prepare_all(&self) {
        self.whole
            .get_or_init(|| prepare(&self.name, self.document.clone()).ok());
    }

    /// Returns the part of the document that the operation needs. If it can't be extracted, this is
    /// the whole document.
    fn part(&self, listed: &Listed) -> Value {
        let part = slice(&self.name, &self.document, &[listed.name()]);
        part.unwrap_or_else(|_| self.document.clone())
    }

    /// Returns the document for the mock server to use.
    pub(super) fn mock(&self) -> Result<String, Failure> {
        let (_, contract) = prepare(&self.name, self.document.clone())?;
        Ok(contract.to_string())
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// Prepares a document. The contract that this also returns is the document as corrected by the
/// overlays.
fn prepare(name: &str, document: Value) -> Result<(Prepared, Value), Failure> {
    let told = |error: trackstar_openapi::Error| {
        Failure::usage(format!("failed to load the document {name}: {error}"))
    };
    let whole = Preparation::of(document.clone()).lenient();
    let prepared = whole.overlays(vendored::OVERLAYS).run().map_err(told)?;
    let corrected = Preparation::of(document)
        .lenient()
        .overlays(vendored::CORRECTIONS);
    let contract = corrected.contract(&prepared).map_err(told)?;
    Ok((prepared, contract))
}

/// Returns the name of a subcommand. If there is a built-in subcommand with that name, this adds
/// `-operation`.
pub(super) fn command_name(id: &str) -> String {
    let name = id.to_kebab_case();
    if super::command::OWN.contains(&name.as_str()) {
        format!("{name}-operation")
    } else {
        name
    }
}

/// Returns the path of the selected document, or `None` for the vendored one.
fn chosen() -> Result<Option<PathBuf>, Failure> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let Some(path) = given(&arguments, "openapi") {
        return Ok(Some(path.into()));
    }
    let config = match given(&arguments, "config") {
        Some(path) => Some(path.into()),
        None => variable("TRACKSTAR_CONFIG")?.map(PathBuf::from),
    };
    let by_flag = given(&arguments, "profile").and_then(|name| name.into_string().ok());
    let name = match &by_flag {
        Some(name) => Some(name.clone()),
        None => variable("TRACKSTAR_PROFILE")?,
    };
    let profile = name.as_deref().map(|name| (name, by_flag.is_some()));
    // It's fine to ignore errors here. The help works without a profile, and other commands will
    // run into the same error later on.
    let found = Profile::named(config.as_deref(), profile).ok().flatten();
    Ok(found.and_then(|profile| profile.openapi))
}

/// Returns the value of an option. We can't use clap for this, because it needs the document to
/// parse the command line.
fn given(arguments: &[OsString], name: &str) -> Option<OsString> {
    let mut arguments = arguments.iter().take_while(|it| *it != "--");
    while let Some(argument) = arguments.next() {
        let Some(rest) = argument
            .to_str()
            .and_then(|it| it.strip_prefix("--")?.strip_prefix(name))
        else {
            continue;
        };
        if rest.is_empty() {
            return arguments.next().cloned();
        }
        if let Some(value) = rest.strip_prefix('=') {
            return Some(value.into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_option_before_parsing_the_command_line() {
        let found = |arguments: &[&str]| {
            let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
            given(&arguments, "openapi").map(|it| it.into_string().unwrap_or_default())
        };
        assert_eq!(
            found(&["a", "--openapi", "b.json"]).as_deref(),
            Some("b.json")
        );
        assert_eq!(found(&["--openapi=b.json", "a"]).as_deref(), Some("b.json"));
        for other in [
            &["--openapi-x", "b"][..],
            &["--", "--openapi", "b"],
            &["--openapi"],
        ] {
            assert_eq!(found(other), None, "{other:?}");
        }
    }

    #[test]
    fn built_in_commands_take_precedence() {
        assert_eq!(command_name("list_orders"), "list-orders");
        assert_eq!(command_name("mock"), "mock-operation");
    }

    /// Returns the documents of the conformance tests and, if they are available, Trackstar's own.
    fn documents() -> Vec<PathBuf> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folders =
            ["xtask/conformance/documents", "../shared/specs"].map(|folder| root.join(folder));
        let entries = folders
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok());
        let paths = entries
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()));
        let is_document = |path: &PathBuf| {
            path.extension()
                .is_some_and(|it| it == "json" || it == "yaml")
        };
        paths.filter(is_document).collect()
    }

    #[test]
    fn catalog_matches_the_prepared_document() {
        let documents = documents();
        assert!(documents.len() >= 5, "{documents:?}");
        for path in documents {
            let text = std::fs::read_to_string(&path).expect("a text");
            let name = path.display().to_string();
            let document = parse(Source {
                name: &name,
                text: &text,
            })
            .expect("a document");
            let names = catalog(&document, vendored::OVERLAYS)
                .expect("names")
                .into_iter();
            let names: BTreeMap<String, String> = names
                .map(|one| (one.name(), one.id.unwrap_or_default()))
                .collect();
            let Ok((prepared, _)) = prepare(&name, document) else {
                continue;
            };
            for operation in prepared.operations() {
                let listed = format!("{} {}", operation.method, operation.path);
                // Path parameters may be renamed by the preparation, and paths may be repaired.
                if let Some(found) = names.get(&listed) {
                    assert_eq!(found, &operation.id, "{name}: {listed}");
                }
            }
        }
    }
}
