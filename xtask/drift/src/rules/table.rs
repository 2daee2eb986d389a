//! Reads the table of rules.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::example::{Example, Place};
use super::rule::{Directions, Reasons, Rule};
use crate::Error;
use crate::notes::kebab;

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rules: Vec<Entry>,
    keywords: Vec<Keyword>,
    limits: Vec<Limit>,
    why: BTreeMap<String, Reasons>,
}

/// A rule, or a rule and the rule for the opposite change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[serde(deny_unknown_fields)]
struct Keyword {
    rule: String,
    beside: String,
    values: Vec<String>,
    why: String,
}

/// A keyword with a number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    keyword: String,
    beside: String,
    values: [u8; 2],
}

/// Returns all rules of a table, sorted by name.
///
/// # Errors
///
/// Returns an error if the table is incomplete or has unknown fields.
pub(super) fn rules(table: &str) -> Result<Vec<Rule>, Error> {
    let table: Table = toml::from_str(table).map_err(|error| Error::new(error.to_string()))?;
    let mut entries = table.rules;
    for one in &table.keywords {
        entries.extend(keyword(one)?);
    }
    for one in &table.limits {
        entries.extend(limit(one)?);
    }
    let mut rules = Vec::new();
    for entry in entries {
        rules.extend(read(entry, &table.why)?);
    }
    rules.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(rules)
}

fn read(entry: Entry, why: &BTreeMap<String, Reasons>) -> Result<Vec<Rule>, Error> {
    let names = entry.names.join(", ");
    let refuse = |what: &str| Error::new(format!("{names}: {what}"));
    if entry.means.len() != entry.names.len() {
        return Err(refuse("each name needs a meaning"));
    }
    let examples = [
        (Place::Document, entry.document),
        (Place::Operation, entry.operation),
        (Place::Schema, entry.schema),
    ];
    let mut examples = examples.into_iter();
    let (place, [before, after]) = examples
        .find_map(|(place, example)| Some((place, example?)))
        .ok_or_else(|| refuse("it has no example"))?;
    if entry.why.is_empty() {
        return Err(refuse("it has no reasons"));
    }
    let reasons = entry.why.iter().cycle();
    let rules = entry.names.into_iter().zip(entry.means).zip(reasons);
    let rules = rules.enumerate().map(|(index, ((name, meaning), cause))| {
        let reasons = why.get(cause).cloned();
        let (before, after) = if index == 0 {
            (before.clone(), after.clone())
        } else {
            (after.clone(), before.clone())
        };
        Ok(Rule {
            name,
            meaning,
            directions: entry.directions,
            example: Example {
                place,
                before,
                after,
            },
            reasons: reasons.ok_or_else(|| refuse(&format!("there is no `why.{cause}`")))?,
        })
    });
    rules.collect()
}

fn keyword(keyword: &Keyword) -> Result<Vec<Entry>, Error> {
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
    let [first, others @ ..] = values.as_slice() else {
        return Err(Error::new(format!("{rule}: it has no values")));
    };
    let keyword = name(first);
    let gained = [
        ("added", format!("`{keyword}` was added")),
        ("removed", format!("`{keyword}` was removed")),
    ];
    let mut entries = vec![entry(&gained, [format!("{{{beside}}}"), schema(first)])];
    if let Some(second) = others.first() {
        let changed = [("changed", format!("`{keyword}` changed"))];
        entries.push(entry(&changed, [schema(first), schema(second)]));
    }
    Ok(entries)
}

fn limit(limit: &Limit) -> Result<Vec<Entry>, Error> {
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
    })?;
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
    Ok(entries)
}
