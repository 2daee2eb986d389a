//! Values go through the clients of all documents: what the document allows is read as a type, and
//! written again as it was.

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

/// How many values are made of each document.
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
                Err(error) => faults.push(format!("{name}: {value}\n  is refused: {error}")),
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
    // Of most documents there are values, or the generator of either is no good.
    assert!(sent > ALL.len() * 4, "{sent} values");
}

#[test]
fn refusals_name_a_place_and_say_what_to_do() {
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
        "{} of {all} documents are refused",
        refused.len()
    );
}
