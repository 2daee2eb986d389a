//! Webhooks of the vendored document.

use serde_json::{Value, json};

use crate::Copy;
use crate::refresh::well;
use crate::support::upstream;

/// Returns upstream's document with a webhook that refers to another schema.
fn with_webhook() -> Value {
    let mut document: Value = serde_json::from_str(&upstream().to_string()).unwrap();
    document["webhooks"] = json!({"parcel.lost": {"post": {
        "requestBody": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/ParcelLost"},
        }}},
        "responses": {"200": {"description": "heard"}},
    }}});
    document["components"]["schemas"]["ParcelLost"] =
        json!({"type": "object", "properties": {"where": {"type": "string"}}});
    document
}

#[test]
fn all_operations_include_webhooks_permanently() {
    let copy = Copy::new();
    let mut upstream = with_webhook();
    let source = copy.source("upstream.json", &upstream.to_string());
    // A slice of one of many operations does not have the webhooks.
    well(&copy.refresh(&["--from", &source]));
    assert!(!copy.text("trackstar.yaml").contains("parcel.lost"));

    let ran = copy.refresh(&["--from", &source, "--all"]);
    assert!(
        ran.out.contains("its webhook is vendored with them"),
        "{}",
        ran.out
    );
    // The overlay for webhooks is for documents without any.
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert!(
        ran.out.contains("the document already contains the value"),
        "{}",
        ran.out
    );
    well(&copy.xtask(&["check", "--drop-stale"]));
    let yaml = copy.text("trackstar.yaml");
    assert!(
        yaml.contains("  parcel.lost:\n") && yaml.contains("    ParcelLost:\n"),
        "{yaml}"
    );

    upstream["paths"]["/parcels/new"] =
        json!({"post": {"responses": {"204": {"description": "made"}}}});
    upstream["webhooks"]["parcel.found"] = upstream["webhooks"]["parcel.lost"].clone();
    let source = copy.source("upstream.json", &upstream.to_string());
    let ran = copy.refresh(&["--from", &source]);
    well(&ran);
    assert!(
        ran.out.contains("1 more operation is available"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("its 2 webhooks are vendored with them"),
        "{}",
        ran.out
    );
    let yaml = copy.text("trackstar.yaml");
    assert!(
        yaml.contains("  parcel.found:\n") && !yaml.contains("/parcels/new"),
        "{yaml}"
    );
    well(&copy.xtask(&["check"]));
    let ran = copy.xtask(&["codegen"]);
    assert!(
        ran.out.contains("ParcelFound(") && ran.out.contains("ParcelLost("),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("ConnectionDeleted("), "{}", ran.out);
}

#[test]
fn drift_compares_only_vendored_webhooks() {
    let copy = Copy::new();
    let before = with_webhook();
    let mut after = with_webhook();
    after["components"]["schemas"]["ParcelLost"]["properties"]["where"]["type"] = json!("integer");
    after["webhooks"]["parcel.lost"]["post"]["summary"] = json!("A parcel was lost");
    after["webhooks"]["parcel.found"] = after["webhooks"]["parcel.lost"].clone();
    let [before, after] = [("before.json", before), ("after.json", after)]
        .map(|(name, document)| copy.source(name, &document.to_string()));

    let ran = copy.xtask(&["drift", "--against", &before, "--from", &after]);
    assert_eq!((ran.code, ran.err.as_str()), (4, ""));
    for expected in [
        "webhook parcel.lost\n  wire breaks, source breaks: `where`: the type was string and is integer\n",
        "    response-type-changed at /components/schemas/ParcelLost/properties/where",
        "the webhook `parcel.found` is new",
        "  /webhooks/parcel.found/post/summary (and 1 more place)\n    + A parcel was lost\n",
    ] {
        assert!(ran.out.contains(expected), "{expected:?}\n{}", ran.out);
    }

    // A refresh of this slice does not take the webhooks, and the overlay stays necessary.
    well(&copy.refresh(&["--from", &before]));
    for source in [&before, &after] {
        let ran = copy.xtask(&["drift", "--from", source]);
        assert_eq!(ran.code, 0, "{}", ran.out);
        assert!(ran.out.ends_with(" compared: no drift\n"), "{}", ran.out);
    }
    let ran = copy.xtask(&["drift", "--from", &after, "--all"]);
    assert!(
        ran.out.contains("the webhook `parcel.lost` is new"),
        "{}",
        ran.out
    );
}
