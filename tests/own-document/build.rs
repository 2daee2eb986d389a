//! Generates the operations of `api.yaml`.

fn main() {
    trackstar_build::Config::new("api.yaml")
        .httpmock(true)
        .schemars(true)
        .uploads(true)
        .generate();
}
