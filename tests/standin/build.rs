//! Generates the operations of `warehouse.yaml`, as a user's build script does.

fn main() {
    trackstar_build::Config::new("warehouse.yaml")
        .mocks(true)
        .uploads(true)
        .webhooks(true)
        .generate();
}
