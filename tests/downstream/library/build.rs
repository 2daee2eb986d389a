//! Generates the operations of two documents.

fn main() {
    trackstar_build::generate("parcels.json");
    trackstar_build::Config::new("parcels.json").name("labels").operations(["delete_labels"]).generate();
}
