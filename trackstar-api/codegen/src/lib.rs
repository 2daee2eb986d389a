//! Generates the source of the `trackstar-api` client from a prepared OpenAPI document.
//!
//! First, [progenitor] generates a client with a builder for each operation. Then the *facade* pass rewrites
//! that client's syntax tree: it turns the operations into methods of the handwritten types in `trackstar-api`,
//! and makes them use that crate's transport, error and response types. The public interface does not expose
//! progenitor. The pass depends on the shape of progenitor's output, but not on operation names. If it finds a
//! shape that it does not support, it returns an error.
//!
//! ```
//! use serde_json::json;
//! use trackstar_build::{Settings, client};
//! use trackstar_openapi::Preparation;
//!
//! let document = json!({
//!     "openapi": "3.0.3",
//!     "info": {"title": "Pets", "version": "1"},
//!     "paths": {"/pets": {"delete": {
//!         "operationId": "delete_pets",
//!         "responses": {"204": {"description": "gone"}},
//!     }}},
//! });
//! let prepared = Preparation::of(document).run()?;
//! let source = client(&prepared, &Settings::default())?;
//! assert!(source.contains("fn delete_pets(&self) -> builder::DeletePets"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod build_script;
mod config;
mod docs;
mod dynamic;
mod emit;
mod error;
mod example;
mod facade;
mod formats;
mod mock;
mod names;
mod operations;
mod outline;
mod pages;
mod preflight;
mod prose;
mod requests;
#[doc(hidden)]
pub mod reserved;
mod runtime;
mod schemas;
mod secrets;
mod setters;
mod subset;
mod syntax;
mod types;
mod variants;
mod webhooks;

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use progenitor::{CrateVers, GenerationSettings, Generator, HooksMode, InterfaceStyle};
use serde_json::Value;
use syn::visit_mut::VisitMut;
use trackstar_openapi::Prepared;

pub use build_script::{build_script, embed};
pub use config::{Config, generate};
pub use error::Error;

use operations::Operations;

/// The version of the generated file format. Build scripts write it, and the macro `include_operations!` in
/// `trackstar-api` checks it. It increases when earlier releases of that crate cannot compile the source.
const FORMAT: u32 = 1;

/// Options for generating the source, shared by build scripts and `cargo xtask codegen`.
///
/// ```
/// let mut settings = trackstar_build::Settings::default();
/// settings.schemars = true;
/// assert!(settings.uploads && !settings.webhooks);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a feature of the crate, and they do not exclude each other"
)]
pub struct Settings {
    /// Whether optional parts have the attribute `cfg(feature = …)`. The source is then a module of
    /// `trackstar-api`. Otherwise, it is a module of a user's crate.
    pub gated: bool,
    /// Whether every generated type derives `schemars::JsonSchema`.
    pub schemars: bool,
    /// Whether numbers with `format: decimal` are `rust_decimal::Decimal`.
    pub decimal: bool,
    /// Whether to generate operations that upload files.
    pub uploads: bool,
    /// Whether to generate the table for calling operations by name.
    #[doc(hidden)]
    pub dynamic: bool,
    /// Whether to generate an enum of the webhook events that the preparation kept.
    pub webhooks: bool,
    /// Whether to generate a mock server that responds according to the document.
    pub mock: bool,
    /// Whether to also generate an `httpmock` mock for each operation.
    pub httpmock: bool,
    /// Name of the file with the document for mock servers, in the directory of the source.
    pub mock_document: String,
}

impl Settings {
    /// Returns the settings for the operations in `trackstar-api` itself. All optional parts are enabled, each
    /// behind a `cfg` attribute for its feature.
    ///
    /// ```
    /// assert!(trackstar_build::Settings::record().gated);
    /// ```
    #[must_use]
    pub fn record() -> Self {
        Self {
            gated: true,
            schemars: true,
            webhooks: true,
            mock: true,
            httpmock: true,
            ..Self::default()
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            gated: false,
            schemars: false,
            decimal: false,
            uploads: true,
            dynamic: false,
            webhooks: false,
            mock: false,
            httpmock: false,
            mock_document: "mock.json".to_owned(),
        }
    }
}

/// Generates the client for a document that `trackstar-openapi` has prepared.
///
/// Returns formatted Rust source for a module that imports `trackstar_api::__rt` as `__rt`.
///
/// # Errors
///
/// Returns an error if progenitor rejects the document, if the facade pass does not support progenitor's
/// output, or if the generated code would not compile. The message names the location in the document and
/// suggests a fix.
pub fn client(prepared: &Prepared, settings: &Settings) -> Result<String, Error> {
    generated(prepared, settings).map(|(source, _)| source)
}

