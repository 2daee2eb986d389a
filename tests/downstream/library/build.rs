//! Generates the operations of two documents.

fn main() {
    // The module is left out, because only tests would have the feature `mock`.
    trackstar_build::Config::new("parcels.json").mocks(true).generate();
    trackstar_build::Config::new("parcels.json").name("labels").operations(["delete_labels"]).generate();
}
