use std::collections::BTreeSet;
use std::path::Path;

use super::rule::Reasons;
use super::*;

#[test]
fn comparing_an_example_gives_its_rule() {
    let mut wrong = Vec::new();
    for rule in Rule::all() {
        let findings = rule.example.findings();
        let found: BTreeSet<&str> = findings.iter().map(|it| it.rule.as_str()).collect();
        let names: Vec<String> = rule.names().collect();
        let given = names
            .iter()
            .filter(|name| found.contains(name.as_str()))
            .count();
        let all = match rule.directions {
            Directions::Any => 1,
            _ => names.len(),
        };
        if given < all {
            wrong.push(format!("{names:?}: {:?} gives {found:?}", rule.example));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn broken_tables_are_rejected() {
    for (from, to, expected) in [
        ("why.added", "why.addad", "there is no `why.added`"),
        ("\nkeywords = [", "\nkeyword = [", "unknown field `keyword`"),
        (
            "means = [\"An operation is new\", ",
            "means = [",
            "each name needs a meaning",
        ),
        ("why = [\"operation\"]", "why = []", "it has no reasons"),
        (
            "values = [\"uniqueItems: true\"]",
            "values = []",
            "unique-items: it has no values",
        ),
        (
            "\n  schema = [\"{}\", ",
            "\n  scheme = [\"{}\", ",
            "unknown field `scheme`",
        ),
    ] {
        assert!(TABLE.contains(from), "{from}");
        let error = table::rules(&TABLE.replacen(from, to, 1)).expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn rules_have_distinct_meanings_and_known_reasons() {
    for rule in Rule::all() {
        for direction in rule.directions.all() {
            let Reasons { wire, source, .. } = rule.reasons_in(*direction);
            let texts = [&rule.meaning, wire, source];
            assert!(texts.iter().all(|it| !it.is_empty()), "{}", rule.name);
        }
    }
}

#[test]
fn names_are_unique_and_examples_emit_only_known_rules() {
    let mut names = BTreeSet::new();
    for rule in Rule::all() {
        for name in rule.names() {
            assert!(names.insert(name.clone()), "{name} occurs twice");
        }
    }
    for rule in Rule::all() {
        for finding in rule.example.findings() {
            assert!(
                names.contains(&finding.rule),
                "{} has no entry",
                finding.rule
            );
        }
    }
}

/// Texts of the comparisons that look like rules and are none.
const OTHERS: [&str; 3] = ["content-type", "date-time", "kebab-case"];

/// Returns the pieces of a text that may name a rule, without the placeholders between them.
fn pieces(text: &str) -> Option<Vec<&str>> {
    let mut pieces = Vec::new();
    for (index, piece) in text.split('{').enumerate() {
        pieces.push(match (index, piece.split_once('}')) {
            (0, None) => piece,
            (1.., Some((_, rest))) => rest,
            _ => return None,
        });
    }
    let is_name = |it: char| it.is_ascii_lowercase() || it == '-';
    let names = pieces.iter().all(|piece| piece.chars().all(is_name));
    let stands = text.contains('-') && !text.ends_with('-') && !text.starts_with("x-");
    (names && stands && !OTHERS.contains(&text)).then_some(pieces)
}

/// Returns true if the pieces occur in a name, from its start to its end or to a hyphen.
fn matches(name: &str, pieces: &[&str]) -> bool {
    let Some(mut rest) = name.strip_prefix(pieces[0]) else {
        return false;
    };
    for piece in &pieces[1..] {
        let Some((_, after)) = rest.split_once(piece) else {
            return false;
        };
        rest = if piece.is_empty() { "" } else { after };
    }
    rest.is_empty() || rest.starts_with('-')
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources are a folder") {
        let path = entry.expect("the folder can be read").path();
        let name = path
            .file_name()
            .and_then(|it| it.to_str())
            .unwrap_or_default();
        match (path.is_dir(), name) {
            (true, "code" | "format" | "rules") | (false, "tests.rs") => {}
            (true, _) => sources(&path, found),
            (false, _) => found.push(std::fs::read_to_string(path).expect("it is text")),
        }
    }
}

#[test]
fn table_contains_every_rule_of_the_comparison() {
    let mut texts = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut texts,
    );
    let (mut count, mut missing) = (0, BTreeSet::new());
    for text in &texts {
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let literals = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
        for literal in literals {
            let Some(pieces) = pieces(literal) else {
                continue;
            };
            count += 1;
            let known = |rule: &Rule| {
                let mut names = rule.names().chain([rule.name.clone()]);
                names.any(|name| matches(&name, &pieces))
            };
            if !Rule::all().iter().any(known) {
                missing.insert(literal.to_owned());
            }
        }
    }
    assert!(count > 50, "only {count} names were found");
    assert!(
        missing.is_empty(),
        "no rule in rules/table.rs for {missing:?}"
    );
}
