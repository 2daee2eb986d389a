//! A call of an operation, from its arguments to its response. Each method of a generated builder
//! calls one function of this module.
//!
//! The module contains no operation-specific code. It reads the properties of an operation from its
//! [`Operation`].
#![allow(
    dead_code,
    reason = "a document without parameters or bodies calls only some of it"
)]

mod authorized;

use std::fmt::{self, Display};

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::attempts::{self, Completed, Requests};
use crate::context::CallContext;
use crate::operation::{Operation, Parameter, Place};
use crate::options::{HasOptions, Options};
use crate::own_header::documented_header;
use crate::parameters::{self, Values};
use crate::sensitive::noting;
use crate::wiped::Wiped;
use crate::{Error, Response};

pub use authorized::authorized;

/// A call under construction.
#[derive(Clone)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    context: CallContext,
    operation: &'static Operation,
    /// Index of a parameter in the operation's list, and its serialized values.
    arguments: Vec<(usize, Values)>,
    /// Wiped when the last request that shares it is dropped.
    body: Option<Bytes>,
    /// Reasons that prevent sending, by the index of the parameter (`None` for the body). They are
    /// reported together when the call is sent. A new value of a parameter replaces the problem of
    /// the previous one.
    problems: Vec<(Option<usize>, String)>,
    options: Options,
}

impl HasOptions for Call {
    fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }
}

impl Call {
    /// Creates a call without arguments.
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

    /// Sets a parameter to `value`, instead of its previous value.
    pub fn set<T, V>(self, index: usize, value: V) -> Self
    where
        T: Serialize,
        V: TryInto<T, Error: Display>,
    {
        let value = value.try_into().map_err(|error| error.to_string());
        let value = value.and_then(|value| self.texts(index, &value));
        self.keep(index, value)
    }

    /// Sets a parameter to a list, instead of its previous value.
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
        let parameter = parameter.ok_or("the operation has no such parameter")?;
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

    /// Replaces an argument. `None` removes it.
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

    /// Sets the body.
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

    /// Sets a body that is sent unchanged.
    pub fn raw_body(mut self, value: impl Into<Vec<u8>>) -> Self {
        self.clear(None);
        self.options.set_secrets(Vec::new());
        self.body = Some(Wiped::from(value.into()).into_bytes());
        self
    }

