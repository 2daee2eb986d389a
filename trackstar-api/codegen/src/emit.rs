//! The builder of one operation: a typed face on `__rt::Call`, one line a method, so that a
//! document of any size compiles in reasonable time.

mod constant;
mod sending;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, Type};
use trackstar_openapi::model::{
    self, Content, Operation, Parameter, ParameterLocation, Part, PartType,
};
use trackstar_openapi::template;

use crate::facade::Receiver;
use crate::names::free;
use crate::operations::Operations;
use crate::outline::{Body, Outline, Wire, argument};
use crate::setters::{each_of, one_of, part_type};
use crate::{Error, docs, reserved, runtime, types};

/// One operation as it is emitted: what the document and progenitor say of it, brought together.
pub(crate) struct Emitted<'a> {
    pub(crate) outline: &'a Outline,
    pub(crate) operation: &'a Operation,
    /// Whether it needs the access token.
    needs_token: bool,
    /// In the order of the outline.
    pub(crate) setters: Vec<Setter>,
    /// The name of the setter of each part of a multipart body.
    pub(crate) parts: Vec<Ident>,
    /// Whether a body of a type that has a builder can be made in place.
    pub(crate) body_builder: Option<Ident>,
    /// The place of the page token among the parameters, of a list.
    pub(crate) page_token: Option<usize>,
    /// Whether the code requires features of the client.
    gated: bool,
}

/// The setter of a parameter.
pub(crate) struct Setter {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) parameter: Parameter,
    /// Whether its value may hold a secret.
    pub(crate) secret: bool,
}

impl Setter {
    /// Returns true for a path parameter. The method of the operation calls its setter.
    pub(crate) fn is_path(&self) -> bool {
        self.parameter.location == ParameterLocation::Path
    }

    /// Returns the trait that an argument of the method must implement.
    pub(crate) fn bound(&self) -> TokenStream {
        match argument(&self.ty, "Vec", 0) {
            Some(item) => each_of(item),
            None => one_of(&self.ty),
        }
    }
}

impl<'a> Emitted<'a> {
    pub(crate) fn new(
        outline: &'a Outline,
        operations: &Operations<'a>,
        gated: bool,
    ) -> Result<Self, Error> {
        let operation = operations.get(&outline.id)?;
        if let Some(Body::Typed(ty)) = &outline.body
            && types::holds_decimals(ty)
        {
            return Err(Error::new(
                format!(
                    "the body of `{}` is a decimal, but decimals are only supported in properties",
                    outline.id
                ),
                "remove `format: decimal` from its schema with an overlay action",
            ));
        }
        let mut taken = reserved::taken(reserved::OF_CALLS);
        let mut setters = Vec::new();
        for one in &outline.parameters {
            let parameter = parameter(operation, &one.wire)?;
            setters.push(Setter {
                name: free(&one.setter, &mut taken),
                ty: one.ty.clone(),
                parameter: parameter.clone(),
                secret: operations.is_secret(parameter),
            });
        }
        let parts = parts(operation).iter().map(|part| {
            let name = crate::names::snake(&part.name);
            free(&name, &mut taken)
        });
        Ok(Self {
            parts: parts.collect(),
            outline,
            operation,
            needs_token: Operations::needs_token(operation),
            setters,
            body_builder: None,
            page_token: None,
            gated,
        })
    }

    /// Whether the body is a file or made of parts.
    pub(crate) fn uploads(&self) -> bool {
        !self.parts.is_empty() || self.content()
    }

    /// Whether the body is sent as it is given, and no text.
    fn content(&self) -> bool {
        matches!(self.outline.body, Some(Body::Raw)) && !self.is_text()
    }

    pub(crate) fn is_text(&self) -> bool {
        let body = self.operation.body.as_ref();
        body.is_some_and(|body| body.content == Content::Text)
    }

    /// Returns the path parameters in the order of the template. They are arguments of the method.
    pub(crate) fn path_parameters(&self) -> Vec<&Setter> {
        let setter = |name: &str| {
            let mut setters = self.setters.iter();
            setters.find(|one| one.is_path() && one.parameter.name == name)
        };
        template::names(&self.operation.path)
            .filter_map(setter)
            .collect()
    }

