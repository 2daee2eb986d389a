//! Compares two values by their meaning in the document.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use trackstar_openapi::Merged;
use trackstar_openapi::pointer::below;

use crate::mismatch::Mismatch;

/// The allowed differences between equivalent values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A response after decoding: absent and null are equal.
    Response,
    /// A request as received: null clears a field, and absence leaves it unchanged.
    Request,
}

/// Returns the differences between `found` and `given`, an instance of the schema at `pointer`.
///
/// `1` equals `1.0`, dates are points in time, and an optional empty list or object equals absence.
/// Undeclared properties may be missing, and nothing may be added.
pub(crate) fn differences(
    reading: Reading,
    document: &Value,
    pointer: Option<&str>,
    given: &Value,
    found: &Value,
) -> Vec<Mismatch> {
    let schema = pointer.and_then(|pointer| document.pointer(pointer));
    let known = Known::of(reading, document, schema);
    let mut differences = Vec::new();
    compare(&known, "", given, found, &mut differences);
    differences
}

/// The combined statements of all schemas about a place, in any alternative.
struct Known<'a> {
    reading: Reading,
    document: &'a Value,
    merged: Merged<'a>,
    required: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(
        reading: Reading,
        document: &'a Value,
        schemas: impl IntoIterator<Item = &'a Value>,
    ) -> Self {
        let mut merged = Merged::of(document, schemas);
        // A property that one alternative requires is not required by all.
        let required = merged.required();
        while let Some(alternatives) = merged.alternatives.pop() {
            for alternative in alternatives.all {
                merged.add(alternative);
            }
        }
        Self {
            reading,
            document,
            merged,
            required,
        }
    }

    fn property(&self, name: &str) -> Self {
        Self::of(self.reading, self.document, self.merged.property(name))
    }

    fn item(&self, index: usize) -> Self {
        Self::of(self.reading, self.document, self.merged.item(index))
    }

    /// Returns true if the property must be preserved.
    fn names(&self, name: &str) -> bool {
        let mut rest = self.merged.each("additionalProperties");
        let named = self.merged.properties();
        named.contains_key(name) || named.is_empty() || rest.next().is_some_and(Value::is_object)
    }

    /// Returns true if the value of the property is equivalent to absence.
    fn says_nothing(&self, name: &str, value: &Value) -> bool {
        let empty = match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        value.is_null() && self.reading == Reading::Response
            || empty && !self.required.contains(name)
    }
}

fn compare(
    known: &Known<'_>,
    pointer: &str,
    given: &Value,
    found: &Value,
    differences: &mut Vec<Mismatch>,
) {
    let mut tell = |text: String| differences.push(Mismatch::new(pointer, text));
    match (given, found) {
        (Value::Object(given), Value::Object(found)) => {
            objects(known, pointer, given, found, differences);
        }
        (Value::Array(given), Value::Array(found)) => {
            if given.len() != found.len() {
                tell(format!("{} items became {}", given.len(), found.len()));
            }
            for (index, (given, found)) in given.iter().zip(found).enumerate() {
                let place = below(pointer, &[&index.to_string()]);
                compare(&known.item(index), &place, given, found, differences);
            }
        }
        (Value::String(one), Value::String(other)) if one == other || instant(one, other) => {}
        (Value::Number(one), Value::Number(other)) if one == other || equal(one, other) => {}
        (given, found) if given == found => {}
        (given, found) => tell(format!("{} became {}", short(given), short(found))),
    }
}

fn objects(
    known: &Known<'_>,
    pointer: &str,
    given: &Map<String, Value>,
    found: &Map<String, Value>,
    differences: &mut Vec<Mismatch>,
) {
    let nothing = |name: &str, value: &Value| known.says_nothing(name, value);
    for (name, value) in given {
        let place = below(pointer, &[name]);
        match found.get(name) {
            Some(other) if nothing(name, value) && nothing(name, other) => {}
            Some(other) => compare(&known.property(name), &place, value, other, differences),
            None if nothing(name, value) || !known.names(name) => {}
            None => {
                let text = format!("{} is lost", short(value));
                differences.push(Mismatch::new(place, text));
            }
        }
    }
    for (name, value) in found {
        if !given.contains_key(name) && !nothing(name, value) {
            let text = format!("{} was added", short(value));
            differences.push(Mismatch::new(below(pointer, &[name]), text));
        }
    }
}

