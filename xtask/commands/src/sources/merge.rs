//! Merges the documents of many pages.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};
use trackstar_openapi::pointer::below;
use trackstar_openapi::sort_sets;

/// Two pages that contradict each other about an operation or a component.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contradiction {
    /// The JSON pointer of the smallest part that is taken from one page as a whole.
    pub(crate) part: String,
    /// The JSON pointer of the first difference.
    pub(crate) place: String,
    pub(crate) taken: String,
    pub(crate) other: String,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place,
            taken,
            other,
            ..
        } = self;
        write!(f, "{place}: {taken} and {other} contradict each other")
    }
}

/// Merges documents, each with the name of its page. If pages contradict each other, the first one wins.
pub(super) fn merge(mut parts: Vec<(String, Value)>) -> (Value, Vec<Contradiction>) {
    if parts.len() == 1
        && let Some((_, whole)) = parts.pop()
    {
        return (whole, Vec::new());
    }
    let mut merged = Merged::default();
    for (page, mut part) in parts {
        sort_sets(&mut part);
        let Value::Object(fields) = part else {
            continue;
        };
        for (key, value) in fields {
            match (key.as_str(), value) {
                // Each page has its own part of these.
                ("paths" | "components", Value::Object(groups)) => {
                    for (group, value) in groups {
                        match value {
                            Value::Object(entries) => {
                                for (name, entry) in entries {
                                    merged.put(&page, &[&key, &group, &name], entry);
                                }
                            }
                            value => merged.put(&page, &[&key, &group], value),
                        }
                    }
                    // An entry keeps an empty group in the result.
                    merged.empty.push(key);
                }
                ("tags", Value::Array(tags)) => {
                    for tag in tags {
                        let name = tag.get("name").and_then(Value::as_str);
                        let name = name.unwrap_or_default().to_owned();
                        merged.put(&page, &["tags", &name], tag);
                    }
                    merged.empty.push(key);
                }
                (_, value) => merged.put(&page, &[&key], value),
            }
        }
    }
    merged.finish()
}

#[derive(Default)]
struct Merged {
    /// The parts with their pages, by the segments of their pointers.
    parts: BTreeMap<Vec<String>, (String, Value)>,
    /// Fields that exist although they are empty.
    empty: Vec<String>,
    contradictions: Vec<Contradiction>,
}

impl Merged {
    fn put(&mut self, page: &str, segments: &[&str], value: Value) {
        let segments: Vec<String> = segments.iter().map(|&it| it.to_owned()).collect();
        let (taken, below) = if let Some((taken, first)) = self.parts.get(&segments) {
            (taken, difference(first, &value))
        } else if let Some(taken) = self.in_the_way(&segments) {
            // One page has a single value and the other has several parts.
            (taken, Some(String::new()))
        } else {
            self.parts.insert(segments, (page.to_owned(), value));
            return;
        };
        if let Some(below) = below {
            let part = pointer(&segments);
            self.contradictions.push(Contradiction {
                place: format!("{part}{below}"),
                part,
                taken: taken.clone(),
                other: page.to_owned(),
            });
        }
    }

    /// Returns the page of a part above or below this one.
    fn in_the_way(&self, segments: &[String]) -> Option<&String> {
        let mut above = (1..segments.len()).filter_map(|end| self.parts.get(&segments[..end]));
        let mut below = self.parts.range(segments.to_vec()..);
        let below = below
            .next()
            .filter(|(other, _)| other.starts_with(segments));
        let part = above.next().or(below.map(|(_, part)| part));
        part.map(|(page, _)| page)
    }

    fn finish(self) -> (Value, Vec<Contradiction>) {
        let mut document = Map::new();
        for key in self.empty {
            let empty = if key == "tags" {
                Value::Array(Vec::new())
            } else {
                Value::Object(Map::new())
            };
            document.insert(key, empty);
        }
        for (segments, (_, value)) in self.parts {
            match segments.as_slice() {
                [tags, _] if tags == "tags" => {
                    if let Some(Value::Array(tags)) = document.get_mut(tags) {
                        tags.push(value);
                    }
                }
                segments => insert(&mut document, segments, value),
            }
        }
        (Value::Object(document), self.contradictions)
    }
}

