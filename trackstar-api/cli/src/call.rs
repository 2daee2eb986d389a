//! Makes calls to operations that are only known at run time.

use std::borrow::Cow;

use serde_json::Value;
use trackstar_api::__rt::untyped::{authorized, text};
use trackstar_api::__rt::{self, Call, CallContext, Style, UploadCall};
use trackstar_api::reexports::http_1 as http;
use trackstar_api::{Error, Page, Pages, Response};
use trackstar_openapi::model::{self, Content, ParameterLocation, PartType};

use super::arguments::{Arguments, File};
use super::operation::{Operation, Success};

/// Leaks a string, since the transport needs it to be `&'static str`. We do this only once per
/// operation.
pub(super) fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Describes an operation in the same way as generated code does.
pub(super) fn operation(
    id: &str,
    model: &model::Operation,
    secrets: &[bool],
    needs_token: bool,
    success: Success,
    page_token: Option<usize>,
) -> &'static __rt::Operation {
    let mut operation = __rt::Operation::new(leak(id), leak(&model.method), leak(&model.path));
    if needs_token {
        operation = operation.needs_token();
    }
    let parameters = model.parameters.iter().zip(secrets);
    let parameters: Vec<__rt::Parameter> = parameters
        .map(|(one, secret)| parameter(one, *secret))
        .collect();
    operation = operation.parameters(parameters.leak());
    if let Some(body) = &model.body {
        // The form needs to set this itself, because it contains the boundary.
        let media_type = match &body.content {
            Content::Parts(_) => "multipart/form-data",
            _ => leak(&body.media_type),
        };
        operation = operation.body(media_type, body.required);
    }
    operation = operation.successes(model.success_ranges().leak());
    operation = operation.content(model.content_ranges().leak());
    let accept = match model.accept.as_slice() {
        [] => (success == Success::Json).then_some("application/json"),
        names => Some(leak(&names.join(", "))),
    };
    if let Some(accept) = accept {
        operation = operation.accept(accept);
    }
    if let Some(index) = page_token {
        operation = operation.page_token(index);
    }
    Box::leak(Box::new(operation))
}

fn parameter(one: &model::Parameter, secret: bool) -> __rt::Parameter {
    let location = match one.location {
        ParameterLocation::Path => __rt::ParameterLocation::Path,
        ParameterLocation::Query => __rt::ParameterLocation::Query,
        ParameterLocation::Header | ParameterLocation::Cookie => __rt::ParameterLocation::Header,
    };
    let style = match one.style.as_str() {
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        "simple" => Style::Simple,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        _ => Style::Form,
    };
    let name = leak(&one.name);
    let mut parameter = __rt::Parameter::new(name, name, location, style);
    if one.required {
        parameter = parameter.required();
    }
    if one.explode {
        parameter = parameter.explode();
    }
    if one.object {
        parameter = parameter.object();
    }
    if secret {
        parameter = parameter.secret();
    }
    parameter
}

/// A call that is ready to be sent.
pub(super) enum Ready {
    Plain(Call),
    Upload(UploadCall),
}

impl Ready {
    /// Creates a call and sets its arguments.
    pub(super) fn new(operation: &Operation, context: &CallContext, arguments: &Arguments) -> Self {
        let mut call = Call::new(context, operation.rt);
        for (index, value) in &arguments.parameters {
            call = call.set::<Value, Value>(*index, value.clone());
        }
        if let Some(content) = &arguments.content {
            return Self::Upload(UploadCall::new(call).content(content.clone()));
        }
        if let Some(text) = &arguments.text {
            return Self::Plain(call.raw_body(text.clone()));
        }
        if let Some(body) = &arguments.body {
            return Self::Plain(call.body::<Value, Value>(body.clone()));
        }
        if operation.parts.is_empty() {
            return Self::Plain(call);
        }
        let mut call = UploadCall::new(call);
        for (index, file) in &arguments.files {
            call = call.file(operation.parts[*index].0, file.clone());
        }
        for (index, value) in &arguments.parts {
            let (name, part) = &operation.parts[*index];
            let json = part.holds == PartType::Json;
            let values = match value {
                Value::Array(items) if part.list => items.clone(),
                value => vec![value.clone()],
            };
            for value in values {
                call = call.part::<Value, Value>(name, json, value);
            }
        }
        Self::Upload(call)
    }

    /// Returns the request, including credentials, but without any files that it uploads.
    pub(super) fn request(&self) -> Result<http::Request<impl AsRef<[u8]> + use<>>, Error> {
        match self {
            Self::Plain(call) => authorized(call),
            Self::Upload(upload) => authorized(&upload.call),
        }
    }

    /// Sends the call and reads the response.
    pub(super) async fn send(self, operation: &Operation) -> Result<Response<Received>, Error> {
        let parts = operation.required_parts.as_slice();
        match (self, operation.success) {
            (Self::Plain(call), Success::Json) => {
                Ok(call.send::<Value>().await?.map(Received::Json))
            }
            (Self::Upload(call), Success::Json) => {
                Ok(call.send::<Value>(parts).await?.map(Received::Json))
            }
            (Self::Plain(call), Success::Empty) => Ok(call.send_empty().await?.map(empty)),
            (Self::Upload(call), Success::Empty) => Ok(call.send_empty(parts).await?.map(empty)),
            (Self::Plain(call), Success::Other) => Ok(read(call.send_bytes().await?)),
            (Self::Upload(call), Success::Other) => Ok(read(call.send_bytes(parts).await?)),
        }
    }

    /// Returns the pages of a list.
    pub(super) fn pages(self) -> Pages<Whole> {
        match self {
            Self::Plain(call) => Pages::new(call),
            Self::Upload(upload) => Pages::new(upload.call),
        }
    }
}

/// The body of a successful response.
pub(super) enum Received {
    Json(Value),
    Text(String),
    /// A body in an unknown character set.
    Bytes(Vec<u8>),
}

fn empty((): ()) -> Received {
    Received::Json(Value::Null)
}

fn read(response: Response<Vec<u8>>) -> Response<Received> {
    let decoded = text(&response, response.headers()).map(Cow::into_owned);
    response.map(|bytes| match decoded {
        Some(text) => Received::Text(text),
        None => Received::Bytes(bytes),
    })
}

/// A page of a list, including any fields other than the items.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Whole(pub(super) Value);

impl Page for Whole {
    type Item = Value;

    fn items(&self) -> &[Value] {
        items(&self.0).unwrap_or_default()
    }

    fn into_items(self) -> Vec<Value> {
        items(&self.0).map(<[Value]>::to_vec).unwrap_or_default()
    }

    fn next_token(&self) -> Option<&str> {
        self.0.get("next_token")?.as_str()
    }
}

/// Returns the items of a response, which is either a list or a page. A page has them in `data`, or
/// in whatever array it has if there is only one.
pub(super) fn items(response: &Value) -> Option<&[Value]> {
    if let Value::Array(items) = response {
        return Some(items);
    }
    let lists = response
        .as_object()?
        .iter()
        .filter(|(_, value)| value.is_array());
    let mut lists: Vec<(&String, &Value)> = lists.collect();
    lists.sort_by_key(|(name, _)| *name != "data");
    match lists.as_slice() {
        [(name, list), ..] if *name == "data" || response.get("next_token").is_some() => {
            list.as_array().map(Vec::as_slice)
        }
        _ => None,
    }
}

impl From<File> for __rt::Upload {
    fn from(file: File) -> Self {
        let upload = Self::from(file.bytes);
        match file.name {
            Some(name) => upload.file_name(name),
            None => upload,
        }
    }
}
