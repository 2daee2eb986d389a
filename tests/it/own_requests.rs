//! Custom requests: rejected headers and paths, and wiping of secrets in memory.

use trackstar_api::reexports::http_1::Method;
use trackstar_api::{ApiKey, Client};
use trackstar_tests::{API_KEY, Fate, FaultServer, connection, response};

/// Starts a server that responds with an empty object.
async fn server() -> FaultServer {
    let fate = Fate::Respond(response("200 OK", &[], "{}"));
    FaultServer::always(fate).await.unwrap()
}

#[tokio::test]
async fn rejects_headers_that_gateways_alias() {
    let server = server().await;
    let connection = connection(server.base_url()).unwrap().read_only();
    for (name, value) in [
        ("X_HTTP_Method_Override", "DELETE"),
        ("x-http-method-override", "DELETE"),
        ("x_method_override", "DELETE"),
        ("x.http-method", "DELETE"),
        ("x_trackstar_access_token", "other"),
        ("X_Trackstar-Api_Key", "other"),
        ("content_length", "5"),
        ("transfer_encoding", "chunked"),
        ("x_rewrite_url", "/connections"),
    ] {
        let request = connection.request(Method::GET, "/things");
        let error = request.header(name, value).send().await.expect_err(name);
        assert!(error.attempts().is_empty(), "{error}");
        assert!(
            error.to_string().contains(&name.to_ascii_lowercase()),
            "{error}"
        );
    }
    assert_eq!(server.arrived(), 0);
    let request = connection.request(Method::GET, "/things");
    let sent = request.header("x_request_source", "a").send().await;
    assert_eq!(sent.unwrap().status().as_u16(), 200);
    assert!(server.heads()[0].contains("x_request_source: a\r\n"));
}

#[tokio::test]
async fn rejects_headers_that_the_preparation_omits() {
    let server = server().await;
    let connection = connection(server.base_url()).unwrap();
    for name in trackstar_openapi::headers::TRANSPORT {
        let request = connection.request(Method::GET, "/things");
        let error = request.header(name, "x").send().await.expect_err(name);
        let expected = format!("the header `{name}`");
        assert!(error.to_string().contains(&expected), "{error}");
    }
    assert_eq!(server.arrived(), 0);
}

#[tokio::test]
async fn rejects_paths_unsafe_if_decoded_twice() {
    let server = server().await;
    let connection = connection(server.base_url()).unwrap();
    for path in [
        "/magic-links/%252e%252e",
        "/magic-links/%25252e%25252e/connections",
        "/magic-links/a%252Fb",
        "/magic-links/..%255Cconnections",
    ] {
        let error = connection.request(Method::DELETE, path).send().await;
        assert!(error.expect_err(path).attempts().is_empty(), "{path}");
    }
    assert_eq!(server.arrived(), 0);
    let fine = connection.request(Method::GET, "/items/a%20b%2Fc/100%25");
    fine.send().await.unwrap();
    assert!(server.heads()[0].starts_with("GET /items/a%20b%2Fc/100%25 HTTP/1.1\r\n"));
}

#[test]
fn rejects_ambiguous_base_urls() {
    let build = |url: &str| Client::builder(ApiKey::new(API_KEY).unwrap()).base_url(url);
    for url in [
        "https://production.trackstarhq.com\n.evil.example",
        "https://production.trackstarhq.com\u{ad}.evil",
        "https://exa\tmple.com",
        "http://2130706433",
        "https://production.trackstarhq.com\\@evil.com",
    ] {
        let error = build(url).map(drop).expect_err(url).to_string();
        assert!(error.starts_with("the base URL "), "{error}");
        assert!(!error.contains("evil"), "{error}");
    }
}

/// Searches the memory of this process for copies of a secret.
#[cfg(target_os = "linux")]
mod wiped {
    use std::fs::File;
    use std::io::{Read, Seek, SeekFrom};

    use serde::Serialize;
    use trackstar_api::reexports::http_1::Method;
    use trackstar_api::{AccessToken, Sensitive};
    use trackstar_tests::builder;

    const MASK: u8 = 0x5a;

    /// Returns a secret created at run time, and a masked form that the search does not match.
    fn hidden(tag: u8) -> (String, Vec<u8>) {
        let text: String = (0..40_u8)
            .map(|at| char::from(b'a' + (at.wrapping_mul(7) ^ tag) % 26))
            .collect();
        let hidden = text.bytes().map(|byte| byte ^ MASK).collect();
        (text, hidden)
    }

    /// Counts the copies of the secret in writable anonymous memory, except for the search buffer.
    fn copies(hidden: &[u8]) -> usize {
        const STEP: usize = 1 << 20;
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let mut memory = File::open("/proc/self/mem").unwrap();
        let mut found = 0;
        let mut buffer = vec![0; STEP + hidden.len()];
        let own = buffer.as_ptr().addr();
        let own = own..own + buffer.len();
        for line in maps.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let name = fields.get(5).copied().unwrap_or_default();
            if !fields[1].starts_with("rw") || !(name.is_empty() || name.starts_with('[')) {
                continue;
            }
            let (start, end) = fields[0].split_once('-').unwrap();
            let start = usize::from_str_radix(start, 16).unwrap();
            let end = usize::from_str_radix(end, 16).unwrap();
            for at in (start..end).step_by(STEP) {
                let length = (end - at).min(buffer.len());
                memory.seek(SeekFrom::Start(at as u64)).unwrap();
                if memory.read_exact(&mut buffer[..length]).is_err() {
                    break;
                }
                let first = hidden[0] ^ MASK;
                let mut from = 0;
                // Matches that begin after the step are found in the next step.
                while let Some(next) = buffer[from..length].iter().position(|it| *it == first) {
                    let place = from + next;
                    let here = buffer[place..length].iter().zip(hidden);
                    let whole = length - place >= hidden.len();
                    let same = whole && here.into_iter().all(|(byte, it)| byte ^ MASK == *it);
                    found += usize::from(same && place < STEP && !own.contains(&(at + place)));
                    from = place + 1;
                }
                buffer.fill(0);
            }
        }
        found
    }

    #[derive(Serialize)]
    struct Exchange {
        // Serializing the padding reallocates the buffer several times.
        access_token: Sensitive,
        padding: String,
    }

    // A single test, because concurrent searches would find each other's buffers.
    #[test]
    fn wipes_bodies_and_tokens_from_memory() {
        let client = builder("http://127.0.0.1:1").unwrap().build().unwrap();
        for (tag, padding) in [(1, 0), (2, 300), (3, 70_000)] {
            let (text, hidden) = hidden(tag);
            let body = Exchange {
                access_token: Sensitive::from(text),
                padding: "x".repeat(padding),
            };
            let request = client.request(Method::POST, "/exchange").json(&body);
            assert!(copies(&hidden) >= 2, "the search works");
            drop(request);
            drop(body);
            assert_eq!(copies(&hidden), 0, "with {padding} bytes of padding");
        }

        let (text, hidden_text) = hidden(11);
        let request = client.request(Method::POST, "/exchange");
        let request = request.body("text/plain", text);
        assert!(copies(&hidden_text) >= 1, "the search works");
        drop(request);
        assert_eq!(copies(&hidden_text), 0);

        let (text, hidden_text) = hidden(12);
        let token = AccessToken::new(text).unwrap();
        assert!(copies(&hidden_text) >= 1, "the search works");
        drop(token);
        assert_eq!(copies(&hidden_text), 0);
    }
}
