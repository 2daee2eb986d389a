//! Names of headers that parameters of a document cannot have.

/// Headers that OpenAPI describes elsewhere. Parameters with these names are ignored.
const IGNORED: [&str; 3] = ["accept", "authorization", "content-type"];

/// Headers that the transport of a client sets, or that would change the meaning of the request, in lower
/// case.
///
/// ```
/// assert!(trackstar_openapi::headers::TRANSPORT.contains(&"host"));
/// ```
pub const TRANSPORT: [&str; 17] = [
    "connection",
    "content-length",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-http-method",
    "x-http-method-override",
    "x-method",
    "x-method-override",
    "x-original-method",
    "x-original-url",
    "x-rewrite-url",
];

/// Returns true if OpenAPI ignores parameters in a header of this name.
///
/// ```
/// assert!(trackstar_openapi::headers::is_ignored("Content-Type"));
/// ```
#[must_use]
pub fn is_ignored(name: &str) -> bool {
    IGNORED.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Returns true if the transport of a client sets this header.
pub(crate) fn is_transport(name: &str) -> bool {
    TRANSPORT.iter().any(|own| own.eq_ignore_ascii_case(name))
}
