//! Generates the operations of `api.yaml` and of `amounts.yaml`.

fn main() {
    trackstar_build::Config::new("api.yaml")
        .httpmock(true)
        .schemars(true)
        .uploads(true)
        .generate();
    trackstar_build::Config::new("amounts.yaml")
        .name("amounts")
        .overlay("amounts-overlay.yaml")
        .decimal(true)
        .schemars(true)
        .generate();
}
