//! An operation of a document, and its place.

use trackstar_openapi::{model, template};

use crate::document::{At, Document};

/// An operation of one of the documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) model: &'a model::Operation,
    /// The path item, which the operations of a path share.
    pub(crate) item: At<'a>,
    pub(crate) at: At<'a>,
}

impl<'a> Operation<'a> {
    /// Returns the path without the names of its parameters, which are not part of a URL.
    pub(crate) fn route(&self) -> (String, &'a str) {
        (template::unnamed(&self.model.path), &self.model.method)
    }

    /// Returns the URL of the operation at a server, without the names of parameters.
    pub(crate) fn url(&self, server: &str) -> String {
        format!("{}{}", server.trim_end_matches('/'), self.route().0)
    }

    /// Returns the URLs of the operation, one for each of its servers. The default is the server of the
    /// document.
    pub(crate) fn urls(&self) -> Vec<String> {
        let servers = &self.model.servers;
        if servers.is_empty() {
            return vec![self.url("/")];
        }
        servers.iter().map(|server| self.url(&server.url)).collect()
    }
}

/// Returns the operations of a document.
pub(crate) fn all<'a>(document: &mut Document<'a>) -> Vec<Operation<'a>> {
    let operations = document.model.operations.iter();
    let operation = |model: &'a model::Operation| {
        let (item, _) = model.pointer.rsplit_once('/')?;
        Some(Operation {
            model,
            item: document.at(item)?,
            at: document.at(&model.pointer)?,
        })
    };
    operations.filter_map(operation).collect()
}
