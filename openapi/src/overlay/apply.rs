//! Applies one overlay action to a document.

use std::collections::BTreeSet;

use serde_json::Value;

use serde_json_path::JsonPath;

use super::{Action, Change, headers};
use crate::pointer;
use crate::yaml::MAX_DEPTH;

/// An action that could not be applied.
pub(super) struct Fault {
    /// Field of the action that caused the failure.
    pub(super) field: &'static str,
    pub(super) message: String,
    pub(super) advice: &'static str,
    /// Whether the document no longer needs the action.
    pub(super) stale: bool,
}

impl Fault {
    fn new(field: &'static str, message: String, advice: &'static str) -> Self {
        Self {
            field,
            message,
            advice,
            stale: false,
        }
    }

    fn stale(field: &'static str, message: &str, advice: &'static str) -> Self {
        Self {
            stale: true,
            ..Self::new(field, message.to_owned(), advice)
        }
    }
}

impl Action {
    pub(super) fn apply(&self, document: &mut Value) -> Result<(), Fault> {
        let lowered = headers::in_lower_case(document);
        let looked_at = [Some(&*document), lowered.as_ref()];
        let matches = |path: &JsonPath| -> BTreeSet<String> {
            let all = looked_at.into_iter().flatten();
            all.flat_map(|document| locations(path, document)).collect()
        };
        if self
            .unless
            .as_ref()
            .is_some_and(|path| !matches(path).is_empty())
        {
            let advice = "remove the action, which is no longer needed";
            return Err(Fault::stale(
                "/x-unless",
                "the document already contains the value",
                advice,
            ));
        }
        // Several selectors of a path may match the same location. The set contains it once.
        let mut places: Vec<String> = matches(&self.path).into_iter().collect();
        places.sort_by_cached_key(|place| pointer::position(place));
        if places.is_empty() {
            if self.when_present {
                return Ok(());
            }
            let advice = "remove the action if it is no longer needed, or correct the target";
            return Err(Fault::stale(
                "/target",
                "the target matches nothing",
                advice,
            ));
        }
        let changed = match &self.change {
            Change::Update(update) => update_all(document, &places, update)?,
            Change::Remove => {
                remove_all(document, &places)?;
                true
            }
        };
        if changed {
            return Ok(());
        }
        let advice = "remove the action, which is no longer needed";
        Err(Fault::stale(
            "/update",
            "the update changes nothing",
            advice,
        ))
    }
}

/// Returns the pointers to the values that a path matches.
///
/// `query_located` copies the location of every value that it inspects. A path that descends into all values
/// takes many times longer with it.
fn locations(path: &JsonPath, document: &Value) -> Vec<String> {
    if !path.to_string().contains("..") {
        let found = path.query_located(document).into_iter();
        return found
            .map(|node| node.location().to_json_pointer())
            .collect();
    }
    let found = path.query(document).into_iter().map(address);
    below(document, &mut found.collect())
}

/// Removes a value and the values below it from a set of addresses, and returns pointers to them.
fn below(value: &Value, missing: &mut BTreeSet<usize>) -> Vec<String> {
    let mut found = Vec::new();
    if missing.is_empty() {
        return found;
    }
    if missing.remove(&address(value)) {
        found.push(String::new());
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let below = below(value, missing).into_iter();
                found.extend(below.map(|rest| format!("/{}{rest}", pointer::escape(name))));
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let below = below(value, missing).into_iter();
                found.extend(below.map(|rest| format!("/{index}{rest}")));
            }
        }
        // Scalars contain nothing.
        _ => {}
    }
    found
}

fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

fn update_all(document: &mut Value, places: &[String], update: &Value) -> Result<bool, Fault> {
    let height = height(update);
    for place in places {
        let depth = pointer::segments(place).count();
        if depth + height > MAX_DEPTH {
            let message =
                format!("the update would nest the document deeper than {MAX_DEPTH} levels");
            return Err(Fault::new(
                "/update",
                message,
                "reduce the nesting of the update",
            ));
        }
        // All locations are checked before the first change, so an action is applied completely or not
        // at all.
        match document.pointer(place) {
            Some(Value::Object(_)) if !update.is_object() => {
                let message =
                    format!("the target is the object at {place}, but the update is not an object");
                return Err(Fault::new(
                    "/update",
                    message,
                    "use an object with the fields to merge",
                ));
            }
            Some(Value::Object(_) | Value::Array(_)) | None => {}
            Some(_) => {
                let message = format!("the target {place} is neither an object nor an array");
                let advice =
                    "target the object that contains the value, and update the field there";
                return Err(Fault::new("/target", message, advice));
            }
        }
    }
    let mut changed = false;
    for place in places {
        // A location inside another one may have been replaced together with its parent.
        match document.pointer_mut(place) {
            Some(Value::Array(items)) => changed |= append(items, std::slice::from_ref(update)),
            Some(node) => changed |= merge(node, update),
            None => {}
        }
    }
    Ok(changed)
}

/// Merges an update as the overlay specification requires. Returns true if anything changed.
fn merge(node: &mut Value, update: &Value) -> bool {
    match (node, update) {
        (Value::Object(fields), Value::Object(updates)) => {
            let mut changed = false;
            for (key, update) in updates {
                if let Some(field) = fields.get_mut(key) {
                    changed |= merge(field, update);
                } else {
                    fields.insert(key.clone(), update.clone());
                    changed = true;
                }
            }
            changed
        }
        (Value::Array(items), Value::Array(more)) => append(items, more),
        (node, update) => {
            let changed = node != update;
            if changed {
                *node = update.clone();
            }
            changed
        }
    }
}

/// Appends to a list unless the list already contains all of the values.
///
/// The lists that overlays append to are sets in OpenAPI (tags, required names, parameters). A
/// duplicate would hide that the correction is no longer needed.
fn append(items: &mut Vec<Value>, more: &[Value]) -> bool {
    let changed = !more.iter().all(|one| items.contains(one));
    if changed {
        items.extend(more.iter().cloned());
    }
    changed
}

/// Removes the locations in reverse order, so that no removal changes the meaning of a remaining
/// pointer.
fn remove_all(document: &mut Value, places: &[String]) -> Result<(), Fault> {
    for place in places.iter().rev() {
        let Some((parent, _)) = place.rsplit_once('/') else {
            let message = "the target is the whole document".to_owned();
            let advice = "target the part to remove";
            return Err(Fault::new("/target", message, advice));
        };
        let Some(name) = pointer::segments(place).last() else {
            continue;
        };
        match document.pointer_mut(parent) {
            Some(Value::Object(fields)) => {
                fields.remove(&name);
            }
            Some(Value::Array(items)) => {
                if let Some(index) = name.parse().ok().filter(|&index| index < items.len()) {
                    items.remove(index);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns the number of nested objects and lists.
fn height(value: &Value) -> usize {
    let below = match value {
        Value::Object(fields) => fields.values().map(height).max(),
        Value::Array(items) => items.iter().map(height).max(),
        _ => return 0,
    };
    1 + below.unwrap_or_default()
}
