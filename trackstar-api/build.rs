//! Settings only: the vendored document, or the one that `TRACKSTAR_OPENAPI` names, prepared, becomes
//! the client in `$OUT_DIR/generated.rs`.

use trackstar_openapi::{Error, Options, Prepared, Source, prepare_other_with, vendored};

fn main() {
    let settings = trackstar_codegen::Settings::with_schemars(cfg!(feature = "schemars"))
        .with_cli(cfg!(feature = "cli"));
    let options = Options::default().with_variants(cfg!(feature = "integrations"));
    let prepared = match trackstar_codegen::own_document("TRACKSTAR_OPENAPI") {
        None => vendored::prepared_with(&options).map_err(|error| error.to_string()),
        Some(own) => {
            own.and_then(|(name, text)| other(&name, &text, &options).map_err(|it| it.to_string()))
        }
    };
    trackstar_codegen::build_script(prepared.map(|it| it.document().clone()), &settings);
}

fn other(name: &str, text: &str, options: &Options) -> Result<Prepared, Error> {
    prepare_other_with(Source { name, text }, vendored::OVERLAYS, options)
}
