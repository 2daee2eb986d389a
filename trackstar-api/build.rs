//! Settings only: the vendored document, prepared, becomes the client in `$OUT_DIR/generated.rs`.

fn main() {
    let document = trackstar_openapi::vendored::prepared().map(|it| it.document().clone());
    let settings = trackstar_codegen::Settings::with_schemars(cfg!(feature = "schemars"));
    trackstar_codegen::build_script(document, &settings);
}
