//! Generates the operations of `api.yaml` and of `amounts.yaml`, and those that a release records.

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
    trackstar_build::Config::new("released/api.yaml")
        .name("released")
        .decimal(true)
        .uploads(true)
        .webhooks(true)
        .generate();
}
