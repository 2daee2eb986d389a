//! Calls to an operation.
//!
//! Each method of a generated builder forwards to a function in this module. There isn't anything
//! here that is specific to one operation. Instead, everything we need to know about it comes from
//! its [`Operation`].
#![allow(dead_code, reason = "partly unused without parameters or bodies")]

mod authorized;
mod build;
pub(crate) mod context;
mod observer;
pub(crate) mod options;
pub(crate) mod preview;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod retry_loop;
mod sends;
mod span;

use std::fmt::{self, Display};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::context::CallContext;
use crate::call::options::{HasOptions, Options};
use crate::call::response::Response;
use crate::call::retry_loop::{Completed, Requests};
use crate::de::lenient::FromWire;
use crate::error::Error;
use crate::operation::parameters::{self, Values};
use crate::operation::{Operation, Parameter, ParameterLocation};
use crate::secret::sensitive::noting;
use crate::secret::wiped::Wiped;

pub use authorized::authorized;
pub use sends::Sends;

/// A call that is still being built.
#[derive(Clone)]
#[must_use = "calls do nothing unless sent"]
pub struct Call {
    context: CallContext,
    operation: &'static Operation,
    /// The index of each parameter that was set, along with its serialized values.
    arguments: Vec<(usize, Values)>,
    /// The body's memory is wiped once the last request that shares it is dropped.
    body: Option<Bytes>,
    /// The reasons why this call can't be sent, if any, along with the index of the parameter (or
    /// `None` for the body). We collect these so that `send` can report all of them at once.
    /// Setting a parameter again clears its problem.
    problems: Vec<(Option<usize>, String)>,
    options: Options,
}

impl HasOptions for Call {
    fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }
}

impl Call {
    /// Creates a call without any arguments.
    pub fn new(context: &CallContext, operation: &'static Operation) -> Self {
        Self {
            context: context.for_call(),
            operation,
            arguments: Vec::new(),
            body: None,
            problems: Vec::new(),
            options: Options::default(),
        }
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    pub(crate) fn context(&self) -> &CallContext {
        &self.context
    }

    /// Sets a parameter, replacing any previous value.
    pub fn set<T, V>(self, index: usize, value: V) -> Self
    where
        T: Serialize,
        V: TryInto<T, Error: Display>,
    {
        let value = value.try_into().map_err(|error| error.to_string());
        let value = value.and_then(|value| self.texts(index, &value));
        self.keep(index, value)
    }

    /// Sets a parameter to a list of values, replacing any previous value.
    pub fn set_each<T, V>(self, index: usize, values: V) -> Self
    where
        T: Serialize,
        V: IntoIterator<Item: TryInto<T, Error: Display>>,
    {
        let values = values
            .into_iter()
            .map(|value| value.try_into().map_err(|error| error.to_string()));
        let values = values.collect::<Result<Vec<T>, String>>();
        let values = values.and_then(|values| self.texts(index, &values));
        self.keep(index, values)
    }

    fn texts<T: Serialize>(&self, index: usize, value: &T) -> Result<Option<Values>, String> {
        let parameter = self.operation.parameters.get(index);
        let parameter = parameter.ok_or("the operation does not have this parameter")?;
        parameters::argument(parameter, value)
    }

    fn keep(mut self, index: usize, values: Result<Option<Values>, String>) -> Self {
        match (values, self.operation.parameters.get(index)) {
            (Ok(values), _) => self.put(index, values),
            (Err(error), parameter) => {
                let name = parameter.map_or("?", |parameter| parameter.name);
                let problem = format!("the parameter `{name}` cannot be sent: {error}");
                self.refuse(Some(index), problem);
            }
        }
        self
    }

    /// Replaces an argument, or removes it if `values` is `None`.
    fn put(&mut self, index: usize, values: Option<Values>) {
        self.clear(Some(index));
        self.arguments.retain(|(at, _)| *at != index);
        self.arguments.extend(values.map(|values| (index, values)));
    }

    fn clear(&mut self, of: Option<usize>) {
        self.problems.retain(|(other, _)| *other != of);
    }

    fn refuse(&mut self, of: Option<usize>, problem: String) {
        self.clear(of);
        self.problems.push((of, problem));
    }

    /// Sets the request body.
    pub fn body<T, V>(mut self, value: V) -> Self
    where
        T: Serialize,
        V: TryInto<T, Error: Display>,
    {
        let value = value.try_into().map_err(|error| error.to_string());
        let (body, secrets) = noting(|| value.and_then(|value| self.written(&value)));
        self.options.set_secrets(secrets);
        match body {
            Ok(body) => {
                self.clear(None);
                self.body = Some(body);
            }
            Err(error) => self.refuse(None, format!("the body cannot be sent: {error}")),
        }
        self
    }

    fn written<T: Serialize>(&self, value: &T) -> Result<Bytes, String> {
        let media_type = self.operation.body.as_ref().map(|body| body.media_type);
        match media_type {
            Some("application/x-www-form-urlencoded") => parameters::form(value),
            Some(text) if parameters::is_text(text) => parameters::text_of(value),
            _ => parameters::json(value),
        }
    }

    /// Sets the request body to the given bytes, which are sent as is.
    pub fn raw_body(mut self, value: impl Into<Vec<u8>>) -> Self {
        self.clear(None);
        self.options.set_secrets(Vec::new());
        self.body = Some(Wiped::from(value.into()).into_bytes());
        self
    }

    /// Returns an iterator over the arguments and their parameters.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = (&'static Parameter, &Values)> {
        self.arguments
            .iter()
            .filter_map(|(index, values)| Some((self.operation.parameters.get(*index)?, values)))
    }

