//! Formats errors. A message says what went wrong and then what to do about it.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::body::without_period;
use super::describe::BodySummary;
use super::response::ErrorResponse;
use super::{Effect, Error, GaveUp, Kind};
use crate::operation::Operation;
use crate::secret::sanitize::{SanitizedError, Shown};

/// The innermost cause, since that's usually the most helpful one. Formatted like `: connection
/// refused`.
struct Cause<'a> {
    source: Option<&'a SanitizedError>,
    /// Whether the timeout of the call has expired. The source doesn't know which timeout it was.
    call_expired: bool,
}

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            _ if self.call_expired => f.write_str(": the timeout of the call expired"),
            Some(cause) => write!(f, ": {}", cause.innermost()),
            None => Ok(()),
        }
    }
}

/// The advice for a successful response that didn't come from the API.
const NOT_THE_API: &str = "this does not look like the API: check the base URL and the proxy";

/// The advice for a request that may have taken effect.
struct LookFirst(Option<&'static Operation>);

impl fmt::Display for LookFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("before you repeat it, check the current state")?;
        // Whatever follows the last id is usually the name of an action rather than a record.
        let path = self.0.map_or("", |operation| operation.path);
        let path = path.rfind('}').map_or(path, |end| &path[..=end]);
        // The path of a custom request might contain a customer's data.
        if path.starts_with('/') {
            write!(f, " (for example with GET {path})")?;
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        let cause = self.cause();
        let this_time = if self.was_open_before() {
            " this time"
        } else {
            ""
        };
        match &self.0.kind {
            Kind::Config(message) | Kind::Request(message) => write!(f, "{message:.2000}{cause}")?,
            Kind::Connect { timeout, to } => {
                let how = if *timeout { " in time" } else { "" };
                write!(
                    f,
                    "failed to connect to {to}{how}, and nothing was sent{this_time}{cause}; check \
                     the base URL, the network and the proxy (for HTTPS also HTTPS_PROXY), then try again"
                )?;
            }
            Kind::Unprocessed => write!(
                f,
                "the connection ended, or the server rejected the request, before the server processed \
                 it{cause}; nothing was done{this_time}: try again"
            )?,
            Kind::Unanswered { timeout } => {
                let how = if *timeout {
                    "no response arrived in time"
                } else {
                    "the connection did not deliver a valid response"
                };
                write!(f, "{how}{cause}")?;
                if !self.own_effect().is_open() {
                    f.write_str("; the operation only reads, so try again")?;
                }
            }
            Kind::Throttled(wait) => {
                f.write_str(
                    "the rate limits of the access token did not leave enough time for \
                     the call, and nothing was sent; ",
                )?;
                if *wait > Duration::ZERO {
                    write!(
                        f,
                        "wait {:.1} seconds and try again, or raise the timeout",
                        wait.as_secs_f64()
                    )?;
                } else {
                    f.write_str("make fewer calls at once, or raise the timeout")?;
                }
            }
            Kind::NoKey { timeout } => {
                let how = if *timeout {
                    "did not return a key in time"
                } else {
                    "failed"
                };
                write!(
                    f,
                    "the provider of the API key {how}{cause}; nothing was sent, so try again when the \
                     provider works"
                )?;
            }
            Kind::RepeatedToken => f.write_str(
                "the server repeated a page token, so the list would never end; start the list \
                 again, and report this to Trackstar if it keeps happening",
            )?,
            Kind::CutOff { .. } | Kind::TooLong(_) | Kind::Decode(..) | Kind::Refused => {}
        }
        if let Some(response) = &self.0.response {
            self.write_response(f, response, &cause)?;
        }
        self.write_outcome(f)?;
        self.write_attempts(f)
    }
}

