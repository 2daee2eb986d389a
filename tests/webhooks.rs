//! Webhooks as a server receives them. The signatures were computed with the HMAC of another
//! language's standard library over `msg_1.1764000000.` and the body.
#![allow(
    clippy::unwrap_used,
    reason = "in a test, a setup failure is a test failure"
)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use trackstar_api::reexports::http_1::{HeaderMap, HeaderValue};
use trackstar_api::webhooks::{Delivery, Event, Verifier, WebhookError, WebhookSecret, headers};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const OTHER: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SIGNED_AT: u64 = 1_764_000_000;
/// A value in every invalid payload.
const CONFIDENTIAL: &str = "s3cr3t-value";

const DELETED: (&str, &str, &str) = (
    r#"{"event_type":"connection.deleted","connection_id":"c-1","integration_name":"sandbox","integration_type":"general","data":{"deleted_date":"2025-11-24T16:00:00Z","new":{"x":[1]}},"added":"later"}"#,
    "v1,oILQS46/BqOjsW4UTwbND9XzVgC07+T1ssfJKA9Oo9s=",
    "v1,zZx0UsXsEEvfwx7TkU05OyH6i+nlRMrLOLZvZjR9Jeg=",
);
const UNKNOWN: (&str, &str) = (
    r#"{"event_type":"moon.landed","data":{"secret":"s3cr3t-value"}}"#,
    "v1,QvOmG3DfZaPM1Ba/3Tza9/ud2cUy1JLIkX4H/FX8nYI=",
);
/// Invalid payloads, their signatures, and a part of the error message.
const UNREADABLE: [(&str, &str, &str); 4] = [
    (
        r#"{"event_type":"connection.deleted","connection_id":"s3cr3t-value"}"#,
        "v1,kPNiDvOXRGrriPpcs/n0n1xeThzffTjaLT1TxMr9Glk=",
        "of `connection.deleted` does not match the document (missing field `data`",
    ),
    (
        r#"{"event_type":"connection.deleted","connection_id":["s3cr3t-value"],"data":{}}"#,
        "v1,decvEjV83bw6gEHpWfEnfO/4AgEe/67B+WdJPW9HfQY=",
        "of `connection.deleted` does not match the document (a value of an unexpected type",
    ),
    (
        r#"{"data":"s3cr3t-value"}"#,
        "v1,Wwu4RKlUBeXVpy54yDVqwOrXeIPSvvs/zCSMLAlPJE0=",
        "missing field `event_type`",
    ),
    (
        "s3cr3t-value",
        "v1,IhBHUaHfF32bdoH57vwrU+TmpeVdOkCNsqbGx6kk4wM=",
        "invalid JSON at line 1 column 1",
    ),
];

fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::new(text).unwrap()
}

fn verifier() -> Verifier {
    Verifier::new(secret(SECRET))
}

