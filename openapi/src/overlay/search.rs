//! The function `search` of JSON paths (RFC 9535), which compiles a pattern once.
//!
//! It takes precedence over the parser's own function, which compiles the pattern for each value.

use std::cell::RefCell;

use regex::Regex;
use serde_json::Value;
use serde_json_path::functions::{LogicalType, ValueType};

thread_local! {
    /// The last pattern, if it is valid.
    static LAST: RefCell<(String, Option<Regex>)> = const { RefCell::new((String::new(), None)) };
}

#[serde_json_path::function]
fn search(text: ValueType, pattern: ValueType) -> LogicalType {
    let (Some(Value::String(text)), Some(Value::String(pattern))) =
        (text.as_value(), pattern.as_value())
    else {
        return LogicalType::False;
    };
    let found = LAST.with_borrow_mut(|(last, regex)| {
        if regex.is_none() || last != pattern {
            // The flag makes a dot match neither character of a line end, as in I-Regexp (RFC 9485).
            *regex = Regex::new(&format!("(?R)({pattern})")).ok();
            last.clone_from(pattern);
        }
        regex.as_ref().is_some_and(|it| it.is_match(text))
    });
    found.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json_path::JsonPath;

    #[test]
    fn each_path_searches_for_its_own_pattern() {
        let names = json!(["a[in]", "b", "c[nin]", 1]);
        let found = |pattern: &str| {
            let path = JsonPath::parse(&format!("$[?search(@, '{pattern}')]"));
            path.expect("a path").query(&names).len()
        };
        for _ in 0..2 {
            assert_eq!(found("\\\\[n?in\\\\]$"), 2);
            assert_eq!(found("[bc]"), 2);
            assert_eq!(found("("), 0);
        }
    }
}
