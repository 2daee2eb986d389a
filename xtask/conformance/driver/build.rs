//! Generates the operations of the document that `DRIVER_DOCUMENT` names.

fn main() {
    println!("cargo::rerun-if-env-changed=DRIVER_DOCUMENT");
    let document = std::env::var_os("DRIVER_DOCUMENT").unwrap_or_default();
    trackstar_build::Config::new(document).uploads(true).dynamic(true).generate();
}
