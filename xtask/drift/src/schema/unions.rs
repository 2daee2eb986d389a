//! Compares `oneOf` and `anyOf`. Branches are matched by name, by equal content, and then by similarity,
//! so their order does not matter and a changed branch is not reported as removed and added.

use serde_json::{Value, json};

use super::pair::{Pair, brief};
use super::types::Types;
use super::view::{Union, View};
use crate::canonical;
use crate::comparison::{Change, Comparison, Site};
use crate::document::{At, Document};
use crate::verdict::{Aspect, Effect};

/// Maximum number of unmatched branches that are compared for similarity.
const MAX_UNMATCHED: usize = 32;

/// Minimum share of common properties at which two objects count as one that changed.
const LIKE: f64 = 0.5;

/// Compares the alternatives. Returns true if nothing else needs to be compared.
pub(super) fn compare<'a>(cmp: &mut Comparison<'a>, pair: &mut Pair<'a>) -> bool {
    let mut before = std::mem::take(&mut pair.base.unions);
    let mut after = std::mem::take(&mut pair.revision.unions);
    if before.is_empty() && after.is_empty() {
        return false;
    }
    // If one schema is a branch of the other, it is compared with that branch.
    if let ([], [only]) = (before.as_slice(), after.as_slice())
        && !pair.base.is_any()
        && pair.revision.properties.is_empty()
    {
        branches(cmp, pair, &[pair.at.0], &only.branches);
        return true;
    }
    if let ([only], []) = (before.as_slice(), after.as_slice())
        && !pair.revision.is_any()
        && pair.base.properties.is_empty()
    {
        branches(cmp, pair, &only.branches, &[pair.at.1]);
        return true;
    }
    // The parts of an `allOf` have no order, so their content decides which ones match.
    before.sort_by_cached_key(key);
    after.sort_by_cached_key(key);
    let pairs = before.len().min(after.len());
    for (base, revision) in before.iter().zip(&after) {
        if base.keyword != revision.keyword {
            keyword(cmp, pair, base.keyword, revision.keyword);
        }
        branches(cmp, pair, &base.branches, &revision.branches);
    }
    for union in &before[pairs..] {
        whole(cmp, pair, Some(union.at), None);
    }
    for union in &after[pairs..] {
        whole(cmp, pair, None, Some(union.at));
    }
    false
}

fn key(union: &Union<'_>) -> (&'static str, Vec<String>) {
    let text = |branch: &At<'_>| canonical::text(&canonical::bare(branch.value));
    let mut texts: Vec<String> = union.branches.iter().map(text).collect();
    texts.sort_unstable();
    (union.keyword, texts)
}

/// Compares the keywords: exactly one of the branches matches, or at least one.
fn keyword<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>, before: &str, after: &str) {
    let effect = if after == "anyOf" {
        Effect::Widened
    } else {
        Effect::Narrowed
    };
    pair.report(
        cmp,
        Change::new(
            "alternatives-keyword-changed",
            effect,
            Aspect::Limit { typed: false },
            format!("the alternatives were `{before}` and are `{after}`"),
        )
        .values(Some(json!(before)), Some(json!(after))),
    );
}

fn whole<'a>(
    cmp: &mut Comparison<'a>,
    pair: &Pair<'a>,
    base: Option<At<'a>>,
    revision: Option<At<'a>>,
) {
    let (rule, effect, message) = if base.is_some() {
        (
            "alternatives-removed",
            Effect::Widened,
            "the alternatives are gone",
        )
    } else {
        (
            "alternatives-added",
            Effect::Narrowed,
            "there are alternatives now",
        )
    };
    let change = Change::new(rule, effect, Aspect::Type, message).values(
        base.map(|at| canonical::bare(at.value)),
        revision.map(|at| canonical::bare(at.value)),
    );
    cmp.report(
        pair.context,
        base.or(Some(pair.at.0)),
        revision.or(Some(pair.at.1)),
        change,
    );
}

struct Branch<'a> {
    at: At<'a>,
    name: Option<&'a str>,
    title: Option<&'a str>,
    text: String,
    view: View<'a>,
}

impl Branch<'_> {
    /// Returns the name of the branch for messages.
    fn label(&self) -> String {
        let name = self.name.or(self.title);
        name.map_or_else(|| brief(&self.view), str::to_owned)
    }
}

fn read<'a>(places: &[At<'a>]) -> Vec<Branch<'a>> {
    let read = |at: &At<'a>| {
        let text = |key: &str| at.value.get(key).and_then(Value::as_str);
        Branch {
            at: *at,
            name: text("$ref").map(canonical::name_of),
            title: text("title"),
            text: canonical::text(&canonical::bare(at.value)),
            view: View::default(),
        }
    };
    places.iter().map(read).collect()
}

/// Reads the views of the unmatched branches.
fn look<'a>(document: &mut Document<'a>, branches: &mut [Branch<'a>]) {
    for branch in branches {
        branch.view = View::of(document, &[branch.at]);
    }
}

