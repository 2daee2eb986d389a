//! Generates the operations that the programs of the README call.

fn main() {
    trackstar_build::Config::new("orders.yaml").mocks(true).generate();
}
