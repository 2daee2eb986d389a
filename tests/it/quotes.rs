//! Credentials in text that servers and libraries quote, by channel, encoding, and position of
//! truncation.

use std::fmt::Write as _;
use std::io;

use proptest::prelude::*;
use proptest::sample::select;
use rcgen::generate_simple_self_signed;
use tokio::net::TcpStream;
use trackstar_api::prelude::*;
use trackstar_api::reexports::http_1::Method;
use trackstar_api::reexports::reqwest_0_13 as reqwest;
use trackstar_api::{AccessToken, ApiKey, Client, ClientBuilder, Error, RetryPolicy};
use trackstar_tests::{ACCESS_TOKEN, API_KEY, Fate, FaultServer};

use crate::encoders::{ENCODERS, Encoder, FORMS, HEADERS, encoded};
use crate::http2;

/// The channel through which a server or library passes text that an error may contain.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Channel {
    Body,
    CutBody,
    Message,
    MessageObject,
    Detail,
    RequestId,
    Location,
    ContentType,
    Encoding,
    RetryAfter,
    GoAway,
    DecodeValue,
    DecodeName,
    Url,
    Middleware,
}

const CHANNELS: [Channel; 15] = [
    Channel::Body,
    Channel::CutBody,
    Channel::Message,
    Channel::MessageObject,
    Channel::Detail,
    Channel::RequestId,
    Channel::Location,
    Channel::ContentType,
    Channel::Encoding,
    Channel::RetryAfter,
    Channel::GoAway,
    Channel::DecodeValue,
    Channel::DecodeName,
    Channel::Url,
    Channel::Middleware,
];

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}").into_bytes()
}

/// Ends an HTTP/2 connection with GOAWAY at its first request, with `debug` as the debug data.
async fn go_away(mut stream: TcpStream, debug: String) -> io::Result<()> {
    http2::accept(&mut stream).await?;
    http2::next_request(&mut stream).await?;
    // Last stream ID 0 and ENHANCE_YOUR_CALM: no stream was processed.
    let numbers = [0u32.to_be_bytes(), 11u32.to_be_bytes()].concat();
    let payload = [&numbers, debug.as_bytes()].concat();
    http2::write(&mut stream, http2::GOAWAY, 0, 0, &payload).await?;
    http2::next_request(&mut stream).await.map(drop)
}

/// Rejects each attempt with a text.
struct Refusing(String);

impl trackstar_api::Middleware for Refusing {
    fn before(
        &self,
        _: &mut trackstar_api::BeforeAttempt<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err(self.0.clone().into())
    }
}

fn client(key: &str, base_url: &str) -> ClientBuilder {
    let client = Client::builder(ApiKey::new(key).unwrap()).base_url(base_url);
    client.unwrap().retries(RetryPolicy::never())
}

async fn fails(client: ClientBuilder) -> Error {
    let client = client.build().unwrap();
    let connection = client.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
    connection
        .delete_connection()
        .send()
        .await
        .map(drop)
        .unwrap_err()
}

/// Returns the error of a call with `key` when `text` is sent through the channel.
async fn error(channel: Channel, key: &str, text: &str) -> Error {
    let quoted = serde_json::to_string(text).unwrap();
    let answer = match channel {
        Channel::Body => http(
            "401 No",
            "content-type: text/plain\r\n",
            &format!("no {text} here"),
        ),
        Channel::CutBody => {
            format!("HTTP/1.1 401 No\r\ncontent-length: 99999\r\n\r\nno {text}").into_bytes()
        }
        Channel::Message => http(
            "401 No",
            "",
            &format!("{{\"error\": {quoted}, \"origin\": {quoted}}}"),
        ),
        Channel::MessageObject => http(
            "401 No",
            "",
            &format!("{{\"error\": {{{quoted}: [{quoted}]}}, \"origin\": {quoted}}}"),
        ),
        Channel::Detail => http(
            "422 No",
            "",
            &format!("{{\"error\": 1, \"detail\": {{{quoted}: {{{quoted}: [{quoted}]}}}}}}"),
        ),
        Channel::RequestId => http("401 No", &format!("x-request-id: {text}\r\n"), ""),
        Channel::Location => http("307 No", &format!("location: /a/{text}\r\n"), ""),
        Channel::ContentType => http(
            "200 OK",
            &format!("content-type: text/{text}\r\n"),
            "<html>",
        ),
        Channel::Encoding => http("200 OK", &format!("content-encoding: {text}\r\n"), "<html>"),
        Channel::RetryAfter => http("429 No", &format!("retry-after: {text}\r\n"), ""),
        Channel::DecodeValue => http(
            "200 OK",
            "",
            &format!("{{\"id\": \"c\", \"object\": \"c\", \"deleted\": {quoted}}}"),
        ),
        Channel::DecodeName => http("200 OK", "", &format!("{{{quoted}: NaN}}")),
        Channel::GoAway => {
            let text = text.to_owned();
            let server = FaultServer::raw(move |stream| {
                let text = text.clone();
                async move { drop(go_away(stream, text).await) }
            });
            let server = server.await.unwrap();
            let own = reqwest::Client::builder().http2_prior_knowledge();
            return fails(client(key, &server.base_url()).reqwest_0_13(own)).await;
        }
        Channel::Url => {
            let client = client(key, "http://127.0.0.1:1").build().unwrap();
            let request = client.request(Method::DELETE, "/customers/c-77");
            let request = request
                .query("token", text)
                .query("ids[in]", "x".repeat(70_000));
            return request.send().await.map(drop).unwrap_err();
        }
        Channel::Middleware => {
            return fails(client(key, "http://127.0.0.1:1").middleware(Refusing(text.to_owned())))
                .await;
        }
    };
    let server = FaultServer::always(Fate::Close(answer)).await.unwrap();
    fails(client(key, &server.base_url())).await
}

