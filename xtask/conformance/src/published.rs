//! The document that requests and responses are compared with.

use trackstar_mock::document::Document;
use trackstar_mock::validate::Schemas;

/// A document as it was published, and its schemas.
pub(crate) struct Published {
    pub(crate) document: Document,
    pub(crate) schemas: Schemas,
}

impl Published {
    pub(crate) fn new(document: Document) -> anyhow::Result<Self> {
        let schemas = Schemas::new(&document.value)?;
        Ok(Self { document, schemas })
    }
}
