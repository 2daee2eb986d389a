//! Tests for calls to operations that don't occur in any of the test documents.

use http::HeaderValue;

use super::*;
use crate::call::context::HasContext as _;
use crate::wire::{API_KEY, connection, serve};

const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\n\r\n";

const HEADER: Parameter = Parameter {
    setter: "it",
    location: ParameterLocation::Header,
    style: crate::operation::Style::Simple,
    explode: false,
    ..Parameter::BLANK
};

/// Returns an operation with the given parameter.
fn with(parameter: Parameter) -> &'static Operation {
    Box::leak(Box::new(Operation {
        id: "remove",
        method: "DELETE",
        path: "/things",
        parameters: Box::leak(Box::new([parameter])),
        successes: &[(200, 299)],
        ..Operation::BLANK
    }))
}

#[tokio::test]
async fn rejects_transport_headers_before_sending() {
    let connection = connection("http://127.0.0.1:9");
    for (name, told) in [
        ("Host", "the header `host` can only be set by the client"),
        (
            "Content-Length",
            "the header `content-length` can only be set by the client",
        ),
        (
            "Transfer_Encoding",
            "the header `transfer_encoding` can only be set by the client",
        ),
        (
            "Connection",
            "the header `connection` can only be set by the client",
        ),
        (
            "X_Trackstar_Api_Key",
            "the header `x_trackstar_api_key` can only be set by the client",
        ),
        (
            "X-HTTP-Method-Override",
            "the header `x-http-method-override` overrides the method or path",
        ),
    ] {
        let call = Call::new(connection.context(), with(Parameter { name, ..HEADER }));
        let error = call.set::<String, _>(0, "5").send_empty().await.map(drop);
        let error = error.expect_err(name);
        assert!(error.attempts().is_empty() && !error.outcome_unknown());
        let expected = format!("remove (DELETE /things): {told}");
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn sends_documented_expect_but_no_documented_credentials() {
    for (name, value, line) in [
        ("Expect", "200-ok", "expect: 200-ok\r\n".to_owned()),
        (
            "X-Trackstar-Api-Key",
            "other",
            format!("x-trackstar-api-key: {API_KEY}\r\n"),
        ),
    ] {
        let (connection, server) = serve(NO_CONTENT).await;
        let call = Call::new(connection.context(), with(Parameter { name, ..HEADER }));
        let sent = call.set::<String, _>(0, value).send_empty().await;
        sent.expect("it is sent");
        let head = &server.heads()[0];
        assert_eq!(head.matches(&line).count(), 1, "{head}");
        assert!(!head.contains("other"), "{head}");
    }
}

/// An object parameter that is serialized under its own name.
const FILTER: Parameter = Parameter {
    name: "filter",
    setter: "filter",
    required: true,
    style: crate::operation::Style::Form,
    explode: false,
    object: true,
    ..Parameter::BLANK
};

fn url(parameter: Parameter, value: serde_json::Value) -> Result<String, String> {
    let connection = connection("http://127.0.0.1:9");
    let call = Call::new(connection.context(), with(parameter));
    let built = call.set::<serde_json::Value, _>(0, value).built();
    built
        .map(|request| request.url().to_string())
        .map_err(|error| error.to_string())
}

#[test]
fn sends_required_filter_without_values() {
    use crate::operation::Style;
    use serde_json::json;

    let deep = Parameter {
        style: Style::DeepObject,
        explode: true,
        ..FILTER
    };
    let exploded = Parameter {
        explode: true,
        ..FILTER
    };
    for (parameter, value, expected) in [
        (
            FILTER,
            json!({"a": null, "b": null}),
            "http://127.0.0.1:9/things?filter=",
        ),
        (
            FILTER,
            json!({"a": 1, "b": null}),
            "http://127.0.0.1:9/things?filter=a,1",
        ),
        (deep, json!({"a": null}), "http://127.0.0.1:9/things"),
        (exploded, json!({"a": null}), "http://127.0.0.1:9/things"),
    ] {
        assert_eq!(url(parameter, value), Ok(expected.to_owned()));
    }
    let missing = url(FILTER, json!(null)).expect_err("null is no value");
    assert_eq!(
        missing,
        "remove (DELETE /things): the parameter `filter` is not set: call `.filter(…)`"
    );
}

#[test]
fn null_unsets_a_header() {
    let connection = connection("http://127.0.0.1:9");
    let parameter = Parameter {
        name: "X-Mode",
        ..HEADER
    };
    let call = Call::new(connection.context(), with(parameter));
    let call = call.set::<Option<String>, _>(0, Some("fast".to_owned()));
    let set = call.built().expect("a request");
    assert_eq!(set.headers()["x-mode"], "fast");
    let unset = call.set::<Option<String>, _>(0, None).built();
    let unset = unset.expect("a request");
    assert!(!unset.headers().contains_key("x-mode"));
}

#[test]
fn preview_hides_secret_parameters() {
    let connection = connection("http://127.0.0.1:9");
    let shown = |parameter, secret| {
        let parameter = Parameter {
            name: "pin",
            secret,
            ..parameter
        };
        let preview = crate::call::preview::Preview::default();
        let mut call = Call::new(connection.context(), with(parameter));
        call.options_mut().set_preview(preview.clone());
        let call = call.set::<String, _>(0, "s3cret".to_owned());
        let request = preview.of(call.send_empty()).expect("a request");
        let header = request.headers().get("pin").cloned();
        (request.url().to_owned(), header)
    };
    let url = "http://127.0.0.1:9/things";
    assert_eq!(shown(FILTER, true), (format!("{url}?pin=redacted"), None));
    assert_eq!(shown(FILTER, false), (format!("{url}?pin=s3cret"), None));
    let redacted = HeaderValue::from_static("<redacted>");
    assert_eq!(shown(HEADER, true), (url.to_owned(), Some(redacted)));
}

/// Each caller has one of these in its own future, and copies it.
#[test]
fn future_of_a_call_is_small() {
    let connection = connection("http://127.0.0.1:9");
    let call = Call::new(connection.context(), with(FILTER));
    let limit = if cfg!(feature = "tracing") {
        2816
    } else {
        2048
    };
    let size = size_of_val(&call.send_empty());
    assert!(size <= limit, "{size} bytes");
}
