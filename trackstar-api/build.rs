//! Settings only: the vendored document, or the one that `TRACKSTAR_OPENAPI` names, prepared, becomes
//! the client in `$OUT_DIR/generated.rs`.

use trackstar_openapi::{Error, Options, Prepared, Source};
use trackstar_openapi::{prepare_other_with, promised, vendored};

fn main() {
    if cfg!(feature = "webhooks") && !cfg!(any(feature = "rustls", feature = "native-tls")) {
        println!(
            "cargo::error=the feature `webhooks` needs `rustls` or `native-tls`: the crate svix, which \
             checks the signatures, does not compile without TLS"
        );
    }
    let mut settings = trackstar_codegen::Settings::with_schemars(cfg!(feature = "schemars"));
    settings.cli = cfg!(feature = "cli");
    settings.webhooks = cfg!(feature = "webhooks");
    settings.mock = cfg!(feature = "mock");
    let options = Options::default()
        .with_variants(cfg!(feature = "integrations"))
        .with_webhooks(settings.webhooks);
    let own = trackstar_codegen::own_document("TRACKSTAR_OPENAPI");
    let prepared = match &own {
        None => vendored::prepared_with(&options).map_err(|error| error.to_string()),
        Some(Ok((name, text))) => other(name, text, &options).map_err(|error| error.to_string()),
        Some(Err(error)) => Err(error.clone()),
    };
    if cfg!(feature = "mock")
        && let Ok(prepared) = &prepared
    {
        let published = match &own {
            Some(Ok((name, text))) => Source { name, text },
            _ => vendored::DOCUMENT,
        };
        let document = promised(published, vendored::CORRECTIONS, prepared);
        trackstar_codegen::embed("mock.json", document);
    }
    trackstar_codegen::build_script(prepared.map(|it| it.document().clone()), &settings);
}

fn other(name: &str, text: &str, options: &Options) -> Result<Prepared, Error> {
    prepare_other_with(Source { name, text }, vendored::OVERLAYS, options)
}
