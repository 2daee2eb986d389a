//! Reads valid values with the types of all clients and writes them again. The result must be the
//! same value.

mod instances;

use serde_json::{Map, Value};
use trackstar_shapes::ALL;

const ACCEPTED: &str = include_str!(concat!(env!("OUT_DIR"), "/accepted.json"));
const REFUSED: &str = include_str!(concat!(env!("OUT_DIR"), "/refused.json"));

fn documents(text: &str) -> Map<String, Value> {
    match serde_json::from_str(text) {
        Ok(Value::Object(documents)) => documents,
        other => panic!("the build script wrote {other:?}"),
    }
}

/// Number of values for each document.
const VALUES: u64 = 24;

#[test]
fn reads_and_writes_what_documents_allow() {
    let documents = documents(ACCEPTED);
    let (mut sent, mut faults) = (0, Vec::new());
    for (name, again) in ALL {
        let document = &documents[*name];
        let validator = instances::validator(document);
        for seed in 0..VALUES {
            let Some(value) = instances::value(document, seed).filter(|it| validator.is_valid(it))
            else {
                continue;
            };
            sent += 1;
            match again(value.clone()) {
                Ok(written) if instances::alike(&value, &written) => {}
                Ok(written) => faults.push(format!("{name}: {value}\n  became {written}")),
                Err(error) => faults.push(format!("{name}: {value}\n  is rejected: {error}")),
            }
        }
    }
    println!("{sent} values of {} documents", ALL.len());
    assert!(
        faults.is_empty(),
        "{} of {sent}\n{}",
        faults.len(),
        faults.join("\n")
    );
    // Too few values would mean that one of the two generators is broken.
    assert!(sent > ALL.len() * 4, "{sent} values");
}

#[test]
fn rejections_have_a_pointer_and_an_instruction() {
    let refused = documents(REFUSED);
    for (name, refusal) in &refused {
        for line in refusal["message"].as_str().into_iter().flat_map(str::lines) {
            let place = line.split_once(" at /").or_else(|| line.split_once("at /"));
            assert!(place.is_some(), "{name}: {line}");
            let advice = line.split_once("; ").map(|(_, advice)| advice);
            assert!(
                advice.is_some_and(|advice| advice.len() > 20),
                "{name}: {line}"
            );
        }
    }
    let all = refused.len() + documents(ACCEPTED).len();
    assert!(
        refused.len() * 5 < all,
        "{} of {all} documents are rejected",
        refused.len()
    );
}