/// Generates the client. Returns the source and the IDs of the operations that were omitted.
fn generated(prepared: &Prepared, settings: &Settings) -> Result<(String, Vec<String>), Error> {
    let document = prepared.document();
    let operations = Operations::of(prepared);
    let mut plain = document.clone();
    formats::make_plain(&mut plain, document);
    let mut generation = GenerationSettings::new();
    generation
        .with_interface(InterfaceStyle::Builder)
        // The default adds an empty hook implementation, but the facade provides the transport.
        .with_hooks(HooksMode::Expected)
        // A sorted map, for a deterministic order in output and serialization.
        .with_map_type("::std::collections::BTreeMap")
        // The preparation refers to types of the client if the document does not define a suitable one.
        .with_crate("trackstar-api", CrateVers::Any, None)
        .with_derive("PartialEq");
    formats::conversions(&mut generation, settings);
    if settings.schemars {
        generation.with_derive("::schemars::JsonSchema");
    }
    let client = |document: &Value| -> Result<_, Error> {
        let spec = spec(document)?;
        let tokens = progenitor_tokens(|| Generator::new(&generation).generate_tokens(&spec))?;
        parsed(tokens)
    };
    let file = client(&plain).map_err(|error| {
        match preflight::culprit(&plain, |part| client(part).is_ok()) {
            Some(place) => error.at(&place),
            None => error,
        }
    })?;
    let (mut file, left_out) = facade::rewrite(file, &operations, (prepared, document), settings)?;
    preflight::check(&file, document, prepared.origins())?;
    if !settings.gated {
        mock::gate(&mut file);
    }
    Ok((prettyplease::unparse(&file), left_out))
}

fn spec(document: &Value) -> Result<openapiv3::OpenAPI, Error> {
    serde_json::from_value(document.clone()).map_err(|error| {
        Error::new(
            format!("the prepared document is not valid OpenAPI 3.0: {error}"),
            "correct the document with an overlay action, or support the construct in the downgrade",
        )
    })
}

fn parsed(tokens: TokenStream) -> Result<syn::File, Error> {
    let mut file = syn::parse2(tokens).map_err(|error| {
        Error::new(
            format!("progenitor generated invalid Rust: {error}"),
            "look for an unusual name or description in the document, and correct it with an overlay action",
        )
    })?;
    Unwrap.visit_file_mut(&mut file);
    Ok(file)
}

/// Removes the wrapper that the preparation adds to the types of object parameters. Without the wrapper,
/// progenitor cannot generate a parameter whose type has a builder.
struct Unwrap;

impl VisitMut for Unwrap {
    fn visit_type_mut(&mut self, node: &mut syn::Type) {
        if let Some(whole) = outline::argument(node, "Whole", 0)
            && let syn::Type::Path(path) = &*node
            && path
                .path
                .segments
                .first()
                .is_some_and(|it| it.ident == "trackstar_api")
        {
            *node = whole.clone();
        }
        syn::visit_mut::visit_type_mut(self, node);
    }
}

/// Runs progenitor and converts panics to errors. Progenitor panics on unsupported constructs, but a build should
/// fail with a single message and no backtrace.
fn progenitor_tokens(
    generate: impl FnOnce() -> Result<TokenStream, progenitor::Error>,
) -> Result<TokenStream, Error> {
    let advice = "correct the construct with an action in openapi/overlays/generator.yaml";
    match catch_unwind(AssertUnwindSafe(generate)) {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(Error::new(
            format!("progenitor rejected the document: {error}"),
            advice,
        )),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(Error::new(
                format!("progenitor panicked on an unsupported construct: {text}"),
                advice,
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn panic_of_progenitor_is_an_error() {
        let error = progenitor_tokens(|| panic!("an odd construct")).expect_err("it panics");
        let error = error.to_string();
        assert!(
            error.contains("panicked on an unsupported construct: an odd construct")
                && error.contains("overlays/generator.yaml"),
            "{error}"
        );
    }

    #[test]
    fn rejects_a_document_that_is_not_openapi_3_0() {
        let error = spec(&json!({"openapi": "3.0.3"})).expect_err("it has no paths");
        assert!(
            error.to_string().contains("not valid OpenAPI 3.0"),
            "{error}"
        );
    }
}
