//! The client's arguments for the intended values. They depend on how the client is called, not on what
//! it sends.
//!
//! A call by name takes a parameter under its name. An object whose properties are separate query
//! parameters is passed as these properties, if their names are unique.

use serde_json::{Map, Value};

use crate::call::{Arguments, Intent};
use crate::spec::{Operation, Parameter, ParameterLocation, Style};

/// Returns the arguments of a call with the intended values.
pub(crate) fn arguments(operation: &Operation, intent: &Intent) -> Arguments {
    let mut arguments = Arguments {
        body: intent.body.clone(),
        parts: intent.parts.clone(),
        ..Arguments::default()
    };
    for parameter in operation.arguments() {
        let Some(value) = intent.get(parameter) else {
            continue;
        };
        let value = if parameter.content {
            // A parameter with a media type is passed as its text.
            Value::String(value.to_string())
        } else {
            value.clone()
        };
        let name = parameter.name.clone();
        match (parameter.place, value) {
            (ParameterLocation::Path, value) => drop(arguments.path.insert(name, value)),
            (ParameterLocation::Header, value) => drop(arguments.headers.insert(name, value)),
            (ParameterLocation::Query, Value::Object(fields))
                if parts(operation, parameter, &fields) =>
            {
                for (field, value) in fields {
                    let name = match parameter.style {
                        Style::DeepObject => format!("{name}[{field}]"),
                        _ => field,
                    };
                    spread(&mut arguments.query, name, value);
                }
            }
            (ParameterLocation::Query, value) => drop(arguments.query.insert(name, value)),
            (ParameterLocation::Cookie, _) => {}
        }
    }
    arguments
}

fn spread(query: &mut Map<String, Value>, name: String, value: Value) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                spread(query, format!("{name}[{field}]"), value);
            }
        }
        value => drop(query.insert(name, value)),
    }
}

/// Returns true if each property of an object is an argument.
fn parts(operation: &Operation, parameter: &Parameter, fields: &Map<String, Value>) -> bool {
    if parameter.properties.is_empty()
        || !(parameter.explode || parameter.style == Style::DeepObject)
    {
        return false;
    }
    if parameter.style == Style::DeepObject {
        return true;
    }
    let plain = |name: &str| {
        let letters = name.chars().filter(|it| it.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let others = operation
        .parameters
        .iter()
        .filter(|other| (&other.name, other.place) != (&parameter.name, parameter.place));
    let mut taken: Vec<String> = others
        .flat_map(|other| [&other.name].into_iter().chain(&other.properties))
        .map(|name| plain(name))
        .collect();
    taken.extend(operation.body.as_ref().map(|_| "body".to_owned()));
    let own = parameter.properties.iter().chain(fields.keys());
    own.map(|name| plain(name))
        .all(|name| !taken.contains(&name))
}

/// Headers that belong to the transport in HTTP (RFC 9110, sections 7.2, 7.6 and 8.6; RFC 9112, section
/// 6.1), regardless of the document.
const TRANSPORT: [&str; 6] = [
    "connection",
    "content-length",
    "host",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Returns why a caller cannot pass the parameter, or `None` if it is an argument.
pub(crate) fn not_given(parameter: &Parameter) -> Option<&'static str> {
    let name = parameter.name.to_ascii_lowercase();
    match parameter.place {
        ParameterLocation::Cookie => Some("the client sends no cookies"),
        ParameterLocation::Header if TRANSPORT.contains(&name.as_str()) => {
            Some("the client sets it for every request")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn passes_objects_by_property_or_as_a_whole() {
        let text = "
openapi: 3.1.0
paths:
  /a/{id}:
    get:
      parameters:
        - {in: path, name: id, required: true, schema: {type: array}}
        - {in: query, name: page, schema: {type: object, properties: {number: {}, size: {}}}}
        - {in: query, name: span, explode: false, schema: {type: object, properties: {from: {}}}}
        - {in: query, name: deep, style: deepObject, schema: {type: object, properties: {eq: {}}}}
        - {in: query, name: free, schema: {type: object, additionalProperties: true}}
        - {in: query, name: more, schema: {type: object, properties: {own: {}}, additionalProperties: true}}
        - {in: query, name: twice, schema: {type: object, properties: {Id: {}}}}
        - {in: query, name: json, content: {application/json: {schema: {type: object}}}}
";
        let document = crate::document::read("t.yaml", text).expect("a document");
        let operation = crate::spec::operations(&document.value).remove(0);
        let mut intent = Intent::default();
        for (parameter, value) in operation.parameters.iter().zip([
            json!(["a"]),
            json!({"number": 1, "size": {"x": 2}}),
            json!({"from": 3}),
            json!({"eq": 4}),
            json!({"k": 5}),
            json!({"own": 8}),
            json!({"Id": 6}),
            json!({"j": 7}),
        ]) {
            intent.set(parameter, value);
        }
        let found = arguments(&operation, &intent);
        assert_eq!(Value::Object(found.path), json!({"id": ["a"]}));
        assert_eq!(
            Value::Object(found.query),
            json!({"number": 1, "size[x]": 2, "span": {"from": 3}, "deep[eq]": 4, "free": {"k": 5},
                "more": {"own": 8}, "twice": {"Id": 6}, "json": "{\"j\":7}"})
        );
    }
}
