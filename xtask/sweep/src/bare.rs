//! Requests that say null, false, 0 and the empty list: what clients like to take for nothing.

use serde_json::{Value, json};

use crate::call::Arguments;
use crate::inject::{self, Changed};
use crate::plan::Planner;
use trackstar_mock::document::{Media, Operation, Place, is_json};
use trackstar_mock::instance::{self, Mode};
use trackstar_mock::pointer::below;

/// Where a schema does not take all of them at once, at most this many places are tried one by one.
const TRIED: usize = 200;

impl Planner<'_> {
    /// The full body with null in every optional place of one level that takes it.
    pub(crate) fn with_nulls(&self, schema: &str) -> Vec<(String, Value)> {
        let Ok(full) = instance::instance(&self.document.value, schema, Mode::Full, 0) else {
            return Vec::new();
        };
        let levels = inject::changes(&full, false)
            .into_iter()
            .filter(Changed::is_null);
        let mut bodies = Vec::new();
        for level in levels {
            let mut body = full.value.clone();
            let may_be = |place: &&String| {
                let mut places = full.places.iter();
                places.any(|it| it.pointer == **place && it.null)
            };
            for place in level.places.iter().filter(may_be) {
                let before = body.clone();
                if let Some(value) = body.pointer_mut(place) {
                    *value = Value::Null;
                }
                if !self.schemas.errors(schema, &body).is_empty() {
                    body = before;
                }
            }
            if body != full.value {
                bodies.push((level.what, body));
            }
        }
        bodies
    }

    /// The full body with false and 0 in every place that takes them, and with empty lists.
    pub(crate) fn with_nothing(&self, media: &Media, schema: &str) -> Vec<(&'static str, Value)> {
        let Ok(full) = instance::instance(&self.document.value, schema, Mode::Full, 0) else {
            return Vec::new();
        };
        let fits = |body: &Value| self.schemas.errors(schema, body).is_empty();
        let mut bodies = vec![("false and 0 in the body", bare(&full.value, leaf, fits))];
        // In a form a list of nothing is no different from none.
        if is_json(&media.name) {
            bodies.push(("empty lists in the body", bare(&full.value, list, fits)));
        }
        bodies.retain(|(_, body)| *body != full.value);
        bodies
    }

    /// The arguments with false and 0 in every parameter that takes them.
    pub(crate) fn parameters_with_nothing(
        &self,
        operation: &Operation,
        full: &Arguments,
    ) -> Arguments {
        let mut arguments = full.clone();
        for parameter in operation.arguments() {
            let map = match parameter.place {
                Place::Query => &mut arguments.query,
                Place::Header => &mut arguments.headers,
                Place::Path | Place::Cookie => continue,
            };
            if let (Some(value), Some(schema)) =
                (map.get_mut(&parameter.name), parameter.schema.as_deref())
            {
                let fits = |value: &Value| self.schemas.errors(schema, value).is_empty();
                *value = bare(value, leaf, fits);
            }
        }
        arguments
    }
}

fn leaf(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(true) => Some(json!(false)),
        Value::Number(number) if number.as_f64() != Some(0.0) => Some(json!(0)),
        _ => None,
    }
}

fn list(value: &Value) -> Option<Value> {
    let items = value.as_array()?;
    (!items.is_empty()).then(|| json!([]))
}

/// `full` with what `nothing` makes of its places, wherever the result fits.
fn bare(
    full: &Value,
    nothing: fn(&Value) -> Option<Value>,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    let mut places = Vec::new();
    find(full, nothing, "", &mut places);
    let replaced = |value: &mut Value, place: &str| {
        if let Some(target) = value.pointer_mut(place)
            && let Some(new) = nothing(target)
        {
            *target = new;
        }
    };
    let mut all = full.clone();
    for place in &places {
        replaced(&mut all, place);
    }
    if fits(&all) {
        return all;
    }
    let mut value = full.clone();
    for place in places.iter().take(TRIED) {
        let mut next = value.clone();
        replaced(&mut next, place);
        if fits(&next) {
            value = next;
        }
    }
    value
}

/// The places that `nothing` has something for, outer ones first.
fn find(
    value: &Value,
    nothing: fn(&Value) -> Option<Value>,
    place: &str,
    places: &mut Vec<String>,
) {
    if nothing(value).is_some() {
        places.push(place.to_owned());
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find(item, nothing, &below(place, &index.to_string()), places);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                find(field, nothing, &below(place, name), places);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_false_and_0_and_empty_lists_has_them_and_the_rest_stays() {
        let full = json!({"a": true, "b/c": [1, {"d": 2.5}], "least": 3, "e": "x", "f": [[]]});
        let fits = |value: &Value| value["least"] == 3;
        assert_eq!(
            bare(&full, leaf, fits),
            json!({"a": false, "b/c": [0, {"d": 0}], "least": 3, "e": "x", "f": [[]]})
        );
        assert_eq!(
            bare(&full, list, |_| true),
            json!({"a": true, "b/c": [], "least": 3, "e": "x", "f": []})
        );
        let inner = |value: &Value| value["f"] == json!([[]]);
        assert_eq!(bare(&full, list, inner)["b/c"], json!([]));
    }
}
