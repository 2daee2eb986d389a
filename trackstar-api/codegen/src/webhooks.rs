//! The events that the API tells of by webhooks, as one type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type};

use crate::docs::{self, Docs};
use crate::emit::Emitted;
use crate::outline::Success;
use crate::{names, types};

/// A variant of the generated enum.
struct Variant<'a> {
    event: &'a str,
    name: Ident,
    doc: Docs,
    ty: &'a Type,
}

/// The generated module `webhooks`.
pub(crate) fn module(webhooks: &[Emitted<'_>]) -> TokenStream {
    let variants = variants(webhooks);
    let declared = variants.iter().map(|one| {
        let Variant { name, doc, ty, .. } = one;
        quote!(#doc #name(::std::boxed::Box<#ty>),)
    });
    let read = variants.iter().map(|one| {
        let Variant {
            event, name, ty, ..
        } = one;
        let read = if types::holds_integers(ty) {
            quote! {
                crate::repair::value::<<#ty as crate::tolerant::Integers>::Read>(payload)
                    .map(crate::tolerant::Integers::from_read)
            }
        } else {
            quote!(crate::repair::value(payload))
        };
        quote!(#event => #read.map(|value| Self::#name(::std::boxed::Box::new(value))),)
    });
    let named = variants.iter().map(|one| {
        let Variant { event, name, .. } = one;
        quote!(Self::#name(_) => #event,)
    });
    let events = variants.iter().map(|one| one.event);
    quote! {
        /// The events of webhooks.
        pub mod webhooks {
            use super::types;

            /// What a webhook tells, by the name of its event. An event that the document does not
            /// know, because the API has added it since, is `Unknown`.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum Event {
                #(#declared)*
                /// An event that the document does not know.
                Unknown(crate::webhooks::UnknownEvent),
            }

            impl Event {
                /// The names of all events that the document knows.
                pub const TYPES: &'static [&'static str] = &[#(#events),*];

                /// The name of the event, as on the wire.
                #[must_use]
                pub fn event_type(&self) -> &str {
                    match self {
                        #(#named)*
                        Self::Unknown(event) => event.event_type(),
                    }
                }

                pub(crate) fn read(
                    event_type: &str,
                    payload: &[u8],
                ) -> ::std::result::Result<Self, ::serde_json::Error> {
                    match event_type {
                        #(#read)*
                        _ => crate::webhooks::UnknownEvent::read(event_type, payload).map(Self::Unknown),
                    }
                }
            }
        }
    }
}

fn variants<'a>(webhooks: &'a [Emitted<'_>]) -> Vec<Variant<'a>> {
    let mut taken = vec!["Unknown".to_owned()];
    let mut variants = Vec::new();
    for one in webhooks {
        // The preparation lets none pass but those whose body is JSON.
        let (Some(event), Success::Typed(ty)) = (&one.operation.webhook, &one.outline.success)
        else {
            continue;
        };
        let operation = one.operation;
        let texts = [operation.description.as_ref(), operation.summary.as_ref()];
        let name = name(event, webhooks);
        variants.push(Variant {
            event,
            name: names::free(&name, &mut taken),
            doc: docs::event(event, texts),
            ty,
        });
    }
    variants
}

/// The name of an event in Rust. Where others come to the same, all of them say what parts their words:
/// an event that is added must not take over the name of another, which would go unseen.
fn name(event: &str, webhooks: &[Emitted<'_>]) -> Ident {
    let name = names::pascal(event);
    let events = webhooks
        .iter()
        .filter_map(|one| one.operation.webhook.as_ref());
    if events.filter(|other| names::pascal(other) == name).count() < 2 {
        return name;
    }
    let spelled = event.replace('-', "-dash-").replace('_', "-underscore-");
    names::pascal(&spelled.replace('.', "-dot-"))
}
