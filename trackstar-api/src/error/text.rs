//! What an error says to a person: what happened, then what to do.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::answer::ErrorAnswer;
use super::describe::{Body, Misfit};
use super::{Effect, Error, GaveUp, Kind};
use crate::operation::Operation;
use crate::sanitize::SanitizedError;

/// Writes the innermost cause, which has the reason, as `: connection refused`.
struct Cause<'a>(Option<&'a SanitizedError>);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(cause) => write!(f, ": {}", cause.innermost()),
            None => Ok(()),
        }
    }
}

/// What a success means that is not the API's.
const NOT_THE_API: &str = "this does not look like the API: check the base URL and the proxy";

/// How to find out what became of a request that may have taken effect.
struct LookFirst(Option<&'static Operation>);

impl fmt::Display for LookFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("before you repeat it, find out with a GET what the API has now")?;
        // What stands behind the last id is what is done to the record more often than one.
        let path = self.0.map_or("", |operation| operation.path);
        let path = path.rfind('}').map_or(path, |end| &path[..=end]);
        // A request of the caller's own has no path that may be shown.
        if path.starts_with('/') {
            write!(f, " (such as GET {path})")?;
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        let cause = Cause(self.0.source.as_ref());
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
                    "no connection could be made to {to}{how} and nothing was sent{this_time}{cause}; check \
                     the base URL, the network and the proxy (for HTTPS those of the environment count), \
                     then try again"
                )?;
            }
            Kind::NotTaken => write!(
                f,
                "the connection ended, or the server refused the request, before it began with it{cause}; \
                 it did nothing{this_time}: try again"
            )?,
            Kind::Unanswered { timeout } => {
                let how = if *timeout {
                    "no answer came in time"
                } else {
                    "the connection gave no valid answer"
                };
                write!(f, "{how}{cause}")?;
                if !self.own_effect().is_open() {
                    f.write_str("; it changes nothing, so try again")?;
                }
            }
            Kind::Held(wait) => {
                f.write_str("the limits of the access token held it back, and nothing was sent; ")?;
                if *wait > Duration::ZERO {
                    write!(
                        f,
                        "wait {:.1} seconds and try again, or allow it more time",
                        wait.as_secs_f64()
                    )?;
                } else {
                    f.write_str("make fewer calls at once, or allow them more time")?;
                }
            }
            Kind::NoKey { timeout } => {
                let how = if *timeout {
                    "did not return one in time"
                } else {
                    "failed"
                };
                write!(
                    f,
                    "there is no API key, because its provider {how}{cause}; nothing was sent: try again \
                     when the provider works"
                )?;
            }
            Kind::RepeatedToken => f.write_str(
                "the server gave a page token that it gave before, which would never come to an \
                 end; begin the list again, and tell the API's support if it happens again",
            )?,
            Kind::CutOff { .. } | Kind::TooLong(_) | Kind::Decode(..) | Kind::Refused => {}
        }
        if let Some(answer) = &self.0.answer {
            self.write_answer(f, answer, &cause)?;
        }
        self.write_outcome(f)?;
        self.write_attempts(f)
    }
}

/// Writes the same text as `Display`, so that `fn main() -> Result<(), Error>` prints it. The alternate
/// form, `{:#?}`, writes the fields.
///
/// Neither contains the response body, which may hold a customer's data. Texts of servers and libraries are
/// escaped and shortened.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        let answer = self.0.answer.as_ref();
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.operation_id())
            .field("status", &self.status().map(|status| status.as_u16()))
            .field("request_id", &answer.and_then(|it| it.request_id.as_ref()))
            .field("message", &answer.and_then(|it| it.parsed.error.as_ref()))
            .field("detail", &self.detail())
            .field("source", &self.0.source)
            .field("attempts", &self.0.attempts)
            .finish_non_exhaustive()
    }
}

impl Error {
    fn write_answer(
        &self,
        f: &mut fmt::Formatter<'_>,
        answer: &ErrorAnswer,
        cause: &Cause<'_>,
    ) -> fmt::Result {
        write!(f, "the server answered {}", answer.status)?;
        match &self.0.kind {
            Kind::CutOff { .. } => {
                write!(f, ", but its body did not arrive whole{cause}")?;
                if !answer.status.is_success() {
                    f.write_str("; ")?;
                    self.write_advice(f, answer)?;
                } else if answer.is_foreign() {
                    write!(f, "; {NOT_THE_API}")?;
                } else if !self.own_effect().is_open() {
                    f.write_str("; it changes nothing, so try again")?;
                }
            }
            Kind::TooLong(limit) => {
                f.write_str(", but its body is longer than ")?;
                match limit / (1024 * 1024) {
                    0 => write!(f, "{limit} bytes")?,
                    mebibytes => write!(f, "{mebibytes} MiB")?,
                }
                f.write_str(" and was not read to its end; ")?;
                f.write_str(if answer.is_foreign() {
                    NOT_THE_API
                } else {
                    "ask for less at once"
                })?;
            }
            Kind::Decode(misfit @ Misfit::Unwritable, problem) => {
                write!(f, ", but {problem}; {}", misfit.advice())?;
            }
            Kind::Decode(misfit, problem) => {
                let body = Body(answer);
                write!(
                    f,
                    ", but in a form that this client does not know ({body}; {problem}); "
                )?;
                f.write_str(if answer.is_foreign() {
                    NOT_THE_API
                } else {
                    misfit.advice()
                })?;
            }
            _ => {
                match &answer.parsed.error {
                    Some(message) => write!(f, ": {message:.2000}")?,
                    None => write!(f, " with {}", Body(answer))?,
                }
                if let Some(origin) = &answer.parsed.origin {
                    write!(f, " (origin: {origin})")?;
                }
                if let Some(detail) = answer.parsed.detail.as_ref().filter(|it| !it.is_empty()) {
                    write!(f, " [{detail}]")?;
                }
                f.write_str("; ")?;
                self.write_advice(f, answer)?;
            }
        }
        match &answer.request_id {
            Some(id) => write!(f, " (request id {id})"),
            None => f.write_str(" (no request id)"),
        }
    }