fn insert(fields: &mut Map<String, Value>, segments: &[String], value: Value) {
    match segments {
        [] => {}
        [last] => {
            fields.insert(last.clone(), value);
        }
        [first, below @ ..] => {
            let inner = fields.entry(first.clone());
            if let Value::Object(inner) = inner.or_insert_with(|| Value::Object(Map::new())) {
                insert(inner, below, value);
            }
        }
    }
}

/// Returns the JSON pointer of the first difference between two values.
fn difference(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys = one.keys().chain(other.keys());
            keys.filter_map(|key| {
                let rest = match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => difference(one, other)?,
                    _ => String::new(),
                };
                Some(below("", &[key]) + &rest)
            })
            .min()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(index, (one, other))| {
                Some(format!("/{index}{}", difference(one, other)?))
            })
        }
        _ => (one != other).then(String::new),
    }
}

fn pointer(segments: &[String]) -> String {
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    below("", &names)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(name: &str, path: &str, id: &Value, tags: &[&str]) -> (String, Value) {
        let tags: Vec<_> = tags.iter().map(|name| json!({"name": name})).collect();
        let document = json!({
            "openapi": "3.1.0", "info": {"title": "T"}, "tags": tags,
            "paths": {path: {"get": {"responses": {}}}},
            "components": {"schemas": {"Id": id}},
        });
        (name.to_owned(), document)
    }

    #[test]
    fn merges_pages_without_duplicates() {
        let id = json!({"type": ["string", "null"], "required": ["b", "a"]});
        let same = json!({"required": ["a", "b"], "type": ["null", "string"]});
        let parts = vec![
            page("one", "/a", &id, &["x", "y"]),
            page("two", "/b", &same, &["y"]),
            (
                "three".to_owned(),
                json!({"openapi": "3.1.0", "paths": {"/a": {"put": {}}}}),
            ),
        ];
        let (merged, contradictions) = merge(parts);
        assert_eq!(contradictions, []);
        assert_eq!(
            merged,
            json!({
                "openapi": "3.1.0", "info": {"title": "T"}, "tags": [{"name": "x"}, {"name": "y"}],
                "paths": {"/a": {"get": {"responses": {}}, "put": {}}, "/b": {"get": {"responses": {}}}},
                "components": {"schemas": {"Id": {"required": ["a", "b"], "type": ["null", "string"]}}},
            })
        );
    }

    #[test]
    fn contradiction_names_both_pages_and_the_first_wins() {
        let id = |kind: &str| json!({"properties": {"a/b": {"type": kind}}});
        let (merged, contradictions) = merge(vec![
            page("one", "/a", &id("string"), &[]),
            page("two", "/a", &id("integer"), &[]),
            page("three", "/a", &json!({"properties": {}}), &[]),
        ]);
        let told: Vec<String> = contradictions.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "/components/schemas/Id/properties/a~1b/type: one and two contradict each other",
                "/components/schemas/Id/properties/a~1b: one and three contradict each other",
            ]
        );
        assert_eq!(contradictions[0].part, "/components/schemas/Id");
        assert_eq!(merged["components"]["schemas"]["Id"], id("string"));
        assert_eq!(merged["tags"], json!([]));
    }

    #[test]
    fn merges_pages_that_disagree_about_a_type() {
        let (merged, contradictions) = merge(vec![
            (
                "one".to_owned(),
                json!({"openapi": "3.1.0", "paths": {"/a": "odd"}, "components": 1}),
            ),
            page("two", "/a", &json!({}), &["x"]),
            (
                "three".to_owned(),
                json!({"openapi": "3.0.3", "tags": 1, "paths": []}),
            ),
        ]);
        let told: Vec<String> = contradictions.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "/components/schemas/Id: one and two contradict each other",
                "/paths/~1a/get: one and two contradict each other",
                "/openapi: one and three contradict each other",
                "/paths: one and three contradict each other",
                "/tags: two and three contradict each other",
            ]
        );
        let info = json!({"title": "T"});
        let first = json!({
            "openapi": "3.1.0", "info": info, "paths": {"/a": "odd"}, "components": 1,
            "tags": [{"name": "x"}],
        });
        assert_eq!(merged, first);
    }
}
