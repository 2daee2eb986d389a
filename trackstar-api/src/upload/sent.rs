//! The body of an upload, which is either a single file or a number of parts.

use std::fmt;
use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderValue, header};
use reqwest::multipart::Form;

use super::Upload;
use super::content::{quotable, text_part};
use crate::call::Call;
use crate::error::Error;

#[derive(Debug, Default)]
pub(super) struct SentUpload {
    pub(super) content: Option<Upload>,
    pub(super) parts: Vec<(&'static str, Value)>,
}

pub(super) enum Value {
    File(Upload),
    /// Text and, unless it's plain text, its media type. The memory is wiped.
    Text(Bytes, Option<&'static str>),
}

/// Leaves out the content, since it might be a customer's data.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(upload) => upload.fmt(f),
            Self::Text(text, _) => write!(f, "{} bytes", text.len()),
        }
    }
}

impl SentUpload {
    /// Clones the body. This isn't possible if there is a stream in it.
    pub(super) fn try_clone(&self) -> Option<Self> {
        let content = self.content.as_ref().map(Upload::try_clone);
        let parts = self.parts.iter().map(|(name, value)| {
            Some(match value {
                Value::File(upload) => (*name, Value::File(upload.try_clone()?)),
                Value::Text(text, media_type) => (*name, Value::Text(text.clone(), *media_type)),
            })
        });
        Some(Self {
            parts: parts.collect::<Option<_>>()?,
            content: match content {
                Some(copy) => Some(copy?),
                None => None,
            },
        })
    }

    /// Returns a request with this body, but without credentials.
    pub(super) fn built(self, call: &Call) -> Result<reqwest::Request, Error> {
        let (context, operation) = (call.context(), call.operation());
        let mut request = call.request_without_body()?;
        if let (Some(upload), Some(body)) = (self.content, &operation.body) {
            let media_type = match upload.media_type {
                Some(own) => HeaderValue::try_from(own).map_err(context.unbuildable(operation))?,
                None => HeaderValue::from_static(body.media_type),
            };
            let headers = request.headers_mut();
            headers.append(header::CONTENT_TYPE, media_type);
            if let Some(length) = upload.length {
                headers.append(header::CONTENT_LENGTH, length.into());
            }
            *request.body_mut() = Some(upload.content.body(upload.length, upload.progress));
        } else if !self.parts.is_empty() {
            // reqwest would use `name*=`, which RFC 7578 (section 4.2) doesn't allow.
            let mut form = Form::new().percent_encode_noop();
            for (name, value) in self.parts {
                let part = match value {
                    Value::File(upload) => upload.part(),
                    Value::Text(text, None) => Ok(text_part(text)),
                    Value::Text(text, Some(media_type)) => text_part(text).mime_str(media_type),
                };
                form = form.part(
                    quotable(name),
                    part.map_err(context.unbuildable(operation))?,
                );
            }
            // Only reqwest's builder can determine the length of a form. This doesn't send
            // anything.
            let http = multipart_client()?;
            let builder = reqwest::RequestBuilder::from_parts(http, request).multipart(form);
            return builder.build().map_err(context.unbuildable(operation));
        }
        Ok(request)
    }
}

/// Returns an HTTP client. It's only used to build requests.
fn multipart_client() -> Result<reqwest::Client, Error> {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client.clone());
    }
    let client = reqwest::Client::builder().no_proxy().build();
    let client = client.map_err(|error| Error::no_http_client(&error))?;
    Ok(CLIENT.get_or_init(|| client).clone())
}
