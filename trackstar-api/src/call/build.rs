//! Builds the HTTP request for a call.

use http::{HeaderValue, Method, header};

use super::Call;
use super::options::Options;
use crate::error::Error;
use crate::operation::parameters::{self, Values};
use crate::operation::{Parameter, ParameterLocation};
use crate::transport::headers::documented_header;

impl Call {
    /// Returns the request, but without credentials.
    ///
    /// # Errors
    ///
    /// This returns an error if an argument is missing or invalid.
    pub(crate) fn built(&self) -> Result<reqwest::Request, Error> {
        let kind = self.operation.body.as_ref();
        let told = self.problems.iter().any(|(of, _)| of.is_none());
        if self.body.is_none() && !told && kind.is_some_and(|body| body.required) {
            let mut problems = self.problems();
            problems.push("the body is not set: call `.body(…)`".to_owned());
            return Err(self.context.invalid_request(self.operation)(
                problems.join("; "),
            ));
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

    /// Returns the request without credentials and without a body.
    pub(crate) fn request_without_body(&self) -> Result<reqwest::Request, Error> {
        if self.options.preview().is_some() && self.arguments().any(|(one, _)| one.secret) {
            return self.without_secrets().request_without_body();
        }
        let operation = self.operation;
        let refuse = self.context.invalid_request(operation);
        let problems = self.problems();
        if !problems.is_empty() {
            return Err(refuse(problems.join("; ")));
        }
        let url = self.context.url_of(&self.path()?);
        let mut url = url.map_err(self.context.unbuildable(operation))?;
        let mut query = String::new();
        for (parameter, values) in self.written_in(ParameterLocation::Query) {
            parameters::append(&mut query, parameter, values);
        }
        if !query.is_empty() {
            url.set_query(Some(&query));
        }
        let method = Method::from_bytes(operation.method.as_bytes());
        let method = method.map_err(self.context.unbuildable(operation))?;
        let mut request = reqwest::Request::new(method, url);
        let headers = request.headers_mut();
        if let Some(accept) = operation.accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(accept));
        }
        for (parameter, values) in self.written_in(ParameterLocation::Header) {
            let name = documented_header(parameter.name).map_err(&refuse)?;
            let mut value = HeaderValue::try_from(parameters::header(parameter, values))
                .map_err(self.context.unbuildable(operation))?;
            value.set_sensitive(parameter.secret);
            headers.append(name, value);
        }
        Ok(request)
    }

    /// Returns a copy of this call in which secret parameters have placeholder values. It is only
    /// meant to be shown, not sent.
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

    /// Returns all problems, except for a missing body.
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

    /// Returns the arguments in the given location, in the order in which the operation declares
    /// them.
    fn written_in(
        &self,
        location: ParameterLocation,
    ) -> impl Iterator<Item = (&'static Parameter, &Values)> {
        let parameters = self.operation.parameters.iter().enumerate();
        parameters
            .filter(move |(_, parameter)| parameter.location == location)
            .filter_map(|(index, parameter)| {
                let (_, values) = self.arguments.iter().find(|(at, _)| *at == index)?;
                Some((parameter, values))
            })
    }

    /// Returns the path after substituting the template's parameters. Each parameter becomes
    /// exactly one path segment.
    fn path(&self) -> Result<String, Error> {
        let mut path = String::with_capacity(self.operation.path.len());
        let mut rest = self.operation.path;
        while let Some((before, behind)) = rest.split_once('{') {
            path.push_str(before);
            let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
            let mut filled = self.written_in(ParameterLocation::Path);
            if let Some((parameter, values)) = filled.find(|(one, _)| one.name == name) {
                let refuse = self.context.invalid_request(self.operation);
                path.push_str(&parameters::path(parameter, values).map_err(refuse)?);
            }
            rest = after;
        }
        path.push_str(rest);
        Ok(path)
    }
}
