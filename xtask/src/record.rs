//! `openapi/source.toml`: where the vendored document comes from, and what it holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::hash;

pub(crate) const RECORD: &str = "openapi/source.toml";

/// What is recorded of the vendored document.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Record {
    /// Where the whole document is published: the source that is read when none is named.
    pub(crate) document: String,
    /// Of the bytes of `trackstar.yaml`, in lower-case hexadecimal.
    pub(crate) sha256: String,
    /// What wrote the files.
    pub(crate) tool: String,
    pub(crate) retrieved: Retrieved,
    /// `METHOD /path` of every operation that is vendored, with its hash.
    pub(crate) operations: BTreeMap<String, String>,
}

/// The reading that the vendored document is a slice of.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Retrieved {
    /// The URL that was read, unless a file was.
    pub(crate) url: Option<String>,
    /// The name of the file that was read, without its folder. Where its text came from is not known.
    pub(crate) file: Option<String>,
    pub(crate) date: toml::value::Datetime,
    pub(crate) format: String,
    pub(crate) sha256: String,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// What writes the files, as it is recorded.
pub(crate) const TOOL: &str = concat!("xtask ", env!("CARGO_PKG_VERSION"));

impl Record {
    /// The recorded facts, where they can be read.
    pub(crate) fn read(root: &Path, problems: &mut Vec<String>) -> anyhow::Result<Option<Self>> {
        let Some(text) = crate::vendored::read(root, RECORD, problems)? else {
            return Ok(None);
        };
        let record = toml::from_str(&text).map_err(|error| {
            let error = error.to_string();
            error.lines().next().unwrap_or_default().to_owned()
        });
        let record = record.and_then(|record: Self| {
            let Retrieved { url, file, .. } = &record.retrieved;
            if url.is_some() == file.is_some() {
                return Err("[retrieved] names a `url` or a `file`, and not both".to_owned());
            }
            Ok(record)
        });
        Ok(record
            .map_err(|line| {
                problems.push(format!(
                    "{RECORD} does not say what it should ({line}): restore it with git"
                ));
            })
            .ok())
    }

    /// The file, with what explains it.
    pub(crate) fn to_toml(&self) -> String {
        let Self {
            document,
            sha256,
            tool,
            retrieved,
            operations,
        } = self;
        let mut text = format!(
            "\
# The source and the contents of `trackstar.yaml`. `cargo xtask refresh` writes both files together.
# Do not edit them. Changes for the client belong in `overlays/`.

# The whole document, which `cargo xtask refresh` reads by default.
document = {}
# SHA-256 of the bytes of `trackstar.yaml`, the slice in canonical form.
sha256 = {}
# The program that wrote the files.
tool = {}

# The retrieval of the source. Later ones without changes are not recorded.
[retrieved]
",
            quoted(document),
            quoted(sha256),
            quoted(tool),
        );
        let mut field = |comment: &str, key: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _infallible = writeln!(text, "{comment}{key} = {}", quoted(value));
            }
        };
        field("", "url", retrieved.url.as_deref());
        field(
            "# The name of the file.\n",
            "file",
            retrieved.file.as_deref(),
        );
        field(
            "# The format of the source.\n",
            "format",
            Some(&retrieved.format),
        );
        field(
            "# SHA-256 of the retrieved bytes. If the source is an index, its pages follow it.\n",
            "sha256",
            Some(&retrieved.sha256),
        );
        field(
            "# The server's tag of this version. The next request asks for a different one.\n",
            "etag",
            retrieved.etag.as_deref(),
        );
        field("", "last-modified", retrieved.last_modified.as_deref());
        let _infallible = write!(
            text,
            "date = {}\n
# The vendored operations, with the SHA-256 of everything that the document states about each.
[operations]
",
            retrieved.date
        );
        for (name, hash) in operations {
            let _infallible = writeln!(text, "{} = {}", quoted(name), quoted(hash));
        }
        text
    }
}

/// A text as TOML has it: JSON's escapes are among TOML's, which also wants one that JSON does not.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// The hash of each of the operations: of itself, all that it reaches, and the servers and security
/// requirements that hold for it. Titles, versions and the prose of tags are no part of it.
pub(crate) fn hashes(
    source: &str,
    document: &Value,
    operations: &[String],
) -> Result<BTreeMap<String, String>, trackstar_openapi::Error> {
    let mut hashes = BTreeMap::new();
    for operation in operations {
        let mut slice = trackstar_openapi::slice(source, document, &[operation])?;
        if let Some(fields) = slice.as_object_mut() {
            for key in ["openapi", "info", "externalDocs", "tags"] {
                fields.remove(key);
            }
        }
        // As JSON: that is written many times faster than YAML, and is as good a name.
        trackstar_openapi::sort_sets(&mut slice);
        slice.sort_all_objects();
        hashes.insert(operation.clone(), hash::of(&slice.to_string()));
    }
    Ok(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> anyhow::Result<Record> {
        Ok(Record {
            document: "https://a.example/openapi.json".to_owned(),
            sha256: "00".to_owned(),
            tool: TOOL.to_owned(),
            retrieved: Retrieved {
                url: Some("https://a.example/\"quoted\"\\\u{7f}\n".to_owned()),
                file: None,
                date: "2026-11-23".parse()?,
                format: "JSON".to_owned(),
                sha256: "01".to_owned(),
                etag: Some("W/\"a\"".to_owned()),
                last_modified: None,
            },
            operations: BTreeMap::from([("GET /é".to_owned(), "02".to_owned())]),
        })
    }

    #[test]
    fn a_record_is_read_as_it_was_written_whatever_its_texts_hold() -> anyhow::Result<()> {
        let record = record()?;
        let again: Record = toml::from_str(&record.to_toml())?;
        assert_eq!(again, record);
        Ok(())
    }

    #[test]
    fn the_hash_of_an_operation_is_not_that_of_the_title_or_of_other_operations()
    -> anyhow::Result<()> {
        let document = |title: &str, other: &str, reached: &str| {
            serde_json::json!({
                "openapi": "3.1.0", "info": {"title": title, "version": "1"},
                "paths": {
                    "/a": {"get": {"tags": ["T"], "responses": {"200": {"$ref": "#/components/responses/A"}}}},
                    "/b": {"get": {"summary": other}},
                },
                "components": {"responses": {"A": {"description": reached}}},
                "tags": [{"name": "T", "description": title}],
            })
        };
        let hash = |document: Value| hashes("d", &document, &["GET /a".to_owned()]);
        let first = hash(document("one", "one", "one"))?;
        assert_eq!(hash(document("two", "two", "one"))?, first);
        assert_ne!(hash(document("one", "one", "two"))?, first);
        Ok(())
    }
}