/// Formats the error in the same way as `Display`, because this is what you see when `main` returns
/// an error. Use the alternate form (`{:#?}`) to see the fields.
///
/// Neither of them includes the response body, since it might contain a customer's data. Text that
/// comes from a server or library is escaped and shortened.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        let response = self.0.response.as_ref();
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.operation_id())
            .field("status", &self.status().map(|status| status.as_u16()))
            .field(
                "request_id",
                &response.and_then(|it| it.request_id.as_ref()),
            )
            .field("message", &response.and_then(|it| it.parsed.error.as_ref()))
            .field("detail", &self.detail())
            .field("source", &self.0.source)
            .field("attempts", &self.0.attempts)
            .finish_non_exhaustive()
    }
}

impl Error {
    fn cause(&self) -> Cause<'_> {
        Cause {
            source: self.0.source.as_ref(),
            call_expired: self.0.call_expired,
        }
    }

    fn write_response(
        &self,
        f: &mut fmt::Formatter<'_>,
        response: &ErrorResponse,
        cause: &Cause<'_>,
    ) -> fmt::Result {
        write!(f, "the server returned {}", response.status)?;
        match &self.0.kind {
            Kind::CutOff { .. } => {
                write!(f, ", but its body is incomplete{cause}")?;
                if !response.status.is_success() {
                    f.write_str("; ")?;
                    self.write_advice(f, response)?;
                } else if response.is_foreign() {
                    write!(f, "; {NOT_THE_API}")?;
                } else if !self.own_effect().is_open() {
                    f.write_str("; the operation only reads, so try again")?;
                }
            }
            Kind::TooLong(limit) => {
                f.write_str(", but its body exceeds ")?;
                match limit / (1024 * 1024) {
                    0 => write!(f, "{limit} bytes")?,
                    mebibytes => write!(f, "{mebibytes} MiB")?,
                }
                f.write_str(", and the rest was not read; ")?;
                f.write_str(if response.is_foreign() {
                    NOT_THE_API
                } else {
                    "request less data at once, or raise the client's limit"
                })?;
            }
            Kind::Decode(misfit, problem) => {
                let body = BodySummary(response);
                write!(f, ", but this client cannot read it ({body}; {problem}); ")?;
                f.write_str(if response.is_foreign() {
                    NOT_THE_API
                } else {
                    misfit.advice()
                })?;
            }
            _ => {
                match &response.parsed.error {
                    Some(message) => {
                        let message = Shown(without_period(message.as_str()));
                        write!(f, ": {message:.2000}")?;
                    }
                    None => write!(f, " with {}", BodySummary(response))?,
                }
                if let Some(origin) = &response.parsed.origin {
                    write!(f, " (origin: {origin})")?;
                }
                if let Some(detail) = response.parsed.detail.as_ref().filter(|it| !it.is_empty()) {
                    write!(f, " [{detail}]")?;
                }
                f.write_str("; ")?;
                self.write_advice(f, response)?;
            }
        }
        match &response.request_id {
            Some(id) => write!(f, " (request id {id})"),
            None => f.write_str(" (no request id)"),
        }
    }

    /// Writes the advice for a status code. It's based on the "Errors" page of Trackstar's
    /// documentation.
    fn write_advice(&self, f: &mut fmt::Formatter<'_>, response: &ErrorResponse) -> fmt::Result {
        let advice = match response.status {
            // The status code may just be a consequence of an earlier attempt. We get to that
            // below.
            _ if self.was_open_before() => "that does not show the outcome of the earlier attempts",
            StatusCode::UNAUTHORIZED => {
                "check the API key and the access token: one of them is wrong, revoked, or belongs \
                 to a deleted connection"
            }
            StatusCode::FORBIDDEN => {
                "the endpoint is disabled for this organization or connection, or the API key is \
                 read-only"
            }
            StatusCode::NOT_FOUND => return self.write_not_found(f, response),
            StatusCode::UNPROCESSABLE_ENTITY => "correct the request before you try again",
            StatusCode::TOO_MANY_REQUESTS => {
                return match response.retry_after {
                    Some(wait) => write!(f, "wait {} seconds and try again", wait.as_secs()),
                    None => f.write_str("wait a second and try again"),
                };
            }
            // Gateways return 501 as well, but not with a message from the API.
            StatusCode::NOT_IMPLEMENTED if response.parsed.error.is_some() => {
                "this integration does not support the operation, so a retry does not help"
            }
            StatusCode::NOT_MODIFIED => {
                "the request was not conditional, so the response does not come from the API: check the base \
                 URL and the proxy"
            }
            status if status.is_redirection() => {
                f.write_str(
                    "check the base URL; redirects are never followed, because they would send the \
                     credentials to another host",
                )?;
                return match &response.redirect {
                    Some(target) => write!(f, " (it points to {target})"),
                    None => Ok(()),
                };
            }
            status if status.is_server_error() => {
                f.write_str("the API or a gateway failed")?;
                return if self.own_effect().is_open() {
                    Ok(())
                } else {
                    f.write_str(": try again later")
                };
            }
            _ if self.own_effect().is_open() => {
                "that status does not show whether the operation took effect"
            }
            StatusCode::REQUEST_TIMEOUT => "the server did not wait for the request, so try again",
            _ => "correct the request, or report the request id to Trackstar",
        };
        f.write_str(advice)
    }
}

