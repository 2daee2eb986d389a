//! Collects validation problems in the API's format, which has messages by location and field.

use std::collections::BTreeMap;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::{Value, json};
use trackstar_openapi::pointer::unescape;

pub(crate) const MISSING: &str = "Missing data for required field.";
pub(crate) const UNKNOWN: &str = "Unknown field.";
/// The field name used for problems with a whole body.
pub(crate) const WHOLE: &str = "_schema";

/// Messages by location and field. They never quote values from the request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Problems(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl Problems {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn add(&mut self, location: &str, field: &str, message: impl Into<String>) {
        let fields = self.0.entry(location.to_owned()).or_default();
        let messages = fields.entry(field.to_owned()).or_default();
        let message = message.into();
        if !messages.contains(&message) {
            messages.push(message);
        }
    }

    /// Adds the validation errors for `field`. It's empty for a whole body.
    pub(crate) fn add_errors(
        &mut self,
        document: &Value,
        location: &str,
        field: &str,
        errors: &[ValidationError<'_>],
    ) {
        for error in errors {
            self.add_error(document, location, field, error);
        }
    }

    fn add_error(
        &mut self,
        document: &Value,
        location: &str,
        field: &str,
        error: &ValidationError<'_>,
    ) {
        let inside = error.instance_path().to_string();
        let name = |last: Option<&str>| {
            let steps = inside.split('/').skip(1).map(unescape);
            let own = (!field.is_empty()).then(|| field.to_owned());
            let all: Vec<String> = own
                .into_iter()
                .chain(steps)
                .chain(last.map(str::to_owned))
                .collect();
            if all.is_empty() {
                WHOLE.to_owned()
            } else {
                all.join(".")
            }
        };
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                self.add(location, &name(property.as_str()), MISSING);
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                for property in unexpected {
                    self.add(location, &name(Some(property)), UNKNOWN);
                }
            }
            ValidationErrorKind::AnyOf { context } => {
                // Report the errors of the alternative that comes closest.
                let depth = |errors: &Vec<ValidationError<'_>>| {
                    let own = |it: &&ValidationError<'_>| {
                        it.instance_path().as_str() == error.instance_path().as_str()
                            && matches!(it.kind(), ValidationErrorKind::Type { .. })
                    };
                    (errors.iter().filter(own).count(), errors.len())
                };
                let all = context.iter().enumerate();
                match all.min_by_key(|(_, it)| depth(it)) {
                    Some((index, closest)) if depth(closest).0 == 0 => {
                        self.add_errors(document, location, field, closest);
                        let pointer = error.schema_path().as_str();
                        if let Some(variant) = variant(document, pointer, index) {
                            let text = format!(
                                "Matches none of the {} alternatives. The closest is {variant}, whose errors \
                                 are listed.",
                                context.len()
                            );
                            self.add(location, &name(None), text);
                        }
                    }
                    _ => self.add(location, &name(None), "Matches none of the alternatives."),
                }
            }
            _ => self.add(location, &name(None), message(error)),
        }
    }

    /// Returns the value for the error's `detail` field.
    pub(crate) fn detail(&self) -> Value {
        json!(self.0)
    }
}

/// Returns the name of an alternative, for example the integration in
/// `CreatewmsOrder--Ship_Hero--`. This only makes sense if more than one of them has a name.
fn variant(document: &Value, pointer: &str, index: usize) -> Option<String> {
    let alternatives = document.pointer(pointer)?.as_array()?;
    let name = |schema: &Value| {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let last = reference.and_then(|it| it.rsplit('/').next()).map(unescape);
        last.or_else(|| Some(schema.get("title")?.as_str()?.to_owned()))
    };
    if alternatives.iter().filter_map(name).count() < 2 {
        return None;
    }
    let name = name(alternatives.get(index)?)?;
    let integration = name.strip_suffix("--").and_then(|it| it.split_once("--"));
    Some(match integration {
        Some((_, integration)) => integration.replace('_', " "),
        None => name,
    })
}

fn message(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Type { kind } => {
            let kinds = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(all) => {
                    let all: Vec<String> = all.iter().map(|it| it.to_string()).collect();
                    all.join(" or ")
                }
            };
            format!("Not a valid {kinds}.")
        }
        ValidationErrorKind::Format { format } => format!("Not a valid {format}."),
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().into_iter().flatten();
            let options: Vec<String> = options.map(plain).collect();
            format!("Must be one of: {}.", options.join(", "))
        }
        ValidationErrorKind::Constant { expected_value } => {
            format!("Must be {}.", plain(expected_value))
        }
        // This is the validator's own message, but with the value masked.
        _ => {
            let text = error.masked_with("Value").to_string();
            format!("{text}.")
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(schema: &Value, value: &Value) -> Value {
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(schema)
            .expect("a schema");
        let errors: Vec<_> = validator.iter_errors(value).collect();
        let mut problems = Problems::default();
        problems.add_errors(schema, "json", "", &errors);
        problems.detail()
    }

    #[test]
    fn reports_each_field_without_quoting_values() {
        let schema = json!({
            "type": "object", "additionalProperties": false, "required": ["a", "list"],
            "properties": {
                "a": {}, "n": {"type": "integer", "maximum": 5}, "d": {"format": "date"},
                "e": {"enum": ["x", 1]}, "s": {"type": "string", "maxLength": 3},
                "list": {"items": {"type": "object", "required": ["a/b"]}},
                "any": {"anyOf": [{"type": "object", "required": ["k"]}, {"type": "null"}]},
                "none": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            },
        });
        let value = json!({
            "n": "secret", "d": "secret", "e": "secret", "s": "secret", "list": [{}],
            "more": "secret", "any": {"s": "secret"}, "none": "secret",
        });
        let found = of(&schema, &value);
        assert!(!found.to_string().contains("secret"), "{found}");
        assert_eq!(
            found,
            json!({"json": {
                "a": [MISSING], "n": ["Not a valid integer."], "d": ["Not a valid date."],
                "e": ["Must be one of: x, 1."], "s": ["Value is longer than 3 characters."],
                "list.0.a/b": [MISSING], "more": [UNKNOWN], "any.k": [MISSING],
                "none": ["Matches none of the alternatives."],
            }})
        );
        let found = of(&schema, &json!({"a": 1, "list": [], "n": 7}));
        assert_eq!(
            found,
            json!({"json": {"n": ["Value is greater than the maximum of 5."]}})
        );
        assert_eq!(
            of(&schema, &json!(1)),
            json!({"json": {"_schema": ["Not a valid object."]}})
        );
    }
}
