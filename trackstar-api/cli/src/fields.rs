//! Collects the properties of a body for which there are flags.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trackstar_openapi::Merged;
use trackstar_openapi::reference::follow;

/// The maximum depth of nested alternatives.
const DEEPEST: usize = 8;

/// A property of an object.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) schemas: Vec<&'a Value>,
    /// Whether the property is always required.
    pub(super) required: bool,
    /// How many schemas have the property, plus how many require it. If the body has many
    /// alternatives, this is higher for the properties that most of them share.
    pub(super) mentions: usize,
}

/// The schemas of a property, and the number of its mentions.
#[derive(Default)]
struct Found<'a> {
    schemas: Vec<&'a Value>,
    mentions: usize,
}

/// Returns the properties of a schema, including those of its alternatives. For a request, this
/// leaves out read-only properties.
pub(super) fn of<'a>(document: &'a Value, schema: &'a Value, request: bool) -> Vec<Field<'a>> {
    let mut found: BTreeMap<&str, Found<'_>> = BTreeMap::new();
    let required = collect(document, &Merged::of(document, [schema]), 0, &mut found);
    let is_read_only = |schema: &&&Value| {
        follow(document, schema).is_some_and(|schema| schema["readOnly"] == true)
    };
    let known = found
        .into_iter()
        .filter(|(_, one)| !request || !one.schemas.iter().any(|it| is_read_only(&it)));
    let fields = known.map(|(name, one)| Field {
        name,
        schemas: one.schemas,
        required: required.contains(name),
        mentions: one.mentions,
    });
    fields.collect()
}

/// Collects the properties and returns the names of the required ones.
fn collect<'a>(
    document: &'a Value,
    merged: &Merged<'a>,
    depth: usize,
    found: &mut BTreeMap<&'a str, Found<'a>>,
) -> BTreeSet<&'a str> {
    for (name, schemas) in merged.properties() {
        let Found {
            schemas: known,
            mentions,
        } = found.entry(name).or_default();
        *mentions += 1;
        let is_known = |schema: &&Value| known.iter().any(|it| std::ptr::eq(*it, *schema));
        let new: Vec<&Value> = schemas.into_iter().filter(|it| !is_known(it)).collect();
        // The alternatives of a body often have the same properties. We don't need more than one of
        // them to define a flag.
        if known.is_empty() {
            known.extend(new);
        }
    }
    let mut required = merged.required();
    for name in &required {
        if let Some(one) = found.get_mut(name) {
            one.mentions += 1;
        }
    }
    if depth > DEEPEST {
        return required;
    }
    for alternatives in &merged.alternatives {
        let each = alternatives
            .all
            .iter()
            .filter(|it| it.get("type").is_none_or(|it| it != "null"))
            .map(|one| collect(document, &Merged::of(document, [one]), depth + 1, found));
        let each: Vec<BTreeSet<&str>> = each.collect();
        let all = each
            .into_iter()
            .reduce(|one, other| one.intersection(&other).copied().collect());
        required.extend(all.unwrap_or_default());
    }
    required
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn collects_properties_of_all_alternatives() {
        let schema = json!({
            "required": ["a"], "properties": {"a": {}, "own": {"readOnly": true}},
            "oneOf": [
                {"required": ["b", "c"], "properties": {"b": {}, "c": {}}},
                {"required": ["b"], "properties": {"b": {}, "d": {}}},
            ],
        });
        let found = of(&Value::Null, &schema, true);
        let found: Vec<_> = found.iter().map(|it| (it.name, it.required)).collect();
        assert_eq!(
            found,
            [("a", true), ("b", true), ("c", false), ("d", false)]
        );
        let found = of(&Value::Null, &schema, false);
        let found: Vec<_> = found.iter().map(|it| (it.name, it.mentions)).collect();
        assert_eq!(found, [("a", 2), ("b", 4), ("c", 2), ("d", 1), ("own", 1)]);
    }
}
