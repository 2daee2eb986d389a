//! Turns a prepared OpenAPI document into the source of the `trackstar-api` client.
//!
//! The work is done in two steps. [progenitor] generates a client in builder style; then the
//! *facade* pass rewrites its syntax tree, so that operations hang on the hand-written types of
//! `trackstar-api` (its transport, its opaque error, its response) and nothing of progenitor shows
//! in the public interface. The pass knows the shape of progenitor's output and no operation by
//! name; a shape it does not know is an error, never a guess.
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
mod runtime;
mod schemas;
mod secrets;
mod setters;
mod subset;
mod successes;
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

/// The format of what a build script writes, which the macro `include_operations!` of `trackstar-api` reads.
/// It rises when an earlier release of that crate could not compile the source.
const FORMAT: u32 = 1;

/// What the generated source is to look like; the same for the build script and for the tool that
/// prints the source for a reviewer.
///
/// ```
/// let mut settings = trackstar_build::Settings::default();
/// settings.schemars = true;
/// assert_eq!(settings.token_scheme, "AccessToken");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a feature of the crate, and they do not exclude each other"
)]
pub struct Settings {
    /// Put what a feature of `trackstar-api` switches on behind `cfg(feature = …)`, for a module of that
    /// crate. Otherwise the source has no such condition, and belongs to a crate of its user's.
    pub gated: bool,
    /// Derive `schemars::JsonSchema` on every generated type.
    pub schemars: bool,
    /// Generate the operations that send files.
    pub uploads: bool,
    /// Write the table that calls operations by name.
    pub dynamic: bool,
    /// Generate the events of the webhooks that the preparation was asked to keep.
    pub webhooks: bool,
    /// Generate the server that answers from the document.
    pub mock: bool,
    /// Generate mocks by `httpmock` for each operation as well.
    pub httpmock: bool,
    /// The file of the document that mock servers answer from, beside that of the source.
    pub mock_document: String,
    /// Operations whose security requirement names this scheme are methods of
    /// `trackstar_api::Connection`; all others are methods of `trackstar_api::Client`.
    pub token_scheme: String,
    /// The header of the access token: a scheme of another name that is this header counts as well.
    pub token_header: String,
    /// The query parameter that asks for a page of a list.
    pub page_token: String,
    /// The property of an answer that names the next page.
    pub next_token: String,
}

impl Settings {
    /// The settings of `trackstar-api`'s own operations: everything, each part behind its feature.
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
            uploads: true,
            dynamic: false,
            webhooks: false,
            mock: false,
            httpmock: false,
            mock_document: "mock.json".to_owned(),
            token_scheme: "AccessToken".to_owned(),
            token_header: "x-trackstar-access-token".to_owned(),
            page_token: "page_token".to_owned(),
            next_token: "next_token".to_owned(),
        }
    }
}

/// Generates the client for a document that `trackstar-openapi` has prepared.
///
/// The answer is formatted Rust source, for a module that has `trackstar_api::__rt` in scope as `__rt`.
///
/// # Errors
/// Returns an error if progenitor does not take the document, if it wrote something that the facade pass
/// does not know, or if the compiler would refuse the code. The error names the place in the document,
/// and says what to do.
pub fn client(prepared: &Prepared, settings: &Settings) -> Result<String, Error> {
    generated(prepared, settings).map(|(source, _)| source)
}

/// Generates the client, and names the operations that it leaves out.
fn generated(prepared: &Prepared, settings: &Settings) -> Result<(String, Vec<String>), Error> {
    let document = &webhooks::as_responses(prepared);
    let operations = Operations::of(prepared, settings);
    let mut plain = document.clone();
    formats::make_plain(&mut plain, document);
    let mut generation = GenerationSettings::new();
    generation
        .with_interface(InterfaceStyle::Builder)
        // The default would add an empty hook implementation; the facade supplies the transport.
        .with_hooks(HooksMode::Expected)
        // Sorted, so that values print and serialize in one order.
        .with_map_type("::std::collections::BTreeMap")
        // The preparation names types of the client where the document has none that fits.
        .with_crate("trackstar-api", CrateVers::Any, None)
        .with_derive("PartialEq");
    formats::conversions(&mut generation);
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
    let (file, left_out) = facade::rewrite(file, &operations, (prepared, document), settings)?;
    preflight::check(&file, document, prepared.origins())?;
    Ok((prettyplease::unparse(&file), left_out))
}

fn spec(document: &Value) -> Result<openapiv3::OpenAPI, Error> {
    serde_json::from_value(document.clone()).map_err(|error| {
        Error::new(
            format!("the prepared document is not OpenAPI 3.0: {error}"),
            "correct the document with an overlay action, or add the construct to the downgrade",
        )
    })
}

fn parsed(tokens: TokenStream) -> Result<syn::File, Error> {
    let mut file = syn::parse2(tokens).map_err(|error| {
        Error::new(
            format!("progenitor generated something that is not Rust: {error}"),
            "look for an odd name or description in the document, and correct it in an overlay",
        )
    })?;
    Unwrap.visit_file_mut(&mut file);
    Ok(file)
}

/// Takes away what the preparation has wrapped the types of object parameters in: progenitor has no code
/// for a parameter whose type has a builder.
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

/// Runs progenitor. It answers constructs it has no code for with a panic; that is turned into an
/// error here, because a build must fail with one message and not with a backtrace.
fn progenitor_tokens(
    generate: impl FnOnce() -> Result<TokenStream, progenitor::Error>,
) -> Result<TokenStream, Error> {
    let advice = "correct the construct with an action in openapi/overlays/generator.yaml";
    match catch_unwind(AssertUnwindSafe(generate)) {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(Error::new(
            format!("progenitor does not take the document: {error}"),
            advice,
        )),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(Error::new(
                format!("progenitor gave up on a construct of the document: {text}"),
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
    fn a_panic_of_progenitor_is_an_error_that_says_what_to_do() {
        let error = progenitor_tokens(|| panic!("an odd construct")).expect_err("it panics");
        let error = error.to_string();
        assert!(
            error.contains("gave up on a construct of the document: an odd construct")
                && error.contains("overlays/generator.yaml"),
            "{error}"
        );
    }

    #[test]
    fn a_document_that_progenitor_cannot_read_is_an_error() {
        let error = spec(&json!({"openapi": "3.0.3"})).expect_err("it has no paths");
        assert!(error.to_string().contains("not OpenAPI 3.0"), "{error}");
    }
}
