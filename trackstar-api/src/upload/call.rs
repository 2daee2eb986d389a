//! Calls that send an upload or a multipart body.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Upload;
use super::sent::{SentUpload, Value};
use crate::call::Call;
use crate::call::options::{HasOptions, Options};
use crate::call::response::Response;
use crate::call::retry_loop::{Again, Completed, Requests};
use crate::de::lenient::FromWire;
use crate::error::Error;
use crate::operation::parameters;

/// The names of the required parts and of the methods that set them.
type Required<'a> = &'a [(&'a str, &'a str)];

/// A call that sends an upload or a multipart body.
#[derive(Debug)]
#[must_use = "calls do nothing unless sent"]
pub struct UploadCall {
    /// The underlying call. It doesn't have a body.
    pub call: Call,
    sent: SentUpload,
    /// The reasons why this can't be sent, along with the part responsible.
    problems: Vec<(&'static str, String)>,
}

impl HasOptions for UploadCall {
    fn options_mut(&mut self) -> &mut Options {
        self.call.options_mut()
    }
}

impl UploadCall {
    /// Creates a call that doesn't have a body yet.
    pub fn new(call: Call) -> Self {
        Self {
            call,
            sent: SentUpload::default(),
            problems: Vec::new(),
        }
    }

    /// Uses `upload` as the whole body.
    pub fn content(mut self, upload: impl Into<Upload>) -> Self {
        self.sent.content = Some(upload.into());
        self
    }

    /// Adds a part with a file.
    pub fn file(mut self, name: &'static str, upload: impl Into<Upload>) -> Self {
        self.sent.parts.push((name, Value::File(upload.into())));
        self
    }

    /// Removes any previous values of a part. This is used for parts that may only occur once.
    pub fn anew(mut self, name: &'static str) -> Self {
        self.sent.parts.retain(|(set, _)| *set != name);
        self.problems.retain(|(of, _)| *of != name);
        self
    }

    /// Adds a part with a value. It is sent as JSON if `json` is true, and as text otherwise.
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

    /// Sends the call and deserializes the response body.
    ///
    /// # Errors
    ///
    /// This fails in the same cases as [`Call::send`], and also if a required part is missing.
    pub async fn send<T: DeserializeOwned>(
        self,
        required: Required<'_>,
    ) -> Result<Response<T>, Error> {
        self.answer(required, Response::decode).await
    }

    /// Like [`send`](Self::send), but converts the response from its JSON representation.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub async fn send_converted<T: FromWire>(
        self,
        required: Required<'_>,
    ) -> Result<Response<T>, Error> {
        self.answer(required, Response::decode_converted).await
    }

    /// Sends the call and discards the response body.
    ///
    /// # Errors
    ///
    /// This fails in the same cases as [`Call::send`], and also if a required part is missing.
    pub async fn send_empty(self, required: Required<'_>) -> Result<Response<()>, Error> {
        self.answer(required, Response::empty).await
    }

    /// Sends the call and returns the raw response body.
    ///
    /// # Errors
    ///
    /// This fails in the same cases as [`Call::send`], and also if a required part is missing.
    pub async fn send_bytes(self, required: Required<'_>) -> Result<Response<Vec<u8>>, Error> {
        self.answer(required, Response::bytes).await
    }

    async fn answer<T>(
        self,
        required: Required<'_>,
        read: impl FnOnce(Completed<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
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
                "the part `{name}` cannot be sent: its file name contains a control character, \
                 which could end the header of the part: remove it"
            )
        });
        let told = self.problems.into_iter().map(|(_, problem)| problem);
        let problems = told.chain(missing).chain(named);
        let mut problems: Vec<String> = problems.collect();
        let body = operation.body.as_ref().filter(|body| body.required);
        // RFC 2046 doesn't allow a multipart body without parts.
        if body.is_some() && self.sent.content.is_none() && self.sent.parts.is_empty() {
            problems.push("the body is not set".to_owned());
        }
        if !problems.is_empty() {
            return Err(context.invalid_request(operation)(problems.join("; ")));
        }
        // We can send a buffer again, but not a stream.
        let copy = self.sent.try_clone();
        let call = &self.call;
        let again = copy.as_ref().map(|copy| {
            move || match copy.try_clone() {
                Some(copy) => copy.built(call),
                None => Err(context.invalid_request(operation)("its body was a stream")),
            }
        });
        let again = again.as_ref().map(|again| again as &Again<'_>);
        let requests = Requests::new(self.sent.built(call)?, again);
        read(call.execute(requests).await?)
    }
}