    /// What to do about a status (page: Errors).
    fn write_advice(&self, f: &mut fmt::Formatter<'_>, answer: &ErrorAnswer) -> fmt::Result {
        let advice = match answer.status {
            // What it says of the record or the token may be the work of the earlier attempt, which
            // is told behind this.
            _ if self.was_open_before() => "that does not tell what became of it",
            StatusCode::UNAUTHORIZED => {
                "check the API key and the access token: one of them is wrong, revoked, or belongs \
                 to a deleted connection"
            }
            StatusCode::FORBIDDEN => {
                "the endpoint is disabled for this organization or connection, or the API key is \
                 read-only"
            }
            StatusCode::NOT_FOUND => return self.write_not_found(f, answer),
            StatusCode::UNPROCESSABLE_ENTITY => "correct the request: the same one fails again",
            StatusCode::TOO_MANY_REQUESTS => {
                return match answer.retry_after {
                    Some(wait) => write!(f, "wait {} seconds and try again", wait.as_secs()),
                    None => f.write_str("wait a second and try again"),
                };
            }
            // Gateways say 501 as well, but without the API's text.
            StatusCode::NOT_IMPLEMENTED if answer.parsed.error.is_some() => {
                "this integration does not implement the operation: no retry helps"
            }
            StatusCode::NOT_MODIFIED => {
                "that answers a conditional request, which this was not: check the base URL and the \
                 proxy"
            }
            status if status.is_redirection() => {
                f.write_str(
                    "check the base URL: redirects are never followed, because they would carry the \
                     credentials to another host",
                )?;
                return match &answer.redirect {
                    Some(target) => write!(f, " (it points to {target})"),
                    None => Ok(()),
                };
            }
            status if status.is_server_error() => {
                f.write_str("the API or a gateway before it failed")?;
                return if self.own_effect().is_open() {
                    Ok(())
                } else {
                    f.write_str(": try again later")
                };
            }
            _ if self.own_effect().is_open() => "that status does not say what became of it",
            StatusCode::REQUEST_TIMEOUT => "the server gave up waiting for the request: try again",
            _ => "correct the request, or report the request id to Trackstar",
        };
        f.write_str(advice)
    }
}

impl Error {
    /// A program takes 404 for "deleted": only the API can say that, not whoever else answers there.
    fn write_not_found(&self, f: &mut fmt::Formatter<'_>, answer: &ErrorAnswer) -> fmt::Result {
        let names_one = self.0.operation.is_some_and(|it| it.path.contains('{'));
        let what = if names_one {
            "the record"
        } else {
            "what it is about"
        };
        if answer.parsed.error.is_some() {
            write!(f, "{what} is not in Trackstar's copy, or is gone already")
        } else {
            write!(
                f,
                "this does not look like the API's own answer: check the base URL and the proxy; \
                 whether {what} exists is not said"
            )
        }
    }

    /// Writes that the outcome is unknown, and how to find out. No other part of the text gives that
    /// advice, so that it stands there once.
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

    /// Writes what became of each attempt, and why there is no other.
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
            Some(GaveUp::Time) => f.write_str("; there was no time left for another attempt"),
            Some(GaveUp::RetryAfter) => f.write_str("; that is longer than the retry policy waits"),
            Some(GaveUp::Budget) => f.write_str(
                "; it was not tried again, because too many calls of this connection have failed",
            ),
            Some(GaveUp::Key) => {
                let cause = Cause(self.0.source.as_ref());
                write!(
                    f,
                    "; no newer API key could be had from its provider{cause}"
                )
            }
            Some(GaveUp::Stream) => {
                f.write_str("; it was not tried again, because its body was a stream")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_look_is_the_record_or_the_list_of_the_operation_and_nothing_of_ones_own_requests() {
        let advice = |path| {
            let operation = Operation {
                path,
                ..Operation::BLANK
            };
            LookFirst(Some(Box::leak(Box::new(operation)))).to_string()
        };
        let general = "before you repeat it, find out with a GET what the API has now";
        assert_eq!(
            advice("/connections"),
            format!("{general} (such as GET /connections)")
        );
        assert_eq!(
            advice("/a/{b}/cancel"),
            format!("{general} (such as GET /a/{b})", b = "{b}")
        );
        assert_eq!(advice("of one's own"), general);
    }
}
