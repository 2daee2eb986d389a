//! `--dry-run`: the request as it would be sent, without its secrets.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::arguments::Given;
use super::options::Format;
use super::secrecy::{self, REDACTED};
use super::text;
use crate::operation::Operation;
use crate::redact::redact;

/// What would have been sent.
#[derive(Clone, Debug)]
struct Shown {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Shown {
    fn is_form(&self) -> bool {
        let form = "application/x-www-form-urlencoded";
        let mut headers = self.headers.iter();
        headers.any(|(name, value)| name == "content-type" && value.starts_with(form))
    }
}

/// Keeps the request that is not sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Rehearsal(Arc<Mutex<Option<Shown>>>);

/// What the request itself does not tell: it hands files over piece by piece.
pub(super) struct Known {
    operation: &'static Operation,
    files: Vec<String>,
    secrets: Vec<String>,
}

impl Known {
    pub(super) fn of(operation: &'static Operation, given: &Given) -> Self {
        let arguments = &given.arguments;
        let named = arguments
            .files
            .iter()
            .map(|(part, file)| (Some(part), file));
        let files = named.chain(arguments.content.iter().map(|file| (None, file)));
        let files = files.map(|(part, file)| {
            let part = part.map_or("the body", String::as_str);
            let name = file.name.as_deref().unwrap_or("-");
            format!("{part}: {} bytes of {name}", file.bytes.len())
        });
        let parts = arguments.parts.iter().map(|(name, value)| {
            if secrecy::is_secret_field(operation, name) && !value.is_null() {
                return format!("{name}: \"{REDACTED}\"");
            }
            format!("{name}: {value}")
        });
        Self {
            operation,
            files: files.chain(parts).collect(),
            secrets: given.secrets.clone(),
        }
    }
}

impl Rehearsal {
    /// For the client: takes the request in place of a server.
    pub(super) fn keep(&self) -> impl Fn(&reqwest::Request) + Send + Sync + 'static {
        let kept = Arc::clone(&self.0);
        move |request| {
            let headers = request.headers().iter().map(|(name, value)| {
                let shown = if value.is_sensitive() {
                    REDACTED.to_owned()
                } else {
                    String::from_utf8_lossy(value.as_bytes()).into_owned()
                };
                (name.as_str().to_owned(), shown)
            });
            let body = request.body().and_then(reqwest::Body::as_bytes);
            let shown = Shown {
                method: request.method().to_string(),
                url: request.url().to_string(),
                headers: headers.collect(),
                body: body.map(<[u8]>::to_vec),
            };
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        }
    }

    /// The request as a text; `None` where it did not come to one.
    pub(super) fn shown(&self, format: Format, known: &Known) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = kept.as_ref()?;
        let secrets: Vec<&[u8]> = known.secrets.iter().map(String::as_bytes).collect();
        let clean = |bytes: &[u8]| String::from_utf8_lossy(&redact(bytes, &secrets)).into_owned();
        let body = shown.body.as_deref().map(|body| {
            let text = String::from_utf8_lossy(body);
            if shown.is_form() {
                let is_secret = |name: &str| secrecy::is_secret_field(known.operation, name);
                return Value::from(clean(secrecy::pairs(&text, is_secret).as_bytes()));
            }
            let mut value = serde_json::from_slice(body).unwrap_or_else(|_| Value::from(text));
            secrecy::hide(known.operation, &mut value);
            match value {
                Value::String(text) => Value::from(clean(text.as_bytes())),
                value => value,
            }
        });
        let url = clean(secrecy::url(known.operation, &shown.url).as_bytes());
        Some(match format {
            Format::Json => {
                let headers: Map<String, Value> = shown
                    .headers
                    .iter()
                    .map(|(name, value)| (name.clone(), clean(value.as_bytes()).into()))
                    .collect();
                let shown = json!({
                    "method": shown.method,
                    "url": url,
                    "headers": headers,
                    "body": body,
                    "parts": known.files,
                });
                text::json(&format!("{shown:#}"))
            }
            Format::Table => {
                let mut lines = format!("{} {url}\n", shown.method);
                for (name, value) in &shown.headers {
                    let _infallible = writeln!(lines, "{name}: {}", clean(value.as_bytes()));
                }
                if let Some(body) = body {
                    let body = body
                        .as_str()
                        .map_or_else(|| format!("{body:#}"), str::to_owned);
                    let _infallible = writeln!(lines, "\n{body}");
                }
                for file in &known.files {
                    let _infallible = write!(lines, "\n{file}");
                }
                text::lines(lines.trim_end())
            }
        })
    }
}
