//! The extensions of `httpmock` for each operation: what progenitor writes of them, made to fit the
//! client.
//!
//! Names and arguments are progenitor's. What they do is written anew, one line a method on
//! `crate::mock::typed`, because progenitor's own does not fit in these respects:
//!
//! - a list has no `to_string`, and the document may want it with commas;
//! - a path parameter is matched unescaped, as a part of a regular expression, by the crate `regex`;
//! - a form is matched as JSON, and so are the bytes of a file; bytes are answered as JSON;
//! - a status out of range is a panic;
//! - a type that comes from answers alone has no way to be made by a test, so that JSON is taken
//!   beside it.

mod written;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItemFn, Type, parse_quote};

use crate::Error;
use crate::docs::{self, Docs, Words};
use crate::emit::Emitted;
use crate::outline::{Body, Success};
use written::{Parts, argument, optional, status_of};

/// The module for the operations `all`, of what progenitor wrote.
pub(crate) fn module(written: TokenStream, all: &[Emitted<'_>]) -> Result<TokenStream, Error> {
    let file: syn::File = syn::parse2(written)
        .map_err(|error| Error::unknown_output(format_args!("mocks that are no Rust: {error}")))?;
    let parts = Parts::take(file)?;
    let (mut wrappers, mut declared, mut plain, mut ours) = (vec![], vec![], vec![], vec![]);
    for (name, when, then) in &parts.operations {
        let one = all.iter().find(|one| *name == one.outline.id);
        let one = one.ok_or_else(|| {
            Error::unknown_output(format_args!("mocks of an operation `{name}` that is none"))
        })?;
        let gate = one.gate();
        wrappers.push(when_of(one, when, parts.methods(when)?)?);
        wrappers.push(then_of(one, then, parts.methods(then)?)?);
        let request = format!("{} {}", one.operation.method, one.operation.path);
        let doc = Docs::sentence(
            "A mock of {}, which counts before the document.",
            [Words::code(&request)],
        );
        let signature = quote! {
            fn #name<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
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
    Ok(quote! {
        /// Mocks of operations by `httpmock`: see `trackstar_api::mock`.
        pub mod mock {
            /// What a mock of an operation is for, and what it answers: `When` and `Then` of
            /// `httpmock` for each operation. `into_inner` is the way to all else that they can.
            pub mod operations {
                use crate::{builder, types};
                #(#wrappers)*
            }

            /// A method for each operation, which adds a mock of it. Mocks count in the order in
            /// which they are added, and before the document.
            pub trait MockServerExt {
                #(#declared)*
            }

            impl MockServerExt for ::httpmock::MockServer {
                #(#plain)*
            }

            impl MockServerExt for crate::mock::MockServer {
                #(#ours)*
            }
        }
    })
}

fn when_of(one: &Emitted<'_>, name: &Ident, methods: &[ImplItemFn]) -> Result<TokenStream, Error> {
    let (gate, builder) = (one.gate(), &one.outline.builder);
    let mut written = Vec::new();
    for method in methods {
        let own = &method.sig.ident;
        let mut signature = method.sig.clone();
        let parameters = one.outline.parameters.iter();
        let index = parameters.clone().position(|it| it.setter == *own);
        if let Some(index) = index {
            let doc = docs::parameter(&one.setters[index]);
            argument(method, 0)?;
            // As the client has it, for the builder and the wrapper have most methods in common.
            let mut own = one.setters[index].name.clone();
            if own == "into_inner" {
                own = format_ident!("{own}_");
            }
            signature.ident = own.clone();
            let value = match optional(&signature)? {
                None => quote!(Some(&value)),
                Some(ty) => {
                    signature = parse_quote! {
                        fn #own<'a, T>(self, value: T) -> Self where T: Into<Option<#ty>>
                    };
                    quote!(value.into().as_ref())
                }
            };
            written.push(quote! {
                #doc
                pub #signature { Self(self.0.parameter(#index, #value)) }
            });
            continue;
        }
        let call = match &one.outline.body {
            _ if own != "body" => None,
            None => None,
            Some(Body::Raw) if !one.operation.text => {
                signature =
                    parse_quote!(fn body(self, value: impl ::std::convert::AsRef<[u8]>) -> Self);
                Some(quote!(bytes(value.as_ref())))
            }
            Some(Body::Raw) => Some(quote!(bytes(value.as_bytes()))),
            Some(Body::Typed(_)) => Some(quote!(body(&value))),
        };
        let call = call.ok_or_else(|| {
            Error::unknown_output(format_args!("a mock's `{own}` of `{}`", one.outline.id))
        })?;
        written.push(quote! {
            /// The body.
            pub #signature { Self(self.0.#call) }
        });
    }
    let id = Words::code(&one.outline.id);
    let doc = Docs::sentence("Requests of {} that a mock is for.", [id]);
    let shown = shown(one, name);
    Ok(quote! {
        #doc
        #gate
        pub struct #name(crate::mock::typed::When);

        #shown
        #gate
        impl #name {
            /// All requests of the operation.
            pub fn new(inner: ::httpmock::When) -> Self {
                Self(crate::mock::typed::When::new(inner, &builder::#builder::OPERATION))
            }
            /// The wrapped one, for what the document does not have.
            pub fn into_inner(self) -> ::httpmock::When {
                self.0.into_inner()
            }
            #(#written)*
        }
    })
}

fn then_of(one: &Emitted<'_>, name: &Ident, methods: &[ImplItemFn]) -> Result<TokenStream, Error> {
    let (gate, builder) = (one.gate(), &one.outline.builder);
    let json = one
        .operation
        .accept
        .as_ref()
        .and_then(|names| names.first())
        .map_or("application/json", String::as_str);
    let mut written = Vec::new();
    for method in methods {
        let own = &method.sig.ident;
        let arguments = method.sig.inputs.len() - 1;
        let ranged = arguments > 0 && argument(method, 0)?.0 == "status";
        let (parameter, status) = if ranged {
            (quote!(status: u16,), quote!(status))
        } else {
            let status = status_of(method)?;
            (quote!(), quote!(#status))
        };
        let value = if arguments > usize::from(ranged) {
            Some(argument(method, usize::from(ranged))?.1)
        } else {
            None
        };
        let signature_and_body = match (value, &one.outline.success) {
            (None, _) => quote! {
                pub fn #own(self, #parameter) -> Self {
                    Self(crate::mock::typed::status(self.0, #status))
                }
            },
            (Some(_), Success::Bytes) => quote! {
                pub fn #own(self, #parameter value: impl ::std::convert::AsRef<[u8]>) -> Self {
                    Self(crate::mock::typed::bytes(self.0, #status, value.as_ref()))
                }
            },
            (Some(Type::Reference(of)), _) => {
                let ty = &of.elem;
                quote! {
                    pub fn #own(self, #parameter value: impl crate::mock::Content<#ty>) -> Self {
                        Self(crate::mock::typed::json::<#ty, _>(self.0, #status, #json, &value))
                    }
                }
            }
            (Some(ty), _) => quote! {
                pub fn #own(self, #parameter value: #ty) -> Self {
                    Self(crate::mock::typed::json::<#ty, _>(self.0, #status, #json, &&value))
                }
            },
        };
        written.push(quote! {
            /// A success.
            #signature_and_body
        });
    }
    let id = Words::code(&one.outline.id);
    let doc = Docs::sentence("What a mock of {} answers.", [id]);
    let shown = shown(one, name);
    Ok(quote! {
        #doc
        #gate
        pub struct #name(::httpmock::Then);

        #shown
        #gate
        impl #name {
            /// An answer that nothing is said of yet.
            pub fn new(inner: ::httpmock::Then) -> Self {
                Self(inner)
            }
            /// The wrapped one, for what the document does not have.
            pub fn into_inner(self) -> ::httpmock::Then {
                self.0
            }
            /// An answer as scripts have them: the document's, an error in the API's own shape, and
            /// so on.
            pub fn answer(self, answer: crate::mock::Answer) -> Self {
                Self(crate::mock::typed::answer(self.0, &builder::#builder::OPERATION, answer))
            }
            #(#written)*
        }
    })
}

/// `Debug` shows the name alone: what is wrapped can be code.
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
