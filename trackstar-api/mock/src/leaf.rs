//! Generates strings and numbers.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Number, Value, json};
use trackstar_openapi::Merged;

/// Returns true if the value matches the schemas, not counting those for properties and items.
pub(crate) fn fits(merged: &Merged<'_>, value: &Value) -> bool {
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&merged.assertions());
    validator.is_ok_and(|validator| validator.is_valid(value))
}

/// Generates a string that matches the schemas.
///
/// # Errors
///
/// If we didn't find one, this returns the reason.
pub(crate) fn text(merged: &Merged<'_>, name: &str) -> Result<Value, String> {
    let mut candidates: Vec<String> = Vec::new();
    let formats = merged.each("format").filter_map(Value::as_str);
    candidates.extend(formats.filter_map(of_format).map(str::to_owned));
    let patterns = merged.each("pattern").filter_map(Value::as_str);
    candidates.extend(patterns.filter_map(matching));
    let limit = |keyword: &str| merged.limit(keyword).and_then(Value::as_u64);
    let shortest = limit("minLength").unwrap_or(0);
    let longest = limit("maxLength").unwrap_or(u64::MAX);
    let plain = if name.is_empty() { "text" } else { name };
    // The text includes the name of the property, so that tests will notice if two of them get
    // mixed up.
    let mut plain = format!("{plain}-text");
    while (plain.chars().count() as u64) < shortest {
        plain.push('x');
    }
    let longest = usize::try_from(longest).unwrap_or(usize::MAX);
    candidates.push(plain.chars().take(longest).collect());
    let found = candidates
        .into_iter()
        .map(Value::String)
        .find(|it| fits(merged, it));
    found.ok_or_else(|| {
        let limits = merged.assertions();
        format!("failed to find a string that matches {limits}; add an example to the schema")
    })
}

/// Generates a number that matches the schemas.
///
/// # Errors
///
/// If we didn't find one, this returns the reason.
pub(crate) fn number(merged: &Merged<'_>, whole: bool) -> Result<Value, String> {
    let limit = |keyword: &str| merged.limit(keyword).and_then(Value::as_f64);
    let step = limit("multipleOf");
    let mut candidates = vec![if whole { 3.0 } else { 1.5 }];
    candidates.extend(step);
    for (low, plus) in [("minimum", 0.0), ("exclusiveMinimum", 1.0)] {
        if let Some(low) = limit(low) {
            candidates.extend([low + plus, low.ceil() + plus, low + plus / 2.0]);
            candidates.extend(step.map(|step| (low / step).floor() * step + step));
        }
    }
    for (high, minus) in [("maximum", 0.0), ("exclusiveMaximum", 1.0)] {
        if let Some(high) = limit(high) {
            candidates.extend([high - minus, high.floor() - minus]);
        }
    }
    let value = |candidate: f64| match candidate {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "`fits` rejects a candidate that is out of range"
        )]
        whole if whole.fract() == 0.0 => json!(whole as i64),
        other => Number::from_f64(other).map_or(Value::Null, Value::Number),
    };
    let found = candidates
        .into_iter()
        .map(value)
        .find(|it| fits(merged, it));
    found.ok_or_else(|| {
        let limits = merged.assertions();
        format!("failed to find a number that matches {limits}; add an example to the schema")
    })
}

fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => "2024-02-29T12:34:56Z",
        "date" => "2024-02-29",
        "time" => "12:34:56Z",
        "duration" => "P1DT2H",
        "uuid" => "0f8fad5b-d9cb-469f-a165-70867728950e",
        "email" | "idn-email" => "person@example.com",
        "uri" | "url" | "iri" | "uri-reference" => "https://example.com/a?b=c",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "YmFzZTY0",
        _ => return None,
    })
}

/// Returns a short string that matches the pattern. This doesn't work for patterns that aren't
/// really regular expressions, in which case it returns `None`.
fn matching(pattern: &str) -> Option<String> {
    let parsed = regex_syntax::parse(pattern).ok()?;
    let mut text = String::new();
    write(&parsed, &mut text).then_some(text)
}

fn write(part: &Hir, text: &mut String) -> bool {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(literal) => {
                text.push_str(literal);
                true
            }
            Err(_) => false,
        },
        HirKind::Class(Class::Unicode(class)) => {
            // If possible, pick something readable.
            let preferred = ['a', 'A', '1'].into_iter().find(|it| {
                class
                    .ranges()
                    .iter()
                    .any(|range| (range.start()..=range.end()).contains(it))
            });
            let first = class
                .ranges()
                .first()
                .map(regex_syntax::hir::ClassUnicodeRange::start);
            text.extend(preferred.or(first));
            preferred.or(first).is_some()
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => {
            let least = repetition.min.max(u32::from(repetition.max != Some(0)));
            (0..least).all(|_| write(&repetition.sub, text))
        }
        HirKind::Capture(capture) => write(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().all(|part| write(part, text)),
        HirKind::Alternation(parts) => parts.first().is_some_and(|part| write(part, text)),
    }
}

/// Changes duplicates to satisfy `uniqueItems`. The new values might not match their schema, so the
/// caller has to validate the result.
pub(crate) fn make_unique(items: &mut [Value]) {
    for index in 1..items.len() {
        let (before, rest) = items.split_at_mut(index);
        if let Some(item) = rest.first_mut()
            && before.contains(item)
        {
            match item {
                Value::String(text) => *text = format!("{text}{index}"),
                Value::Number(number) => {
                    let index = i64::try_from(index).unwrap_or_default();
                    *item = match number.as_i64() {
                        Some(whole) => json!(whole.wrapping_add(100 * index)),
                        None => json!(number.as_f64().unwrap_or_default() + 100.0),
                    };
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(schema: &Value) -> Result<Value, String> {
        text(&Merged::of(&Value::Null, [schema]), "name")
    }

    #[test]
    fn strings_match_format_length_and_pattern() {
        for (schema, expected) in [
            (json!({}), "name-text"),
            (json!({"maxLength": 3}), "nam"),
            (json!({"minLength": 12}), "name-textxxx"),
            (json!({"format": "date"}), "2024-02-29"),
            (json!({"format": "int64"}), "name-text"),
            (json!({"pattern": r"^[1-9]-\d{3}-(x|y)+$"}), "1-111-x"),
            (json!({"pattern": "^[A-Z]{2}$"}), "AA"),
        ] {
            assert_eq!(text_of(&schema), Ok(json!(expected)), "{schema}");
        }
        let error = text_of(&json!({"pattern": "^a(?=b)$"})).expect_err("none");
        assert!(error.contains("example"), "{error}");
    }

    #[test]
    fn numbers_match_bounds() {
        for (schema, whole, expected) in [
            (json!({}), true, json!(3)),
            (json!({}), false, json!(1.5)),
            (json!({"minimum": 10}), true, json!(10)),
            (json!({"exclusiveMinimum": 10}), true, json!(11)),
            (json!({"maximum": -2}), false, json!(-2)),
            (json!({"multipleOf": 7, "minimum": 10}), true, json!(14)),
            (
                json!({"exclusiveMinimum": 0, "maximum": 1}),
                false,
                json!(1),
            ),
        ] {
            let merged = Merged::of(&Value::Null, [&schema]);
            assert_eq!(number(&merged, whole), Ok(expected), "{schema}");
        }
        let none = json!({"minimum": 2, "maximum": 1});
        assert!(number(&Merged::of(&Value::Null, [&none]), true).is_err());
    }
}
