//! The formats of reports, and accepted findings.

use std::fs;

use serde_json::{Value, json};
use trackstar_drift::{Accepted, Bump, Date, Format, Report, Scope, Threshold, compare, texts};
use trackstar_openapi::{Source, parse};

use crate::cases::{names, spellings};
use crate::{path, read};

fn today() -> Date {
    Date::constant(2026, 11, 24)
}

/// Returns a report with findings of every verdict and of several operations, and with texts that
/// terminals, Markdown and GitHub would interpret.
fn report() -> Report {
    let document = |id: Value, required: bool, more: Value| {
        let mut responses = json!({"200": {"description": "d", "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
        }}});
        if required {
            responses["200"]["description"] = json!("other words");
        }
        json!({
            "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
            "paths": {
                "/a|b": {"get": {"responses": responses, "parameters": more}},
                "/c": {"get": {"responses": responses}},
            },
            "components": {"schemas": {"Thing": {
                "type": "object", "required": ["id"],
                "properties": {"id": id, "evil\n::error::<b>\u{1b}[31m@you": {"type": "string"}},
            }}},
        })
    };
    let base = document(json!({"type": "string", "enum": ["a"]}), false, json!([]));
    let mut revision = document(
        json!({"type": ["string", "null"], "enum": ["a", "b%", null]}),
        true,
        json!([{"name": "q", "in": "query", "required": true, "schema": {}}]),
    );
    let properties = &mut revision["components"]["schemas"]["Thing"]["properties"];
    properties
        .as_object_mut()
        .unwrap()
        .retain(|name, _| name == "id");
    let mut report = Report::new(compare(&base, &revision, &Scope::All).unwrap());
    let mut words = revision.clone();
    words["info"]["description"] = json!("```\n::error::x\n@you #1 \u{1b}[31m\u{202e}##[error]y");
    report.add_texts(texts(&base, &words, &Scope::All));
    report.set_compared(2, 3);
    report.set_version("0.3.1+upstream.20261124");
    report.note("an overlay action: matches nothing");
    let fingerprint = report.findings().last().unwrap().fingerprint.clone();
    let list = format!(
        "[[accepted]]\nfingerprint = '{fingerprint}'\nreason = 'Only | words.'\nexpires = 2026-11-24\n\
         [[accepted]]\nfingerprint = '0000000000000000'\nreason = 'Gone.'\nexpires = 2030-01-01\n"
    );
    report.accept(
        &Accepted::parse("accepted-drift.toml", &list).unwrap(),
        today(),
    );
    report
}

#[test]
fn formats_match_their_golden_files() {
    let report = report();
    for (name, format) in [
        ("report.txt", Format::Text),
        ("colored.txt", Format::ColoredText),
        ("report.json", Format::Json),
        ("report.md", Format::Markdown),
        ("github.txt", Format::Github),
        ("report.html", Format::Html),
    ] {
        let file = path("tests/formats").join(name);
        let actual = report.write(format);
        if std::env::var_os("UPDATE_GOLDENS").is_some_and(|value| value == "1") {
            fs::write(&file, &actual).unwrap();
        }
        assert_eq!(actual, fs::read_to_string(&file).unwrap(), "{name}");
    }
}

#[test]
fn located_findings_have_files_lines_and_columns() {
    let path = |operation: &str| format!("openapi: 3.1.0\npaths:\n  /a:\n    {operation}: {{}}\n");
    let (base, revision) = (path("get"), path("put"));
    let base = Source {
        name: "openapi/a,b.yaml",
        text: &base,
    };
    let value = |source| parse(source).unwrap();
    for (name, annotated) in [
        ("new.yaml", "file=new.yaml"),
        ("/tmp/new.yaml", ""),
        ("../new.yaml", ""),
        ("https://example.com/new.yaml", ""),
    ] {
        let text = &revision;
        let revision = Source { name, text };
        let findings = compare(&value(base), &value(revision), &Scope::All).unwrap();
        let mut report = Report::new(findings);
        report.locate(Some(base), Some(revision)).unwrap();
        let text = report.write(Format::Text);
        assert!(text.contains("]\n    openapi/a,b.yaml:4:5\n"), "{text}");
        assert!(text.contains(&format!("]\n    {name}:4:5\n")), "{text}");
        let commands = report.write(Format::Github);
        let removed = ",file=openapi/a%2Cb.yaml,line=4,col=5::";
        assert!(commands.contains(removed), "{commands}");
        let added = match annotated {
            "" => "::notice title=operation-added ",
            file => &format!(",{file},line=4,col=5::"),
        };
        assert!(commands.contains(added), "{commands}");
        let files = commands.matches("file=").count();
        assert_eq!(files, 1 + usize::from(!annotated.is_empty()), "{commands}");
        let json: Value = serde_json::from_str(&report.write(Format::Json)).unwrap();
        let sides = json["findings"].as_array().unwrap().iter();
        let locations: Vec<&Value> = sides.map(|it| &it["revision"]["location"]).collect();
        let location = json!({"file": name, "line": 4, "column": 5});
        assert!(locations.contains(&&location), "{locations:?}");
    }
}

