//! Checks a request against the document before it is sent, and shows it without secrets.

use serde_json::Value;
use trackstar_api::reexports::http_1 as http;
use trackstar_mock::Request;

use super::arguments::Arguments;
use super::call::Ready;
use super::exit::Failure;
use super::operation::Operation;

/// Stands in for the real boundary of a form. The user's input is unlikely to contain it.
const BOUNDARY: &str = "trackstar-cli-9b7e2f60c4d1";

/// A request that can be checked and shown.
pub(super) struct Checked {
    /// The HTTP method and the URL, with secrets redacted.
    pub(super) method: String,
    pub(super) url: String,
    /// The headers. If a value is sensitive, it's `None`.
    pub(super) headers: Vec<(String, Option<String>)>,
    pub(super) body: Vec<u8>,
    request: Request,
}

impl Checked {
    /// Builds the request for a call.
    pub(super) fn of(
        operation: &Operation,
        ready: &Ready,
        arguments: &Arguments,
    ) -> Result<Self, Failure> {
        let built = ready.request()?;
        let body = built.body().as_ref().to_vec();
        let headers = built.headers().iter().map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (
                name.as_str().to_owned(),
                (!value.is_sensitive()).then_some(text),
            )
        });
        let headers: Vec<(String, Option<String>)> = headers.collect();
        let path = built.uri().path();
        let base = prefix(path, &operation.path);
        let mut request = Request {
            method: operation.method.clone(),
            path: path[base..].to_owned(),
            query: built.uri().query().unwrap_or_default().to_owned(),
            headers: own_headers(&built),
            body: body.clone(),
        };
        if let Some((media_type, content)) = upload(operation, arguments) {
            request.headers.retain(|(name, _)| name != "content-type");
            request = request.header("content-type", media_type).body(content);
        }
        let (path, query) = operation.contract.shown(&operation.known, &request);
        let scheme = built.uri().scheme_str().unwrap_or("https");
        let authority = built
            .uri()
            .authority()
            .map_or("", http::uri::Authority::as_str);
        let mut url = format!(
            "{scheme}://{authority}{}{path}",
            &built.uri().path()[..base]
        );
        if !query.is_empty() {
            url.push('?');
            url.push_str(&query);
        }
        Ok(Self {
            method: operation.method.clone(),
            url,
            headers,
            body,
            request,
        })
    }

    /// Checks the request against the document. If it isn't valid, the error says why, but doesn't
    /// include any values.
    pub(super) fn check(&self, operation: &Operation) -> Result<(), Failure> {
        let detail = operation.contract.detail(&operation.known, &self.request);
        let locations = detail.as_object().into_iter().flatten();
        let fields = locations.flat_map(|(location, fields)| {
            let fields = fields.as_object().into_iter().flatten();
            fields.map(move |(field, messages)| (location.as_str(), field, messages))
        });
        let problems: Vec<String> = fields
            .map(|(location, field, messages)| {
                let place = match (location, field.as_str()) {
                    ("json" | "form", "_schema") => "the body".to_owned(),
                    ("json" | "form", field) => format!("`{field}` in the body"),
                    (location, field) => format!("`{field}` ({location})"),
                };
                let messages = messages
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                format!("\n  {place}: {}", messages.collect::<Vec<_>>().join(" "))
            })
            .collect();
        if problems.is_empty() {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "the request does not match the document, so nothing was sent:{}",
            problems.concat()
        )))
    }

    pub(super) fn is_form(&self) -> bool {
        let form = "application/x-www-form-urlencoded";
        let kind = self.request.get("content-type");
        kind.is_some_and(|kind| kind.starts_with(form))
    }
}

/// Returns the length of whatever comes before the operation's path, such as the path of the base
/// URL.
fn prefix(path: &str, template: &str) -> usize {
    let count = template.matches('/').count();
    let mut slashes = path.rmatch_indices('/');
    slashes.nth(count.saturating_sub(1)).map_or(0, |(at, _)| at)
}

fn own_headers<T>(request: &http::Request<T>) -> Vec<(String, String)> {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    headers.collect()
}

/// Returns the media type and body of a request that uploads files.
fn upload(operation: &Operation, arguments: &Arguments) -> Option<(String, Vec<u8>)> {
    if let Some(file) = &arguments.content {
        return Some((operation.media_type.clone(), file.bytes.clone()));
    }
    if operation.parts.is_empty() {
        return None;
    }
    let mut body = Vec::new();
    let mut add = |index: usize, file: &str, bytes: &[u8]| {
        let name = operation.parts[index].0;
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    };
    for (index, file) in &arguments.files {
        add(*index, "; filename=\"file\"", &file.bytes);
    }
    for (index, value) in &arguments.parts {
        let values = match value {
            Value::Array(items) if operation.parts[*index].1.list => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        for value in values {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            add(*index, "", text.as_bytes());
        }
    }
    if body.is_empty() {
        return Some(("multipart/form-data".to_owned(), body));
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    Some((format!("multipart/form-data; boundary={BOUNDARY}"), body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_path_precedes_the_operation_path() {
        for (path, template, expected) in [
            ("/orders/o-1", "/orders/{id}", 0),
            ("/api/v1/orders/o-1", "/orders/{id}", 7),
            ("/a/connections", "/connections", 2),
            ("/", "/", 0),
        ] {
            assert_eq!(prefix(path, template), expected, "{path}");
        }
    }
}
