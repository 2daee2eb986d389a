//! Reads the table of rules.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::example::{Example, Place};
use super::{Directions, Reasons, Rule};
use crate::notes::kebab;

const TABLE: &str = include_str!("rules.toml");

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
struct Table {
    rules: Vec<Entry>,
    keywords: Vec<Keyword>,
    limits: Vec<Limit>,
    why: BTreeMap<String, Reasons>,
}

/// A rule, or a rule and the rule for the opposite change.
#[derive(Debug, Deserialize)]
struct Entry {
    names: Vec<String>,
    means: Vec<String>,
    #[serde(default, rename = "in")]
    directions: Directions,
    /// The reasons for all names, or for each.
    why: Vec<String>,
    document: Option<[String; 2]>,
    operation: Option<[String; 2]>,
    schema: Option<[String; 2]>,
}

/// A keyword of a schema.
#[derive(Debug, Deserialize)]
struct Keyword {
    rule: String,
    beside: String,
    values: Vec<String>,
    why: String,
}

/// A keyword with a number.
#[derive(Debug, Deserialize)]
struct Limit {
    keyword: String,
    beside: String,
    values: [u8; 2],
}

/// Returns all rules, sorted by name.
pub(super) fn rules() -> Vec<Rule> {
    // A test reads the table, so it is valid.
    let table: Table = toml::from_str(TABLE).unwrap_or_default();
    let keywords = table.keywords.iter().flat_map(keyword);
    let limits = table.limits.iter().flat_map(limit);
    let entries = table.rules.into_iter().chain(keywords).chain(limits);
    let mut rules: Vec<Rule> = entries.flat_map(|it| read(it, &table.why)).collect();
    rules.sort_by(|one, other| one.name.cmp(&other.name));
    rules
}

fn read(entry: Entry, why: &BTreeMap<String, Reasons>) -> Vec<Rule> {
    let examples = [
        (Place::Document, entry.document),
        (Place::Operation, entry.operation),
        (Place::Schema, entry.schema),
    ];
    let mut examples = examples.into_iter();
    let Some((place, [before, after])) =
        examples.find_map(|(place, example)| Some((place, example?)))
    else {
        return Vec::new();
    };
    let reasons = entry.why.iter().cycle();
    let rules = entry.names.into_iter().zip(entry.means).zip(reasons);
    let rules = rules
        .enumerate()
        .map(|(index, ((name, meaning), reasons))| {
            let (before, after) = if index == 0 {
                (before.clone(), after.clone())
            } else {
                (after.clone(), before.clone())
            };
            Rule {
                name,
                meaning,
                directions: entry.directions,
                example: Example {
                    place,
                    before,
                    after,
                },
                reasons: why.get(reasons).cloned().unwrap_or_default(),
            }
        });
    rules.collect()
}

fn keyword(keyword: &Keyword) -> Vec<Entry> {
    let Keyword {
        rule,
        beside,
        values,
        why,
    } = keyword;
    let entry = |names: &[(&str, String)], example: [String; 2]| Entry {
        names: names
            .iter()
            .map(|(how, _)| format!("{rule}-{how}"))
            .collect(),
        means: names.iter().map(|(_, means)| means.clone()).collect(),
        directions: Directions::Values,
        why: vec![why.clone()],
        document: None,
        operation: None,
        schema: Some(example),
    };
    let schema = |value: &String| format!("{{{beside}, {value}}}");
    let name = |value: &String| value.split(':').next().unwrap_or_default().to_owned();
    let (Some(first), second) = (values.first(), values.get(1)) else {
        return Vec::new();
    };
    let keyword = name(first);
    let gained = [
        ("added", format!("`{keyword}` was added")),
        ("removed", format!("`{keyword}` was removed")),
    ];
    let mut entries = vec![entry(&gained, [format!("{{{beside}}}"), schema(first)])];
    if let Some(second) = second {
        let changed = [("changed", format!("`{keyword}` changed"))];
        entries.push(entry(&changed, [schema(first), schema(second)]));
    }
    entries
}

fn limit(limit: &Limit) -> Vec<Entry> {
    let Limit {
        keyword: name,
        beside,
        values,
    } = limit;
    let rule = kebab(name);
    let [loose, strict] = values.map(|value| format!("{name}: {value}"));
    let mut entries = keyword(&Keyword {
        rule: rule.clone(),
        beside: beside.clone(),
        values: vec![loose.clone()],
        why: "limit".to_owned(),
    });
    entries.push(Entry {
        names: vec![format!("{rule}-tightened"), format!("{rule}-loosened")],
        means: vec![
            format!("`{name}` became stricter"),
            format!("`{name}` became less strict"),
        ],
        directions: Directions::Values,
        why: vec!["limit".to_owned()],
        document: None,
        operation: None,
        schema: Some([loose, strict].map(|value| format!("{{{beside}, {value}}}"))),
    });
    entries
}
