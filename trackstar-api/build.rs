//! Settings only: the vendored document, or the one that `TRACKSTAR_OPENAPI` names, prepared, becomes
//! the client in `$OUT_DIR/generated.rs`.

use trackstar_openapi::{Error, Prepared, Source, prepare_other, vendored};

fn main() {
    let settings = trackstar_codegen::Settings::with_schemars(cfg!(feature = "schemars"));
    let prepared = match trackstar_codegen::own_document("TRACKSTAR_OPENAPI") {
        None => vendored::prepared().map_err(|error| error.to_string()),
        Some(own) => own.and_then(|(name, text)| other(&name, &text).map_err(|it| it.to_string())),
    };
    trackstar_codegen::build_script(prepared.map(|it| it.document().clone()), &settings);
}

fn other(name: &str, text: &str) -> Result<Prepared, Error> {
    prepare_other(Source { name, text }, vendored::OVERLAYS)
}