    /// The parts of a multipart body, in the order of their setters.
    pub(crate) fn body_parts(&self) -> &'a [Part] {
        parts(self.operation)
    }

    /// Returns true if the operation needs the access token.
    pub(crate) fn needs_token(&self) -> bool {
        self.needs_token
    }

    pub(crate) fn receiver(&self) -> Receiver {
        if self.needs_token {
            Receiver::Connection
        } else {
            Receiver::Client
        }
    }

    /// What keeps the code out of builds without the feature that it needs.
    pub(crate) fn gate(&self) -> Option<Attribute> {
        (self.gated && self.uploads()).then(|| runtime::gate("uploads"))
    }

    /// The item that stands for the operation in the generated module `builder`.
    pub(crate) fn builder(&self, method: &Ident) -> TokenStream {
        let name = &self.outline.builder;
        let doc = docs::builder(self.receiver(), method);
        let gate = self.gate();
        let constant = self.constant();
        let setters = self.setters.iter().enumerate();
        let setters = setters.map(|(index, setter)| self.setter(index, setter));
        let (body, parts) = (self.body(), self.part_setters());
        let ((send, sends), pages) = (self.send(), self.pages());
        let (call, new, derives) = if self.uploads() {
            (
                quote!(__rt::UploadCall),
                quote!(__rt::UploadCall::new(__rt::Call::new(
                    context,
                    &Self::OPERATION
                ))),
                quote!(Debug),
            )
        } else {
            (
                quote!(__rt::Call),
                quote!(__rt::Call::new(context, &Self::OPERATION)),
                quote!(Clone, Debug),
            )
        };
        quote! {
            #doc
            #gate
            #[derive(#derives)]
            #[must_use = "an operation does nothing until `send`"]
            pub struct #name { call: #call }

            #gate
            impl #name {
                pub(crate) const OPERATION: __rt::Operation = #constant;

                pub(crate) fn new(context: &__rt::CallContext) -> Self {
                    Self { call: #new }
                }

                #(#setters)*
                #body
                #parts
                #send
                #pages
            }

            #sends
        }
    }

    fn setter(&self, index: usize, setter: &Setter) -> TokenStream {
        let Setter { name, ty, .. } = setter;
        let call = self.plain_call();
        let bound = setter.bound();
        let set = if let Some(item) = argument(ty, "Vec", 0) {
            quote!(set_each::<#item, _>)
        } else {
            quote!(set::<#ty, _>)
        };
        let (doc, visibility) = if setter.is_path() {
            (None, quote!(pub(crate)))
        } else {
            (Some(docs::parameter(setter)), quote!(pub))
        };
        quote! {
            #doc
            #visibility fn #name(mut self, value: impl #bound) -> Self {
                #call = #call.#set(#index, value);
                self
            }
        }
    }

    fn body(&self) -> Option<TokenStream> {
        let ty = match self.outline.body.as_ref()? {
            Body::Raw if self.is_text() => {
                return Some(quote! {
                    /// Sets the body, which is sent unchanged.
                    pub fn body(mut self, value: impl ::std::convert::Into<::std::string::String>) -> Self {
                        self.call = self.call.raw_body(value.into());
                        self
                    }
                });
            }
            Body::Raw => {
                return Some(quote! {
                    /// Sets the body, from bytes or a stream.
                    pub fn body(mut self, value: impl ::std::convert::Into<__rt::Upload>) -> Self {
                        self.call = self.call.content(value);
                        self
                    }
                });
            }
            Body::Typed(ty) => &**ty,
        };
        let map = self.body_builder.as_ref().map(|builder| {
            quote! {
                /// Sets the body to the result of `fill`, which starts with an empty builder.
                pub fn body_map(
                    self,
                    fill: impl FnOnce(types::partial::#builder) -> types::partial::#builder,
                ) -> Self {
                    self.body(fill(<#ty>::builder()))
                }
            }
        });
        let bound = one_of(ty);
        Some(quote! {
            /// Sets the body.
            pub fn body(mut self, value: impl #bound) -> Self {
                self.call = self.call.body::<#ty, _>(value);
                self
            }
            #map
        })
    }

    fn part_setters(&self) -> TokenStream {
        let setters = self
            .body_parts()
            .iter()
            .zip(&self.parts)
            .map(|(part, setter)| {
                let Part { name, list, .. } = part;
                let doc = docs::part(part);
                let anew = (!list).then(|| quote!(.anew(#name)));
                if part.holds == PartType::Bytes {
                    return quote! {
                        #doc
                        pub fn #setter(mut self, value: impl ::std::convert::Into<__rt::Upload>) -> Self {
                            self.call = self.call #anew .file(#name, value);
                            self
                        }
                    };
                }
                let ty = part_type(part);
                let bound = one_of(&ty);
                let json = part.holds == PartType::Json;
                quote! {
                    #doc
                    pub fn #setter<V>(mut self, value: V) -> Self where V: #bound {
                        self.call = self.call #anew .part::<#ty, V>(#name, #json, value);
                        self
                    }
                }
            });
        quote!(#(#setters)*)
    }

    fn plain_call(&self) -> TokenStream {
        if self.uploads() {
            quote!(self.call.call)
        } else {
            quote!(self.call)
        }
    }
}

fn parts(operation: &Operation) -> &[Part] {
    match &operation.body {
        Some(model::Body {
            content: Content::Parts(parts),
            ..
        }) => parts,
        _ => &[],
    }
}

/// The document's parameter for one of progenitor's.
fn parameter<'o>(operation: &'o Operation, wire: &Wire) -> Result<&'o Parameter, Error> {
    let in_path = match wire {
        Wire::Named(..) => None,
        Wire::Path(index) => template::names(&operation.path).nth(*index),
    };
    let is_it = |one: &&Parameter| match wire {
        Wire::Named(location, name) => one.location == *location && one.argument == *name,
        Wire::Path(_) => {
            one.location == ParameterLocation::Path && in_path == Some(one.name.as_str())
        }
    };
    operation.parameters.iter().find(is_it).ok_or_else(|| {
        Error::unknown_output(format_args!(
            "a parameter for {} that the document does not declare",
            operation.path
        ))
    })
}
