//! Servers of single paths and operations: the client has one base URL, and calls nothing else.

use serde_json::Value;

use crate::findings::Findings;
use crate::model::listed;
use crate::pointer::below;

/// Takes the servers of paths and operations away, and notes every operation that is on another one than
/// the document itself.
///
/// The client sends credentials with each request. Another host that a document names, perhaps by
/// mistake, must not receive them unasked.
pub(super) fn normalize(document: &mut Value, findings: &mut Findings) {
    let mut left_out = Vec::new();
    let root = document.get("servers").map(urls).unwrap_or_default();
    for operation in listed(document) {
        let owners = [&operation.pointer, &below("/paths", &[&operation.path])].map(String::clone);
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
                "{} has servers of its own, which the client does not call: it sends the request to \
                 its base URL, and not to {}",
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
