//! The recorded operations of the client are what is generated from the vendored document.

use trackstar_build::{Settings, client};
use trackstar_openapi::{Preparation, vendored};

#[path = "../../../build/fingerprint.rs"]
mod fingerprint;

/// The file as it is in a checkout of any platform.
macro_rules! recorded {
    ($file:literal) => {
        include_str!(concat!("../../../pregenerated/", $file)).replace("\r\n", "\n")
    };
}

const STALE: &str = "run `cargo xtask check --update`";

#[test]
fn record_matches_the_generator() {
    let preparation = Preparation::vendored().webhooks(true);
    let prepared = preparation.run().expect("the document is in order");
    let source = client(&prepared, &Settings::record()).expect("the document is in order");
    assert!(recorded!("generated.rs") == source, "{STALE}");
    let corrected = Preparation::new(vendored::DOCUMENT).overlays(vendored::CORRECTIONS);
    let document = corrected
        .contract(&prepared)
        .expect("the document is in order");
    assert_eq!(recorded!("mock.json"), format!("{document}"), "{STALE}");
}

#[test]
fn fingerprint_covers_document_and_overlays() {
    let [upstream, generator] = vendored::OVERLAYS else {
        panic!("fingerprint.rs has two overlays");
    };
    let sources = [vendored::DOCUMENT, *upstream, *generator];
    assert_eq!(sources.map(|one| one.name), fingerprint::INPUTS);
    let number = fingerprint::of(&sources.map(|one| one.text));
    assert_eq!(recorded!("fingerprint"), number, "{STALE}");
    // Line ends count for nothing, the place of a text does.
    assert_eq!(fingerprint::of(&["a\r\n"]), fingerprint::of(&["a\n"]));
    assert_ne!(fingerprint::of(&["a", "b"]), fingerprint::of(&["ab", ""]));
    assert_eq!(fingerprint::FILE, "fingerprint");
}