impl Error {
    /// Writes the advice for 404. If the response didn't come from the API, we can't conclude that
    /// the record doesn't exist.
    fn write_not_found(&self, f: &mut fmt::Formatter<'_>, response: &ErrorResponse) -> fmt::Result {
        let names_one = self.0.operation.is_some_and(|it| it.path.contains('{'));
        let what = if names_one {
            "the record"
        } else {
            "the resource"
        };
        if response.parsed.error.is_some() {
            write!(
                f,
                "{what} does not exist in Trackstar's data, or is already deleted"
            )
        } else {
            write!(
                f,
                "this does not look like a response from the API, so it does not show whether \
                 {what} exists; check \
                 the base URL and the proxy"
            )
        }
    }

    /// Writes a warning if the outcome is unknown, and how to find out. This is the only place that
    /// does so, which avoids repeating the advice.
    fn write_outcome(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let effect = match (self.effect(), self.own_effect()) {
            (Effect::NotDone, _) => return Ok(()),
            (_, Effect::NotDone) => "an earlier attempt may have taken effect",
            (Effect::Unknown, _) => "the request may have taken effect",
            (Effect::Reported, _) => {
                "the server reported success, so the operation has most likely taken effect"
            }
        };
        let look_first = LookFirst(self.0.operation);
        write!(f, "; outcome unknown: {effect}; {look_first}")
    }

    /// Writes the list of attempts, and why there wasn't another one.
    fn write_attempts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, attempt) in self.0.attempts.iter().enumerate() {
            if self.0.attempts.len() > 1 {
                let before = if index == 0 { " [" } else { "; " };
                write!(f, "{before}{attempt}")?;
            }
        }
        if self.0.attempts.len() > 1 {
            f.write_str("]")?;
        }
        match self.0.gave_up {
            None | Some(GaveUp::Attempts) => Ok(()),
            Some(GaveUp::Time) => f.write_str("; there was not enough time for another attempt"),
            Some(GaveUp::RetryAfter) => {
                f.write_str("; the wait is longer than the retry policy allows")
            }
            Some(GaveUp::Budget) => f.write_str(
                "; not tried again, because the retry budget of this connection is used up",
            ),
            Some(GaveUp::Key) => {
                let cause = self.cause();
                write!(f, "; the provider did not return a newer API key{cause}")
            }
            Some(GaveUp::Stream) => f.write_str("; not tried again, because the body is a stream"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_reading_the_record_or_the_list() {
        let advice = |path| {
            let operation = Operation {
                path,
                ..Operation::BLANK
            };
            LookFirst(Some(Box::leak(Box::new(operation)))).to_string()
        };
        let general = "before you repeat it, check the current state";
        assert_eq!(
            advice("/connections"),
            format!("{general} (for example with GET /connections)")
        );
        assert_eq!(
            advice("/a/{b}/cancel"),
            format!("{general} (for example with GET /a/{b})", b = "{b}")
        );
        assert_eq!(advice("<custom path>"), general);
    }
}
