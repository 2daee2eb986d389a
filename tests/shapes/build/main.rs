//! Generates a client for every document in `cases/`, and for `SHAPES` random documents (default:
//! 200) with fixed seeds. Each client becomes a module of the crate. If a document is rejected, the
//! tests get the error instead.
//!
//! To investigate a failure, `SHAPES_SEED` sets the first seed and `SHAPES_ONLY` selects one
//! module.

mod schemas;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use trackstar_build::Settings;
use trackstar_openapi::{Preparation, Source, parse};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // progenitor panics on some constructs. The panic is caught and returned as an error.
    std::panic::set_hook(Box::new(|_| {}));
    let root = PathBuf::from(env("CARGO_MANIFEST_DIR")?);
    for variable in ["SHAPES", "SHAPES_SEED", "SHAPES_ONLY", "SHAPES_FOLDER"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=cases");
    let mut documents = read(&root.join("cases"), "case")?;
    if let Ok(folder) = env("SHAPES_FOLDER") {
        documents.extend(read(Path::new(&folder), "other")?);
    }
    let count: u64 = env("SHAPES").map_or(Ok(200), |count| count.parse())?;
    let start: u64 = env("SHAPES_SEED").map_or(Ok(0), |seed| seed.parse())?;
    for seed in start..start + count {
        documents.push((format!("shape_{seed}"), schemas::document(seed).to_string()));
    }
    if let Ok(only) = env("SHAPES_ONLY") {
        documents.retain(|(name, _)| *name == only);
    }
    let out = PathBuf::from(env("OUT_DIR")?);
    std::fs::create_dir_all(out.join("documents"))?;
    let (mut modules, mut table) = (String::new(), String::new());
    let (mut accepted, mut refused) = (Map::new(), Map::new());
    for (name, text) in documents {
        // If generation aborts the build, the last of these files is the cause.
        std::fs::write(out.join(format!("documents/{name}.json")), &text)?;
        eprintln!("{name}");
        match generated(&name, &text) {
            Ok((document, source)) => {
                writeln!(modules, "pub mod {name} {{\nuse trackstar_api::__rt;\n{source}\n}}")?;
                if source.contains(" Whole") {
                    writeln!(table, "({name:?}, again::<{name}::types::Whole>),")?;
                }
                accepted.insert(name, document);
            }
            Err(message) => {
                refused.insert(name, json!({"message": message, "document": text}));
            }
        }
    }
    std::fs::write(
        out.join("shapes.rs"),
        format!("pub const ALL: &[(&str, Again)] = &[{table}];\n{modules}"),
    )?;
    std::fs::write(
        out.join("accepted.json"),
        Value::Object(accepted).to_string(),
    )?;
    std::fs::write(out.join("refused.json"), Value::Object(refused).to_string())?;
    Ok(())
}

fn env(name: &str) -> Result<String, std::env::VarError> {
    std::env::var(name)
}

/// Returns the documents of a folder and the names of their modules.
fn read(folder: &Path, prefix: &str) -> std::io::Result<Vec<(String, String)>> {
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}_{}", stem.replace(['-', '.'], "_"));
        documents.push((name, std::fs::read_to_string(&path)?));
    }
    documents.sort();
    Ok(documents)
}

/// Returns the published document and the generated client.
fn generated(name: &str, text: &str) -> Result<(Value, String), String> {
    let source = Source { name, text };
    let prepared =
        Preparation::new(source).lenient().run().map_err(|it| it.to_string())?;
    let generated =
        trackstar_build::client(&prepared, &Settings::default()).map_err(|it| it.to_string())?;
    let document = parse(source).map_err(|it| it.to_string())?;
    Ok((document, generated))
}
