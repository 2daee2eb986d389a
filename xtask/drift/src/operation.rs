//! An operation of a document.

use serde_json::Value;
use trackstar_openapi::model::{Listed, listed};
use trackstar_openapi::template;

use crate::document::{At, Document};

/// An operation of one of the documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    /// The path item, which the operations of a path share.
    pub(crate) item: At<'a>,
    pub(crate) at: At<'a>,
}

impl Operation<'_> {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Returns the path without the names of its parameters, which are not part of a URL.
    pub(crate) fn route(&self) -> (String, &'static str) {
        (template::unnamed(self.path), self.method)
    }

    /// Returns the URL of the operation at a server, without the names of parameters.
    pub(crate) fn url(&self, server: &Value) -> String {
        format!("{}{}", url(server).trim_end_matches('/'), self.route().0)
    }
}

/// Returns the URL of a server.
pub(crate) fn url(server: &Value) -> &str {
    server.get("url").and_then(Value::as_str).unwrap_or("/")
}

/// Returns the operations of a document.
pub(crate) fn all<'a>(document: &mut Document<'a>) -> Vec<Operation<'a>> {
    let root = document.root().value;
    let operation = |one: Listed| {
        let (path, _) = root.get("paths")?.as_object()?.get_key_value(&one.path)?;
        let (item, _) = one.pointer.rsplit_once('/')?;
        Some(Operation {
            path,
            method: one.method,
            item: document.at(item)?,
            at: document.at(&one.pointer)?,
        })
    };
    listed(root).into_iter().filter_map(operation).collect()
}
