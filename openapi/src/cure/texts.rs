//! Parameters that the generator has no code for, and that are one text on the wire: they are given
//! as that text.

use serde_json::{Map, Value, json};

use super::filters;
use super::walk::follow;

/// The parameter as a text, and why; `None` where it is none, or need not be given so.
pub(super) fn as_text(document: &Value, parameter: &Map<String, Value>) -> Option<(Value, String)> {
    let name = parameter.get("name")?.as_str()?;
    let place = parameter.get("in")?.as_str()?;
    let style = parameter.get("style").and_then(Value::as_str);
    let how = match (parameter.get("schema"), parameter.get("content")) {
        (None, Some(Value::Object(content))) if content.len() == 1 && place != "cookie" => {
            let media_type = content.keys().next()?;
            format!("the text of its {media_type}")
        }
        (Some(schema), _) => {
            let joined = !filters::is_one_text(document, schema) && is_list(document, schema);
            let exploded = parameter.get("explode") == Some(&json!(true));
            let mark = match (place, style) {
                ("header" | "path", None | Some("simple")) => "a comma",
                ("query", Some("spaceDelimited")) if !exploded => "a space",
                ("query", Some("pipeDelimited")) if !exploded => "`|`",
                // An item each, which is what the generator makes of any list.
                ("query", Some("spaceDelimited" | "pipeDelimited")) if joined => {
                    let mut parameter = parameter.clone();
                    parameter.remove("style");
                    let reason = format!("`{name}` has a value for each item, without a style");
                    return Some((Value::Object(parameter), reason));
                }
                _ => return None,
            };
            if !joined {
                return None;
            }
            format!("one text, with {mark} between its items")
        }
        _ => return None,
    };
    let mut parameter = parameter.clone();
    for key in ["content", "example", "examples", "explode", "style"] {
        parameter.remove(key);
    }
    parameter.insert("schema".to_owned(), json!({"type": "string"}));
    let reason = format!("the parameter `{name}` is given as {how}");
    Some((Value::Object(parameter), reason))
}

/// The parameter without alternatives, where all of them are of one type: the generator takes them
/// for parts of one value.
pub(super) fn alike(document: &Value, parameter: &Map<String, Value>) -> Option<(Value, String)> {
    let name = parameter.get("name")?.as_str()?;
    let schema = follow(document, parameter.get("schema")?)?;
    let list = ["anyOf", "oneOf"]
        .iter()
        .find_map(|key| schema.get(*key)?.as_array())?;
    let of = |part: &Value, key: &str| {
        follow(document, part)?
            .get(key)?
            .as_str()
            .map(str::to_owned)
    };
    let kind = of(list.first()?, "type")?;
    let scalar = ["boolean", "integer", "number", "string"].contains(&kind.as_str());
    if !scalar
        || list
            .iter()
            .any(|part| of(part, "type").as_ref() != Some(&kind))
    {
        return None;
    }
    let format = of(list.first()?, "format");
    let mut alike = json!({ "type": kind });
    if let Some(format) = format
        && list
            .iter()
            .all(|part| of(part, "format").as_ref() == Some(&format))
    {
        alike["format"] = json!(format);
    }
    let mut parameter = parameter.clone();
    parameter.insert("schema".to_owned(), alike);
    if parameter.get("in").is_some_and(|place| place == "path") {
        parameter.insert("required".to_owned(), json!(true));
    }
    let reason = format!("the alternatives of the parameter `{name}` are all of one type");
    Some((Value::Object(parameter), reason))
}

/// Whether a value is a list, of which null may be an alternative.
fn is_list(document: &Value, schema: &Value) -> bool {
    let Some(schema) = follow(document, schema) else {
        return false;
    };
    let list = |schema: &Value| {
        let schema = follow(document, schema);
        schema.is_some_and(|schema| schema.get("type").is_some_and(|kind| kind == "array"))
    };
    ["allOf", "anyOf", "oneOf"].iter().any(|kind| {
        let parts = schema.get(*kind).and_then(Value::as_array);
        parts.is_some_and(|parts| !parts.is_empty() && parts.iter().all(list))
    }) || list(schema)
}
