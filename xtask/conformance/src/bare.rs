//! Requests with null, false, 0 and empty lists, which clients tend to omit, and with numbers that
//! programs tend to write in another form.

use serde_json::{Value, json};

use crate::call::Intent;
use crate::mutations::{self, Mutation};
use crate::published::Published;
use crate::spec::{Media, Operation, ParameterLocation, is_json};
use trackstar_mock::instance::{self, Mode};
use trackstar_openapi::pointer::below;

/// Maximum number of places that are tried one by one if a schema does not allow all values at once.
const TRIED: usize = 200;

impl Published {
    /// Returns the full body with null at every optional place of one level that allows it.
    pub(crate) fn with_nulls(&self, schema: &str) -> Vec<(String, Value)> {
        let Ok(full) = instance::instance(&self.document.value, schema, Mode::Full, 0) else {
            return Vec::new();
        };
        let levels = mutations::changes(&full, false)
            .into_iter()
            .filter(Mutation::is_null);
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

    /// Returns the full body with false and 0 at every place that allows them, and with empty lists.
    pub(crate) fn with_nothing(&self, media: &Media, schema: &str) -> Vec<(&'static str, Value)> {
        let Ok(full) = instance::instance(&self.document.value, schema, Mode::Full, 0) else {
            return Vec::new();
        };
        let fits = |body: &Value| self.schemas.errors(schema, body).is_empty();
        let mut bodies = vec![("false and 0 in the body", bare(&full.value, leaf, fits))];
        // A form cannot express an empty list.
        if is_json(&media.name) {
            bodies.push(("empty lists in the body", bare(&full.value, list, fits)));
        } else {
            for (what, number) in NUMBERS {
                bodies.push((what, with_number(&full.value, number, fits)));
            }
        }
        bodies.retain(|(_, body)| *body != full.value);
        bodies
    }

    /// Returns the parameters with false and 0 if allowed, and with numbers of many digits.
    pub(crate) fn parameters_with(
        &self,
        operation: &Operation,
        full: &Intent,
    ) -> Vec<(&'static str, Intent)> {
        let with = |change: &Change<'_>| {
            let mut intent = full.clone();
            for parameter in operation.arguments() {
                if let (Some(value), Some(schema)) = (full.get(parameter), &parameter.schema) {
                    let fits = |value: &Value| self.schemas.errors(schema, value).is_empty();
                    intent.set(parameter, change(parameter.place, value, &fits));
                }
            }
            intent
        };
        let mut all = vec![(
            "all parameters, with false and 0",
            with(&|place, value, fits| match place {
                ParameterLocation::Query | ParameterLocation::Header => bare(value, leaf, fits),
                ParameterLocation::Path | ParameterLocation::Cookie => value.clone(),
            }),
        )];
        for (what, number) in NUMBERS {
            all.push((
                what,
                with(&|_, value, fits| with_number(value, number, fits)),
            ));
        }
        all.retain(|(_, intent)| intent != full);
        all
    }
}

/// The replacement for a value at a place, as long as it is valid there.
type Change<'c> = dyn Fn(ParameterLocation, &Value, &dyn Fn(&Value) -> bool) -> Value + 'c;

/// Numbers that must not be written as `5.0`, `1.23e16` and `1e-7`.
const NUMBERS: [(&str, f64); 3] = [
    ("whole numbers of floating point", 5.0),
    ("numbers of many digits", 1.23e16),
    ("numbers with many decimal places", 1e-7),
];

/// Returns `full` with `number` at every place that allows fractions.
fn with_number(full: &Value, number: f64, fits: impl Fn(&Value) -> bool) -> Value {
    let numeric = |value: &Value| value.is_number().then(|| json!(0.5));
    let mut places = Vec::new();
    find(full, &numeric, "", &mut places);
    let mut value = full.clone();
    for place in places.iter().take(TRIED) {
        let with = |new: f64| {
            let mut next = value.clone();
            if let Some(target) = next.pointer_mut(place) {
                *target = json!(new);
            }
            next
        };
        if fits(&with(0.5)) && fits(&with(number)) {
            value = with(number);
        }
    }
    value
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

/// Returns `full` with the replacements of `nothing`, wherever the result is valid.
fn bare(
    full: &Value,
    nothing: fn(&Value) -> Option<Value>,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    let mut places = Vec::new();
    find(full, &nothing, "", &mut places);
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

/// Returns the places that `nothing` replaces, outer places first.
fn find(
    value: &Value,
    nothing: &dyn Fn(&Value) -> Option<Value>,
    place: &str,
    places: &mut Vec<String>,
) {
    if nothing(value).is_some() {
        places.push(place.to_owned());
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find(item, nothing, &below(place, &[&index.to_string()]), places);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                find(field, nothing, &below(place, &[name]), places);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_values_only_with_allowed_falsy_values() {
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
        let number = with_number(&json!({"a": 1, "b": [2], "c": "x"}), 1e-7, |it| {
            it["a"] == 1
        });
        assert_eq!(number, json!({"a": 1, "b": [1e-7], "c": "x"}));
        let inner = |value: &Value| value["f"] == json!([[]]);
        assert_eq!(bare(&full, list, inner)["b/c"], json!([]));
    }
}
