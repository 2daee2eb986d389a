//! Operations, and everything that we need to know in order to call them.

use std::collections::BTreeSet;

use serde_json::Value;
use trackstar_api::__rt;
use trackstar_mock::Contract;
use trackstar_mock::document::{ACCESS_TOKEN, needs};
use trackstar_openapi::media_type::is_json;
use trackstar_openapi::model::{self, Content, Parameter, ParameterLocation, Part, PartType};
use trackstar_openapi::{Listed, Merged, Prepared, template};

use super::exit::Failure;
use super::flag::{Flag, Goes, Kind, Need, Shape};
use super::names::Names;
use super::options::own_flags;
use super::{fields, text};

/// The query parameter that selects a page of a list.
const PAGE_TOKEN: &str = "page_token";

/// An operation that can be called.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: Option<String>,
    pub(super) description: Option<String>,
    pub(super) needs_token: bool,
    pub(super) flags: Vec<Flag>,
    pub(super) body: Body,
    /// The media type of the body.
    pub(super) media_type: String,
    pub(super) requires_body: bool,
    pub(super) success: Success,
    /// Properties that every successful JSON response must have.
    pub(super) promised: BTreeSet<String>,
    /// Whether the response is a page of a list.
    pub(super) paged: bool,
    /// The description of the operation for the client's transport.
    pub(super) rt: &'static __rt::Operation,
    /// The names of the required parts, and of the flags that set them.
    pub(super) required_parts: Vec<(&'static str, &'static str)>,
    pub(super) parts: Vec<(&'static str, Part)>,
    /// The corrected document, which we use to check requests and find secrets.
    pub(super) contract: Contract,
    /// The same document as text.
    pub(super) document: String,
    pub(super) known: model::Operation,
}

/// The ways in which a user can pass the whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// There is no body, or it consists of parts.
    None,
    Json,
    Text,
    Bytes,
}

/// The ways in which a successful response is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Success {
    Json,
    /// Text or raw bytes.
    Other,
    Empty,
}

impl Operation {
    /// Returns true if the call doesn't change anything.
    pub(super) fn is_safe(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Returns true if this property or part might be a secret.
    pub(super) fn is_secret_field(&self, name: &str) -> bool {
        self.contract
            .is_secret_field(&self.known, &self.media_type, name)
    }
}

/// Reads an operation of a prepared document. `document` is the corrected document.
pub(super) fn read(
    listed: &Listed,
    prepared: &Prepared,
    document: Value,
) -> Result<Operation, Failure> {
    let id = listed.id.clone().unwrap_or_default();
    let is_it = |method: &str, path: &str| {
        method.eq_ignore_ascii_case(listed.method) && is_same_path(path, &listed.path)
    };
    let missing = || {
        Failure::usage(format!(
            "{} is missing from the prepared document",
            listed.name()
        ))
    };
    let mut all = prepared.operations().iter();
    let model = all
        .find(|one| is_it(&one.method, &one.path))
        .ok_or_else(missing)?;
    let text = document.to_string();
    let contract = Contract::new(document).map_err(|error| Failure::usage(error.to_string()))?;
    let mut all = contract.operations().iter();
    let known = all
        .find(|one| is_it(&one.method, &one.path))
        .ok_or_else(missing)?
        .clone();
    let needs_token = needs(&known, ACCESS_TOKEN);
    let media_type = model
        .body
        .as_ref()
        .map(|body| body.media_type.clone())
        .unwrap_or_default();
    let parts = parts(model);
    let body = match model.body.as_ref().map(|body| &body.content) {
        None | Some(Content::Parts(_)) => Body::None,
        Some(Content::Typed(_)) => Body::Json,
        Some(Content::Text) => Body::Text,
        Some(Content::Bytes) => Body::Bytes,
    };
    let reader = Reader {
        contract: &contract,
        known: &known,
        media_type: &media_type,
        body,
    };
    let mut flags: Vec<Flag> = model
        .parameters
        .iter()
        .enumerate()
        .map(|it| reader.parameter(it))
        .collect();
    flags.extend(reader.properties());
    flags.extend(
        parts
            .iter()
            .enumerate()
            .map(|(index, (_, part))| reader.part(index, part)),
    );
    let mut names = Names::default();
    for flag in &flags {
        names.push(flag.goes.prefix(), &flag.name);
    }
    for (flag, name) in flags.iter_mut().zip(names.distinct(&own_flags())) {
        flag.name = name;
    }
    flags.sort_by(|one, other| {
        let order = |flag: &Flag| (flag.need == Need::Optional, flag.name.clone());
        order(one).cmp(&order(other))
    });
    let secrets: Vec<bool> = model
        .parameters
        .iter()
        .map(|one| reader.is_secret(one))
        .collect();
    let success = success(model);
    let page_token = model
        .parameters
        .iter()
        .position(|one| one.location == ParameterLocation::Query && one.name == PAGE_TOKEN)
        .filter(|_| success == Success::Json);
    let required_parts = parts.iter().filter(|(_, part)| part.required);
    Ok(Operation {
        rt: super::call::operation(&id, model, &secrets, needs_token, success, page_token),
        required_parts: required_parts.map(|(name, _)| (*name, *name)).collect(),
        method: model.method.clone(),
        path: model.path.clone(),
        summary: listed.summary.clone(),
        description: model.description.clone(),
        requires_body: model.body.as_ref().is_some_and(|body| body.required),
        paged: page_token.is_some(),
        id,
        needs_token,
        flags,
        body,
        media_type,
        success,
        promised: promised(prepared, model),
        parts,
        contract,
        document: text,
        known,
    })
}

/// Returns true if two paths are the same except for the names of parameters, since preparing a
/// document may change those.
fn is_same_path(one: &str, other: &str) -> bool {
    template::unnamed(one) == template::unnamed(other)
}

fn parts(model: &model::Operation) -> Vec<(&'static str, Part)> {
    let Some(Content::Parts(parts)) = model.body.as_ref().map(|body| &body.content) else {
        return Vec::new();
    };
    let parts = parts.iter();
    parts
        .map(|part| (super::call::leak(&part.name), part.clone()))
        .collect()
}

/// Returns how the typed client would read a successful response.
fn success(model: &model::Operation) -> Success {
    let mut media = model.successes().flat_map(|one| &one.media).peekable();
    if media.peek().is_none() {
        Success::Empty
    } else if media.any(|media| is_json(&media.name)) {
        Success::Json
    } else {
        Success::Other
    }
}

/// Returns the properties that all successful responses have and that the typed client requires.
fn promised(prepared: &Prepared, model: &model::Operation) -> BTreeSet<String> {
    let document = prepared.document();
    let each = model.successes().map(|response| {
        let media = response.media.first();
        let schema = media.and_then(|media| document.pointer(media.schema.as_deref()?));
        let required = Merged::of(document, schema).required().into_iter();
        required.map(str::to_owned).collect::<BTreeSet<String>>()
    });
    each.reduce(|one, other| one.intersection(&other).cloned().collect())
        .unwrap_or_default()
}

/// Creates the flags for parameters, properties and parts.
struct Reader<'a> {
    contract: &'a Contract,
    known: &'a model::Operation,
    media_type: &'a str,
    body: Body,
}