#[test]
fn escapes_texts_for_terminals_and_workflows() {
    let report = report();
    let text = report.write(Format::Text);
    assert!(!text.contains('\u{1b}'));
    assert!(text.contains("evil\\n::error::"));
    let commands = report.write(Format::Github);
    assert!(commands.lines().all(|line| line.starts_with("::")));
    let messages = commands
        .lines()
        .filter(|line| line.starts_with("::error::"));
    assert_eq!(
        messages.count(),
        0,
        "every command has a title, but one of a document"
    );
    assert!(!report.write(Format::Markdown).contains("<b>"));
}

#[test]
fn reports_match_the_published_schema() {
    let schema = read(&path("report.schema.json"));
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut reports = vec![report()];
    let source = Source {
        name: "a.json",
        text: "{}",
    };
    reports[0].locate(Some(source), None).unwrap();
    assert!(!reports[0].write(Format::Text).contains('\u{202e}'));
    for case in names() {
        let (base, revision) = (
            &spellings(&case, "base")[0],
            &spellings(&case, "revision")[0],
        );
        reports.push(Report::new(compare(base, revision, &Scope::All).unwrap()));
    }
    for report in &reports {
        let written: Value = serde_json::from_str(&report.write(Format::Json)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&written)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    // The schema rejects invalid reports.
    let sound: Value = serde_json::from_str(&reports[0].write(Format::Json)).unwrap();
    for (pointer, odd) in [
        ("/bump", json!("huge")),
        ("/compared/of", json!(-1)),
        ("/next_version", json!("soon")),
        ("/findings/0/wire", json!("may break")),
        ("/findings/0/fingerprint", json!("xyz")),
        ("/findings/0/base", json!({"value": 1})),
        ("/wire/breaks", json!(-1)),
        ("/accepted/0/finding", json!({})),
        ("/texts/0/diff/0", json!("a line")),
        ("/texts/0/pointer", json!("info")),
    ] {
        let mut broken = sound.clone();
        *broken.pointer_mut(pointer).unwrap() = odd;
        assert!(!validator.is_valid(&broken), "{pointer}");
    }
}

#[test]
fn acceptance_ends_the_day_after_it_expires() {
    let findings = || {
        let base = json!({"openapi": "3.1.0", "paths": {"/a": {"get": {}}}});
        let revision = json!({"openapi": "3.1.0", "paths": {}});
        compare(&base, &revision, &Scope::All).unwrap()
    };
    let fingerprint = findings()[0].fingerprint.clone();
    let accept = |expires: &str| {
        let text = format!(
            "[[accepted]]\nfingerprint = '{fingerprint}'\nreason = 'Unused.'\nexpires = {expires}"
        );
        let mut report = Report::new(findings());
        report.accept(&Accepted::parse("list", &text).unwrap(), today());
        report
    };
    let accepted = accept("2026-11-24");
    assert_eq!(
        (accepted.bump(), accepted.reaches(Threshold::Any)),
        (Bump::None, false)
    );
    let expired = accept("2026-11-23");
    assert_eq!(
        (expired.bump(), expired.reaches(Threshold::Wire)),
        (Bump::Major, true)
    );
    let text = expired.write(Format::Text);
    assert!(text.contains("expired on 2026-11-23"), "{text}");
}

#[test]
fn rejects_incomplete_lists_of_accepted_findings() {
    for (text, what) in [
        (
            "[[accepted]]\nfingerprint = 'a'\nexpires = 2030-01-01",
            "reason",
        ),
        (
            "[[accepted]]\nfingerprint = 'a'\nreason = ' '\nexpires = 2030-01-01",
            "empty reason",
        ),
        ("[[accepted]]\nfingerprint = 'a'\nreason = 'r'", "expires"),
        (
            "[[accepted]]\nfingerprint = 'a'\nreason = 'r'\nexpires = 10:00:00",
            "give a date",
        ),
        ("[[acepted]]\nfingerprint = 'a'", "acepted"),
        ("a = ", "list: "),
    ] {
        let error = Accepted::parse("list", text).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
    let twice = "[[accepted]]\nfingerprint = 'a'\nreason = 'r'\nexpires = 2030-01-01\n".repeat(2);
    assert!(
        Accepted::parse("list", &twice)
            .unwrap_err()
            .to_string()
            .contains("occurs twice")
    );
}

#[test]
fn fingerprint_ignores_unrelated_edits() {
    let document = |parameters: Value, note: Value| {
        json!({
            "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
            "paths": {"/a": {"get": {"parameters": parameters, "responses": {"200": {
                "description": "d", "content": {"application/json": {"schema": note}},
            }}}}},
        })
    };
    let parameter =
        |name: &str, kind: &str| json!({"name": name, "in": "query", "schema": {"type": kind}});
    let object = |kind: &str| json!({"type": "object", "properties": {"note": {"type": kind}}});
    let fingerprints = |base: &Value, revision: &Value, rule: &str| -> Vec<String> {
        let found = compare(base, revision, &Scope::All).unwrap();
        let found = found.into_iter().filter(|it| it.rule == rule);
        found.map(|it| it.fingerprint).collect()
    };
    let before = document(json!([parameter("q", "string")]), object("string"));
    let after = document(json!([parameter("q", "integer")]), object("integer"));
    // Another parameter comes first, descriptions change, and the property moves into an `allOf`.
    let first = parameter("p", "string");
    let mut edited = object("integer");
    edited["description"] = json!("An object.");
    let edited = document(
        json!([first, parameter("q", "integer")]),
        json!({"allOf": [{"title": "T"}, edited]}),
    );
    for rule in ["request-type-changed", "response-type-changed"] {
        let expected = fingerprints(&before, &after, rule);
        assert_eq!(expected.len(), 1);
        assert_eq!(fingerprints(&before, &edited, rule), expected);
    }
    // The same kind of change at another place, or to another value, has another fingerprint.
    let other = document(json!([parameter("q", "boolean")]), object("integer"));
    let rule = "request-type-changed";
    assert_ne!(
        fingerprints(&before, &other, rule),
        fingerprints(&before, &after, rule)
    );
}

#[test]
fn large_report_is_an_overview_by_default() {
    let paths: serde_json::Map<String, Value> = (0..30)
        .map(|number| (format!("/{number}"), json!({"get": {}})))
        .collect();
    let base = json!({"openapi": "3.1.0", "paths": paths});
    let revision = json!({"openapi": "3.1.0", "paths": {}});
    let mut report = Report::new(compare(&base, &revision, &Scope::All).unwrap());
    let expected = "\
30 findings: on the wire 30 breaks; in source 30 breaks. Version bump: major
wire breaks, source breaks: operation-removed (30 times)
    such as the operation GET /0 is gone at /paths/~10/get
0 findings break nothing; --full shows every finding
";
    assert_eq!(report.write(Format::Text), expected);
    report.show_in_full();
    let full = report.write(Format::Text);
    assert_eq!(full.matches("operation-removed at").count(), 30);
}

#[test]
fn folds_equal_findings_of_an_operation_with_a_count() {
    let document = |kind: &str| {
        let thing = json!({"type": "object", "properties": {"size": {"type": kind}}});
        json!({
            "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": {"description": "d", "content": {
                "application/json": {"schema": {"type": "object", "properties": {
                    "one": thing, "two": thing, "three": thing,
                }}},
            }}}}}},
        })
    };
    let findings = compare(&document("string"), &document("boolean"), &Scope::All).unwrap();
    assert_eq!(findings.len(), 3);
    let mut report = Report::new(findings);
    let folded = " (and 2 more places)";
    for format in [Format::Text, Format::Markdown] {
        let text = report.write(format);
        assert_eq!(text.matches("response-type-changed").count(), 1, "{text}");
        assert!(text.contains(folded), "{text}");
        assert!(text.contains("3 findings: on the wire 3 breaks"), "{text}");
    }
    report.show_in_full();
    let text = report.write(Format::Text);
    assert_eq!(
        text.matches("response-type-changed at").count(),
        3,
        "{text}"
    );
    assert!(!text.contains(folded), "{text}");
}
