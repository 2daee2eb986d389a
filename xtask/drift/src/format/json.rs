//! Writes JSON for programs. `report.schema.json` next to `src/` describes it, and a test compares the
//! two.

use serde_json::{Map, Value, json};

use crate::escape;
use crate::finding::Finding;
use crate::report::Report;
use crate::verdict::Verdict;

/// The version of the format. It increases if programs for the previous format cannot read the new one.
const VERSION: u8 = 1;

pub(super) fn write(report: &Report) -> String {
    let counts = |of: fn(&Finding) -> Verdict| -> Map<String, Value> {
        let counts = report.counts(of).into_iter();
        counts
            .map(|(verdict, number)| (verdict.words().replace(' ', "-"), json!(number)))
            .collect()
    };
    let texts = report.texts.iter().map(|text| {
        let lines: Vec<String> = text.lines.iter().map(ToString::to_string).collect();
        json!({"pointer": text.pointer, "diff": lines})
    });
    let compared = report
        .compared
        .map(|(compared, all)| json!({"operations": compared, "of": all}));
    let value = json!({
        "version": VERSION,
        "bump": report.bump(),
        "compared": compared,
        "current_version": report.version,
        "next_version": report.next_version(),
        "wire": counts(|finding| finding.wire),
        "source": counts(|finding| finding.source),
        "findings": report.findings,
        "accepted": report.accepted,
        "stale": report.stale,
        "notes": report.notes,
        "texts": texts.collect::<Vec<Value>>(),
    });
    escape::json(&format!("{value:#}\n"))
}
