//! `openapi/source.toml`: the source of the vendored document, and its operations.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::hash;

pub(crate) const RECORD: &str = "openapi/source.toml";

/// The record of the vendored document.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Record {
    /// The location of the whole document: the default source of a refresh.
    pub(crate) document: String,
    /// The SHA-256 of `trackstar.yaml`, in lower-case hexadecimal.
    pub(crate) sha256: String,
    /// The tool that wrote the files.
    pub(crate) tool: String,
    pub(crate) retrieved: Retrieved,
    /// `METHOD /path` of every vendored operation, with its hash.
    pub(crate) operations: BTreeMap<String, String>,
}

/// The retrieval of the document from which the vendored one was sliced.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Retrieved {
    /// The URL, unless the document was read from a file.
    pub(crate) url: Option<String>,
    /// The name of the file without its folder, if the document was read from a file. The origin of its
    /// text is unknown.
    pub(crate) file: Option<String>,
    pub(crate) date: toml::value::Datetime,
    pub(crate) format: String,
    pub(crate) sha256: String,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// The name and version of this tool, as recorded.
pub(crate) const TOOL: &str = concat!("xtask ", env!("CARGO_PKG_VERSION"));

impl Record {
    /// Reads the record, if possible. Reports an invalid one in `problems`.
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
                problems.push(format!("{RECORD} is invalid ({line}): restore it with git"));
            })
            .ok())
    }

    /// Returns the text of the file, with comments that explain it.
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

/// Returns a text quoted for TOML. JSON's escapes are valid in TOML, which also requires one for U+007F.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// Returns the hash of each operation, with everything that it refers to and the servers and security
/// requirements that apply to it. Titles, versions and descriptions of tags do not change the hash.
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
        // JSON is written many times faster than YAML, and serves as well.
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
    fn record_round_trips_with_any_text() -> anyhow::Result<()> {
        let record = record()?;
        let again: Record = toml::from_str(&record.to_toml())?;
        assert_eq!(again, record);
        Ok(())
    }

    #[test]
    fn hash_ignores_titles_and_other_operations() -> anyhow::Result<()> {
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
