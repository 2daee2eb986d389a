//! The public interface for build scripts of other crates.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;
use trackstar_openapi::pointer::segments;
use trackstar_openapi::{Note, Preparation, Problem, Source, parse, vendored};

use crate::build_script::{require_operations, tell, tell_failure};
use crate::subset::Wanted;
use crate::{FORMAT, Settings};

/// The default name, used by `include_operations!()` without arguments.
const NAME: &str = "trackstar";

/// Generates the operations of the document at `path`, for `trackstar_api::include_operations!()`.
///
/// Call it only from a build script. The path is relative to the package directory. Use [`Config`] to set
/// options.
///
/// ```no_run
/// // In `fn main()` of build.rs:
/// trackstar_build::generate("openapi/trackstar.json");
/// ```
pub fn generate(path: impl Into<PathBuf>) {
    Config::new(path).generate();
}

/// A configuration of what to generate from a document and how to read it.
///
/// ```no_run
/// // In `fn main()` of build.rs:
/// trackstar_build::Config::new("openapi/trackstar.json")
///     .tags(["WMS Orders"])
///     .mocks(true)
///     .generate();
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is generated until `generate`"]
pub struct Config {
    document: PathBuf,
    overlays: Vec<PathBuf>,
    name: String,
    settings: Settings,
    wanted: Wanted,
}

