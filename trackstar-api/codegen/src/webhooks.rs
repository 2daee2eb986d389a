//! The events that the API tells of by webhooks, as one type.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Ident, Item, ItemConst, ItemMod, Stmt, Type};

use crate::docs::{self, Docs};
use crate::emit::Emitted;
use crate::outline::{self, Success};
use crate::{names, requests, runtime, types};

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
                __rt::repair::value::<<#ty as __rt::tolerant::Integers>::Read>(payload)
                    .map(__rt::tolerant::Integers::from_read)
            }
        } else {
            quote!(__rt::repair::value(payload))
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
                Unknown(__rt::UnknownEvent),
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

            }

            impl __rt::WebhookEvent for Event {
                fn read(
                    event_type: &str,
                    payload: &[u8],
                ) -> ::std::result::Result<Self, __rt::serde_json::Error> {
                    match event_type {
                        #(#read)*
                        _ => __rt::UnknownEvent::read(event_type, payload).map(Self::Unknown),
                    }
                }
            }
        }
    }
}

/// The names of the types that no call sends or answers: those of `called` are not among them.
pub(crate) fn uncalled(items: &[Item], called: &[Type]) -> BTreeSet<String> {
    let called = requests::reached(items, called);
    let names = items.iter().filter_map(|item| match item {
        Item::Struct(one) => Some(one.ident.to_string()),
        Item::Enum(one) => Some(one.ident.to_string()),
        _ => None,
    });
    names.filter(|name| !called.contains(name)).collect()
}

/// Puts the types `names`, and what is implemented for them, behind the feature.
pub(crate) fn gate_types(types: &mut ItemMod, names: &BTreeSet<String>) {
    let Some((_, items)) = &mut types.content else {
        return;
    };
    let is_one =
        |ty: &Type| outline::last(ty).is_some_and(|name| names.contains(&name.to_string()));
    for item in items {
        let attributes = match item {
            Item::Struct(one) if names.contains(&one.ident.to_string()) => &mut one.attrs,
            Item::Enum(one) if names.contains(&one.ident.to_string()) => &mut one.attrs,
            Item::Impl(block) if is_one(&block.self_ty) => &mut block.attrs,
            Item::Const(one) if held_impl(one).is_some_and(is_one) => &mut one.attrs,
            _ => continue,
        };
        attributes.insert(0, runtime::gate("webhooks"));
    }
}

/// The type of the `impl` in `const _: () = { … };`.
fn held_impl(one: &ItemConst) -> Option<&Type> {
    let Expr::Block(block) = &*one.expr else {
        return None;
    };
    let mut statements = block.block.stmts.iter();
    statements.find_map(|statement| match statement {
        Stmt::Item(Item::Impl(block)) => Some(&*block.self_ty),
        _ => None,
    })
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
