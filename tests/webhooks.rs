//! Webhooks as a server receives them. The signatures were computed elsewhere, by an HMAC of another
//! language's standard library, over `msg_1.1764000000.` and the body.

#![allow(
    clippy::unwrap_used,
    reason = "in a test, a failure to set up is a failure"
)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use trackstar_api::reexports::http_1::{HeaderMap, HeaderValue};
use trackstar_api::webhooks::{Delivery, Event, Verifier, WebhookError, WebhookSecret, headers};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const OTHER: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SIGNED_AT: u64 = 1_764_000_000;
/// What stands in every payload that cannot be read, and nowhere else.
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
/// With what the error says of each.
const UNREADABLE: [(&str, &str, &str); 4] = [
    (
        r#"{"event_type":"connection.deleted","connection_id":"s3cr3t-value"}"#,
        "v1,kPNiDvOXRGrriPpcs/n0n1xeThzffTjaLT1TxMr9Glk=",
        "of `connection.deleted` is not what the document promises (missing field `data`",
    ),
    (
        r#"{"event_type":"connection.deleted","connection_id":["s3cr3t-value"],"data":{}}"#,
        "v1,decvEjV83bw6gEHpWfEnfO/4AgEe/67B+WdJPW9HfQY=",
        "of `connection.deleted` is not what the document promises (a value of another type",
    ),
    (
        r#"{"data":"s3cr3t-value"}"#,
        "v1,Wwu4RKlUBeXVpy54yDVqwOrXeIPSvvs/zCSMLAlPJE0=",
        "missing field `event_type`",
    ),
    (
        "s3cr3t-value",
        "v1,IhBHUaHfF32bdoH57vwrU+TmpeVdOkCNsqbGx6kk4wM=",
        "no JSON at line 1 column 1",
    ),
];

fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::new(text).unwrap()
}

fn verifier() -> Verifier {
    Verifier::new(secret(SECRET))
}

/// The headers of a message, under these names.
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
fn what_is_signed_is_an_event_of_the_document_whatever_has_been_added_to_it() {
    for brand in ["svix", "webhook", "SVIX"] {
        let delivery = verify(DELETED.0, &signed(brand, DELETED.1)).unwrap();
        assert_eq!(delivery.id(), "msg_1");
        assert_eq!(delivery.timestamp(), at(SIGNED_AT));
        assert_eq!(delivery.event().event_type(), "connection.deleted");
        let Event::ConnectionDeleted(deleted) = delivery.into_event() else {
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
fn an_event_that_the_document_does_not_know_is_no_error_and_keeps_its_json() {
    let delivery = verify(UNKNOWN.0, &signed("svix", UNKNOWN.1)).unwrap();
    assert!(
        !format!("{delivery:?}").contains(CONFIDENTIAL),
        "{delivery:?}"
    );
    let Event::Unknown(event) = delivery.into_event() else {
        panic!("it is known");
    };
    assert_eq!(event.event_type(), "moon.landed");
    assert_eq!(event.payload()["data"]["secret"], CONFIDENTIAL);
    assert_eq!(event.into_payload()["event_type"], "moon.landed");
}

#[test]
fn a_payload_that_cannot_be_read_is_authentic_and_shows_nothing_of_itself() {
    for (body, signature, said) in UNREADABLE {
        let error = verify(body, &signed("svix", signature)).unwrap_err();
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
fn any_secret_of_a_rotation_is_enough_and_any_of_several_signatures() {
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
    // Svix signs with both while it rotates, and with what other versions of signing there may be.
    let both = format!("v1a,AAAA {other} {one} v2,BBBB");
    verify(body, &signed("svix", &both)).unwrap();
    let error = verify(body, &signed("svix", other)).unwrap_err();
    assert!(error.is_signature(), "{error}");
}

#[test]
fn what_is_changed_on_the_way_has_no_signature() {
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
fn the_signed_bytes_need_not_be_text() {
    // The HMAC of `msg_1.1764000000.` and the bytes ff fe.
    let headers = signed("svix", "v1,ZomJxVvsCNFZvSihXUQIK7omy2pXwRa+EB/u+m2rjxo=");
    let verified = verifier().verify_at(&[0xff, 0xfe], &headers, at(SIGNED_AT));
    let error = verified.unwrap_err();
    assert!(error.is_authentic() && error.is_payload(), "{error}");
    assert_eq!(error.body(), [0xff, 0xfe]);
}

#[test]
fn many_signatures_cost_no_more_than_one_reading_of_the_body() {
    // Were the body hashed for each, this would take hours.
    let body = vec![b'x'; 4 << 20];
    let forged = "v1,AAAAS46/BqOjsW4UTwbND9XzVgC07+T1ssfJKA9Oo9s= ".repeat(20_000);
    let headers = signed("svix", &forged);
    let refused = verifier().verify_at(&body, &headers, at(SIGNED_AT));
    assert!(refused.unwrap_err().is_signature());
}

#[test]
fn a_part_of_a_body_that_was_signed_is_no_message_of_its_own() {
    // Signed as `msg_1`, at 1764000000, with the body `{"event_type":"moon.landed","note":"a.1764000001.b"}`.
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
fn the_header_that_is_missing_or_wrong_is_named() {
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
fn a_message_is_taken_to_the_last_second_of_the_window_and_not_behind_it() {
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
    // By the clock on the wall it is long over.
    assert!(verifier().verify(body, &headers).unwrap_err().is_too_old());
    // A clock before 1970 is no reason to panic, and none to believe anything.
    let before = UNIX_EPOCH - Duration::from_secs(5);
    assert!(
        verifier()
            .verify_at(body, &headers, before)
            .unwrap_err()
            .is_too_new()
    );
}

#[test]
fn secrets_show_nowhere_and_bad_ones_are_not_quoted() {
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
        // What stands where somebody forgot a secret is base64, too; so is half of one.
        "null",
        "C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "whsec_C2FVsBQIhrscChlQIMV+b5sS",
        "whsk_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    ] {
        let error = WebhookSecret::new(bad).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("copy it whole") && !shown.contains("C2FV"),
            "{shown}"
        );
        assert!(!shown.contains('*'), "{shown}");
    }
}

/// One entry of a header `svix-signature`.
fn entry() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "own", "rotated", "forged", "v2", "v1a", "cut", "bare", "comma", "noise", "empty",
    ])
}

proptest! {
    #[test]
    fn messages_are_authentic_exactly_where_svix_says_so(
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
    fn nothing_that_can_arrive_panics_or_is_taken_for_a_webhook(
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