impl Config {
    /// Creates a configuration for the JSON or YAML document at `path`, relative to the package directory.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            document: path.into(),
            overlays: Vec::new(),
            name: NAME.to_owned(),
            settings: Settings {
                uploads: false,
                ..Settings::default()
            },
            wanted: Wanted::default(),
        }
    }

    /// Sets the name to pass to `include_operations!("name")`, for a crate with several documents.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds an [OpenAPI Overlay](https://spec.openapis.org/overlay/v1.0.0.html) that corrects the document. It
    /// is applied after the built-in overlays. An action that changes nothing is an error.
    pub fn overlay(mut self, path: impl Into<PathBuf>) -> Self {
        self.overlays.push(path.into());
        self
    }

    /// Selects operations by the names of their methods. Only these and those selected by [`tags`](Self::tags)
    /// are generated. The selection does not affect the names of types.
    pub fn operations<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.wanted
            .operations
            .extend(names.into_iter().map(Into::into));
        self
    }

    /// Selects operations by tag. Only these and those selected by [`operations`](Self::operations) are
    /// generated.
    pub fn tags<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.wanted.tags.extend(names.into_iter().map(Into::into));
        self
    }

    /// Generates types for the request bodies of these integrations, in addition to the shared types.
    pub fn integrations<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.wanted
            .integrations
            .extend(names.into_iter().map(Into::into));
        self
    }

    /// Derives `schemars::JsonSchema` on every type (feature `schemars` of `trackstar-api`).
    pub fn schemars(mut self, on: bool) -> Self {
        self.settings.schemars = on;
        self
    }

    /// Gives numbers with `format: decimal` the type `rust_decimal::Decimal` (feature `decimal`).
    ///
    /// If the document does not mark its amounts, an [overlay](Self::overlay) can:
    ///
    /// ```yaml
    /// overlay: 1.0.0
    /// info: {title: Amounts, version: 1.0.0}
    /// actions:
    ///   - target: $..properties['unit_price', 'total_price']
    ///     update: {format: decimal}
    ///     description: Amounts of money are decimals.
    /// ```
    ///
    /// A decimal is read from the shortest text of the JSON number and keeps 15 significant digits. Further
    /// digits are rounded, except those of integers below 2<sup>64</sup>. It is sent as a JSON number, and a
    /// decimal with more than 15 significant digits is an error before anything is sent. Other numbers remain
    /// `f64`, and strings with this format remain strings.
    pub fn decimal(mut self, on: bool) -> Self {
        self.settings.decimal = on;
        self
    }

    /// Generates the module `mock`, whose `server()` responds according to the document.
    ///
    /// The module needs the feature `mock` of `trackstar-api`. Builds without the feature leave it out, so you can
    /// enable the feature in your dev-dependencies only.
    pub fn mocks(mut self, on: bool) -> Self {
        self.settings.mock = on;
        self
    }

    /// Generates a mock based on httpmock for each operation (feature `httpmock`). Also enables
    /// [`mocks`](Self::mocks).
    pub fn httpmock(mut self, on: bool) -> Self {
        self.settings.httpmock = on;
        self.settings.mock |= on;
        self
    }

    /// Generates `Event`, an enum of the document's webhook events (feature `webhooks`).
    pub fn webhooks(mut self, on: bool) -> Self {
        self.settings.webhooks = on;
        self
    }

    /// Generates the operations that upload files (feature `uploads`).
    pub fn uploads(mut self, on: bool) -> Self {
        self.settings.uploads = on;
        self
    }

    /// Generates a table that calls operations by name. The code depends on the module `dynamic` of the
    /// conformance driver.
    #[doc(hidden)]
    pub fn dynamic(mut self, on: bool) -> Self {
        self.settings.dynamic = on;
        self
    }

    /// Generates the operations into `$OUT_DIR`.
    ///
    /// Call it only from a build script. Errors are reported to cargo, which stops the build. Parts of the
    /// document that the operations omit or interpret differently are listed in a file next to the source, and a
    /// cargo warning contains its path. The file also lists built-in overlay actions that the document doesn't
    /// need, which aren't worth a warning.
    pub fn generate(self) {
        tell_failure(self.run());
    }

    fn run(mut self) -> Result<(), String> {
        if !is_name(&self.name) {
            return Err(format!(
                "`{}` is not a valid name: use only lowercase letters, digits and `_`, and start with a letter",
                self.name
            ));
        }
        let out = env::var_os("OUT_DIR")
            .map(PathBuf::from)
            .ok_or("OUT_DIR is not set: call this function from a build script")?;
        self.settings.mock_document = format!("{}.mock.json", self.name);
        // Cargo doesn't show the warning of trackstar-api's own build script to its users.
        tell("cargo::rerun-if-env-changed=TRACKSTAR_OPENAPI");
        if env::var_os("TRACKSTAR_OPENAPI").is_some() {
            tell(&format!(
                "cargo::warning=TRACKSTAR_OPENAPI is no longer read: unset it, because build.rs selects the document {}",
                self.document.display()
            ));
        }
        let text = read(&self.document)?;
        let overlays = self.overlays.iter().map(|path| read(path));
        let overlays = overlays.collect::<Result<Vec<String>, String>>()?;
        let Generated {
            source,
            notes,
            stale,
            mock,
        } = self.generated(&text, &overlays)?;
        let write = |file: &str, text: &str| {
            let path = out.join(file);
            fs::write(&path, text)
                .map_err(|error| format!("failed to write {}: {error}", path.display()))?;
            Ok::<PathBuf, String>(path)
        };
        if let Some(mock) = mock {
            write(&self.settings.mock_document, &mock)?;
        }
        let source = write(&format!("{}.rs", self.name), &source)?;
        let features = self.features().join(" ");
        let included = format!(
            "__rt::operations! {{ {FORMAT} {:?} [{features}] {:?} }}\n",
            env!("CARGO_PKG_VERSION"),
            source.display().to_string(),
        );
        let included = write(&format!("{}.include.rs", self.name), &included)?;
        tell(&format!(
            "cargo::rustc-env=TRACKSTAR_OPERATIONS_{}={}",
            self.name,
            included.display()
        ));
        let listed = [notes.as_slice(), &stale].concat().join("\n");
        let path = write(&format!("{}.notes.txt", self.name), &listed)?;
        if !notes.is_empty() {
            tell(&format!(
                "cargo::warning={}: the client differs from the document, see the {} notes in {}",
                self.document.display(),
                notes.len(),
                path.display()
            ));
        }
        Ok(())
    }

    fn generated(&self, text: &str, overlays: &[String]) -> Result<Generated, String> {
        let name = self.document.display().to_string();
        let document = Source { name: &name, text };
        let names = self.overlays.iter().map(|path| path.display().to_string());
        let names: Vec<String> = names.collect();
        let own = names.iter().zip(overlays);
        let own: Vec<Source<'_>> = own.map(|(name, text)| Source { name, text }).collect();
        let told = |error: trackstar_openapi::Error| error.to_string();

        let prepared = Preparation::new(document)
            .lenient()
            .overlays(vendored::OVERLAYS)
            // Users can't change the built-in actions, so one that doesn't apply isn't an error.
            .report_stale_actions()
            .own_overlays(&own)
            .variants(!self.wanted.integrations.is_empty())
            .webhooks(self.settings.webhooks)
            .run()
            .map_err(told)?;
        let given = parse(document).map_err(told)?;
        let notes = prepared.notes().iter();
        let notes = notes.filter(|note| is_about(note, &given));
        let shown = |note: &Note| format!("{}: {}", note.pointer, note.text);
        let mut notes: Vec<String> = notes.map(shown).collect();
        let stale = prepared.stale_actions().iter().map(stale_note).collect();
        let mut part = prepared.clone();
        self.wanted.keep(&mut part)?;
        require_operations(&part)?;
        let generated = crate::generated(&part, &self.settings);
        let located = |error: crate::Error| error.within(document).to_string();
        let (source, left_out) = generated.map_err(located)?;
        notes.extend(left_out.iter().map(|id| {
            format!("{id} is omitted: it uploads files, which requires `uploads(true)` and the feature `uploads`")
        }));
        let mock = if self.settings.mock {
            let contract = Preparation::new(document).overlays(vendored::CORRECTIONS);
            let contract = contract.lenient().own_overlays(&own);
            Some(contract.contract(&prepared).map_err(told)?.to_string())
        } else {
            None
        };
        Ok(Generated {
            source,
            notes,
            stale,
            mock,
        })
    }

    /// Returns the features of `trackstar-api` that the source needs. The module `mock` is left out of builds
    /// without its feature, so that `mock` can be a feature of the dev-dependencies.
    fn features(&self) -> Vec<&'static str> {
        let settings = &self.settings;
        let all = [
            ("decimal", settings.decimal),
            ("httpmock", settings.httpmock),
            ("schemars", settings.schemars),
            ("uploads", settings.uploads),
            ("webhooks", settings.webhooks),
        ];
        all.into_iter()
            .filter(|(_, on)| *on)
            .map(|(name, _)| name)
            .collect()
    }
}

/// The output for a document.
#[derive(Debug)]
struct Generated {
    source: String,
    /// Notes on parts of the document that the operations omit or interpret differently.
    notes: Vec<String>,
    /// Notes on built-in overlay actions that do not apply to the document.
    stale: Vec<String>,
    /// Document for the mock server.
    mock: Option<String>,
}

/// Returns the note for a stale action of a built-in overlay. It omits the advice, because users can't edit the
/// action.
fn stale_note(action: &Problem) -> String {
    format!("built-in overlay {}: {}", action.file, action.message)
}

/// Returns true if a note is about the user's document, and not about an extension that an overlay added.
fn is_about(note: &Note, document: &Value) -> bool {
    let field = segments(&note.pointer).next();
    field.is_none_or(|field| !field.starts_with("x-") || document.get(&field).is_some())
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

/// Reads a file of the package and makes cargo rerun the build script when the file changes.
fn read(path: &Path) -> Result<String, String> {
    tell(&format!("cargo::rerun-if-changed={}", path.display()));
    fs::read_to_string(path).map_err(|error| {
        format!(
            "failed to read {}: {error}; relative paths start at the root of the package",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests;
