//! The names of operations in the contract, which is the document that the API follows. Mocks of the
//! API use it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::listed;
use crate::pointer::below;
use crate::reference;
use crate::template;

/// Copies the names of operations from the prepared document.
pub(crate) fn name(document: &mut Value, prepared: &Value) {
    let shared = document.pointer("/components/pathItems").cloned();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (_, item) in paths.into_iter().flatten() {
        // The operations of a shared path item have a different name in each path.
        if let Some(Value::Object(own)) = shared.as_ref().and_then(|all| referred(all, item)) {
            *item = Value::Object(own.clone());
        }
    }
    let names = listed(prepared).into_iter();
    let names: BTreeMap<_, _> = names
        .filter_map(|it| Some(((template::unnamed(&it.path), it.method), it.id?)))
        .collect();
    for it in listed(document) {
        // A path that other paths refer to keeps its own names.
        let own = below("/paths", &[&it.path, it.method]);
        if let Some(id) = names.get(&(template::unnamed(&it.path), it.method))
            && let Some(Value::Object(operation)) = document.pointer_mut(&own)
        {
            operation.insert("operationId".to_owned(), id.as_str().into());
        }
    }
}

fn referred<'a>(shared: &'a Value, item: &Value) -> Option<&'a Value> {
    let target = reference::target(reference::of(item)?)?;
    shared.pointer(target.strip_prefix("/components/pathItems")?)
}
