//! `httpmock` extensions for each operation. Each method delegates to `__rt::mock::typed` in one line.
//!
//! Names and arguments match those of progenitor's own extensions, which cannot be used for these reasons:
//!
//! - They call `to_string` on lists, which do not implement it. The document may require commas.
//! - They match path parameters without escaping, as part of a regular expression for the crate `regex`.
//! - They match forms and the bytes of files as JSON. They also return bytes as JSON.
//! - They panic if a status is out of range.
//! - Tests cannot construct types that only occur in responses. The methods here accept JSON as well.

mod types;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, File, Ident, Item, Type, parse_quote};
use trackstar_openapi::model::{self, ParameterLocation, Status};

use crate::Settings;
use crate::docs::{self, Docs, Words};
use crate::emit::Emitted;
use crate::names::pascal;
use crate::outline::{Body, Success, argument};
use crate::runtime;

/// Returns the module for the operations `all`, whose types are `items`. It contains the server for the
/// document, and typed mocks if `settings` enable them.
pub(crate) fn module(all: &[Emitted<'_>], items: &[Item], settings: &Settings) -> TokenStream {
    let document = &settings.mock_document;
    let typed = settings.httpmock.then(|| {
        let gate = settings.gated.then(|| runtime::gate("httpmock"));
        typed(all, items, gate.as_ref())
    });
    quote! {
        /// A mock server for tests; see `trackstar_api::mock`.
        pub mod mock {
            /// The document of the mock server.
            pub static DOCUMENT: __rt::mock::Document = __rt::mock::Document::new(include_str!(#document));

            /// Returns the builder of a server that responds as the document specifies.
            pub fn server() -> __rt::mock::Builder { DOCUMENT.server() }

            #typed
        }
    }
}

/// Leaves the module to a macro of the client, which omits it without the feature `mock`. The crates of users
/// do not have this feature, so it cannot be a `cfg`.
pub(crate) fn gate(file: &mut File) {
    for item in &mut file.items {
        if matches!(item, Item::Mod(module) if module.ident == "mock") {
            *item = parse_quote!(__rt::mock_module! { #item });
        }
    }
}

/// Returns the items for mocks based on httpmock, each with the attribute `feature`.
fn typed(all: &[Emitted<'_>], items: &[Item], feature: Option<&Attribute>) -> TokenStream {
    let (mut wrappers, mut declared, mut plain, mut ours) = (vec![], vec![], vec![], vec![]);
    for one in all {
        let (gate, id) = (one.gate(), &one.outline.id);
        let name = format_ident!("{id}");
        let (when, then) = (pascal(&format!("{id}-when")), pascal(&format!("{id}-then")));
        wrappers.push(when_of(one, &when, items));
        wrappers.push(then_of(one, &then, items));
        let request = format!("{} {}", one.operation.method, one.operation.path);
        let doc = Docs::sentence(
            "A mock of {}, which takes precedence over the document.",
            [Words::code(&request)],
        );
        let signature = quote! {
            fn #name<F>(&self, config_fn: F) -> __rt::httpmock::Mock<'_>
            where F: FnOnce(operations::#when, operations::#then)
        };
        declared.push(quote!(#doc #gate #signature;));
        plain.push(quote! {
            #gate
            #signature {
                self.mock(|when, then| {
                    config_fn(operations::#when::new(when), operations::#then::new(then));
                })
            }
        });
        ours.push(quote!(#gate #signature { self.http().#name(config_fn) }));
    }
    quote! {
        /// The request and the response of a mock, for each operation: `When` and `Then` of `httpmock`.
        /// `into_inner` returns the wrapped value.
        #feature
        pub mod operations {
            use super::super::{builder, types};
            #(#wrappers)*
        }

        /// Methods that add a mock of an operation. Mocks apply in the order in which they were added, and
        /// take precedence over the document.
        #feature
        pub trait MockServerExt {
            #(#declared)*
        }

        #feature
        impl MockServerExt for __rt::httpmock::MockServer {
            #(#plain)*
        }

        #feature
        impl MockServerExt for __rt::mock::MockServer {
            #(#ours)*
        }
    }
}

fn when_of(one: &Emitted<'_>, name: &Ident, items: &[Item]) -> TokenStream {
    let (gate, builder) = (one.gate(), &one.outline.builder);
    let parameters = 0..one.setters.len();
    let mut written: Vec<TokenStream> = parameters
        .map(|index| parameter(one, index, items))
        .collect();
    written.splice(
        one.outline.before_body..one.outline.before_body,
        body(one, items),
    );
    let id = Words::code(&one.outline.id);
    let doc = Docs::sentence("The requests of {} that a mock matches.", [id]);
    let shown = shown(one, name);
    quote! {
        #doc
        #gate
        pub struct #name(__rt::mock::typed::When);

        #shown
        #gate
        impl #name {
            /// Matches all requests of the operation.
            pub fn new(inner: __rt::httpmock::When) -> Self {
                Self(__rt::mock::typed::When::new(inner, &builder::#builder::OPERATION))
            }
            /// Returns the wrapped value.
            pub fn into_inner(self) -> __rt::httpmock::When {
                self.0.into_inner()
            }
            #(#written)*
        }
    }
}

/// Returns the method that matches a parameter. For an optional parameter, `None` matches its absence.
fn parameter(one: &Emitted<'_>, index: usize, items: &[Item]) -> TokenStream {
    let setter = &one.setters[index];
    let doc = docs::parameter(setter);
    // Use the name of the client's setter, because the builder and the wrapper share most of their methods.
    let mut name = setter.name.clone();
    if name == "into_inner" {
        name = format_ident!("{name}_");
    }
    let required =
        setter.parameter.required || setter.parameter.location == ParameterLocation::Path;
    if required {
        let ty = types::given(&setter.ty, None, items);
        return quote! {
            #doc
            pub fn #name(self, value: #ty) -> Self { Self(self.0.parameter(#index, Some(&value))) }
        };
    }
    let mut inner = &setter.ty;
    while let Some(own) = argument(inner, "Option", 0) {
        inner = own;
    }
    let ty = types::given(inner, Some(&syn::parse_quote!('a)), items);
    quote! {
        #doc
        pub fn #name<'a, T>(self, value: T) -> Self where T: Into<Option<#ty>> {
            Self(self.0.parameter(#index, value.into().as_ref()))
        }
    }
}

fn body(one: &Emitted<'_>, items: &[Item]) -> Option<TokenStream> {
    let (ty, call) = match one.outline.body.as_ref()? {
        Body::Raw if one.is_text() => (quote!(String), quote!(bytes(value.as_bytes()))),
        Body::Raw => (
            quote!(impl ::std::convert::AsRef<[u8]>),
            quote!(bytes(value.as_ref())),
        ),
        Body::Typed(ty) => {
            let ty = types::given(ty, None, items);
            (quote!(#ty), quote!(body(&value)))
        }
    };
    Some(quote! {
        /// Matches the body.
        pub fn body(self, value: #ty) -> Self { Self(self.0.#call) }
    })
}

fn then_of(one: &Emitted<'_>, name: &Ident, items: &[Item]) -> TokenStream {
    let (gate, builder) = (one.gate(), &one.outline.builder);
    let written = one.operation.successes();
    let written = written.map(|promise| success(one, promise, items));
    let id = Words::code(&one.outline.id);
    let doc = Docs::sentence("The response of a mock of {}.", [id]);
    let shown = shown(one, name);
    quote! {
        #doc
        #gate
        pub struct #name(__rt::httpmock::Then);

        #shown
        #gate
        impl #name {
            /// Creates an empty response.
            pub fn new(inner: __rt::httpmock::Then) -> Self {
                Self(inner)
            }
            /// Returns the wrapped value.
            pub fn into_inner(self) -> __rt::httpmock::Then {
                self.0
            }
            /// Responds like a script: with the document's response, or with an error in the API's own form.
            pub fn answer(self, answer: __rt::mock::Answer) -> Self {
                Self(__rt::mock::typed::answer(self.0, &super::DOCUMENT, &builder::#builder::OPERATION, answer))
            }
            #(#written)*
        }
    }
}

/// Returns the method that responds with `promise`.
fn success(one: &Emitted<'_>, promise: &model::Response, items: &[Item]) -> TokenStream {
    let json = one.operation.accept.first();
    let json = json.map_or("application/json", String::as_str);
    let (name, parameter, status) = match promise.status {
        Status::Code(code) => (types::reason(code), quote!(), quote!(#code)),
        Status::Class(_) | Status::Default => (
            format_ident!("success"),
            quote!(status: u16,),
            quote!(status),
        ),
    };
    let (value, answer) = match &one.outline.success {
        Success::Bytes if !promise.media.is_empty() => (
            quote!(value: impl ::std::convert::AsRef<[u8]>),
            quote!(bytes(self.0, #status, value.as_ref())),
        ),
        Success::Typed(ty) if !promise.media.is_empty() => match types::given(ty, None, items) {
            Type::Reference(of) => {
                let ty = of.elem;
                (
                    quote!(value: impl __rt::mock::Content<#ty>),
                    quote!(json::<#ty, _>(self.0, #status, #json, &value)),
                )
            }
            ty => (
                quote!(value: #ty),
                quote!(json::<#ty, _>(self.0, #status, #json, &&value)),
            ),
        },
        // The only value is null.
        Success::Empty if !promise.media.is_empty() => (
            quote!(value: ()),
            quote!(json::<(), _>(self.0, #status, #json, &&value)),
        ),
        _ => (quote!(), quote!(status(self.0, #status))),
    };
    quote! {
        /// Responds with a success.
        pub fn #name(self, #parameter #value) -> Self {
            Self(__rt::mock::typed::#answer)
        }
    }
}

/// Implements `Debug`. Only the name is shown, because the wrapped value can be a closure.
fn shown(one: &Emitted<'_>, name: &Ident) -> TokenStream {
    let (gate, text) = (one.gate(), name.to_string());
    quote! {
        #gate
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(#text)
            }
        }
    }
}