fn branches<'a>(cmp: &mut Comparison<'a>, pair: &Pair<'a>, before: &[At<'a>], after: &[At<'a>]) {
    let mut base = read(before);
    let mut revision = read(after);
    let mut matched = Vec::new();
    pick(&mut base, &mut revision, &mut matched, |one, other| {
        one.name.is_some() && one.name == other.name
    });
    pick(&mut base, &mut revision, &mut matched, |one, other| {
        one.text == other.text
    });
    pick(&mut base, &mut revision, &mut matched, |one, other| {
        one.title.is_some() && one.title == other.title
    });
    look(&mut cmp.base, &mut base);
    look(&mut cmp.revision, &mut revision);
    likest(&mut base, &mut revision, &mut matched);
    for (one, other) in matched {
        cmp.defer(pair.context, vec![one], vec![other], Site::PLAIN);
    }
    if base.is_empty() && revision.is_empty() {
        return;
    }
    let types = |document: &mut Document<'a>, places: &[At<'a>]| -> Vec<Types> {
        let types = places.iter().map(|at| View::of(document, &[*at]).types);
        types.collect()
    };
    let all = (
        types(&mut cmp.base, before),
        types(&mut cmp.revision, after),
    );
    if before.len() == 1 || after.len() == 1 {
        let alike =
            base.iter().all(|it| alike(it, &all.1)) && revision.iter().all(|it| alike(it, &all.0));
        return together(cmp, pair, (&base, &revision), after.len() == 1, alike);
    }
    for branch in base {
        let at = (Some(branch.at), None);
        one_sided(cmp, pair, &branch, at, alike(&branch, &all.1));
    }
    for branch in revision {
        let at = (None, Some(branch.at));
        one_sided(cmp, pair, &branch, at, alike(&branch, &all.0));
    }
}

/// Reports that one schema became alternatives or the reverse, as one change for any number of branches.
fn together<'a>(
    cmp: &mut Comparison<'a>,
    pair: &Pair<'a>,
    (base, revision): (&[Branch<'a>], &[Branch<'a>]),
    ends: bool,
    alike: bool,
) {
    let names = |branches: &[Branch<'a>]| {
        let mut names: Vec<String> = branches.iter().map(Branch::label).collect();
        names.sort();
        names
    };
    let (rule, message) = if ends {
        (
            "stopped-being-alternatives",
            "the alternatives became one schema",
        )
    } else {
        (
            "became-alternatives",
            "one schema became several alternatives",
        )
    };
    let effect = match (base.is_empty(), revision.is_empty()) {
        (true, _) => Effect::Widened,
        (_, true) => Effect::Narrowed,
        _ => Effect::Incomparable,
    };
    pair.report(
        cmp,
        Change::new(rule, effect, Aspect::Branch { alike, alone: true }, message)
            .values(Some(json!(names(base))), Some(json!(names(revision)))),
    );
}

/// Returns true if another alternative has the same JSON type.
fn alike(branch: &Branch<'_>, others: &[Types]) -> bool {
    others
        .iter()
        .any(|types| !types.and(branch.view.types).is_empty())
}

type Matched<'a> = Vec<(At<'a>, At<'a>)>;

/// Removes the branches that match, and adds them to `matched`.
fn pick<'a>(
    base: &mut Vec<Branch<'a>>,
    revision: &mut Vec<Branch<'a>>,
    matched: &mut Matched<'a>,
    fit: impl Fn(&Branch<'a>, &Branch<'a>) -> bool,
) {
    base.retain(|one| {
        let Some(other) = revision.iter().position(|other| fit(one, other)) else {
            return true;
        };
        matched.push((one.at, revision.remove(other).at));
        false
    });
}

fn likest<'a>(
    base: &mut Vec<Branch<'a>>,
    revision: &mut Vec<Branch<'a>>,
    matched: &mut Matched<'a>,
) {
    if base.len() > MAX_UNMATCHED || revision.len() > MAX_UNMATCHED {
        return;
    }
    loop {
        let mut best: Option<(f64, [&str; 2], (usize, usize))> = None;
        for (i, one) in base.iter().enumerate() {
            for (j, other) in revision.iter().enumerate() {
                let score = likeness(one, other);
                // If several pairs are equally similar, their texts decide, because the order of the
                // lists does not matter.
                let mut texts = [one.text.as_str(), other.text.as_str()];
                texts.sort_unstable();
                let better = best
                    .as_ref()
                    .is_none_or(|(score_of_best, texts_of_best, _)| {
                        score
                            .total_cmp(score_of_best)
                            .then_with(|| texts_of_best.cmp(&texts))
                            .is_gt()
                    });
                if score >= LIKE && better {
                    best = Some((score, texts, (i, j)));
                }
            }
        }
        let Some((_, _, (i, j))) = best else {
            return;
        };
        matched.push((base.remove(i).at, revision.remove(j).at));
    }
}

/// Returns the similarity from 0 (nothing in common) to 1.
fn likeness(one: &Branch<'_>, other: &Branch<'_>) -> f64 {
    let (one, other) = (&one.view, &other.view);
    if one.types.and(other.types).is_empty() {
        return 0.0;
    }
    let shared = one
        .properties
        .keys()
        .filter(|name| other.properties.contains_key(*name))
        .count();
    let all = one.properties.len() + other.properties.len() - shared;
    if all > 0 {
        // The number of properties is small enough for an exact conversion.
        return f64::from(u32::try_from(shared).unwrap_or(u32::MAX))
            / f64::from(u32::try_from(all).unwrap_or(u32::MAX));
    }
    if one.types == other.types { 0.9 } else { LIKE }
}

fn one_sided<'a>(
    cmp: &mut Comparison<'a>,
    pair: &Pair<'a>,
    branch: &Branch<'a>,
    at: (Option<At<'a>>, Option<At<'a>>),
    alike: bool,
) {
    let label = branch.label();
    let subject = cmp.base.subject(pair.at.0);
    let what = format!("{subject}: the alternative {label}");
    let aspect = Aspect::Branch {
        alike,
        alone: false,
    };
    let change = Change::one_sided(at, "alternative", &what, Some(&label), aspect);
    cmp.report(pair.context, at.0, at.1, change);
}
