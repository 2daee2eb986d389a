//! The files of `openapi/`, read from disk: the text embedded in `trackstar-openapi` may be the
//! broken one that this tool is to look at.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use trackstar_openapi::{Error, Prepared, Source, prepare};

/// The folder of the document, its overlays and its golden.
#[derive(Debug)]
pub(crate) struct Vendored {
    folder: PathBuf,
    pub(crate) document: String,
    /// Name below the workspace root, and text, in the order in which they are applied.
    overlays: Vec<(String, String)>,
}

/// What `source.toml` records; fields that this tool does not use are left out.
#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    /// Of the bytes of `trackstar.yaml`, in lower-case hexadecimal.
    pub(crate) sha256: String,
    /// `METHOD /path` of every operation that is vendored.
    pub(crate) operations: Vec<String>,
}

const DOCUMENT: &str = "openapi/trackstar.yaml";
pub(crate) const GOLDEN: &str = "openapi/prepared.json";
const RECORD: &str = "openapi/source.toml";
const OVERLAYS: &str = "openapi/overlays";

impl Vendored {
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let folder = root.to_owned();
        let document = read(&folder, DOCUMENT)?;
        let path = folder.join(OVERLAYS);
        let entries = fs::read_dir(&path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .with_context(|| format!("failed to list {}", path.display()))?;
        let mut names: Vec<String> = entries
            .iter()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| {
                Path::new(name)
                    .extension()
                    .is_some_and(|it| it.eq_ignore_ascii_case("yaml"))
            })
            .collect();
        // What upstream states wrongly is corrected before concessions are made to the generator.
        names.sort_by_key(|name| (name != "upstream.yaml", name.clone()));
        let overlays = names
            .into_iter()
            .map(|name| format!("{OVERLAYS}/{name}"))
            .map(|name| read(&folder, &name).map(|text| (name, text)))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            folder,
            document,
            overlays,
        })
    }

    pub(crate) fn prepare(&self) -> Result<Prepared, Error> {
        let overlays: Vec<_> = self
            .overlays
            .iter()
            .map(|(name, text)| Source { name, text })
            .collect();
        prepare(
            Source {
                name: DOCUMENT,
                text: &self.document,
            },
            &overlays,
        )
    }

    /// The recorded facts; an `Err` says what to do about a broken record.
    pub(crate) fn record(&self) -> anyhow::Result<Record> {
        let text = read(&self.folder, RECORD)?;
        toml::from_str(&text)
            .with_context(|| format!("{RECORD} does not say what it should: restore it with git"))
    }

    /// The committed golden; `None` where there is none.
    pub(crate) fn golden(&self) -> anyhow::Result<Option<String>> {
        match fs::read_to_string(self.folder.join(GOLDEN)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("failed to read {GOLDEN}")),
        }
    }

    /// Replaces the golden, whole or not at all.
    pub(crate) fn write_golden(&self, text: &str) -> anyhow::Result<()> {
        let target = self.folder.join(GOLDEN);
        let folder = target.parent().unwrap_or(&self.folder);
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            std::io::Write::write_all(&mut file, text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&target)?;
            Ok(())
        };
        write().with_context(|| format!("failed to write {}", target.display()))
    }
}

fn read(root: &Path, name: &str) -> anyhow::Result<String> {
    fs::read_to_string(root.join(name))
        .with_context(|| format!("failed to read {name}: restore it with git"))
}
