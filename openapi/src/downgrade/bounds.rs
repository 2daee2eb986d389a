//! Exclusive bounds, which are numbers in 3.1 and flags of the inclusive bounds in 3.0.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

/// Writes the tighter of the two bounds on each side. It implies the other, and 3.0 can express only one.
pub(super) fn write(original: &Map<String, Value>, output: &mut Map<String, Value>) {
    let sides = [
        ("minimum", "exclusiveMinimum", Ordering::Greater),
        ("maximum", "exclusiveMaximum", Ordering::Less),
    ];
    for (inclusive, exclusive, tighter) in sides {
        let Some(Value::Number(open)) = original.get(exclusive) else {
            continue;
        };
        // If both bounds are equal, the exclusive one is tighter.
        let closed_is_tighter = match original.get(inclusive) {
            Some(Value::Number(closed)) => compare(closed, open) == tighter,
            _ => false,
        };
        if !closed_is_tighter {
            output.insert(inclusive.to_owned(), Value::Number(open.clone()));
            output.insert(exclusive.to_owned(), Value::Bool(true));
        }
    }
}

/// Compares two numbers. Integers are compared exactly, because large ones are equal as floats.
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
