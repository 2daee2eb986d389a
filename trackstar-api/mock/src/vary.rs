//! Varies a response in ways that the document allows.

use serde_json::{Value, json};
use trackstar_openapi::pointer::escape;

/// The maximum number of places in a response that we try to change. We have to validate the
/// response each time.
const MOST: usize = 100;

/// A random number generator (`SplitMix64`) that only depends on its seed.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Randomly removes values, sets them to null or empties lists, as long as the result `fits`.
/// Places listed in `keep` aren't changed.
pub(crate) fn vary(
    value: &mut Value,
    random: &mut Random,
    keep: &[String],
    fits: impl Fn(&Value) -> bool,
) {
    let mut places = Vec::new();
    collect(value, "", &mut places);
    for (parent, last) in places.into_iter().take(MOST) {
        let change = random.next() % 4;
        let place = format!("{parent}/{}", escape(&last));
        if keep.contains(&place) || value.pointer(&place).is_none() {
            continue;
        }
        let mut varied = value.clone();
        match (change, varied.pointer_mut(&place)) {
            (0, Some(_)) => match varied.pointer_mut(&parent) {
                Some(Value::Object(fields)) => drop(fields.remove(&last)),
                _ => continue,
            },
            (1, Some(inner)) => *inner = Value::Null,
            (2, Some(inner)) if inner.is_array() => *inner = json!([]),
            _ => continue,
        }
        if fits(&varied) {
            *value = varied;
        }
    }
}

/// Collects all places below a value. For each of them, this returns the name and the pointer to
/// its parent.
fn collect(value: &Value, pointer: &str, places: &mut Vec<(String, String)>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, it)| (index.to_string(), it)).collect()
        }
        _ => return,
    };
    for (name, child) in children {
        places.push((pointer.to_owned(), name.clone()));
        collect(child, &format!("{pointer}/{}", escape(&name)), places);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varies_by_the_seed_within_the_schema() {
        let full = json!({"id": 1, "note": "n", "a/b": [1, 2], "inner": {"x": 1}});
        // The id is required, and the inner object can't be null.
        let fits = |it: &Value| it["id"] == 1 && it.get("inner").is_none_or(Value::is_object);
        let varied = |seed| {
            let mut value = full.clone();
            vary(
                &mut value,
                &mut Random::new(seed),
                &["/note".to_owned()],
                fits,
            );
            value
        };
        let all: Vec<Value> = (0..40).map(varied).collect();
        assert!(all.iter().all(|it| fits(it) && it["note"] == "n"));
        assert!(all.contains(&full));
        for seen in [json!(null), json!([])] {
            assert!(all.iter().any(|it| it.get("a/b") == Some(&seen)), "{seen}");
        }
        assert!(all.iter().any(|it| it.get("a/b").is_none()));
        assert!(all.iter().any(|it| it.get("inner") == Some(&json!({}))));
        assert_eq!(all, (0..40).map(varied).collect::<Vec<_>>());
    }
}
