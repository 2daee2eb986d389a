//! Decides which headers a user may set.

use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderName};

/// The header for the API key (`securitySchemes.ApiKey` in the document).
pub(crate) const API_KEY_HEADER: &str = "x-trackstar-api-key";
/// The header for the access token (`securitySchemes.AccessToken` in the document).
pub(crate) const ACCESS_TOKEN_HEADER: &str = "x-trackstar-access-token";

/// Parses the name of a header that may be set by the caller.
///
/// Servers that use a gateway interface (such as CGI or WSGI) replace punctuation with hyphens, so
/// we compare names in the same way.
pub(crate) fn own_header(name: &str) -> Result<HeaderName, String> {
    checked(name, |_| false)
}

/// Parses the name of a header that may be set with a call option.
///
/// This doesn't allow headers that describe the body or that might prevent us from reading the
/// response.
pub(crate) fn option_header(name: &str) -> Result<HeaderName, String> {
    let name = own_header(name)?;
    if name == CONTENT_TYPE || name == ACCEPT_ENCODING {
        return Err(refusal(&name));
    }
    Ok(name)
}

fn refusal(name: &HeaderName) -> String {
    format!("the header `{name}` can only be set by the client: remove it")
}

/// Parses the name of a header parameter in the document.
///
/// This also allows `Expect`, since the document asks for it, and the headers used for credentials,
/// since we override those.
pub(crate) fn documented_header(name: &str) -> Result<HeaderName, String> {
    checked(name, |name| name == "expect" || CREDENTIALS.contains(&name))
}

fn checked(name: &str, is_excepted: impl Fn(&str) -> bool) -> Result<HeaderName, String> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("`{}` is not a valid header name", name.escape_debug()))?;
    if is_excepted(name.as_str()) {
        return Ok(name);
    }
    let seen = as_gateways_see(name.as_str());
    if CREDENTIALS.contains(&seen.as_str()) || FRAMING.contains(&seen.as_str()) {
        return Err(refusal(&name));
    }
    if OVERRIDES.contains(&seen.as_str()) {
        return Err(format!(
            "the header `{name}` overrides the method or path, which would bypass limits, retries \
             and `read_only`: use that method and path directly"
        ));
    }
    Ok(name)
}

fn as_gateways_see(name: &str) -> String {
    let read = |it: char| {
        if it.is_ascii_alphanumeric() {
            it.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    name.chars().map(read).collect()
}

/// The headers used for credentials.
const CREDENTIALS: [&str; 2] = [API_KEY_HEADER, ACCESS_TOKEN_HEADER];

/// Headers that affect where a request is sent, how long it is, or the connection itself.
const FRAMING: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers that some servers use to override the method or path.
const OVERRIDES: [&str; 7] = [
    "x-http-method",
    "x-http-method-override",
    "x-method",
    "x-method-override",
    "x-original-method",
    "x-original-url",
    "x-rewrite-url",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rejects_headers_of_the_client_in_every_spelling() {
        for refused in [
            "X-HTTP-Method-Override",
            "X_HTTP_Method_Override",
            "x.http.method.override",
            "x-http_method-override",
            "x_method_override",
            "X_HTTP_METHOD",
            "x-method",
            "x_original_url",
            "x-rewrite-url",
            "x_trackstar_access_token",
            "x-trackstar_api-key",
            "content_length",
            "transfer_encoding",
            "Host",
            "keep-alive",
            "proxy_connection",
            "expect",
        ] {
            let error = own_header(refused).expect_err(refused);
            assert!(error.contains(&refused.to_ascii_lowercase()), "{error}");
        }
        for taken in [
            "x-request-source",
            "x_request_source",
            "authorization",
            "cookie",
            "content-type",
            "x-methods",
            "hostname",
        ] {
            assert_eq!(
                own_header(taken).as_ref().map(HeaderName::as_str),
                Ok(taken)
            );
        }
    }

    #[test]
    fn rejects_documented_headers_except_expect_and_credentials() {
        for refused in [
            "Host",
            "Content-Length",
            "transfer_encoding",
            "Connection",
            "TE",
            "Trailer",
            "Upgrade",
            "HTTP2-Settings",
            "X_HTTP_Method-Override",
            "X-Original-URL",
            "x_trackstar_api_key",
            "X-Trackstar-Access_Token",
            "ex pect",
        ] {
            documented_header(refused).expect_err(refused);
        }
        for (taken, name) in [
            ("Expect", "expect"),
            ("X-Trackstar-Api-Key", "x-trackstar-api-key"),
            ("x-trackstar-access-token", "x-trackstar-access-token"),
            ("If-Match", "if-match"),
            ("X_List", "x_list"),
        ] {
            let found = documented_header(taken);
            assert_eq!(found.as_ref().map(HeaderName::as_str), Ok(name));
        }
    }

    proptest! {
        #[test]
        fn rejects_any_spelling_of_a_forbidden_name(
            which in 0_usize..20,
            marks in proptest::collection::vec("[-_.!#$%&'*+^`|~]", 6),
            upper in any::<u64>(),
        ) {
            let all = [&FRAMING[..], &OVERRIDES, &CREDENTIALS].concat();
            let mut marks = marks.iter().cycle();
            let spelled: String = all[which % all.len()]
                .char_indices()
                .map(|(at, letter)| match letter {
                    '-' => marks.next().cloned().unwrap_or_default(),
                    letter if upper >> (at % 64) & 1 == 1 => letter.to_ascii_uppercase().to_string(),
                    letter => letter.to_string(),
                })
                .collect();
            prop_assert!(own_header(&spelled).is_err(), "{}", spelled);
        }
    }
}
