//! Custom requests to endpoints that the document doesn't describe yet.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use reqwest::Url;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Sends, retry_loop};
use crate::call::context::CallContext;
use crate::call::options::{HasOptions, Options};
use crate::call::response::Response;
use crate::call::retry_loop::{Completed, Requests};
use crate::error::Error;
use crate::operation::Operation;
use crate::secret::sensitive::noting;
use crate::secret::wiped::{self, Wiped};
use crate::transport::headers::own_header;

/// A placeholder for the path in errors and spans, since it might contain a customer's ids.
const PATH: &str = "<custom path>";

const fn operation(method: &'static str, needs_token: bool) -> Operation {
    Operation {
        id: "request",
        method,
        path: PATH,
        needs_token,
        parameters: &[],
        body: None,
        successes: &[(200, 299)],
        content: &[],
        accept: Some("application/json"),
        page_token: None,
    }
}

const fn operations(needs_token: bool) -> [Operation; 6] {
    [
        operation("GET", needs_token),
        operation("HEAD", needs_token),
        operation("POST", needs_token),
        operation("PUT", needs_token),
        operation("PATCH", needs_token),
        operation("DELETE", needs_token),
    ]
}

/// The operations used for custom requests on a connection. There is one for each method.
static OF_CONNECTION: [Operation; 6] = operations(true);
static OF_CLIENT: [Operation; 6] = operations(false);

/// Stands in for methods that the API doesn't support. It is never actually sent.
static OTHER: Operation = operation("OTHER", false);

/// A custom request.
///
/// Use [`Connection::request`](crate::Connection::request) or
/// [`Client::request`](crate::Client::request) to create one.
///
/// ```no_run
/// use serde_json::json;
/// use trackstar_api::reexports::http_1::Method;
/// use trackstar_api::prelude::*;
/// use trackstar_api::{Connection, RetryPolicy};
///
/// # async fn example(connection: &Connection) -> Result<(), trackstar_api::Error> {
/// let request = connection
///     .request(Method::POST, "/wms/new-things")
///     .json(&json!({"name": "a thing"}))
///     .with_retries(RetryPolicy::never());
/// let made: trackstar_api::Response<serde_json::Value> = request.send_json().await?;
/// # let _ = made;
/// # Ok(())
/// # }
/// ```
#[must_use = "requests do nothing unless sent"]
pub struct Request {
    context: CallContext,
    operation: &'static Operation,
    url: Option<Url>,
    headers: HeaderMap,
    body: Option<Bytes>,
    options: Options,
    /// The reasons why this request can't be sent, if any. They are reported by `send`.
    problems: Vec<String>,
}

impl HasOptions for Request {
    fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }
}

impl Request {
    pub(crate) fn of_connection(context: &CallContext, method: &Method, path: &str) -> Self {
        Self::new(context, &OF_CONNECTION, method, path)
    }

    pub(crate) fn of_client(context: &CallContext, method: &Method, path: &str) -> Self {
        Self::new(context, &OF_CLIENT, method, path)
    }

    fn new(
        context: &CallContext,
        known: &'static [Operation],
        method: &Method,
        path: &str,
    ) -> Self {
        let mut problems = Vec::new();
        let operation = known.iter().find(|one| one.method == method.as_str());
        if operation.is_none() {
            problems.push(
                "unsupported method: use GET, HEAD, POST, PUT, PATCH or \
                 DELETE"
                    .to_owned(),
            );
        }
        let url = context.join(path);
        let url = url.map_err(|problem| problems.push(problem)).ok();
        Self {
            context: context.for_call(),
            operation: operation.unwrap_or(&OTHER),
            url,
            headers: HeaderMap::new(),
            body: None,
            options: Options::default(),
            problems,
        }
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        if let Some(url) = &mut self.url {
            url.query_pairs_mut()
                .append_pair(name.as_ref(), value.as_ref());
        }
        self
    }

    /// Sets a header.
    ///
    /// If the header is a credential, or if it affects how the request is framed, then sending the
    /// request fails.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match (
            own_header(name.as_ref()),
            HeaderValue::from_str(value.as_ref()),
        ) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            (Err(problem), _) => self.problems.push(problem),
            (Ok(name), Err(_)) => self
                .problems
                .push(format!("the value of the header `{name}` is invalid")),
        }
        self
    }

    /// Sets the body to `value`, serialized as JSON.
    ///
    /// The memory used for the JSON is wiped afterwards.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        let (body, secrets) = noting(|| wiped::json(value));
        self.options.set_secrets(secrets);
        match body {
            Ok(body) => self.content("application/json", body),
            Err(error) => {
                self.problems
                    .push(format!("the body cannot be sent: {error}"));
                self
            }
        }
    }

    /// Sets the body and its media type.
    ///
    /// If you pass a `Vec`, it is moved and then wiped once the request is dropped.
    pub fn body(self, media_type: impl AsRef<str>, body: impl Into<Vec<u8>>) -> Self {
        self.content(media_type, Wiped::from(body.into()).into_bytes())
    }

    fn content(mut self, media_type: impl AsRef<str>, body: Bytes) -> Self {
        self.body = Some(body);
        self.header(header::CONTENT_TYPE.as_str(), media_type)
    }

    /// Sends the request and returns the raw response body.
    ///
    /// # Errors
    ///
    /// Aside from the usual errors, this also fails if the path is invalid or escapes the base URL,
    /// or if the API doesn't support the method.
    pub async fn send(self) -> Result<Response<Vec<u8>>, Error> {
        self.answer(Response::bytes).await
    }

    /// Sends the request and deserializes the response body as JSON.
    ///
    /// Unlike plain serde, this doesn't accept a JSON array for a struct. (serde's derive would
    /// assign the values by field order.) However, arrays do get through for anything that serde
    /// buffers first, which is the case for `flatten` and `untagged`. If that is a problem,
    /// deserialize a `serde_json::Value` or implement `Deserialize` by hand.
    ///
    /// # Errors
    ///
    /// This fails in the same cases as [`send`](Self::send), and also if the body can't be
    /// deserialized as `T`.
    pub async fn send_json<T: DeserializeOwned>(mut self) -> Result<Response<T>, Error> {
        let json = HeaderValue::from_static("application/json");
        self.headers.entry(header::ACCEPT).or_insert(json);
        self.answer(Response::decode_own).await
    }

    async fn answer<T>(
        self,
        read: impl FnOnce(Completed<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let problems = self.problems.iter().map(String::as_str);
        let problems: Vec<&str> = problems.chain(self.options.problems()).collect();
        let url = match &self.url {
            Some(url) if problems.is_empty() => url,
            _ => {
                let refuse = self.context.invalid_request(self.operation);
                return Err(refuse(problems.join("; ")));
            }
        };
        let method = Method::from_bytes(self.operation.method.as_bytes())
            .map_err(self.context.unbuildable(self.operation))?;
        let built = || {
            let mut request = reqwest::Request::new(method.clone(), url.clone());
            request.headers_mut().clone_from(&self.headers);
            *request.body_mut() = self.body.clone().map(Into::into);
            Ok(request)
        };
        let requests = Requests::new(built()?, Some(&built));
        let sending = retry_loop::execute(&self.context, requests, self.operation, &self.options);
        read(sending.await?)
    }
}

/// A successful response is returned as raw bytes.
impl Sends for Request {
    type Output = Vec<u8>;

    async fn sends(self) -> Result<Response<Vec<u8>>, Error> {
        self.send().await
    }
}

/// Leaves out the path, query, headers and body, since they might contain a customer's data.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.operation.method)
            .field("problems", &self.problems.len())
            .finish_non_exhaustive()
    }
}
