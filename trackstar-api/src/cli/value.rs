//! The values of flags: a text is taken for what the type of its operation takes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::dynamic::read;

/// `text` as a `T`: as JSON where that fits (`5`, `null`, `{"a": 1}`), and as a text otherwise. `Err`
/// says what is wrong, without the text: it may be secret.
#[allow(
    dead_code,
    reason = "called where the document has parameters or bodies"
)]
pub fn parse<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, String> {
    let fits = |value: &Value| read::<T>("value", Some(value.clone())).map(drop);
    // A text in quotation marks is a text that holds them: shells have taken theirs away.
    let json = serde_json::from_str(text).ok();
    let json = json.filter(|value| !matches!(value, Value::String(_)));
    if let Some(value) = &json
        && fits(value).is_ok()
    {
        return Ok(value.clone());
    }
    let plain = Value::from(text);
    match (fits(&plain), json) {
        (Ok(()), _) => Ok(plain),
        // What is wrong with the JSON says more.
        (Err(_), Some(json)) => fits(&json).map(|()| json).map_err(|why| reason(&why)),
        (Err(why), None) => Err(reason(&why)),
    }
}

/// Without the name of the argument, which whoever asks adds.
fn reason(why: &str) -> String {
    let (_, reason) = why.split_once("takes: ").unwrap_or(("", why));
    reason.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{DateTime, Nullable};

    #[test]
    fn a_text_becomes_what_its_type_takes() {
        assert_eq!(parse::<i64>("5"), Ok(json!(5)));
        assert_eq!(parse::<String>("5"), Ok(json!("5")));
        assert_eq!(parse::<String>("null"), Ok(json!("null")));
        assert_eq!(parse::<String>("\"a\""), Ok(json!("\"a\"")));
        assert_eq!(parse::<String>("[a]"), Ok(json!("[a]")));
        assert_eq!(parse::<Nullable<String>>("null"), Ok(Value::Null));
        assert_eq!(parse::<Nullable<f64>>("1.5"), Ok(json!(1.5)));
        assert_eq!(parse::<Value>("{\"a\": 1}"), Ok(json!({"a": 1})));
        assert_eq!(parse::<bool>("true"), Ok(json!(true)));
        let date = "2026-01-31T12:00:00Z";
        assert_eq!(parse::<DateTime>(date), Ok(json!(date)));
    }

    #[test]
    fn what_does_not_fit_is_told_without_the_text() {
        for (told, wrong) in [
            ("expected i64", parse::<i64>("s3cret")),
            ("expected i64", parse::<i64>("731.5")),
            ("no date", parse::<DateTime>("s3cret")),
        ] {
            let error = wrong.expect_err(told);
            assert!(error.contains(told), "{error}");
            assert!(
                !error.contains("s3cret") && !error.contains("731"),
                "{error}"
            );
        }
    }
}
