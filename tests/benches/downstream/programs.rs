//! The compared programs: the client with each feature, and the same call by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::user_crate::{self, root};

/// The feature of reqwest that is used unless a program needs others.
pub(crate) const BY_DEFAULT: &str = "default";

/// The feature of reqwest that leaves the choice of cryptography to the program.
const NO_PROVIDER: &str = "rustls-no-provider";

/// The features of the client, from its manifest.
pub(crate) struct Features(BTreeMap<String, Vec<String>>);

impl Features {
    pub(crate) fn read() -> Self {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(root())
            .output()
            .unwrap();
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let client = packages.iter().find(|it| it["name"] == "trackstar-api");
        Self(serde_json::from_value(client.unwrap()["features"].clone()).unwrap())
    }

    /// Returns the features that a user can enable in addition to the defaults. The first element
    /// stands for the defaults.
    pub(crate) fn choices(&self) -> Vec<String> {
        let reached = self.reached(BY_DEFAULT);
        let others = self.0.keys().filter(|name| !reached.contains(*name));
        let mut choices = vec![BY_DEFAULT.to_owned()];
        choices.extend(others.filter(|name| !name.starts_with('_')).cloned());
        choices
    }

    /// Returns the defaults and `choice`. If `choice` has its own TLS backend, it replaces that of
    /// the defaults.
    pub(crate) fn asked(&self, choice: &str) -> BTreeSet<String> {
        let mut asked: BTreeSet<String> = self.0[BY_DEFAULT].iter().cloned().collect();
        if choice != BY_DEFAULT {
            if self.brings_tls(choice) {
                asked.retain(|name| !self.brings_tls(name));
            }
            asked.insert(choice.to_owned());
        }
        asked
    }

    /// Returns true if the artifacts of the defaults cannot be reused.
    pub(crate) fn needs_cold_build(&self, choice: &str) -> bool {
        choice == BY_DEFAULT || self.brings_tls(choice)
    }

    fn brings_tls(&self, name: &str) -> bool {
        self.of_reqwest([name]).iter().any(|it| it.contains("tls"))
    }

    /// Returns the features of reqwest that these features enable.
    pub(crate) fn of_reqwest<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> BTreeSet<String> {
        let reached = names.into_iter().flat_map(|name| self.reached(name));
        reached
            .filter_map(|it| Some(it.strip_prefix("reqwest/")?.to_owned()))
            .collect()
    }

    /// Returns all features that a feature enables, including itself.
    fn reached(&self, name: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open = vec![name.to_owned()];
        while let Some(name) = open.pop() {
            if reached.insert(name.clone()) {
                open.extend(self.0.get(&name).into_iter().flatten().cloned());
            }
        }
        reached
    }
}

/// A user's crate in its own folder.
pub(crate) struct Program {
    pub(crate) folder: PathBuf,
    source: String,
}

impl Program {
    /// Creates a program that uses the client with these features.
    pub(crate) fn ours(name: &str, features: &Features, asked: &BTreeSet<String>) -> Self {
        let dependency = format!(
            "trackstar-api = {{ git = 'file://{}', default-features = false, features = {} }}",
            root().display(),
            list(asked)
        );
        let of_reqwest = features.of_reqwest(asked.iter().map(String::as_str));
        Self::new(name, &dependency, include_str!("ours.rs"), &of_reqwest)
    }

    /// Creates a program that uses reqwest with these features and JSON.
    pub(crate) fn hand(name: &str, asked: &BTreeSet<String>) -> Self {
        let mut all = asked.clone();
        all.insert("json".to_owned());
        let all = list(&all);
        let dependencies = format!(
            "reqwest = {{ version = '0.13', default-features = false, features = {all} }}\n\
             serde = {{ version = '1', features = ['derive'] }}"
        );
        Self::new(name, &dependencies, include_str!("hand.rs"), asked)
    }

    fn new(name: &str, dependencies: &str, source: &str, of_reqwest: &BTreeSet<String>) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("downstream");
        let folder = folder.join(name);
        let (provider, body) = if of_reqwest.contains(NO_PROVIDER) {
            (
                "rustls = { version = '0.23', default-features = false, features = ['ring', 'std', 'tls12'] }",
                "rustls::crypto::ring::default_provider().install_default().expect(\"the first\");",
            )
        } else {
            ("", "")
        };
        // Both programs use the same versions of dependencies.
        user_crate::create(
            &folder,
            &format!(
                "tokio = {{ version = '1', features = ['macros', 'rt-multi-thread'] }}\n\
                 {dependencies}\n{provider}"
            ),
        );
        let source = format!("{source}\nfn provider() {{\n    {body}\n}}\n");
        let program = Self { folder, source };
        program.edit(0);
        let fetched = program.cargo(&["fetch"]).output().unwrap();
        assert!(fetched.status.success(), "{fetched:?}");
        program
    }

    /// Edits the program's only file, as a developer does between two builds.
    pub(crate) fn edit(&self, number: usize) {
        let line = format!("#[allow(dead_code)]\nfn edited() -> usize {{\n    {number}\n}}\n");
        let text = format!("{}\n{line}", self.source);
        fs::write(self.folder.join("src/main.rs"), text).unwrap();
    }

    /// Returns a Cargo command in the program's folder, without environment variables that change
    /// the build.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&self.folder);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_") && name != "CARGO_HOME"
                || name.starts_with("RUST") && !name.starts_with("RUSTUP")
                || name == "TRACKSTAR_OPENAPI"
            {
                command.env_remove(name.as_ref());
            }
        }
        command
    }

    /// Returns a command that builds the program.
    pub(crate) fn build(&self) -> Command {
        self.cargo(&["build", "--quiet", "--offline"])
    }

    /// Returns the folder with the results of [`build`](Self::build).
    pub(crate) fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// Returns the number of crates in the program, including those of build scripts and macros.
    pub(crate) fn crates(&self, edges: &str) -> usize {
        let arguments = [
            "tree", "--edges", edges, "--prefix", "none", "--format", "{p}",
        ];
        let output = self.cargo(&arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let name = |line: &str| line.split(" (").next().map(str::to_owned);
        let crates: BTreeSet<String> = text.lines().filter_map(name).collect();
        // Excludes the program.
        crates.into_iter().filter(|it| !it.is_empty()).count() - 1
    }
}

/// Formats the names as a TOML array.
fn list(names: &BTreeSet<String>) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    format!("[{}]", names.join(", "))
}
