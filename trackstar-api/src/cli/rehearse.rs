//! `--dry-run`: the request as it would be sent, without its secrets.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::arguments::Given;
use super::options::Format;
use super::text;
use crate::generated::cli::SECRETS;
use crate::redact::redact;

const REDACTED: &str = "<redacted>";

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
    files: Vec<String>,
    secrets: Vec<String>,
}

impl Known {
    pub(super) fn of(given: &Given) -> Self {
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
            let mut part = json!({ name: value });
            hide(&mut part);
            format!("{name}: {}", part[name])
        });
        Self {
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
            if shown.is_form() {
                return Value::from(clean(hidden(body).as_bytes()));
            }
            match serde_json::from_slice(body) {
                Ok(mut value) => {
                    hide(&mut value);
                    value
                }
                Err(_) => Value::from(clean(body)),
            }
        });
        Some(match format {
            Format::Json => {
                let headers: Map<String, Value> = shown
                    .headers
                    .iter()
                    .map(|(name, value)| (name.clone(), clean(value.as_bytes()).into()))
                    .collect();
                let shown = json!({
                    "method": shown.method,
                    "url": clean(shown.url.as_bytes()),
                    "headers": headers,
                    "body": body,
                    "parts": known.files,
                });
                text::json(&format!("{shown:#}"))
            }
            Format::Table => {
                let mut lines = format!("{} {}\n", shown.method, clean(shown.url.as_bytes()));
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

/// A form without its secrets, by the names of its fields.
fn hidden(form: &[u8]) -> String {
    let form = String::from_utf8_lossy(form);
    let fields = form.split('&').map(|field| {
        let (name, _) = field.split_once('=').unwrap_or((field, ""));
        let plain = name.replace('+', " ");
        let plain = percent_encoding::percent_decode_str(&plain).decode_utf8_lossy();
        if SECRETS.contains(&plain.as_ref()) {
            format!("{name}={REDACTED}")
        } else {
            field.to_owned()
        }
    });
    fields.collect::<Vec<_>>().join("&")
}

/// Takes the secrets out of a body, by the names of their properties.
fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if SECRETS.contains(&name.as_str()) && !value.is_null() {
                    *value = REDACTED.into();
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}
