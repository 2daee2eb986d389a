//! Options of one call, which override the client's settings.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use super::Sends;
use super::preview::{Preview, RequestPreview};
use crate::error::Error;
use crate::retry::policy::RetryPolicy;
use crate::transport::headers::option_header;

/// Options of one call, for the builders of all operations and for [`Request`](crate::Request).
///
/// They apply to all attempts of the call, and override the client's settings.
///
/// ```
/// use std::time::Duration;
/// use trackstar_api::prelude::*;
/// use trackstar_api::{AccessToken, ApiKey, Client, RetryPolicy};
///
/// let client = Client::new(ApiKey::new("key-1")?)?;
/// let connection = client.connection(AccessToken::new("token-1")?);
/// let call = connection
///     .delete_connection()
///     .with_timeout(Duration::from_secs(20))
///     .with_header("x-correlation-id", "4711")
///     .with_retries(RetryPolicy::never());
/// # let _ = call;
/// # Ok::<(), trackstar_api::Error>(())
/// ```
pub trait CallOptions: HasOptions + Sized {
    /// Sets the time that the call may take, with all its attempts and waits; see
    /// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout). `None` removes the limit. A timeout of
    /// zero is an error when the call is sent.
    #[must_use = "an option does nothing until the call is sent"]
    fn with_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.options_mut().set_timeout(Limit::Call, timeout);
        self
    }

    /// Sets the time that one attempt may take; see
    /// [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout). `None` removes the limit.
    /// A timeout of zero is an error when the call is sent.
    #[must_use = "an option does nothing until the call is sent"]
    fn with_attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.options_mut().set_timeout(Limit::Attempt, timeout);
        self
    }

    /// Sets a header of every attempt. Replaces its previous value.
    ///
    /// The call fails when it is sent if the header is a credential, describes the connection or
    /// the body (such as `Host` and `Content-Type`), or requests another method or path. An invalid
    /// name or value is an error, too.
    #[must_use = "an option does nothing until the call is sent"]
    fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        self.options_mut().set_header(name, value);
        self
    }

    /// Sets the retry policy.
    #[must_use = "an option does nothing until the call is sent"]
    fn with_retries(mut self, policy: RetryPolicy) -> Self {
        self.options_mut().get_mut().retries = Some(policy);
        self
    }

    /// Keeps the body of a success in addition to the typed value; see [`Response::body`](crate::Response::body).
    ///
    /// It contains the fields that the document does not name. The body is copied, and no `Debug` shows it.
    ///
    /// ```
    /// use trackstar_api::prelude::*;
    /// # use trackstar_api::reexports::http_1::{Request, Response};
    /// # use trackstar_api::transport::{Body, Transport, TransportError};
    /// # use trackstar_api::{AccessToken, ApiKey, Client};
    ///
    /// # struct Fake;
    /// # impl Transport for Fake {
    /// #     async fn send(&self, _: Request<Body>) -> Result<Response<Body>, TransportError> {
    /// #         let json = r#"{"id": "c-1", "object": "connection", "deleted": true, "new_field": 7}"#;
    /// #         Ok(Response::new(Body::from(json)))
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = Client::builder(ApiKey::new("key-1")?).transport(Fake).build()?;
    /// # let connection = client.connection(AccessToken::new("token-1")?);
    /// let deleted = connection.delete_connection().keep_body().send().await?;
    /// assert!(deleted.deleted);
    /// let json: serde_json::Value = serde_json::from_slice(deleted.body().unwrap_or_default())?;
    /// assert_eq!(json["new_field"], 7);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "an option does nothing until the call is sent"]
    fn keep_body(mut self) -> Self {
        self.options_mut().get_mut().keep_body = true;
        self
    }

    /// Returns the request without sending it: a dry run.
    ///
    /// Credentials and other secrets are redacted. The preview contains the headers of the call's
    /// options. It contains neither the headers of middleware, which is not called, nor those that
    /// the HTTP library adds, such as `host` and `user-agent`. It does not wait, so it needs no
    /// runtime.
    ///
    /// ```
    /// use trackstar_api::prelude::*;
    /// use trackstar_api::{AccessToken, ApiKey, Client};
    ///
    /// let client = Client::new(ApiKey::new("key-1")?)?;
    /// let connection = client.connection(AccessToken::new("token-1")?);
    /// let preview = connection.delete_connection().with_header("x-reason", "churn").preview_request()?;
    /// assert_eq!(preview.url(), "https://production.trackstarhq.com/connections");
    /// assert_eq!(
    ///     preview.to_string(),
    ///     "DELETE https://production.trackstarhq.com/connections\n\
    ///      accept: application/json\n\
    ///      x-reason: churn\n\
    ///      x-trackstar-access-token: <redacted>\n\
    ///      x-trackstar-api-key: <redacted>"
    /// );
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error if the call cannot be sent, because a required parameter is missing, for
    /// example.
    fn preview_request(mut self) -> Result<RequestPreview, Error>
    where
        Self: Sends,
    {
        let preview = Preview::default();
        self.options_mut().set_preview(preview.clone());
        preview.of(self.sends())
    }

    /// Retries the call as if a second one had no further effect, although its method does not
    /// guarantee this. An example is a POST with an id of your own.
    ///
    /// It changes only retries. [`Error::outcome_unknown`](crate::Error::outcome_unknown) is the
    /// same with and without it.
    #[must_use = "an option does nothing until the call is sent"]
    fn assume_idempotent(mut self) -> Self {
        self.options_mut().get_mut().idempotent = true;
        self
    }
}

