//! The media types that a request accepts.

use crate::mismatch::Mismatch;
use crate::spec::{Media, Operation, ResponseSpec, essence};

/// Returns the ranges of media types in a request's `Accept` header.
pub(crate) fn ranges<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names = headers.flat_map(|value| {
        let mut quoted = false;
        value.split(move |mark| {
            quoted ^= mark == '"';
            mark == ',' && !quoted
        })
    });
    let names = names.map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

/// Returns the bodies of a response that a server may send for `ranges` (RFC 9110, section 12.5.1).
pub(crate) fn admitted<'a>(response: &'a ResponseSpec, ranges: &[String]) -> Vec<&'a Media> {
    let media = response.media.iter();
    media
        .filter(|media| ranges.iter().any(|range| meet(range, &media.name)))
        .collect()
}

/// Returns true if a range contains a media type.
pub(crate) fn covers(range: &str, media: &str) -> bool {
    let (range, media) = (essence(range), essence(media));
    match range.strip_suffix("/*") {
        Some("*") => true,
        Some(family) => media.split('/').next() == Some(family),
        None => range == media,
    }
}

/// Returns true if two ranges have a media type in common.
fn meet(one: &str, other: &str) -> bool {
    covers(one, other) || covers(other, one)
}

/// Returns the errors in the ranges of a request.
///
/// A client reads one form of a response. If a range is wider than the document's media type, the server
/// may choose another form. If there is an additional range, the server may reject the request.
pub(crate) fn mismatches(operation: &Operation, ranges: &[String]) -> Vec<Mismatch> {
    let mismatch = |text: String| Mismatch::new("header accept", text);
    let offered: Vec<&str> = operation
        .responses
        .iter()
        .flat_map(|response| response.media.iter().map(|media| media.name.as_str()))
        .collect();
    // A response without content is not read.
    if offered.is_empty() || operation.method == "HEAD" {
        return Vec::new();
    }
    let mut mismatches = Vec::new();
    for range in ranges {
        if !offered.iter().any(|media| covers(media, range)) {
            mismatches.push(mismatch(format!(
                "{range} is accepted, but the document has {}",
                offered.join(", ")
            )));
        }
    }
    for response in &operation.responses {
        if !response.media.is_empty() && admitted(response, ranges).is_empty() {
            let status = response.status;
            let names: Vec<&str> = response.media.iter().map(|it| it.name.as_str()).collect();
            mismatches.push(mismatch(format!(
                "no media type of the document for {status} is accepted: {}",
                names.join(", ")
            )));
        }
    }
    mismatches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &[&str], accept: &str) -> Vec<String> {
        let content: Vec<String> = content
            .iter()
            .map(|name| format!("'{name}': {{}}"))
            .collect();
        let text = format!(
            "openapi: 3.1.0\npaths: {{/a: {{get: {{responses: {{'200': {{content: {{{}}}}}, '204': {{}}}}}}}}}}",
            content.join(", ")
        );
        let document = crate::document::read("t.yaml", &text).expect("a document");
        let operation = crate::spec::operations(&document.value).remove(0);
        let ranges = ranges([accept].into_iter());
        let found = mismatches(&operation, &ranges);
        found.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn accepts_only_documented_media_types() {
        let quoted = [r#"application/json; profile="a,b""#];
        assert_eq!(of(&quoted, quoted[0]), [""; 0]);
        let vendor = ["application/vnd.a+json", "application/vnd.b+json"];
        for (content, accept, count) in [
            (&vendor[..], "application/vnd.a+json", 0),
            (
                &vendor[..],
                "application/vnd.a+json, application/vnd.b+json",
                0,
            ),
            (&vendor[..], "*/*", 1),
            (&vendor[..], "application/json", 2),
            (&vendor[..], "", 1),
            (&["application/json"], "application/json", 0),
            (&["application/json", "text/csv"], "application/json", 0),
            (&["image/*"], "image/*", 0),
            (&["image/*"], "image/png", 0),
            (&["*/*"], "*/*", 0),
            (&["text/csv"], "text/csv, text/html", 1),
            (&[], "*/*", 0),
        ] {
            let found = of(content, accept);
            assert_eq!(found.len(), count, "{content:?} {accept}: {found:?}");
        }
    }

    #[test]
    fn range_covers_only_its_family() {
        for (range, media, expected) in [
            ("Image/*", "image/png; q=1", true),
            ("image/*", "application/pdf", false),
            ("*/*", "application/pdf", true),
            ("application/json", "application/json;charset=utf-8", true),
            ("application/json", "application/json5", false),
        ] {
            assert_eq!(covers(range, media), expected, "{range} {media}");
        }
    }
}
