//! Runs the cases. Each folder contains one construct with its input and the expected result.

use trackstar_openapi::Source;
use trackstar_openapi::model::{Content, Operation, ParameterLocation};

use super::{downgraded, files, preparation};

const KNOWN: [&str; 8] = [
    "input.yaml",
    "overlay.yaml",
    // Options of the preparation.
    "options.yaml",
    // The document after the downgrade, before normalization.
    "downgraded.json",
    "prepared.json",
    // The operations, as far as the prepared document does not describe them.
    "operations.txt",
    "notes.txt",
    "error.txt",
];

#[test]
fn every_case_has_the_expected_result() {
    let folder = files::path("tests/cases");
    let cases = files::names(&folder);
    assert!(cases.len() > 30, "only {} cases were found", cases.len());
    let wrong: Vec<String> = cases.iter().flat_map(|case| run(case)).collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn every_case_has_one_expectation_and_no_stray_files() {
    for case in files::names(&files::path("tests/cases")) {
        let names = files::names(&files::path("tests/cases").join(&case));
        let has = |name: &str| names.iter().any(|other| other == name);
        assert!(has("input.yaml"), "{case} has no input");
        let documents = ["prepared.json", "downgraded.json", "error.txt"];
        let expectations = documents.iter().filter(|name| has(name)).count();
        assert_eq!(expectations, 1, "{case} must have one expectation");
        assert!(
            !has("notes.txt") || !has("error.txt"),
            "{case} has notes on nothing"
        );
        for name in &names {
            assert!(KNOWN.contains(&name.as_str()), "{case} has a stray {name}");
        }
    }
}

fn run(case: &str) -> Vec<String> {
    let folder = files::path("tests/cases").join(case);
    let input = files::read(&folder.join("input.yaml"));
    let overlay = files::read_if_there(&folder.join("overlay.yaml"));
    let document = Source {
        name: "input.yaml",
        text: &input,
    };
    let overlays: Vec<Source<'_>> = overlay
        .iter()
        .map(|text| Source {
            name: "overlay.yaml",
            text,
        })
        .collect();
    let (name, outcome) = if folder.join("downgraded.json").exists() {
        ("downgraded.json", downgraded(document, &overlays))
    } else {
        (
            "prepared.json",
            preparation(case, document).overlays(&overlays).run(),
        )
    };
    let (prepared, operations, notes, error) = match outcome {
        Ok(prepared) => {
            let line =
                |note: &trackstar_openapi::Note| format!("{}: {}\n", note.pointer, note.text);
            let notes: String = prepared.notes().iter().map(line).collect();
            (
                Some(prepared.to_json()),
                Some(facts(prepared.operations())).filter(|facts| !facts.is_empty()),
                Some(notes).filter(|notes| !notes.is_empty()),
                None,
            )
        }
        Err(error) => (None, None, None, Some(format!("{error}\n"))),
    };
    [
        (name, prepared),
        ("operations.txt", operations),
        ("notes.txt", notes),
        ("error.txt", error),
    ]
    .into_iter()
    .filter_map(|(name, actual)| files::compare(&folder.join(name), actual.as_deref()))
    .collect()
}

/// Returns a line for each fact that the prepared document does not contain.
fn facts(operations: &[Operation]) -> String {
    let mut lines = Vec::new();
    for operation in operations {
        let mut add = |fact: String| {
            lines.push(format!("{} {}: {fact}\n", operation.method, operation.path));
        };
        if let Some(body) = &operation.body {
            if body.media_type != "application/json" {
                add(format!("sends {}", body.media_type));
            }
            if let Content::Parts(parts) = &body.content {
                for part in parts {
                    add(format!("{part:?}"));
                }
            }
        }
        if !operation.accept.is_empty() {
            add(format!("accepts {}", operation.accept.join(", ")));
        }
        for one in &operation.parameters {
            let usual = if one.location == ParameterLocation::Query {
                ("form", true)
            } else {
                ("simple", false)
            };
            if one.name != one.argument {
                add(format!("`{}` is `{}` on the wire", one.argument, one.name));
            }
            if (one.style.as_str(), one.explode) != usual || one.object {
                let (style, explode, object) = (&one.style, one.explode, one.object);
                add(format!(
                    "`{}` is {style}, explode: {explode}, object: {object}",
                    one.name
                ));
            }
        }
        for success in operation
            .successes()
            .filter(|it| it.empty && !it.media.is_empty())
        {
            add(format!("{:?} is empty", success.status));
        }
    }
    lines.concat()
}