/// Returns the headers of a message. `brand` is the prefix of their names.
fn signed(brand: &str, signature: &str) -> HeaderMap {
    headers([
        (format!("{brand}-id"), "msg_1".to_owned()),
        (format!("{brand}-timestamp"), SIGNED_AT.to_string()),
        (format!("{brand}-signature"), signature.to_owned()),
    ])
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verify(body: &str, headers: &HeaderMap) -> Result<Delivery, WebhookError> {
    verifier().verify_at(body.as_bytes(), headers, at(SIGNED_AT))
}

#[test]
fn accepts_documented_event_with_extra_fields() {
    for brand in ["svix", "webhook", "SVIX"] {
        let delivery = verify(DELETED.0, &signed(brand, DELETED.1)).unwrap();
        assert_eq!(delivery.id(), "msg_1");
        assert_eq!(delivery.timestamp(), at(SIGNED_AT));
        assert_eq!(delivery.event_type(), "connection.deleted");
        let event: Event = delivery.event().unwrap();
        assert_eq!(event.event_type(), "connection.deleted");
        let Event::ConnectionDeleted(deleted) = event else {
            panic!("another event");
        };
        assert_eq!(deleted.connection_id, "c-1");
        assert_eq!(deleted.integration_name.as_deref(), Some("sandbox"));
        let date = deleted.data.deleted_date.as_ref().unwrap();
        assert_eq!(date.as_str(), "2025-11-24T16:00:00Z");
    }
    assert_eq!(Event::TYPES, ["connection.deleted"]);
}

#[test]
fn unknown_event_keeps_its_json() {
    let delivery = verify(UNKNOWN.0, &signed("svix", UNKNOWN.1)).unwrap();
    assert!(
        !format!("{delivery:?}").contains(CONFIDENTIAL),
        "{delivery:?}"
    );
    let Event::Unknown(event) = delivery.event().unwrap() else {
        panic!("the event type is known");
    };
    assert_eq!(event.event_type(), "moon.landed");
    assert_eq!(event.payload()["data"]["secret"], CONFIDENTIAL);
    assert_eq!(event.into_payload()["event_type"], "moon.landed");
}

#[test]
fn invalid_payload_is_authentic_and_not_quoted() {
    for (body, signature, said) in UNREADABLE {
        let delivery = verify(body, &signed("svix", signature));
        let event = delivery.and_then(|delivery| delivery.event::<Event>());
        let error = event.unwrap_err();
        assert!(error.is_payload() && error.is_authentic(), "{error}");
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!((error.id(), error.body()), (Some("msg_1"), body.as_bytes()));
        let event = body
            .contains("connection.deleted")
            .then_some("connection.deleted");
        assert_eq!(error.event_type(), event);
        for shown in [
            format!("{error}"),
            format!("{error:?}"),
            format!("{error:#?}"),
        ] {
            assert!(!shown.contains(CONFIDENTIAL), "{shown}");
        }
    }
}

#[test]
fn accepts_any_secret_and_any_signature() {
    let (body, one, other) = DELETED;
    let (new, old) = (|| secret(OTHER), || secret(SECRET));
    let now = at(SIGNED_AT);
    for verifier in [
        Verifier::new(new()).or(old()),
        Verifier::new(old()).or(new()),
    ] {
        for signature in [one, other] {
            let headers = signed("svix", signature);
            verifier.verify_at(body.as_bytes(), &headers, now).unwrap();
        }
    }
    // During a rotation, Svix signs with both secrets, possibly in several versions.
    let both = format!("v1a,AAAA {other} {one} v2,BBBB");
    verify(body, &signed("svix", &both)).unwrap();
    let error = verify(body, &signed("svix", other)).unwrap_err();
    assert!(error.is_signature(), "{error}");
}

#[test]
fn rejects_modified_messages() {
    let (body, signature, _) = DELETED;
    let good = signed("svix", signature);
    let with = |name: &'static str, value: &str| {
        let mut headers = good.clone();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    };
    let later = (SIGNED_AT + 1).to_string();
    let cut = &signature[..signature.len() - 1];
    let version = signature.replace("v1,", "v2,");
    for (body, headers) in [
        (&body.replace("c-1", "c-2"), good.clone()),
        (&format!("{body} "), good.clone()),
        (&String::new(), good.clone()),
        (&body.to_owned(), with("svix-id", "msg_2")),
        (&body.to_owned(), with("svix-timestamp", &later)),
        (&body.to_owned(), with("svix-signature", cut)),
        (&body.to_owned(), with("svix-signature", &version)),
        (&body.to_owned(), with("svix-signature", "")),
        (&body.to_owned(), with("svix-signature", "v1,")),
    ] {
        let error = verify(body, &headers).unwrap_err();
        assert!(error.is_signature() && !error.is_authentic(), "{error}");
        assert!(error.body().is_empty() && error.id().is_none());
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("c-1") && !shown.contains("oILQ"), "{shown}");
    }
    let error = verifier()
        .verify_at(&[0xff, 0xfe], &good, at(SIGNED_AT))
        .unwrap_err();
    assert!(error.is_signature(), "{error}");
}

