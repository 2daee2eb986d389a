//! Options of one call, which take the place of the client's settings.

use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::RetryPolicy;
use crate::own_header::option_header;

/// Options that every builder of an operation, and every [`Request`](crate::Request), has.
///
/// They apply to one call, with all its attempts, and take the place of the client's settings.
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

    /// Sets a header of every attempt, in place of its earlier value.
    ///
    /// Credentials, headers that describe the connection or the body, such as `Host` and `Content-Type`, and
    /// headers that ask for another method or path are an error when the call is sent. So is a name or a
    /// value that no header can have.
    #[must_use = "an option does nothing until the call is sent"]
    fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        self.options_mut().set_header(name, value);
        self
    }

    /// Sets when the call is retried.
    #[must_use = "an option does nothing until the call is sent"]
    fn with_retries(mut self, policy: RetryPolicy) -> Self {
        self.options_mut().get_mut().retries = Some(policy);
        self
    }

    /// Retries the call as if two of it had the effect of one, although its method does not say so: a POST
    /// with an id of your own, for example.
    ///
    /// It changes retries only. [`Error::outcome_unknown`](crate::Error::outcome_unknown) is the same with and
    /// without it.
    #[must_use = "an option does nothing until the call is sent"]
    fn assume_idempotent(mut self) -> Self {
        self.options_mut().get_mut().idempotent = true;
        self
    }
}

impl<T: HasOptions> CallOptions for T {}

/// For the generated code: what has options.
#[doc(hidden)]
pub trait HasOptions {
    /// Returns the options, to be set.
    fn options_mut(&mut self) -> &mut Options;
}

/// The options of one call. Few calls have any.
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
    /// What cannot be sent, by the name of the option or header.
    problems: Vec<(String, String)>,
}

/// A timeout of a call.
#[derive(Clone, Copy, Debug, Default)]
enum Timeout {
    /// That of the client.
    #[default]
    Client,
    /// Its own, or no limit.
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

    /// Returns what cannot be sent.
    pub(crate) fn problems(&self) -> impl Iterator<Item = &str> {
        let problems = self.0.iter().flat_map(|values| &values.problems);
        problems.map(|(_, problem)| problem.as_str())
    }
}
