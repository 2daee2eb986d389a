//! Generates the surface of a document's client as the build script does.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::Value;
use trackstar_build::Settings;
use trackstar_openapi::{OVERLAY_NAMES, Preparation, Source, parse};

use crate::surface::Surface;

/// Returns a path below the crate.
pub(crate) fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// Returns the folder of reference data next to the checkout, if it exists.
#[expect(clippy::print_stderr, reason = "a test that is skipped should say so")]
pub(crate) fn shared(below: &str) -> Option<PathBuf> {
    let folder = path("../../../shared").join(below);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no ../shared/{below} beside the checkout");
    None
}

pub(crate) fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| {
        panic!("{} cannot be read: {error}", path.display());
    });
    let name = path.display().to_string();
    parse(Source {
        name: &name,
        text: &text,
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

/// The vendored overlays, applied to every document.
pub(crate) struct Overlays {
    texts: Vec<(&'static str, String)>,
}

impl Overlays {
    pub(crate) fn read() -> Self {
        let texts: Vec<(&str, String)> = OVERLAY_NAMES
            .iter()
            .map(|name| (*name, fs::read_to_string(path("../..").join(name)).unwrap()))
            .collect();
        Self { texts }
    }

    fn sources(&self) -> Vec<Source<'_>> {
        let texts = self.texts.iter();
        texts.map(|(name, text)| Source { name, text }).collect()
    }

    /// Returns the document for the comparison.
    pub(crate) fn over(&self, document: &Value) -> Value {
        let preparation = Preparation::of(document.clone()).lenient();
        preparation.overlays(&self.sources()).correct().unwrap().0
    }

    /// Returns the surface of the generated client, or the reason why there is none.
    pub(crate) fn surface(&self, document: &Value) -> Result<Surface, String> {
        let text = document.to_string();
        let overlays = self.sources();
        let document = Source {
            name: "document",
            text: &text,
        };
        let prepared = catch_unwind(AssertUnwindSafe(|| {
            let preparation = Preparation::new(document).overlays(&overlays).lenient();
            preparation.webhooks(true).run()
        }))
        .map_err(|_| "the preparation panics".to_owned())?
        .map_err(|error| error.to_string())?;
        let mut settings = Settings::default();
        settings.webhooks = true;
        let source = trackstar_build::client(&prepared, &settings);
        source
            .map(|source| Surface::of(&source))
            .map_err(|error| error.to_string())
    }
}
