//! Webhooks of a document other than the vendored one.

use std::error::Error;

use trackstar_api::mock::SampleWebhook;
use trackstar_api::webhooks::{self as vendored, Delivery, Verifier, WebhookError, WebhookSecret};
use trackstar_standin::warehouse::{self, Event};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

type Outcome = Result<(), Box<dyn Error>>;

fn verify(webhook: &SampleWebhook) -> Result<Delivery, WebhookError> {
    let verifier = Verifier::new(WebhookSecret::new(SECRET)?);
    verifier.verify(webhook.body(), webhook.headers())
}

#[test]
fn reads_event_of_own_document() -> Outcome {
    let mock = warehouse::mock::server().in_process()?;
    let delivery = verify(&mock.webhook("order.updated", &WebhookSecret::new(SECRET)?)?)?;
    assert_eq!(delivery.event_type(), "order.updated");
    let event: Event = delivery.event()?;
    assert_eq!(event.event_type(), "order.updated");
    assert!(matches!(event, Event::OrderUpdated(_)), "{event:?}");
    // The vendored document does not contain the event.
    let unknown = delivery.event()?;
    assert!(
        matches!(unknown, vendored::Event::Unknown(_)),
        "{unknown:?}"
    );
    Ok(())
}

#[test]
fn event_unlike_its_document_is_an_authentic_error() -> Outcome {
    let body = r#"{"event_type": "order.updated", "connection_id": ["s3cr3t"], "data": {}}"#;
    let delivery = verify(&SampleWebhook::signed(&WebhookSecret::new(SECRET)?, body))?;
    assert!(!format!("{delivery:?}").contains("s3cr3t"), "{delivery:?}");
    let error = delivery.event::<Event>().expect_err("a list is not a text");
    assert!(error.is_authentic() && error.is_payload());
    assert_eq!(error.event_type(), Some("order.updated"));
    assert_eq!(error.body(), body.as_bytes());
    let text = error.to_string();
    assert!(
        text.contains("generate your events from a newer document"),
        "{text}"
    );
    assert!(!text.contains("s3cr3t"), "{text}");
    Ok(())
}
