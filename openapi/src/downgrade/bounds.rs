//! Exclusive bounds: numbers of their own in 3.1, flags on the inclusive bounds in 3.0.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

/// 3.0 has room for one bound a side; the tighter one implies the other.
pub(super) fn write(original: &Map<String, Value>, lowered: &mut Map<String, Value>) {
    let sides = [
        ("minimum", "exclusiveMinimum", Ordering::Greater),
        ("maximum", "exclusiveMaximum", Ordering::Less),
    ];
    for (inclusive, exclusive, tighter) in sides {
        let Some(Value::Number(open)) = original.get(exclusive) else {
            continue;
        };
        // Of two equal bounds the exclusive one is the tighter.
        let closed_is_tighter = match original.get(inclusive) {
            Some(Value::Number(closed)) => compare(closed, open) == tighter,
            _ => false,
        };
        if !closed_is_tighter {
            lowered.insert(inclusive.to_owned(), Value::Number(open.clone()));
            lowered.insert(exclusive.to_owned(), Value::Bool(true));
        }
    }
}

/// Compares whole numbers exactly, which floats of their size could not tell apart.
fn compare(a: &Number, b: &Number) -> Ordering {
    let whole = |number: &Number| {
        number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from))
    };
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => a
            .as_f64()
            .partial_cmp(&b.as_f64())
            .unwrap_or(Ordering::Equal),
    }
}