    /// Returns the arguments, each with its parameter.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = (&'static Parameter, &Values)> {
        self.arguments
            .iter()
            .filter_map(|(index, values)| Some((self.operation.parameters.get(*index)?, values)))
    }

    /// Returns the value of the argument at `index`, if it has exactly one.
    pub(crate) fn argument(&self, index: usize) -> Option<&str> {
        let (_, values) = self.arguments.iter().find(|(at, _)| *at == index)?;
        match values {
            Values::Items(items) => items.first().map(String::as_str),
            Values::Fields(_) => None,
        }
    }

    /// Replaces all arguments except those to keep, by their locations and names. Returns an error
    /// that names a parameter if the operation does not have it.
    pub(crate) fn replace_arguments<'n>(
        &mut self,
        arguments: impl Iterator<Item = (Place, &'n str, Values)>,
        keep: impl Fn(&Parameter) -> bool,
    ) -> Result<(), &'n str> {
        let kept = self.arguments.iter().filter(|(index, _)| {
            let parameter = self.operation.parameters.get(*index);
            parameter.is_some_and(&keep)
        });
        let mut found: Vec<(usize, Values)> = kept.cloned().collect();
        for (place, name, values) in arguments {
            let parameters = self.operation.parameters;
            let index = parameters
                .iter()
                .position(|known| known.place == place && known.name == name);
            found.push((index.ok_or(name)?, values));
        }
        self.arguments = found;
        self.problems.retain(|(of, _)| of.is_none());
        Ok(())
    }

    /// Sets the parameter at `index` to a valid text.
    pub(crate) fn set_text(&mut self, index: usize, text: String) {
        self.put(index, Some(Values::Items(vec![text])));
    }

    /// Sends the call, and deserializes the response body.
    ///
    /// # Errors
    /// Returns an error if the call cannot be sent, or if the response is not a success that can be
    /// read.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        Response::decode(self.answer().await?)
    }

    /// Sends the call, and ignores the response body.
    ///
    /// # Errors
    /// Returns the errors of [`send`](Self::send).
    pub async fn send_empty(self) -> Result<Response<()>, Error> {
        self.answer().await.map(Response::empty)
    }

    /// Sends the call, and returns a response body that is not JSON.
    ///
    /// # Errors
    /// Returns the errors of [`send`](Self::send).
    pub async fn send_bytes(self) -> Result<Response<Vec<u8>>, Error> {
        self.answer().await.and_then(Response::bytes)
    }

    async fn answer(self) -> Result<Completed, Error> {
        let again = || self.built();
        self.execute(Requests::new(self.built()?, Some(&again)))
            .await
    }

    /// Executes requests that were created from this call.
    pub(crate) fn execute<'a>(
        &'a self,
        requests: Requests<'a>,
    ) -> impl Future<Output = Result<Completed, Error>> + Send + 'a {
        attempts::execute(&self.context, requests, self.operation, &self.options)
    }

    /// Returns the request without credentials.
    ///
    /// # Errors
    /// Returns an error if an argument is missing or invalid.
    pub(crate) fn built(&self) -> Result<reqwest::Request, Error> {
        let kind = self.operation.body.as_ref();
        let told = self.problems.iter().any(|(of, _)| of.is_none());
        if self.body.is_none() && !told && kind.is_some_and(|body| body.required) {
            let mut problems = self.problems();
            problems.push("the body is not set: give it with `.body(…)`".to_owned());
            return Err(Error::invalid_request(
                self.context.secrets(),
                self.operation,
            )(problems.join("; ")));
        }
        let mut request = self.request_without_body()?;
        if let (Some(body), Some(kind)) = (&self.body, kind) {
            let media_type = HeaderValue::from_static(kind.media_type);
            request
                .headers_mut()
                .append(header::CONTENT_TYPE, media_type);
            *request.body_mut() = Some(body.clone().into());
        }
        Ok(request)
    }

    /// Returns the request without credentials and body.
    pub(crate) fn request_without_body(&self) -> Result<reqwest::Request, Error> {
        if self.options.preview().is_some() && self.arguments().any(|(one, _)| one.secret) {
            return self.without_secrets().request_without_body();
        }
        let operation = self.operation;
        let refuse = Error::invalid_request(self.context.secrets(), operation);
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(refuse(problems.join("; ")));
        }
        let url = format!("{}{}", self.context.base_url(), self.path()?);
        let mut url = reqwest::Url::parse(&url)
            .map_err(Error::unbuildable(self.context.secrets(), operation))?;
        let mut query = String::new();
        for (parameter, values) in self.written_in(Place::Query) {
            parameters::append(&mut query, parameter, values);
        }
        if !query.is_empty() {
            url.set_query(Some(&query));
        }
        let method = Method::from_bytes(operation.method.as_bytes());
        let method = method.map_err(Error::unbuildable(self.context.secrets(), operation))?;
        let mut request = reqwest::Request::new(method, url);
        let headers = request.headers_mut();
        if let Some(accept) = operation.accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(accept));
        }
        for (parameter, values) in self.written_in(Place::Header) {
            let name = documented_header(parameter.name).map_err(&refuse)?;
            let mut value = HeaderValue::try_from(parameters::header(parameter, values))
                .map_err(Error::unbuildable(self.context.secrets(), operation))?;
            value.set_sensitive(parameter.secret);
            headers.append(name, value);
        }
        Ok(request)
    }

    /// Returns the same call with other values for the parameters that are secret. It cannot be sent.
    fn without_secrets(&self) -> Self {
        let mut call = self.clone();
        let parameters = self.operation.parameters.iter().enumerate();
        for (index, parameter) in parameters {
            let argument = call.arguments.iter_mut().find(|(at, _)| *at == index);
            if let Some((_, values)) = argument.filter(|_| parameter.secret) {
                *values = Values::Items(vec!["redacted".to_owned()]);
            }
        }
        call.options = Options::default();
        call
    }

    /// Returns all problems, except a body that is not set.
    fn problems(&self) -> Vec<String> {
        let told = |index| self.problems.iter().any(|(of, _)| *of == Some(index));
        let is_set = |index| self.arguments.iter().any(|(at, _)| *at == index);
        let missing = self
            .operation
            .parameters
            .iter()
            .enumerate()
            .filter(|(index, one)| one.required && !is_set(*index) && !told(*index))
            .map(|(_, parameter)| {
                let Parameter { name, setter, .. } = parameter;
                format!("the parameter `{name}` is not set: call `.{setter}(…)`")
            });
        let problems = self.problems.iter().map(|(_, problem)| problem.clone());
        let options = self.options.problems().map(str::to_owned);
        problems.chain(missing).chain(options).collect()
    }

    /// Returns the arguments with this location, in the order of the operation's parameters.
    fn written_in(&self, place: Place) -> impl Iterator<Item = (&'static Parameter, &Values)> {
        let parameters = self.operation.parameters.iter().enumerate();
        parameters
            .filter(move |(_, parameter)| parameter.place == place)
            .filter_map(|(index, parameter)| {
                let (_, values) = self.arguments.iter().find(|(at, _)| *at == index)?;
                Some((parameter, values))
            })
    }

    /// Returns the path, with each parameter of the template replaced by the text of one segment.
    fn path(&self) -> Result<String, Error> {
        let mut path = String::with_capacity(self.operation.path.len());
        let mut rest = self.operation.path;
        while let Some((before, behind)) = rest.split_once('{') {
            path.push_str(before);
            let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
            let mut filled = self.written_in(Place::Path);
            let segment = match filled.find(|(parameter, _)| parameter.name == name) {
                Some((parameter, values)) => parameters::path(parameter, values),
                None => parameters::segment(name, ""),
            };
            let segment = segment.map_err(Error::invalid_request(
                self.context.secrets(),
                self.operation,
            ))?;
            path.push_str(&segment);
            rest = after;
        }
        path.push_str(rest);
        Ok(path)
    }
}

/// Omits the values, which may be a customer's data.
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
