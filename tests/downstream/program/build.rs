//! Generates the operations of the program's own document.

fn main() {
    trackstar_build::generate("../readme/orders.yaml");
}