fn equal(one: &serde_json::Number, other: &serde_json::Number) -> bool {
    match (one.as_i64(), other.as_i64()) {
        // Beyond 53 bits, different integers can be equal as floating point numbers.
        (Some(one), Some(other)) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}

fn instant(one: &str, other: &str) -> bool {
    let read = |text: &str| text.parse::<jiff::Timestamp>().ok();
    read(one).is_some() && read(one) == read(other)
}

/// Returns a value shortened to one line.
pub(crate) fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 80 {
        return text;
    }
    let start: String = text.chars().take(77).collect();
    format!("{start}...")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[allow(clippy::needless_pass_by_value, reason = "values are written in place")]
    fn of(schema: &Value, given: Value, found: Value) -> Vec<String> {
        read(Reading::Response, schema, &given, &found)
    }

    fn read(reading: Reading, schema: &Value, given: &Value, found: &Value) -> Vec<String> {
        let document = json!({"s": schema, "node": {"anyOf": [{"$ref": "#/node"}, {"properties": {"next": {"$ref": "#/node"}}}]}});
        differences(reading, &document, Some("/s"), given, found)
            .into_iter()
            .map(|it| format!("{}: {}", it.place, it.text))
            .collect()
    }

    fn object() -> Value {
        json!({"required": ["r"], "properties": {
            "r": {"type": "array"}, "o": {"type": "array"}, "n": {"type": "number"},
            "d": {"type": "string", "format": "date-time"},
            "inner": {"anyOf": [{"properties": {"a": {}}}, {"allOf": [{"properties": {"b": {}}}]}]},
        }})
    }

    #[test]
    fn accepts_equivalent_values() {
        for (given, found) in [
            (json!({"r": [], "o": []}), json!({"r": []})),
            (json!({"r": []}), json!({"r": [], "o": null, "inner": {}})),
            (json!({"r": null}), json!({})),
            (json!({"n": 1}), json!({"n": 1.0})),
            (
                json!({"d": "2024-01-01T01:00:00+01:00"}),
                json!({"d": "2024-01-01T00:00:00Z"}),
            ),
            (
                json!({"unknown": 1, "inner": {"c": 1}}),
                json!({"inner": {}}),
            ),
        ] {
            assert_eq!(
                of(&object(), given.clone(), found.clone()),
                [""; 0],
                "{given} {found}"
            );
        }
    }

    #[test]
    fn reports_lost_added_and_changed_values() {
        for (given, found, told) in [
            (
                json!({"r": [], "inner": {"b": 1}}),
                json!({"r": [], "inner": {}}),
                "/inner/b: 1 is lost",
            ),
            (
                json!({"inner": {"b": 1}}),
                json!({}),
                "/inner: {\"b\":1} is lost",
            ),
            (json!({"r": []}), json!({}), "/r: [] is lost"),
            (json!({}), json!({"n": 0}), "/n: 0 was added"),
            (json!({"n": 1}), json!({"n": "1"}), "/n: 1 became \"1\""),
            (
                json!({"n": 9_007_199_254_740_993_i64}),
                json!({"n": 9_007_199_254_740_992_i64}),
                "/n: 9007199254740993 became 9007199254740992",
            ),
            (
                json!({"r": [1, 2]}),
                json!({"r": [1]}),
                "/r: 2 items became 1",
            ),
            (
                json!({"unknown": 1}),
                json!({"unknown": 2}),
                "/unknown: 1 became 2",
            ),
            (
                json!({"d": "2024-01-01T01:00:00Z"}),
                json!({"d": "2024-01-01T00:00:00Z"}),
                "/d: \"2024-01-01T01:00:00Z\" became \"2024-01-01T00:00:00Z\"",
            ),
        ] {
            assert_eq!(of(&object(), given, found), [told]);
        }
    }

    #[test]
    fn null_differs_from_absent_in_requests() {
        let of = |given: Value, found: Value| read(Reading::Request, &object(), &given, &found);
        assert_eq!(of(json!({"n": null}), json!({})), ["/n: null is lost"]);
        assert_eq!(of(json!({}), json!({"n": null})), ["/n: null was added"]);
        assert_eq!(
            of(json!({"n": 1, "o": []}), json!({"n": 1.0, "o": []})),
            [""; 0]
        );
    }

    #[test]
    fn compares_whole_maps_and_terminates_on_cycles() {
        let map = json!({"type": "object", "additionalProperties": {"properties": {"x": {}}}});
        assert_eq!(
            of(&map, json!({"k": {"x": 1}}), json!({"k": {}})),
            ["/k/x: 1 is lost"]
        );
        assert_eq!(
            of(&json!({}), json!({"free": 1}), json!({})),
            ["/free: 1 is lost"]
        );
        let node = json!({"$ref": "#/node"});
        assert_eq!(
            of(
                &node,
                json!({"next": {"next": {"next": {"a": 1}}}}),
                json!({"next": {"next": {}}})
            ),
            ["/next/next/next: {\"a\":1} is lost"]
        );
    }
}
