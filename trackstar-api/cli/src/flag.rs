//! The flags of a subcommand, and which values they accept.

use std::collections::BTreeSet;

use serde_json::Value;
use trackstar_openapi::Merged;

/// Schemas can be recursive, so we don't go any deeper than this.
const DEEPEST: usize = 16;

/// A flag of a subcommand.
#[derive(Debug)]
pub(super) struct Flag {
    /// The name, without the leading dashes.
    pub(super) name: String,
    pub(super) help: Option<String>,
    pub(super) need: Need,
    /// The name to use in the request.
    pub(super) wire: String,
    pub(super) goes: Goes,
    pub(super) shape: Shape,
    /// Whether the value might be a secret.
    pub(super) secret: bool,
    /// The number of mentions of a property of the body (see `Field::mentions`), otherwise zero.
    pub(super) mentions: usize,
}

/// Whether a flag is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Optional,
    Required,
    /// Required, unless the whole body is passed instead.
    UnlessBody,
}

/// The part of the request that a flag sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goes {
    /// A path parameter. This is its index in the operation's parameters.
    Path(usize),
    Query(usize),
    Header(usize),
    /// A property of a JSON object.
    Property,
    /// A part of a multipart body. This is its index.
    Part(usize),
    /// A file in a multipart body. This is its index. The value of the flag is the path of the
    /// file.
    File(usize),
}

impl Goes {
    /// Returns how this is described in the help.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Path(_) => "path parameter",
            Self::Query(_) => "query parameter",
            Self::Header(_) => "header parameter",
            Self::Property => "property of the body",
            Self::Part(_) | Self::File(_) => "part of the body",
        }
    }

    /// Returns the prefix to add if the name of the flag is already taken.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Path(_) | Self::Query(_) | Self::Header(_) => "param",
            Self::Property => "body",
            Self::Part(_) | Self::File(_) => "part",
        }
    }

    pub(super) fn is_parameter(self) -> bool {
        matches!(self, Self::Path(_) | Self::Query(_) | Self::Header(_))
    }
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Json,
}

/// Which values a flag accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) kind: Kind,
    /// Whether null is accepted.
    pub(super) null: bool,
    /// Whether the flag can be repeated.
    pub(super) list: bool,
    /// The possible types of a single value. If this is empty, the document allows any type.
    pub(super) types: BTreeSet<String>,
    /// If the document lists all possible values, they are here.
    pub(super) values: Vec<String>,
}

impl Shape {
    /// Creates a shape for a single value that can't be null.
    pub(super) fn of_kind(kind: Kind) -> Self {
        Self {
            kind,
            null: false,
            list: false,
            types: BTreeSet::new(),
            values: Vec::new(),
        }
    }

    /// Returns the shape of values that match all of the schemas.
    pub(super) fn of(document: &Value, schemas: Vec<&Value>) -> Self {
        let (merged, mut null) = without_null(Merged::of(document, schemas));
        let mut types = types(document, &merged, 0).unwrap_or_default();
        null |= types.remove("null");
        let known: Vec<&str> = types.iter().map(String::as_str).collect();
        if known == ["array"] {
            let item = Self::of(document, merged.item(0));
            if item.kind != Kind::Json && !item.list {
                return Self {
                    null,
                    list: true,
                    ..item
                };
            }
        }
        let date = merged.each("format").any(|format| format == "date-time");
        let kind = match known.as_slice() {
            ["string"] if date => Kind::Date,
            ["string"] => Kind::Text,
            ["integer"] => Kind::Integer,
            ["number"] | ["integer", "number"] => Kind::Number,
            ["boolean"] => Kind::Boolean,
            _ => Kind::Json,
        };
        let values = merged.values().unwrap_or_default();
        let only_texts = values.iter().all(|it| it.is_string() || it.is_null());
        let texts = values
            .iter()
            .filter_map(|it| it.as_str().map(str::to_owned));
        let values: Vec<String> = if only_texts {
            texts.collect()
        } else {
            Vec::new()
        };
        Self {
            kind: if values.is_empty() { kind } else { Kind::Text },
            null,
            list: false,
            types,
            values,
        }
    }
}

/// If a list of alternatives is just a schema or null, this merges the schema. It also returns
/// whether null was one of the alternatives.
fn without_null(mut merged: Merged<'_>) -> (Merged<'_>, bool) {
    let is_null = |schema: &&Value| schema.get("type").is_some_and(|it| it == "null");
    let mut null = false;
    for _ in 0..DEEPEST {
        let found = merged.alternatives.iter().position(|one| {
            let others = one.all.iter().filter(|it| !is_null(it));
            others.count() == 1
        });
        let Some(index) = found else { break };
        let all = merged.alternatives.remove(index).all;
        null |= all.len() > 1;
        if let Some(other) = all.iter().find(|it| !is_null(it)) {
            merged.add(other);
        }
    }
    (merged, null)
}

/// Returns the types that the schemas allow, taking their alternatives into account.
fn types(document: &Value, merged: &Merged<'_>, depth: usize) -> Option<BTreeSet<String>> {
    let own = merged.types();
    let mut known: Option<BTreeSet<String>> =
        own.map(|types| types.into_iter().map(str::to_owned).collect());
    if depth > DEEPEST {
        return known;
    }
    for alternatives in &merged.alternatives {
        let each = alternatives
            .all
            .iter()
            .map(|one| types(document, &Merged::of(document, [one]), depth + 1));
        let Some(each) = each.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let all: BTreeSet<String> = each.into_iter().flatten().collect();
        known = Some(match known {
            Some(known) => known.intersection(&all).cloned().collect(),
            None => all,
        });
    }
    known
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_nullable_texts_and_lists_of_scalars() {
        for (schema, kind, null, list) in [
            (json!({"type": ["string", "null"]}), Kind::Text, true, false),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
                Kind::Text,
                true,
                false,
            ),
            (
                json!({"type": "string", "format": "date-time"}),
                Kind::Date,
                false,
                false,
            ),
            (
                json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}),
                Kind::Number,
                false,
                false,
            ),
            (
                json!({"type": "array", "items": {"type": "integer"}}),
                Kind::Integer,
                false,
                true,
            ),
            (
                json!({"type": "array", "items": {"type": "object"}}),
                Kind::Json,
                false,
                false,
            ),
            (
                json!({"type": ["string", "object"]}),
                Kind::Json,
                false,
                false,
            ),
            (json!({"enum": ["a", null]}), Kind::Text, false, false),
            (json!({}), Kind::Json, false, false),
        ] {
            let shape = Shape::of(&Value::Null, vec![&schema]);
            assert_eq!(
                (shape.kind, shape.null, shape.list),
                (kind, null, list),
                "{schema}"
            );
        }
        let shape = Shape::of(&Value::Null, vec![&json!({"enum": ["a", "b"]})]);
        assert_eq!(shape.values, ["a", "b"]);
    }
}
