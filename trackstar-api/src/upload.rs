//! File uploads and multipart requests.
#![allow(dead_code, reason = "a document without uploads calls none of it")]

mod content;
mod progress;
mod sent;

use std::fmt::{self, Display};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::multipart::Part;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::attempts::{Again, Completed, Requests};
use crate::call::Call;
use crate::options::{HasOptions, Options};
use crate::{Error, Response, parameters};
use content::{Content, quotable};
use progress::Reports;
use sent::{Sent, Value};

pub use progress::UploadProgress;

/// Content for an operation that accepts a file: bytes in memory, or a stream.
///
/// A stream is sent in chunks as they arrive. It is never buffered completely in memory.
///
/// ```
/// use trackstar_api::Upload;
///
/// let label = Upload::from("^XA^XZ".to_owned()).file_name("label.zpl").media_type("application/zpl");
/// assert_eq!(label.len(), Some(6));
/// ```
pub struct Upload {
    content: Content,
    length: Option<u64>,
    file_name: Option<String>,
    media_type: Option<String>,
    progress: Option<Reports>,
}

impl Upload {
    /// Creates an upload from a stream of chunks, which are sent in order. An error of the stream
    /// fails the request.
    ///
    /// ```
    /// # fn example<S>(file: S) -> trackstar_api::Upload
    /// # where S: futures_core::Stream<Item = Result<Vec<u8>, std::io::Error>> + Send + 'static {
    /// trackstar_api::Upload::stream(file).length(1024).file_name("invoice.pdf")
    /// # }
    /// ```
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: 'static,
        Bytes: From<B>,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self {
            content: Content::stream(stream),
            length: None,
            file_name: None,
            media_type: None,
            progress: None,
        }
    }

    /// Sets the length of a stream in bytes. Some servers reject an upload without one. The request
    /// fails if the stream turns out to be longer or shorter.
    #[must_use]
    pub fn length(mut self, bytes: u64) -> Self {
        self.length = Some(bytes);
        self
    }

    /// Sets the file name that the server receives. A name with control characters is an error when
    /// the request is sent. A quotation mark is sent as `%22`, as by browsers.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the media type of the content, such as `application/pdf`.
    #[must_use]
    pub fn media_type(mut self, name: impl Into<String>) -> Self {
        self.media_type = Some(name.into());
        self
    }

    /// Returns the length in bytes, if it is known.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "of a stream nobody knows")]
    pub fn len(&self) -> Option<u64> {
        self.length
    }

    /// Returns a copy, unless the content is a stream.
    fn try_clone(&self) -> Option<Self> {
        Some(Self {
            content: self.content.try_clone()?,
            length: self.length,
            file_name: self.file_name.clone(),
            media_type: self.media_type.clone(),
            progress: self.progress.clone(),
        })
    }

    fn is_badly_named(&self) -> bool {
        let name = self.file_name.as_deref();
        name.is_some_and(|name| name.contains(char::is_control))
    }

    fn part(self) -> Result<Part, reqwest::Error> {
        let content = self.content.body(self.length, self.progress);
        let mut part = match self.length {
            Some(length) => Part::stream_with_length(content, length),
            None => Part::stream(content),
        };
        if let Some(name) = self.file_name {
            part = part.file_name(quotable(&name));
        }
        let media_type = self.media_type.as_deref();
        part.mime_str(media_type.unwrap_or("application/octet-stream"))
    }
}

impl From<Bytes> for Upload {
    fn from(bytes: Bytes) -> Self {
        Self {
            length: Some(bytes.len() as u64),
            content: Content::Bytes(bytes),
            file_name: None,
            media_type: None,
            progress: None,
        }
    }
}

impl From<Vec<u8>> for Upload {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Upload {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Upload {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

/// Omits the content.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("length", &self.length)
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}

/// The required parts, each with the method that sets it.
type Required<'a> = &'a [(&'a str, &'a str)];

/// A call with an upload or a multipart body.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct UploadCall {
    /// The call without its body.
    pub call: Call,
    sent: Sent,
    /// Reasons that prevent sending, by the name of the part.
    problems: Vec<(&'static str, String)>,
}

impl HasOptions for UploadCall {
    fn options_mut(&mut self) -> &mut Options {
        self.call.options_mut()
    }
}

impl UploadCall {
    /// Creates a call without a body.
    pub fn new(call: Call) -> Self {
        Self {
            call,
            sent: Sent::default(),
            problems: Vec::new(),
        }
    }

