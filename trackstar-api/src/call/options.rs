//! Options that override the client's settings for a single call.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use super::Sends;
use super::preview::{Preview, RequestPreview};
use crate::error::Error;
use crate::retry::policy::RetryPolicy;
use crate::transport::headers::option_header;

/// Options for a single call.
///
/// This trait is implemented by the builders of all operations and by [`Request`](crate::Request).
/// The options apply to every attempt of the call and take precedence over the client's settings.
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
    /// Sets a timeout for the whole call, including all of its attempts and waits.
    ///
    /// This overrides [`ClientBuilder::timeout`](crate::ClientBuilder::timeout). Pass `None` to
    /// disable the timeout. If it is zero, sending the call fails.
    #[must_use = "options do nothing unless the call is sent"]
    fn with_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.options_mut().set_timeout(Limit::Call, timeout);
        self
    }

    /// Sets a timeout for each attempt.
    ///
    /// This overrides [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    /// Pass `None` to disable the timeout. If it is zero, sending the call fails.
    #[must_use = "options do nothing unless the call is sent"]
    fn with_attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        let timeout = timeout.into();
        self.options_mut().set_timeout(Limit::Attempt, timeout);
        self
    }

    /// Adds a header to every attempt, replacing any previous value with the same name.
    ///
    /// Some headers aren't permitted, and using one causes the call to fail when it is sent. These
    /// are credentials, headers that describe the connection or the body (such as `Host` and
    /// `Content-Type`), and headers that override the method or path. Invalid names and values are
    /// reported in the same way.
    #[must_use = "options do nothing unless the call is sent"]
    fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        self.options_mut().set_header(name, value);
        self
    }

    /// Sets the retry policy for this call.
    #[must_use = "options do nothing unless the call is sent"]
    fn with_retries(mut self, policy: RetryPolicy) -> Self {
        self.options_mut().get_mut().retries = Some(policy);
        self
    }

    /// Keeps a copy of the response body, in addition to the deserialized value.
    ///
    /// This is useful when you need a field that the document doesn't mention yet. You can access
    /// the copy with [`Response::body`](crate::Response::body). It never shows up in `Debug`
    /// output.
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
    #[must_use = "options do nothing unless the call is sent"]
    fn keep_body(mut self) -> Self {
        self.options_mut().get_mut().keep_body = true;
        self
    }

    /// Returns the request that would be sent, without sending it. You can use this for a dry run.
    ///
    /// Credentials and other secrets are redacted. The headers include any that you've set with
    /// [`with_header`](Self::with_header). They don't include headers added by middleware (which
    /// isn't called) or by the HTTP library, such as `host` and `user-agent`.
    ///
    /// Despite being used with async operations, this doesn't wait for anything and works without a
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
    ///
    /// This returns an error if the call couldn't be sent. For example, a required parameter may be
    /// missing.
    fn preview_request(mut self) -> Result<RequestPreview, Error>
    where
        Self: Sends,
    {
        let preview = Preview::default();
        self.options_mut().set_preview(preview.clone());
        preview.of(self.sends())
    }

    /// Treats the call as idempotent, even if its HTTP method isn't.
    ///
    /// This means that the call is also retried in cases where the server may have processed the
    /// first request. It is useful for a POST that includes an id of your own, for example, since
    /// the server can use the id to detect duplicates.
    ///
    /// Note that this only affects retries. It doesn't change what
    /// [`Error::outcome_unknown`](crate::Error::outcome_unknown) returns.
    #[must_use = "options do nothing unless the call is sent"]
    fn assume_idempotent(mut self) -> Self {
        self.options_mut().get_mut().idempotent = true;
        self
    }
}

impl<T: HasOptions> CallOptions for T {}

/// Implemented by types that carry options. This is only meant for generated code.
#[doc(hidden)]
pub trait HasOptions {
    /// Returns a mutable reference to the options.
    fn options_mut(&mut self) -> &mut Options;
}

/// The options of a call. These are boxed since most calls don't use any.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Options(Option<Box<OptionValues>>);

#[derive(Clone, Debug, Default)]
struct OptionValues {
    retries: Option<RetryPolicy>,
    timeout: Timeout,
    attempt_timeout: Timeout,
    headers: Vec<(HeaderName, HeaderValue)>,
    idempotent: bool,
    keep_body: bool,
    preview: Option<Preview>,
    /// The secrets that occur in the body, encoded as JSON. Their memory is wiped.
    secrets: Vec<Bytes>,
    /// The reasons why the call can't be sent, along with the option or header responsible.
    problems: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Timeout {
    /// Use the client's timeout.
    #[default]
    Client,
    /// Use this timeout instead, or none at all.
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

impl OptionValues {
    fn tell(&mut self, about: &str, problem: Option<String>) {
        self.problems.retain(|(other, _)| other != about);
        let problem = problem.map(|problem| (about.to_owned(), problem));
        self.problems.extend(problem);
    }
}

impl Options {
    fn get_mut(&mut self) -> &mut OptionValues {
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
                "`{option}` of zero would make every request fail: use a longer one, or None to \
                 disable it"
            )
        });
        values.tell(option, problem);
    }

    fn set_header(&mut self, name: &str, value: &str) {
        let values = self.get_mut();
        let checked = option_header(name).and_then(|name| match HeaderValue::from_str(value) {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(format!("the value of the header `{name}` is invalid")),
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

    pub(crate) fn retries(&self) -> Option<RetryPolicy> {
        self.0.as_ref()?.retries
    }

    /// Returns the call's timeout, falling back to the given client timeout.
    pub(crate) fn timeout(&self, client: Option<Duration>) -> Option<Duration> {
        self.0.as_ref().map_or(client, |it| it.timeout.or(client))
    }

    /// Like `timeout`, but for a single attempt.
    pub(crate) fn attempt_timeout(&self, client: Option<Duration>) -> Option<Duration> {
        let values = self.0.as_ref();
        values.map_or(client, |it| it.attempt_timeout.or(client))
    }

    /// Returns the headers to add to every attempt.
    pub(crate) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        self.0.as_ref().map_or(&[], |values| &values.headers)
    }

    /// Returns true if the call may be repeated even though its method isn't idempotent.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.0.as_ref().is_some_and(|values| values.idempotent)
    }

    pub(crate) fn set_preview(&mut self, preview: Preview) {
        self.get_mut().preview = Some(preview);
    }

    /// Returns where to store the request if this is only a preview.
    pub(crate) fn preview(&self) -> Option<&Preview> {
        self.0.as_ref()?.preview.as_ref()
    }

    /// Returns the secrets that occur in the body, encoded as JSON.
    pub(crate) fn secrets(&self) -> &[Bytes] {
        self.0.as_ref().map_or(&[], |values| &values.secrets)
    }

    pub(crate) fn set_secrets(&mut self, secrets: Vec<Bytes>) {
        if self.0.is_some() || !secrets.is_empty() {
            self.get_mut().secrets = secrets;
        }
    }

    pub(crate) fn keeps_body(&self) -> bool {
        self.0.as_ref().is_some_and(|values| values.keep_body)
    }

    pub(crate) fn problems(&self) -> impl Iterator<Item = &str> {
        let problems = self.0.iter().flat_map(|values| &values.problems);
        problems.map(|(_, problem)| problem.as_str())
    }
}
