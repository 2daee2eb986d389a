//! The published packages: their metadata and their files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}\n{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn metadata(arguments: &[&str]) -> Value {
    let arguments = [&["metadata", "--format-version", "1"], arguments].concat();
    serde_json::from_str(&cargo(&arguments)).unwrap()
}

/// Returns the published crates of the workspace.
fn published() -> Vec<Value> {
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().unwrap().iter();
    let published: Vec<Value> = packages
        .filter(|it| it["publish"].is_null())
        .cloned()
        .collect();
    assert!(published.len() >= 3, "{published:?}");
    published
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("{}: no {key}", value["name"]))
}

#[test]
fn published_crates_have_complete_metadata() {
    for package in published() {
        let name = text(&package, "name");
        for key in ["description", "license", "readme", "repository", "homepage"] {
            assert!(!text(&package, key).is_empty(), "{name}: {key}");
        }
        assert_eq!(
            text(&package, "documentation"),
            format!("https://docs.rs/{name}")
        );
        // A registry accepts at most five of each.
        for (key, least) in [("keywords", 3), ("categories", 1)] {
            let count = package[key].as_array().unwrap().len();
            assert!((least..=5).contains(&count), "{name}: {count} {key}");
        }
        assert_eq!(text(&package, "rust_version"), "1.88", "{name}");
        let docs = &package["metadata"]["docs"]["rs"];
        assert_eq!(docs["all-features"], true, "{name}: {docs}");
        assert_eq!(docs["rustdoc-args"][1], "docsrs", "{name}: {docs}");
    }
}

#[test]
fn published_crates_require_each_other_exactly() {
    let published = published();
    let names: BTreeSet<&str> = published.iter().map(|it| text(it, "name")).collect();
    let mut seen = 0;
    for package in &published {
        let (numbers, document) = text(package, "version").split_once('+').unwrap();
        assert!(!document.is_empty());
        // Dependencies of tests are not published.
        let needed = package["dependencies"].as_array().unwrap().iter();
        for dependency in needed.filter(|it| it["kind"] != "dev") {
            if names.contains(text(dependency, "name")) {
                assert_eq!(text(dependency, "req"), format!("={numbers}"));
                seen += 1;
            }
        }
    }
    assert!(seen >= 2, "{seen} dependencies between them");
}

/// Returns true if a file belongs in a package: code, licenses, and embedded files.
fn belongs(file: &str) -> bool {
    let ends = |end: &str| Path::new(file).extension().is_some_and(|it| it == end);
    match file.split_once('/') {
        // Pages of the guide, which rustdoc includes.
        Some(("src", page)) if page.starts_with("guide/") => ends("md"),
        Some(("build" | "examples" | "src", _)) => ends("rs"),
        // The files that the build script copies.
        Some(("pregenerated", name)) => {
            ["fingerprint", "generated.rs", "mock.json"].contains(&name)
        }
        Some(("overlays", _)) => ends("yaml"),
        Some(_) => false,
        None => [
            // Files that Cargo adds.
            ".cargo_vcs_info.json",
            "Cargo.lock",
            "Cargo.toml",
            "Cargo.toml.orig",
            "LICENSE",
            "README.md",
            "build.rs",
            // The document and its record.
            "source.toml",
            "trackstar.yaml",
        ]
        .contains(&file),
    }
}

#[test]
fn packages_contain_only_code_licenses_and_embedded_files() {
    for package in published() {
        let name = text(&package, "name");
        let list = cargo(&["package", "--list", "--allow-dirty", "--package", name]);
        let files: BTreeSet<&str> = list.lines().collect();
        let strangers: Vec<_> = files.iter().filter(|it| !belongs(it)).collect();
        assert!(strangers.is_empty(), "{name} holds {strangers:?}");
        for needed in ["LICENSE", "README.md", "src/lib.rs"] {
            assert!(files.contains(needed), "{name} lacks {needed}");
        }
        // The package contains all code, not only the files of an old list.
        let folder = Path::new(text(&package, "manifest_path")).parent().unwrap();
        let code = super::support::snapshot(&folder.join("src"));
        for file in code.keys().filter(|it| !it.ends_with('/')) {
            let file = format!("src/{}", file.replace('\\', "/"));
            assert!(files.contains(file.as_str()), "{name} lacks {file}");
        }
    }
}

/// Returns the names of the client's default dependencies on Linux.
fn default_tree(edges: &str) -> BTreeSet<String> {
    let target = "x86_64-unknown-linux-gnu";
    let tree = [
        "tree",
        "--package",
        "trackstar-api",
        "--edges",
        edges,
        "--target",
        target,
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let tree = cargo(&tree);
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn default_dependency_tree_matches_the_record() {
    let linked = default_tree("normal");
    let all = default_tree("normal,build");
    let list = |of: &mut dyn Iterator<Item = &String>| {
        let lines: Vec<String> = of.map(|name| format!("{name}\n")).collect();
        lines.concat()
    };
    let found = format!(
        "# Linked\n{}\n# For the build alone\n{}",
        list(&mut linked.iter()),
        list(&mut all.difference(&linked))
    );
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/default-tree.txt");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&golden, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap();
    assert_eq!(
        found, expected,
        "the default features come to other crates: make what is new optional, or run with \
         UPDATE_GOLDENS=1 and say in the commit why users have to have it"
    );
}

#[test]
fn dependencies_support_the_minimum_compiler() {
    let version = cargo(&["-vV"]);
    let mut lines = version.lines();
    let host = lines.find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = metadata(&["--filter-platform", host]);
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (text(it, "id"), it))
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (text(it, "id"), it))
        .collect();
    let mut open: Vec<&str> = packages
        .iter()
        .filter(|(_, it)| it["source"].is_null() && it["publish"].is_null())
        .map(|(id, _)| *id)
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        let package = packages[id];
        if let Some(asked) = package["rust_version"].as_str() {
            let mut parts = asked.split('.').map(|it| it.parse::<u32>().unwrap());
            let asked = (parts.next().unwrap(), parts.next().unwrap_or(0));
            assert!(asked <= (1, 88), "{id} needs Rust {asked:?}");
        }
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            if kinds.iter().any(|it| it["kind"] != "dev") {
                open.push(text(dependency, "pkg"));
            }
        }
    }
    assert!(reached.len() > 100, "{}", reached.len());
}
