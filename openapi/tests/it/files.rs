//! Files of the crate, and the one variable that rewrites the expectations among them.

use std::fs;
use std::path::{Path, PathBuf};

/// A file or folder of the crate.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn read_if_there(path: &Path) -> Option<String> {
    path.exists().then(|| read(path))
}

/// The names of what a folder holds, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is readable");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("the entry is readable").file_name())
        .map(|name| name.into_string().expect("the name is text"))
        .collect();
    names.sort();
    names
}

/// Names and texts of the documents that the vendor published; none where they are not at hand.
#[expect(clippy::print_stderr, reason = "a test that is skipped should say so")]
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

/// Holds a text against the file that is expected to have it; `None` expects no file.
///
/// Returns what is wrong. With `UPDATE_GOLDENS=1` nothing is: the file becomes what it should be.
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