    /// Sets the whole body.
    pub fn content(mut self, upload: impl Into<Upload>) -> Self {
        self.sent.content = Some(upload.into());
        self
    }

    /// Adds a file part.
    pub fn file(mut self, name: &'static str, upload: impl Into<Upload>) -> Self {
        self.sent.parts.push((name, Value::File(upload.into())));
        self
    }

    /// Removes the previous values of a part that may occur only once.
    pub fn anew(mut self, name: &'static str) -> Self {
        self.sent.parts.retain(|(set, _)| *set != name);
        self.problems.retain(|(of, _)| *of != name);
        self
    }

    /// Adds a part for the value, as JSON if `json` is true, otherwise as text.
    pub fn part<T, V>(mut self, name: &'static str, json: bool, value: V) -> Self
    where
        T: Serialize,
        V: TryInto<T, Error: Display>,
    {
        let value = value.try_into().map_err(|error| error.to_string());
        let written = value.and_then(|value| {
            if json {
                parameters::json(&value)
            } else {
                parameters::text_of(&value)
            }
        });
        match written {
            Ok(text) => {
                let media_type = json.then_some("application/json");
                self.sent.parts.push((name, Value::Text(text, media_type)));
            }
            Err(error) => self
                .problems
                .push((name, format!("the part `{name}` cannot be sent: {error}"))),
        }
        self
    }

    /// Sends the request.
    ///
    /// # Errors
    /// Returns the errors of [`Call::send`], and an error if a required part is missing.
    pub async fn send<T: DeserializeOwned>(
        self,
        required: Required<'_>,
    ) -> Result<Response<T>, Error> {
        Response::decode(self.answer(required).await?)
    }

    /// Sends the request.
    ///
    /// # Errors
    /// Returns the errors of [`Call::send`], and an error if a required part is missing.
    pub async fn send_empty(self, required: Required<'_>) -> Result<Response<()>, Error> {
        self.answer(required).await.map(Response::empty)
    }

    /// Sends the request.
    ///
    /// # Errors
    /// Returns the errors of [`Call::send`], and an error if a required part is missing.
    pub async fn send_bytes(self, required: Required<'_>) -> Result<Response<Vec<u8>>, Error> {
        self.answer(required).await.and_then(Response::bytes)
    }

    async fn answer(self, required: Required<'_>) -> Result<Completed, Error> {
        let operation = self.call.operation();
        let context = self.call.context().clone();
        let context = &context;
        let set = self.sent.parts.iter().map(|(set, _)| set);
        let known: Vec<&str> = set
            .chain(self.problems.iter().map(|(of, _)| of))
            .copied()
            .collect();
        let missing = required
            .iter()
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, setter)| format!("the part `{name}` is not set: call `.{setter}(…)`"));
        let named = self.sent.parts.iter().filter(|(_, value)| match value {
            Value::File(upload) => upload.is_badly_named(),
            Value::Text(..) => false,
        });
        let named = named.map(|(name, _)| {
            format!(
                "the part `{name}` cannot be sent: its file name holds a control character, which \
                 could end the part's header: leave it out of the name"
            )
        });
        let told = self.problems.into_iter().map(|(_, problem)| problem);
        let problems = told.chain(missing).chain(named);
        let mut problems: Vec<String> = problems.collect();
        let body = operation.body.as_ref().filter(|body| body.required);
        // A multipart body has at least one part (RFC 2046).
        if body.is_some() && self.sent.content.is_none() && self.sent.parts.is_empty() {
            problems.push("nothing of the body is set".to_owned());
        }
        if !problems.is_empty() {
            return Err(Error::invalid_request(context.secrets(), operation)(
                problems.join("; "),
            ));
        }
        // Bytes in memory can be sent again. A stream cannot.
        let copy = self.sent.try_clone();
        let call = &self.call;
        let again = copy.as_ref().map(|copy| {
            move || match copy.try_clone() {
                Some(copy) => copy.built(call),
                None => Err(Error::invalid_request(context.secrets(), operation)(
                    "its body was a stream",
                )),
            }
        });
        let again = again.as_ref().map(|again| again as &Again<'_>);
        let requests = Requests::new(self.sent.built(call)?, again);
        call.execute(requests).await
    }
}