/// Returns every text of an error.
fn texts(error: &Error) -> Vec<String> {
    let mut texts = vec![
        error.to_string(),
        format!("{error:?}"),
        format!("{error:#?}"),
        String::from_utf8_lossy(error.body()).into_owned(),
        format!("{:?} {:?}", error.attempts(), error.retry_after()),
    ];
    let own = [error.message(), error.origin(), error.request_id()];
    texts.extend(own.into_iter().flatten().map(str::to_owned));
    for attempt in error.attempts() {
        texts.push(attempt.to_string());
        texts.extend(attempt.request_id().map(str::to_owned));
    }
    if let Some(detail) = error.detail() {
        texts.push(format!("{detail} {detail:?}"));
        for (location, field, messages) in detail.iter() {
            texts.push(format!("{location} {field} {}", messages.join(" ")));
        }
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        texts.push(cause.to_string());
        texts.push(format!("{cause:?}"));
        source = cause.source();
    }
    texts
}

/// Returns the encoded parts of a secret, six characters each, that must not appear.
fn parts(written: &str, encoders: &[(&str, Encoder)]) -> Vec<String> {
    let units: Vec<char> = written.chars().collect();
    let windows = units
        .windows(6)
        .map(|units| encoded(&units.iter().collect::<String>(), encoders));
    windows.map(|part| part.to_ascii_lowercase()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn shows_no_part_of_a_credential(
        key in "[!-~][ -~]{8,20}[g-z/+&%=]",
        channel in select(&CHANNELS),
        (form, write) in select(&FORMS),
        header in select(&HEADERS),
        mut encoders in proptest::collection::vec(select(&ENCODERS), 0..=3),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let header = if form.starts_with("base64") { header } else { "" };
        let written = write(&format!("{header}{key}"));
        // What a header or a frame can carry.
        while encoded(&written, &encoders).len() > 12_000 {
            encoders.pop();
        }
        let mut spelling = encoded(&written, &encoders);
        if is_cut && channel == Channel::CutBody {
            spelling.truncate(cut.index(spelling.len() + 1));
        }
        let error = runtime.block_on(error(channel, &key, &spelling));
        // The base64 characters of the header's name do not depend on the secret.
        let secret = &written[(8 * header.len()).div_ceil(6)..];
        let parts = [parts(secret, &encoders), parts(&key, &[])].concat();
        for text in texts(&error) {
            let text = text.to_ascii_lowercase();
            for part in &parts {
                prop_assert!(!text.contains(part.as_str()), "{channel:?}, {part}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn redacts_goaway_debug_data() {
    let debug = format!(
        "bad header x-trackstar-access-token: {ACCESS_TOKEN}; x-trackstar-api-key: {API_KEY}\u{1b}"
    );
    let error = error(Channel::GoAway, API_KEY, &debug).await;
    let told = "(b\"bad header x-trackstar-access-token: <redacted>; x-trackstar-api-key: <redacted>\\x1b\")";
    assert!(error.to_string().contains(told), "{error}");
    for text in texts(&error) {
        assert!(
            !text.contains(ACCESS_TOKEN) && !text.contains(API_KEY),
            "{text}"
        );
    }
}

#[tokio::test]
async fn omits_url_of_invalid_request() {
    let https = client(API_KEY, "http://127.0.0.1:1")
        .reqwest_0_13(reqwest::Client::builder().https_only(true));
    let https = https.build().unwrap();
    let connection = https.connection(AccessToken::new(ACCESS_TOKEN).unwrap());
    let request = connection.request(Method::GET, "/customers/c-77?pin=s3cret-1");
    let scheme = request.send().await.map(drop).unwrap_err();
    let long = error(Channel::Url, API_KEY, ACCESS_TOKEN).await;
    for (error, told) in [
        (scheme, "URL scheme is not allowed"),
        (
            long,
            "the request cannot be built; check its parameters, and keep its URL below 64 KiB: ",
        ),
    ] {
        assert!(error.to_string().contains(told), "{error}");
        assert!(!error.outcome_unknown(), "{error}");
        for text in texts(&error) {
            assert!(text.len() < 1500, "{text}");
            for part in [
                "customers",
                "c-77",
                "s3cret-1",
                "pin",
                "ids",
                "xxx",
                ACCESS_TOKEN,
            ] {
                assert!(!text.contains(part), "{part}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn redacts_names_in_certificates() {
    let names = vec![format!("{ACCESS_TOKEN}.example"), API_KEY.to_uppercase()];
    let certified = generate_simple_self_signed(names).unwrap();
    let trusted = reqwest::Certificate::from_der(certified.cert.der()).unwrap();
    let acceptor = crate::tls::acceptor(&certified);
    let server = FaultServer::raw(move |stream| {
        let acceptor = acceptor.clone();
        async move { drop(acceptor.accept(stream).await) }
    });
    let server = server.await.unwrap();
    let own = reqwest::Client::builder().tls_certs_only([trusted]);
    let base_url = server.base_url().replace("http:", "https:");
    let error = fails(client(API_KEY, &base_url).reqwest_0_13(own)).await;
    assert!(error.is_connect(), "{error}");
    let mut quoted = String::new();
    for text in texts(&error) {
        let small = text.to_lowercase();
        assert!(
            !small.contains(ACCESS_TOKEN) && !small.contains(API_KEY),
            "{text}"
        );
        write!(quoted, "{text}").unwrap();
    }
    assert!(
        quoted.contains("<redacted>.example"),
        "the library quotes the names: {quoted}"
    );
}

#[tokio::test]
async fn redacts_documented_encodings() {
    let key = "org/live+key=2b1f07d6&c9e8:4a35";
    let percent = |text: &str| {
        let letters = text.bytes().map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        letters.collect::<String>()
    };
    for spelling in [
        key.to_owned(),
        percent(key),
        percent(&percent(key)),
        percent(&percent(&percent(key))),
        // base64, base64url, then hexadecimal digits
        "b3JnL2xpdmUra2V5PTJiMWYwN2Q2JmM5ZTg6NGEzNQ".to_owned(),
        "6f72672f6c6976652b6b65793d3262316630376436266339653 83a34613335".replace(' ', ""),
        r"org\x2flive\x2bkey\x3d2b1f07d6\x26c9e8\x3a4a35".to_owned(),
        "org&sol;live&plus;key&equals;2b1f07d6&amp;c9e8&colon;4a35".to_owned(),
        "org&#47live&#43key&#61;2b1f07d6&ampc9e8&#58;4a35".to_owned(),
        "org&#x0000000000002F;live+key=2b1f07d6&c9e8:4a35".to_owned(),
        key.to_uppercase(),
        percent(&key.replace('&', "&amp;")),
        percent(key).replace('%', "&#37;"),
        percent(key).replace('%', "\\u0025"),
        key.replace('/', r"\/"),
    ] {
        let error = error(Channel::Body, key, &format!("<{spelling}>")).await;
        let body = String::from_utf8_lossy(error.body()).into_owned();
        assert_eq!(
            body.trim_end_matches('='),
            "no <<redacted>> here",
            "{spelling}"
        );
        let told = "beginning with \"no <<redacted>> here\"";
        assert!(error.to_string().contains(told), "{error}");
    }
    // As it appears in the request.
    let line = "eC10cmFja3N0YXItYXBpLWtleTogb3JnL2xpdmUra2V5PTJiMWYwN2Q2JmM5ZTg6NGEzNQ==";
    let error = error(Channel::Body, key, line).await;
    assert_eq!(
        error.body(),
        b"no eC10cmFja3N0YXItYXBpLWtleTog<redacted>== here"
    );
}
