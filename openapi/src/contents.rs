//! The contents of arrays and objects that may be absent. Values of any other type have none.

use serde_json::{Map, Value};

use crate::pointer::below;

/// Returns the items of an array.
pub(crate) fn items(value: Option<&Value>) -> std::slice::Iter<'_, Value> {
    let items = value.and_then(Value::as_array);
    items.map_or(&[][..], Vec::as_slice).iter()
}

/// Returns the members of an object.
pub(crate) fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// Returns the names of the members of an object.
pub(crate) fn keys(value: Option<&Value>) -> impl Iterator<Item = &String> {
    let object = value.and_then(Value::as_object);
    object.into_iter().flat_map(Map::keys)
}

/// Returns the pointers to the items of the array `key` in an object at a pointer.
pub(crate) fn item_pointers(
    object: &Value,
    pointer: &str,
    key: &str,
) -> impl Iterator<Item = String> + use<> {
    let list = below(pointer, &[key]);
    let count = items(object.get(key)).len();
    (0..count).map(move |index| below(&list, &[&index.to_string()]))
}
