//! Settings only: the vendored document, or the one that `TRACKSTAR_OPENAPI` names, prepared, becomes
//! the client in `$OUT_DIR/generated.rs`.

use trackstar_codegen::Settings;
use trackstar_openapi::{Preparation, Source, vendored};

pub(crate) fn write() {
    let settings = Settings::record();
    let own = trackstar_codegen::own_document("TRACKSTAR_OPENAPI");
    let preparation = match &own {
        None => Ok(Preparation::new(vendored::DOCUMENT)),
        Some(Ok((name, text))) => Ok(Preparation::new(Source { name, text }).lenient()),
        Some(Err(error)) => Err(error.clone()),
    };
    let prepared = preparation.clone().and_then(|preparation| {
        let preparation = preparation.overlays(vendored::OVERLAYS);
        let preparation = preparation.variants(cfg!(feature = "integrations"));
        let prepared = preparation.webhooks(true).run();
        prepared.map_err(|error| error.to_string())
    });
    if let (Ok(preparation), Ok(prepared)) = (preparation, &prepared) {
        let corrected = preparation.overlays(vendored::CORRECTIONS);
        trackstar_codegen::embed("mock.json", corrected.lenient().contract(prepared));
    }
    trackstar_codegen::build_script(prepared, &settings);
}
