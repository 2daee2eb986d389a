//! Shows the request for `--dry-run`, with secrets redacted.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use trackstar_api::__rt::untyped::redact;

use super::arguments::Arguments;
use super::check::Checked;
use super::operation::Operation;
use super::options::Format;
use super::secrets::{self, REDACTED};
use super::text;

/// Formats the request as text or JSON.
pub(super) fn shown(
    format: Format,
    operation: &Operation,
    arguments: &Arguments,
    request: &Checked,
) -> String {
    let known: Vec<&[u8]> = arguments.secrets.iter().map(String::as_bytes).collect();
    let clean = |text: &str| String::from_utf8_lossy(&redact(text.as_bytes(), &known)).into_owned();
    let header =
        |value: &Option<String>| value.as_deref().map_or_else(|| REDACTED.to_owned(), clean);
    let body = body(operation, request, &clean);
    let parts = parts(operation, arguments);
    let url = clean(&request.url);
    if format == Format::Json {
        let headers = request.headers.iter();
        let headers: Map<String, Value> = headers
            .map(|(name, value)| (name.clone(), header(value).into()))
            .collect();
        let shown = json!({
            "method": request.method, "url": url, "headers": headers, "body": body, "parts": parts,
        });
        return text::json(&format!("{shown:#}"));
    }
    let mut lines = format!("{} {url}\n", request.method);
    for (name, value) in &request.headers {
        let _infallible = writeln!(lines, "{name}: {}", header(value));
    }
    if let Some(body) = body {
        let body = body
            .as_str()
            .map_or_else(|| format!("{body:#}"), str::to_owned);
        let _infallible = writeln!(lines, "\n{body}");
    }
    for part in &parts {
        let _infallible = write!(lines, "\n{part}");
    }
    text::lines(lines.trim_end())
}

fn body(operation: &Operation, request: &Checked, clean: &dyn Fn(&str) -> String) -> Option<Value> {
    if request.body.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(&request.body);
    if request.is_form() {
        let pairs = secrets::pairs(&text, |name| operation.is_secret_field(name));
        return Some(clean(&pairs).into());
    }
    let value = serde_json::from_slice(&request.body);
    let mut value = value.unwrap_or_else(|_| Value::from(text.into_owned()));
    secrets::hide(operation, &mut value);
    Some(match value {
        Value::String(text) => clean(&text).into(),
        value => value,
    })
}

/// Describes the files and parts of the body.
fn parts(operation: &Operation, arguments: &Arguments) -> Vec<String> {
    let name = |index: &usize| operation.parts[*index].0;
    let named = arguments
        .files
        .iter()
        .map(|(index, file)| (name(index), file));
    let files = named.chain(arguments.content.iter().map(|file| ("the body", file)));
    let files = files.map(|(part, file)| {
        let name = file.name.as_deref().unwrap_or("-");
        format!("{part}: {} bytes of {name}", file.bytes.len())
    });
    let values = arguments.parts.iter().map(|(index, value)| {
        let (name, part) = &operation.parts[*index];
        let secret = part.secret || operation.is_secret_field(name);
        if secret && !value.is_null() {
            return format!("{name}: \"{REDACTED}\"");
        }
        format!("{name}: {value}")
    });
    files.chain(values).collect()
}
