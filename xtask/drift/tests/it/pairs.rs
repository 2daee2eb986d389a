//! An outside opinion: pairs of documents for which an established detector has said what changed.


use trackstar_drift::{Scope, Verdict, compare};

use crate::{read, shared};

#[test]
fn look() {
    let Some(folder) = shared("drift-pairs") else { return };
    let pairs = read(&folder.join("pairs.json"));
    for pair in pairs.as_array().unwrap() {
        let text = |key: &str| pair[key].as_str().unwrap();
        let (base, revision) = (read(&folder.join(text("base"))), read(&folder.join(text("revision"))));
        let found = match compare(&base, &revision, &Scope::All) { Ok(f) => f, Err(e) => { println!("ERR {} {e}", text("name")); continue } };
        let rules: Vec<_> = found.iter().filter(|f| f.worst() > Verdict::Documentation || true).map(|f| format!("{}/{}/{}", f.rule, f.wire.words(), f.source.words())).collect();
        let mut r2 = rules.clone(); r2.sort(); r2.dedup();
        println!("PAIR\t{}\t{}\t{}\t{}\t{}", text("name"), pair["expect"], pair["none_expected"], r2.join(" "), text("what"));
    }
}
