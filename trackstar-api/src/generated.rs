//! The code that the build script generates from the vendored document. Read it with `cargo xtask
//! codegen`.
//!
//! Only this module allows these lints, because the code and its prose are generated.

#![allow(
    dead_code,
    irrefutable_let_patterns,
    missing_docs,
    nonstandard_style,
    unreachable_pub,
    unused_imports,
    unused_mut,
    unused_variables,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    reason = "generated code: its shape is progenitor's and its prose is upstream's"
)]

use crate::__rt;

include!(concat!(env!("OUT_DIR"), "/generated.rs"));
