//! An operation of a document.

use serde_json::Value;
use trackstar_openapi::methods;

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
        let mut route = String::new();
        for part in self.path.split_inclusive('}') {
            match part.split_once('{') {
                Some((before, _)) => {
                    route.push_str(before);
                    route.push_str("{}");
                }
                None => route.push_str(part),
            }
        }
        (route, self.method)
    }

    /// Returns the URL of the operation at a server, without the names of parameters.
    pub(crate) fn url(&self, server: &Value) -> String {
        let server = server.get("url").and_then(Value::as_str).unwrap_or("/");
        format!("{}{}", server.trim_end_matches('/'), self.route().0)
    }
}

/// Returns the operations of a document.
pub(crate) fn all<'a>(document: &mut Document<'a>) -> Vec<Operation<'a>> {
    let mut operations = Vec::new();
    let root = document.root();
    let Some(paths) = document.get(root, "paths") else {
        return operations;
    };
    for (path, item) in document.members(paths) {
        let Some(item) = document.follow(item).filter(|_| path.starts_with('/')) else {
            continue;
        };
        for method in methods() {
            if let Some(at) = document.get(item, method) {
                operations.push(Operation {
                    path,
                    method,
                    item,
                    at,
                });
            }
        }
    }
    operations
}
