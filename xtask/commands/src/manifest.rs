//! The version of the crates in the workspace's `Cargo.toml`. Its build metadata names the vendored
//! document.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;
use toml::value::Datetime;

use crate::record::quoted;
use crate::vendored;

pub(crate) const MANIFEST: &str = "Cargo.toml";

/// The workspace's manifest, and the version with its position.
#[derive(Debug)]
pub(crate) struct Manifest {
    text: String,
    version: Spanned<String>,
}

/// The part of a manifest that contains the version.
#[derive(Deserialize)]
struct Root {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    version: Spanned<String>,
}

impl Manifest {
    /// Reads the manifest, if possible. Reports an invalid one in `problems`.
    pub(crate) fn read(root: &Path, problems: &mut Vec<String>) -> anyhow::Result<Option<Self>> {
        let Some(text) = vendored::read(root, MANIFEST, problems)? else {
            return Ok(None);
        };
        let manifest = Self::parse(text);
        if let Err(error) = &manifest {
            let error = error.message();
            problems.push(format!(
                "{MANIFEST} has no valid version in `[workspace.package]` ({error}): restore it with git"
            ));
        }
        Ok(manifest.ok())
    }

    fn parse(text: String) -> Result<Self, toml::de::Error> {
        let Root { workspace } = toml::from_str(&text)?;
        let version = workspace.package.version;
        Ok(Self { text, version })
    }

    /// Returns the current version.
    pub(crate) fn version(&self) -> &str {
        self.version.get_ref()
    }

    /// Returns the version with the build metadata of a document. The numbers of the crates do not
    /// change.
    pub(crate) fn version_for(&self, document: &str) -> String {
        let (numbers, _) = self
            .version()
            .split_once('+')
            .unwrap_or((self.version(), ""));
        format!("{numbers}+{document}")
    }

    /// Returns the text of the file with another version and no other change.
    pub(crate) fn with_version(&self, version: &str) -> String {
        let mut text = self.text.clone();
        text.replace_range(self.version.span(), &quoted(version));
        text
    }
}

/// Returns the build metadata for a document: its own version, and the day of its retrieval, because
/// upstream changes documents without changing their version. Characters that build metadata cannot
/// contain become `-`.
pub(crate) fn document_version(document: &Value, date: Datetime) -> String {
    let own = document["info"]["version"].as_str().unwrap_or_default();
    let allowed = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '.';
    let own: String = own
        .chars()
        .map(|it| if allowed(it) { it } else { '-' })
        .collect();
    let parts = own.split('.').filter(|part| !part.is_empty());
    let day: String = date
        .to_string()
        .chars()
        .filter(char::is_ascii_digit)
        .take("20261124".len())
        .collect();
    let parts: Vec<&str> = parts.chain([day.as_str()]).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(own: &Value, date: &str) -> anyhow::Result<String> {
        let document = serde_json::json!({"info": {"version": own}});
        Ok(document_version(&document, date.parse()?))
    }

    #[test]
    fn build_metadata_has_the_version_and_the_day() -> anyhow::Result<()> {
        for (own, expected) in [
            (Value::from("0.1.0"), "0.1.0.20261124"),
            (Value::from("2026-01 (béta)+x"), "2026-01--b-ta--x.20261124"),
            (Value::from(".1..2."), "1.2.20261124"),
            (Value::from(""), "20261124"),
            (Value::Null, "20261124"),
        ] {
            assert_eq!(named(&own, "2026-11-24")?, expected, "{own}");
        }
        assert_eq!(named(&"1".into(), "2026-11-24T08:30:00Z")?, "1.20261124");
        Ok(())
    }

    #[test]
    fn replaces_only_the_version_of_the_workspace() -> anyhow::Result<()> {
        for (before, after) in [
            (
                "version = \"1.2.3-rc.1+old\"\n",
                "version = \"1.2.3-rc.1+new\"\n",
            ),
            (
                "version=  '1.2.3-rc.1+old' # why\r\n",
                "version=  \"1.2.3-rc.1+new\" # why\r\n",
            ),
        ] {
            let text = |version: &str| {
                format!(
                    "[workspace]\nmembers = []\n\n[workspace.package]\nedition = \"2024\"\n{version}\n\
                     [workspace.dependencies]\na = {{ version = \"1.2.3-rc.1+old\" }}\n"
                )
            };
            let manifest = Manifest::parse(text(before))?;
            assert_eq!(manifest.version(), "1.2.3-rc.1+old");
            let version = manifest.version_for("new");
            assert_eq!(manifest.with_version(&version), text(after));
        }
        for none in [
            "[package]\nversion = \"1.0.0\"\n",
            "[workspace.package]\nedition = \"2024\"\n\n[package]\nversion = \"1.0.0\"\n",
            "[workspace.package]\nversion = 1\n",
            "[workspace.package",
        ] {
            assert!(Manifest::parse(none.to_owned()).is_err(), "{none}");
        }
        Ok(())
    }
}