    /// Returns the first value of the argument at `index`, or `None` if it isn't set or is an
    /// object.
    pub(crate) fn argument(&self, index: usize) -> Option<&str> {
        let (_, values) = self.arguments.iter().find(|(at, _)| *at == index)?;
        match values {
            Values::Items(items) => items.first().map(String::as_str),
            Values::Fields(_) => None,
        }
    }

    /// Replaces the arguments of the call, except for the parameters that `keep` selects.
    ///
    /// If the operation doesn't have one of the given parameters, its name is returned as the
    /// error.
    pub(crate) fn replace_arguments<'n>(
        &mut self,
        arguments: impl Iterator<Item = (ParameterLocation, &'n str, Values)>,
        keep: impl Fn(&Parameter) -> bool,
    ) -> Result<(), &'n str> {
        let kept = self.arguments.iter().filter(|(index, _)| {
            let parameter = self.operation.parameters.get(*index);
            parameter.is_some_and(&keep)
        });
        let mut found: Vec<(usize, Values)> = kept.cloned().collect();
        for (location, name, values) in arguments {
            let parameters = self.operation.parameters;
            let index = parameters
                .iter()
                .position(|known| known.location == location && known.name == name);
            found.push((index.ok_or(name)?, values));
        }
        self.arguments = found;
        self.problems.retain(|(of, _)| of.is_none());
        Ok(())
    }

    /// Sets the parameter at `index` to text that is known to be valid.
    pub(crate) fn set_text(&mut self, index: usize, text: String) {
        self.put(index, Some(Values::Items(vec![text])));
    }

    /// Sends the call and deserializes the response body.
    ///
    /// # Errors
    ///
    /// This returns an error if the call can't be sent, if it doesn't succeed, or if its response
    /// body can't be deserialized.
    pub fn send<T: DeserializeOwned>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error>> + Send {
        self.answer(Response::decode)
    }

    /// Like [`send`](Self::send), but converts the response from its JSON representation.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub fn send_converted<T: FromWire>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error>> + Send {
        self.answer(Response::decode_converted)
    }

    /// Sends the call and discards the response body.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub fn send_empty(self) -> impl Future<Output = Result<Response<()>, Error>> + Send {
        self.answer(Response::empty)
    }

    /// Sends the call and returns the raw response body. This is used for bodies other than JSON.
    ///
    /// # Errors
    ///
    /// See [`send`](Self::send).
    pub fn send_bytes(self) -> impl Future<Output = Result<Response<Vec<u8>>, Error>> + Send {
        self.answer(Response::bytes)
    }

    /// Sends the call and converts its response.
    ///
    /// Callers return this future instead of awaiting it, since awaiting it in another one would copy
    /// it.
    #[expect(
        clippy::manual_async_fn,
        reason = "an `async fn` would store its arguments twice"
    )]
    fn answer<T>(
        self,
        read: impl FnOnce(Completed<'_>) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        async move {
            let again = || self.built();
            let requests = Requests::new(self.built()?, Some(&again));
            read(self.execute(requests).await?)
        }
    }

    /// Runs the given requests, which must have been created from this call.
    pub(crate) fn execute<'a>(
        &'a self,
        requests: Requests<'a>,
    ) -> impl Future<Output = Result<Completed<'a>, Error>> + Send + 'a {
        retry_loop::execute(&self.context, requests, self.operation, &self.options)
    }
}

/// Leaves out the values, since they might be a customer's data.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set: Vec<&str> = self.arguments().map(|(one, _)| one.name).collect();
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("parameters", &set)
            .field("body", &self.body.as_ref().map(Bytes::len))
            .field("problems", &self.problems.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
