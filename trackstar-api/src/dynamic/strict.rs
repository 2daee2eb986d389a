//! Reads an argument as the type that its setter takes, and loses nothing of it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::sanitize::expectation;
use crate::tolerant;

/// `value` as a `T`. `Err` says what is wrong, without a value: it may be secret.
pub(crate) fn read<T>(name: &str, value: Option<Value>) -> Result<Option<T>, String>
where
    T: DeserializeOwned + Serialize,
{
    let Some(value) = value else {
        return Ok(None);
    };
    let refuse = |why: &str| format!("the argument `{name}` is not what it takes: {why}");
    let read: T = tolerant::strictly(|| T::deserialize(&value))
        .map_err(|error| refuse(&without_values(&error.to_string())))?;
    let again = serde_json::to_value(&read).map_err(|_| refuse("it cannot be written as JSON"))?;
    match lost(&value, &again, String::new()) {
        None => Ok(Some(read)),
        Some(place) if place.is_empty() => Err(refuse("it would be sent as something else")),
        Some(place) => Err(refuse(&format!(
            "`{place}` would not be sent as it is: the document has no such property, or no such \
             value for it"
        ))),
    }
}

/// Where something that was given does not come out again, as a JSON pointer.
fn lost(given: &Value, again: &Value, place: String) -> Option<String> {
    match (given, again) {
        (Value::Object(given), Value::Object(again)) => given.iter().find_map(|(name, value)| {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            let place = format!("{place}/{escaped}");
            match again.get(name) {
                Some(again) => lost(value, again, place),
                None => Some(place),
            }
        }),
        (Value::Array(given), Value::Array(again)) if given.len() == again.len() => {
            let mut pairs = given.iter().zip(again).enumerate();
            pairs.find_map(|(at, (given, again))| lost(given, again, format!("{place}/{at}")))
        }
        // A whole number may be written with a fraction of zero.
        (Value::Number(given), Value::Number(again))
            if (given.is_f64() || again.is_f64()) && given.as_f64() == again.as_f64() =>
        {
            None
        }
        _ => (given != again).then_some(place),
    }
}

/// What a reader complains of, without what it was given.
fn without_values(error: &str) -> String {
    // It names a property, and those that there are.
    if error.starts_with("unknown field") {
        return error.to_owned();
    }
    expectation::of_text(error)
        .unwrap_or_else(|| "it breaks a rule that the document has for it".to_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::DateTime;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Body {
        #[serde(skip_serializing_if = "Option::is_none")]
        count: Option<i64>,
        #[serde(default)]
        lines: Vec<Body>,
        #[serde(skip_serializing_if = "Option::is_none")]
        on: Option<DateTime>,
    }

    fn body(value: Value) -> Result<Option<Body>, String> {
        read("body", Some(value))
    }

    #[test]
    fn what_would_not_be_sent_is_refused_by_its_place() {
        for (given, place) in [
            (json!({"color": "s3cret"}), "`/color`"),
            (json!({"lines": [{"a/b": null}]}), "`/lines/0/a~1b`"),
            (json!({"count": null}), "`/count`"),
        ] {
            let error = body(given).expect_err(place);
            assert!(error.contains(place), "{error}");
            assert!(
                error.contains("`body`") && !error.contains("s3cret"),
                "{error}"
            );
        }
        let fits = json!({"count": 3, "lines": [{"lines": []}], "on": "2026-01-01T00:00:00Z"});
        assert_eq!(
            body(fits).map(|body| body.and_then(|it| it.count)),
            Ok(Some(3))
        );
        assert_eq!(read::<f64>("limit", Some(json!(2))), Ok(Some(2.0)));
        assert_eq!(read::<i64>("limit", None), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_told_without_the_value() {
        for (given, told) in [
            (json!({"count": "s3cret"}), "expected i64"),
            (json!({"count": 731_731.5}), "expected i64"),
            (json!({"on": "s3cret"}), "no date"),
            (json!("s3cret, expected \"s3cret\""), "expected struct Body"),
        ] {
            let error = body(given).expect_err(told);
            assert!(error.contains(told), "{error}");
            assert!(
                !error.contains("s3cret") && !error.contains("731"),
                "{error}"
            );
        }
    }
}
