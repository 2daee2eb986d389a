//! Accesses the files of the crate, and updates expected files if `UPDATE_GOLDENS` is set.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the path of a file or folder of the crate.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn read_if_there(path: &Path) -> Option<String> {
    path.exists().then(|| read(path))
}

/// Returns the sorted names of the entries of a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is readable");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("the entry is readable").file_name())
        .map(|name| name.into_string().expect("the name is text"))
        .collect();
    names.sort();
    names
}

/// Returns the names and texts of the vendor's published documents, or nothing if they are not available.
#[expect(clippy::print_stderr, reason = "a skipped test should be visible")]
pub(crate) fn published() -> Vec<(String, String)> {
    let folder = path("../../shared/specs");
    if !folder.is_dir() {
        eprintln!("skipped: the published documents are not beside the repository");
        return Vec::new();
    }
    let names = names(&folder).into_iter();
    let is_json = |name: &String| Path::new(name).extension().is_some_and(|end| end == "json");
    let documents = names.filter(is_json);
    let documents: Vec<(String, String)> = documents
        .map(|name| {
            let text = read(&folder.join(&name));
            (name, text)
        })
        .collect();
    assert!(!documents.is_empty(), "no document was found");
    documents
}

fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDENS").is_some_and(|value| value == "1")
}

/// Compares a text with the contents of a file. `None` expects that the file does not exist.
///
/// Returns the difference. With `UPDATE_GOLDENS=1` the file is changed instead.
pub(crate) fn compare(path: &Path, actual: Option<&str>) -> Option<String> {
    if updating() {
        match actual {
            Some(text) => fs::write(path, text).expect("the expectation is writable"),
            None if path.exists() => fs::remove_file(path).expect("the expectation is removable"),
            None => {}
        }
        return None;
    }
    let expected = read_if_there(path);
    let (expected, actual) = (expected.as_deref(), actual);
    (expected != actual).then(|| {
        format!(
            "{}\n--- expected\n{}\n--- actual\n{}\n--- rewrite with UPDATE_GOLDENS=1",
            path.display(),
            expected.unwrap_or("(no such file)"),
            actual.unwrap_or("(no such file)"),
        )
    })
}
