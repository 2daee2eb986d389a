//! Parameters that the generator does not support and that are one string on the wire. The caller passes
//! the serialized string.

use serde_json::{Map, Value, json};

use crate::reference::follow;

/// Returns a string parameter and the reason for it, if the parameter has a media type.
pub(super) fn as_text(parameter: &Map<String, Value>) -> Option<(Value, String)> {
    let name = parameter.get("name")?.as_str()?;
    let place = parameter.get("in")?.as_str()?;
    let content = parameter.get("content")?.as_object()?;
    if parameter.contains_key("schema") || content.len() != 1 || place == "cookie" {
        return None;
    }
    let media_type = content.keys().next()?;
    let mut text = parameter.clone();
    for key in ["content", "example", "examples", "explode", "style"] {
        text.remove(key);
    }
    text.insert("schema".to_owned(), json!({"type": "string"}));
    if place == "path" {
        text.insert("required".to_owned(), json!(true));
    }
    let reason = format!("the caller passes the parameter `{name}` as serialized {media_type}");
    Some((Value::Object(text), reason))
}

/// Returns the parameter without alternatives if all of them have the same type. The generator would treat
/// them as parts of one value.
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
    let reason = format!(
        "the alternatives of the parameter `{name}` are merged because they have the same type"
    );
    Some((Value::Object(parameter), reason))
}