impl<T: HasOptions> CallOptions for T {}

/// A type with options. For generated code.
#[doc(hidden)]
pub trait HasOptions {
    /// Returns the options for modification.
    fn options_mut(&mut self) -> &mut Options;
}

/// The options of one call. Few calls set any.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Options(Option<Box<Values>>);

#[derive(Clone, Debug, Default)]
struct Values {
    retries: Option<RetryPolicy>,
    timeout: Timeout,
    attempt_timeout: Timeout,
    headers: Vec<(HeaderName, HeaderValue)>,
    idempotent: bool,
    keep_body: bool,
    preview: Option<Preview>,
    /// The secrets in the body, as JSON, in memory that is wiped.
    secrets: Vec<Bytes>,
    /// Problems that prevent sending, by the name of the option or header.
    problems: Vec<(String, String)>,
}

/// A timeout of a call.
#[derive(Clone, Copy, Debug, Default)]
enum Timeout {
    /// The client's timeout.
    #[default]
    Client,
    /// The timeout of the call, or no limit.
    Own(Option<Duration>),
}

impl Timeout {
    fn or(self, client: Option<Duration>) -> Option<Duration> {
        match self {
            Self::Client => client,
            Self::Own(timeout) => timeout,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Limit {
    Call,
    Attempt,
}

impl Values {
    fn tell(&mut self, about: &str, problem: Option<String>) {
        self.problems.retain(|(other, _)| other != about);
        let problem = problem.map(|problem| (about.to_owned(), problem));
        self.problems.extend(problem);
    }
}

impl Options {
    fn get_mut(&mut self) -> &mut Values {
        self.0.get_or_insert_default()
    }

    fn set_timeout(&mut self, limit: Limit, timeout: Option<Duration>) {
        let values = self.get_mut();
        let (slot, option) = match limit {
            Limit::Call => (&mut values.timeout, "with_timeout"),
            Limit::Attempt => (&mut values.attempt_timeout, "with_attempt_timeout"),
        };
        *slot = Timeout::Own(timeout);
        let zero = timeout == Some(Duration::ZERO);
        let problem = zero.then(|| {
            format!(
                "`{option}` of zero fails every request: give a longer one, or None for no limit"
            )
        });
        values.tell(option, problem);
    }

    fn set_header(&mut self, name: &str, value: &str) {
        let values = self.get_mut();
        let checked = option_header(name).and_then(|name| match HeaderValue::from_str(value) {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(format!(
                "the value of the header `{name}` is not valid in a header"
            )),
        });
        let about = name.to_ascii_lowercase();
        match checked {
            Ok((name, value)) => {
                values.headers.retain(|(other, _)| *other != name);
                values.headers.push((name, value));
                values.tell(&about, None);
            }
            Err(problem) => values.tell(&about, Some(problem)),
        }
    }

    /// Returns the retry policy of the call, if it has one.
    pub(crate) fn retries(&self) -> Option<RetryPolicy> {
        self.0.as_ref()?.retries
    }

    /// Returns the timeout of the call in place of `client`, that of the client.
    pub(crate) fn timeout(&self, client: Option<Duration>) -> Option<Duration> {
        self.0.as_ref().map_or(client, |it| it.timeout.or(client))
    }

    /// Returns the timeout of an attempt in place of `client`, that of the client.
    pub(crate) fn attempt_timeout(&self, client: Option<Duration>) -> Option<Duration> {
        let values = self.0.as_ref();
        values.map_or(client, |it| it.attempt_timeout.or(client))
    }

    /// Returns the headers of every attempt.
    pub(crate) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        self.0.as_ref().map_or(&[], |values| &values.headers)
    }

    /// Returns true if the call may be repeated although its method does not say so.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.0.as_ref().is_some_and(|values| values.idempotent)
    }

    pub(crate) fn set_preview(&mut self, preview: Preview) {
        self.get_mut().preview = Some(preview);
    }

    /// Returns the receiver of the request, if the call is a preview.
    pub(crate) fn preview(&self) -> Option<&Preview> {
        self.0.as_ref()?.preview.as_ref()
    }

    /// Returns the secrets in the body, as JSON.
    pub(crate) fn secrets(&self) -> &[Bytes] {
        self.0.as_ref().map_or(&[], |values| &values.secrets)
    }

    pub(crate) fn set_secrets(&mut self, secrets: Vec<Bytes>) {
        if self.0.is_some() || !secrets.is_empty() {
            self.get_mut().secrets = secrets;
        }
    }

    /// Returns true if the response keeps its body.
    pub(crate) fn keeps_body(&self) -> bool {
        self.0.as_ref().is_some_and(|values| values.keep_body)
    }

    /// Returns the problems that prevent sending.
    pub(crate) fn problems(&self) -> impl Iterator<Item = &str> {
        let problems = self.0.iter().flat_map(|values| &values.problems);
        problems.map(|(_, problem)| problem.as_str())
    }
}
