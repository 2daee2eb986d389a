//! Brings an operation of two documents into scope. `.ci/downstream` expects an error.

mod orders {
    trackstar_api::include_operations!();
}

use orders::prelude::*;
use trackstar_api::prelude::*;

fn call(connection: &trackstar_api::Connection) {
    let _call = connection.delete_connection();
}

fn main() {
    let _call = call;
}