impl<'a> Reader<'a> {
    fn document(&self) -> &'a Value {
        &self.contract.document().value
    }

    fn of_document(&self, parameter: &Parameter) -> Option<&'a Parameter> {
        let mut all = self.known.parameters.iter();
        all.find(|one| one.location == parameter.location && one.name == parameter.name)
    }

    fn is_secret(&self, parameter: &Parameter) -> bool {
        let known = self.of_document(parameter);
        known.is_some_and(|known| self.contract.is_secret_parameter(known))
    }

    fn parameter(&self, (index, parameter): (usize, &Parameter)) -> Flag {
        let schema = self
            .of_document(parameter)
            .and_then(|known| known.schema.as_deref());
        let schema = schema.and_then(|at| self.document().pointer(at));
        let need = if parameter.required {
            Need::Required
        } else {
            Need::Optional
        };
        Flag {
            name: text::flag_name(&parameter.name),
            help: parameter.description.clone(),
            need,
            wire: parameter.name.clone(),
            goes: match parameter.location {
                ParameterLocation::Path => Goes::Path(index),
                ParameterLocation::Query => Goes::Query(index),
                ParameterLocation::Header | ParameterLocation::Cookie => Goes::Header(index),
            },
            shape: Shape::of(self.document(), schema.into_iter().collect()),
            secret: self.is_secret(parameter),
            mentions: 0,
        }
    }

    fn properties(&self) -> Vec<Flag> {
        let body = self.known.body.as_ref().filter(|_| self.body == Body::Json);
        let media = body.and_then(|body| {
            let mut media = body.media.iter();
            media.find(|it| trackstar_openapi::media_type::matches(&it.name, self.media_type))
        });
        let schema = media.and_then(|media| self.document().pointer(media.schema.as_deref()?));
        let Some(schema) = schema else {
            return Vec::new();
        };
        let fields = fields::of(self.document(), schema, true).into_iter();
        let flags = fields.map(|field| {
            let merged = Merged::of(self.document(), field.schemas.iter().copied());
            let help = merged.each("description").find_map(Value::as_str);
            let shape = Shape::of(self.document(), field.schemas);
            Flag {
                name: text::flag_name(field.name),
                help: help.map(str::to_owned),
                need: if field.required && shape.kind != Kind::Json {
                    Need::UnlessBody
                } else {
                    Need::Optional
                },
                wire: field.name.to_owned(),
                goes: Goes::Property,
                shape,
                secret: self
                    .contract
                    .is_secret_field(self.known, self.media_type, field.name),
                mentions: field.mentions,
            }
        });
        flags.collect()
    }

    fn part(&self, index: usize, part: &Part) -> Flag {
        let kind = match part.holds {
            PartType::Bytes | PartType::String => Kind::Text,
            PartType::Integer => Kind::Integer,
            PartType::Number => Kind::Number,
            PartType::Boolean => Kind::Boolean,
            PartType::Json => Kind::Json,
        };
        Flag {
            name: text::flag_name(&part.name),
            help: part.description.clone(),
            need: if part.required {
                Need::Required
            } else {
                Need::Optional
            },
            wire: part.name.clone(),
            goes: if part.holds == PartType::Bytes {
                Goes::File(index)
            } else {
                Goes::Part(index)
            },
            shape: Shape {
                list: part.list,
                ..Shape::of_kind(kind)
            },
            secret: part.secret
                || self
                    .contract
                    .is_secret_field(self.known, self.media_type, &part.name),
            mentions: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_comparison_ignores_parameter_names() {
        assert!(is_same_path("/a/{b}/c", "/a/{d}/c"));
        assert!(!is_same_path("/a/{b}/c", "/a/{b}/d"));
        assert!(!is_same_path("/a/{b}", "/a/b"));
    }
}