#[test]
fn verifies_bodies_that_are_not_text() {
    // The HMAC of `msg_1.1764000000.` and the bytes ff fe.
    let headers = signed("svix", "v1,ZomJxVvsCNFZvSihXUQIK7omy2pXwRa+EB/u+m2rjxo=");
    let verified = verifier().verify_at(&[0xff, 0xfe], &headers, at(SIGNED_AT));
    let error = verified.unwrap_err();
    assert!(error.is_authentic() && error.is_payload(), "{error}");
    assert_eq!(error.body(), [0xff, 0xfe]);
}

#[test]
fn hashes_the_body_once_for_many_signatures() {
    // Hashing the body for each signature would take hours.
    let body = vec![b'x'; 4 << 20];
    let forged = "v1,AAAAS46/BqOjsW4UTwbND9XzVgC07+T1ssfJKA9Oo9s= ".repeat(20_000);
    let headers = signed("svix", &forged);
    let refused = verifier().verify_at(&body, &headers, at(SIGNED_AT));
    assert!(refused.unwrap_err().is_signature());
}

#[test]
fn rejects_part_of_a_signed_body() {
    // The signature of `msg_1` at 1764000000 with the body
    // `{"event_type":"moon.landed","note":"a.1764000001.b"}`.
    let signature = "v1,3RbrDHFyuFd+XBJddWVQGt7aCjs86ui1Bj0E92O0uec=";
    let whole = r#"{"event_type":"moon.landed","note":"a.1764000001.b"}"#;
    verify(whole, &signed("svix", signature)).unwrap();
    let mut headers = signed("svix", signature);
    let id = r#"msg_1.1764000000.{"event_type":"moon.landed","note":"a"#;
    headers.insert("svix-id", HeaderValue::from_str(id).unwrap());
    headers.insert("svix-timestamp", HeaderValue::from_static("1764000001"));
    let error = verify("b\"}", &headers).unwrap_err();
    assert!(error.is_header() && !error.is_authentic(), "{error}");
    assert!(error.to_string().contains("`svix-id`"), "{error}");
}

#[test]
fn errors_name_missing_or_invalid_header() {
    let (body, signature, _) = DELETED;
    for name in ["svix-id", "svix-timestamp", "svix-signature"] {
        let mut headers = signed("svix", signature);
        headers.remove(name);
        let error = verify(body, &headers).unwrap_err();
        assert!(
            error.is_header() && error.to_string().contains(name),
            "{error}"
        );
    }
    for value in ["", "soon", "-1", "1e9", "99999999999999999999", "\u{e4}"] {
        let mut headers = signed("svix", signature);
        headers.insert(
            "svix-timestamp",
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
        let error = verify(body, &headers).unwrap_err();
        assert!(
            error.is_header() && error.to_string().contains("svix-timestamp"),
            "{error}"
        );
    }
}

#[test]
fn accepts_messages_up_to_the_end_of_the_window() {
    let (body, headers) = (DELETED.0.as_bytes(), signed("svix", DELETED.1));
    let narrow = || verifier().tolerance(Duration::from_secs(10));
    let none = || verifier().tolerance(Duration::ZERO);
    for (verifier, window) in [(verifier(), 300), (narrow(), 10), (none(), 0)] {
        let when = |now| verifier.verify_at(body, &headers, at(now));
        for now in [SIGNED_AT - window, SIGNED_AT, SIGNED_AT + window] {
            when(now).unwrap();
        }
        let old = when(SIGNED_AT + window + 1).unwrap_err();
        assert!(old.is_too_old() && !old.is_authentic(), "{old}");
        let new = when(SIGNED_AT - window - 1).unwrap_err();
        assert!(new.is_too_new() && !new.is_authentic(), "{new}");
    }
    // `verify` uses the current time, which is long after the window.
    assert!(verifier().verify(body, &headers).unwrap_err().is_too_old());
    // A clock before 1970 must neither panic nor accept the message.
    let before = UNIX_EPOCH - Duration::from_secs(5);
    assert!(
        verifier()
            .verify_at(body, &headers, before)
            .unwrap_err()
            .is_too_new()
    );
}

#[test]
fn secrets_are_never_shown() {
    let shown = format!("{:?} {:?}", secret(SECRET), verifier());
    assert!(
        !shown.contains("C2FV") && shown.contains("<redacted>"),
        "{shown}"
    );
    let _spaced = verifier().or(secret(&format!(" {SECRET}\n")));
    for bad in [
        "",
        "whsec_",
        "whsec_C2FV*",
        "C2FVsBQIhrscChlQIMV+b5sSYspob7o",
        "whsec_C2FV C2FV",
        // Placeholders for a missing secret are valid base64, too. So is half a secret.
        "null",
        "C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "whsec_C2FVsBQIhrscChlQIMV+b5sS",
        "whsk_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    ] {
        let error = WebhookSecret::new(bad).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("invalid webhook secret") && !shown.contains("C2FV"),
            "{shown}"
        );
        assert!(!shown.contains('*'), "{shown}");
    }
}

