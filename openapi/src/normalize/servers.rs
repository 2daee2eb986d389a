//! Removes the servers of paths and operations, because the client has one base URL.

use serde_json::Value;

use crate::findings::Findings;
use crate::model::listed;
use crate::pointer::below;

/// Removes the servers of paths and operations, and notes each operation with a server that the document
/// does not have.
///
/// The client sends credentials with each request. Another host in a document may be a mistake, and must
/// not receive them without the user's consent.
pub(super) fn normalize(document: &mut Value, findings: &mut Findings) {
    let mut left_out = Vec::new();
    let root = document.get("servers").map(urls).unwrap_or_default();
    for operation in listed(document) {
        let owners = [operation.pointer.clone(), operation.item()];
        for owner in &owners {
            let pointer = below(owner, &["servers"]);
            let own = document.pointer(&pointer).map(urls).unwrap_or_default();
            if own.is_empty() {
                continue;
            }
            if own.iter().all(|url| root.contains(url)) {
                break;
            }
            let note = format!(
                "{} has its own servers, but the client sends the request to its base URL and not to {}",
                operation.name(),
                own.join(" or ")
            );
            findings.note_on(&pointer, note);
            break;
        }
        left_out.extend(owners);
    }
    for owner in left_out {
        if let Some(Value::Object(fields)) = document.pointer_mut(&owner) {
            fields.remove("servers");
        }
    }
}

fn urls(servers: &Value) -> Vec<&str> {
    let servers = servers.as_array().into_iter().flatten();
    servers
        .filter_map(|server| server.get("url")?.as_str())
        .collect()
}