/// Generates one entry of a `svix-signature` header.
fn entry() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "own", "rotated", "forged", "v2", "v1a", "cut", "bare", "comma", "noise", "empty",
    ])
}

proptest! {
    #[test]
    fn agrees_with_svix(
        key in prop::collection::vec(any::<u8>(), 24..70),
        other in prop::collection::vec(any::<u8>(), 24..70),
        id in "[!-~]{1,20}", timestamp in 0_u32.., body in ".{0,200}",
        entries in prop::collection::vec(entry(), 0..5), changed: bool,
    ) {
        use base64::Engine;
        let encode = |key: &[u8]| base64::engine::general_purpose::STANDARD.encode(key);
        let id = id.replace('.', "_");
        let svix = |key: &[u8]| svix::webhooks::Webhook::new(&encode(key)).unwrap();
        let sign = |key: &[u8]| svix(key).sign(&id, timestamp.into(), body.as_bytes()).unwrap();
        let own = sign(&key);
        let list: Vec<String> = entries.iter().map(|entry| match *entry {
            "own" => own.clone(),
            "rotated" => sign(&other),
            "forged" => format!("v1,{}", encode(&[7; 32])),
            "v2" => own.replace("v1,", "v2,"),
            "v1a" => own.replace("v1,", "v1a,"),
            "cut" => own[..own.len() - 1].to_owned(),
            "bare" => own.replace("v1,", ""),
            "comma" => format!("{own},"),
            "noise" => "v1,*".to_owned(),
            _ => String::new(),
        }).collect();
        let headers = headers([
            ("svix-id", id.clone()),
            ("svix-timestamp", timestamp.to_string()),
            ("svix-signature", list.join(" ")),
        ]);
        let body = if changed { format!("{body}.") } else { body };
        let expected = svix(&key).verify_ignoring_timestamp(body.as_bytes(), &headers).is_ok();
        prop_assert_eq!(expected, !changed && entries.contains(&"own"));
        let verifier = Verifier::new(secret(&format!("whsec_{}", encode(&key))));
        let verified = verifier.verify_at(body.as_bytes(), &headers, at(timestamp.into()));
        let authentic = verified.map_or_else(|error| error.is_authentic(), |_| true);
        prop_assert_eq!(authentic, expected);
    }

    #[test]
    fn arbitrary_input_neither_panics_nor_verifies(
        body: Vec<u8>, id: Vec<u8>, timestamp: Vec<u8>, signature: Vec<u8>, known: bool, now: u32,
    ) {
        let timestamp = if known { b"1764000000".to_vec() } else { timestamp };
        let headers = headers([
            ("svix-id", id), ("webhook-timestamp", timestamp), ("svix-signature", signature),
        ]);
        let refused = verifier().verify_at(&body, &headers, at(now.into())).unwrap_err();
        prop_assert!(!refused.is_authentic());
        let _shown = format!("{refused} {refused:?}");
    }
}
