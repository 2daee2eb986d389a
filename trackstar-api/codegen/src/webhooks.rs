//! The enum of webhook events.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};
use syn::visit::{self, Visit};
use syn::{Expr, Ident, Item, ItemConst, ItemImpl, ItemMod, Path, Stmt, Type};
use trackstar_openapi::Prepared;
use trackstar_openapi::model::Webhook;

use crate::docs::{self, Docs};
use crate::outline::{Outline, Success};
use crate::{names, requests, runtime, types};

/// A variant of the generated enum.
struct Variant<'a> {
    event: &'a str,
    name: Ident,
    doc: Docs,
    ty: &'a Type,
}

/// A webhook and the outline that progenitor generated for its payload.
pub(crate) type Told<'a> = (&'a Webhook, &'a Outline);

/// Adds an operation for each webhook to the prepared document, with the payload as its response. The
/// operations are never called. They make progenitor generate types for the payloads.
pub(crate) fn as_responses(prepared: &Prepared) -> Value {
    let mut document = prepared.document().clone();
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut all: BTreeMap<String, Value> = paths.map(|it| (it.0.clone(), it.1.clone())).collect();
    for (index, Webhook { id, schema, .. }) in prepared.webhooks().iter().enumerate() {
        let content = json!({"application/json": {"schema": schema}});
        let responses = json!({"200": {"description": "What is sent.", "content": content}});
        let operation = json!({"get": {"operationId": id, "responses": responses}});
        // The paths of a document never contain an empty segment, so this one is unique.
        all.insert(format!("//webhooks/{index:06}/{id}"), operation);
    }
    document["paths"] = all.into_iter().collect::<Map<_, _>>().into();
    document
}

/// Returns the generated module `webhooks`.
pub(crate) fn module(webhooks: &[Told<'_>]) -> TokenStream {
    let variants = variants(webhooks);
    let declared = variants.iter().map(|one| {
        let Variant { name, doc, ty, .. } = one;
        quote!(#doc #name(::std::boxed::Box<#ty>),)
    });
    let read = variants.iter().map(|one| {
        let Variant {
            event, name, ty, ..
        } = one;
        let read = if let Some(read) = types::read_by(ty) {
            quote!(__rt::repair::value::<<#ty as #read>::Read>(payload).map(#read::from_read))
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

            /// The payload of a webhook, by the name of its event. An event that the document does not contain is
            /// `Unknown`.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum Event {
                #(#declared)*
                /// An event that the document does not contain.
                Unknown(__rt::UnknownEvent),
            }

            impl Event {
                /// The names of all events in the document.
                pub const TYPES: &'static [&'static str] = &[#(#events),*];

                /// Returns the name of the event.
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

/// Returns the names of the types that neither requests nor responses use. `called` contains the types of
/// requests and responses.
pub(crate) fn uncalled(items: &[Item], called: &[Type]) -> BTreeSet<String> {
    let called = requests::reached(items, called);
    let names = items.iter().filter_map(|item| match item {
        Item::Struct(one) => Some(one.ident.to_string()),
        Item::Enum(one) => Some(one.ident.to_string()),
        _ => None,
    });
    names.filter(|name| !called.contains(name)).collect()
}

/// Makes the types `names`, and all items that refer to them in their signatures, depend on the feature
/// `webhooks`.
pub(crate) fn gate_types(types: &mut ItemMod, names: &BTreeSet<String>) {
    let Some((_, items)) = &mut types.content else {
        return;
    };
    for item in items {
        gate_item(item, names);
    }
}

fn gate_item(item: &mut Item, names: &BTreeSet<String>) {
    let mut found = Mentions {
        names,
        found: false,
    };
    let attributes = match item {
        Item::Struct(one) => {
            found.found = names.contains(&one.ident.to_string());
            &mut one.attrs
        }
        Item::Enum(one) => {
            found.found = names.contains(&one.ident.to_string());
            &mut one.attrs
        }
        Item::Impl(block) => {
            found.visit_impl_header(block);
            &mut block.attrs
        }
        // This matches `const _: () = { impl … };`.
        Item::Const(one) => {
            if let Some(block) = held_impl(one) {
                found.visit_impl_header(block);
            }
            &mut one.attrs
        }
        Item::Fn(one) => {
            found.visit_signature(&one.sig);
            &mut one.attrs
        }
        // The first argument of a macro of the runtime module is the name of a type.
        Item::Macro(one) => {
            let name = one.mac.tokens.clone().into_iter().next();
            found.found = name.is_some_and(|name| names.contains(&name.to_string()));
            &mut one.attrs
        }
        Item::Type(one) => {
            found.visit_type(&one.ty);
            &mut one.attrs
        }
        // The module `defaults` of progenitor.
        Item::Mod(one) => return gate_types(one, names),
        _ => return,
    };
    if found.found {
        attributes.insert(0, runtime::gate("webhooks"));
    }
}

/// A visitor that searches for types in `names`.
struct Mentions<'n> {
    names: &'n BTreeSet<String>,
    found: bool,
}

impl Mentions<'_> {
    fn visit_impl_header(&mut self, block: &ItemImpl) {
        self.visit_type(&block.self_ty);
        if let Some((path, _)) = &block.trait_ {
            self.visit_path(path);
        }
    }
}

impl Visit<'_> for Mentions<'_> {
    fn visit_path(&mut self, node: &Path) {
        // Paths to other crates begin with `::`.
        let last = node
            .segments
            .last()
            .filter(|_| node.leading_colon.is_none());
        self.found |= last.is_some_and(|last| self.names.contains(&last.ident.to_string()));
        visit::visit_path(self, node);
    }
}

/// Returns the `impl` in `const _: () = { … };`.
fn held_impl(one: &ItemConst) -> Option<&ItemImpl> {
    let Expr::Block(block) = &*one.expr else {
        return None;
    };
    let mut statements = block.block.stmts.iter();
    statements.find_map(|statement| match statement {
        Stmt::Item(Item::Impl(block)) => Some(block),
        _ => None,
    })
}

fn variants<'a>(webhooks: &[Told<'a>]) -> Vec<Variant<'a>> {
    let mut taken = vec!["Unknown".to_owned()];
    let mut variants = Vec::new();
    for (webhook, outline) in webhooks {
        // The preparation only keeps webhooks with a JSON body.
        let Success::Typed(ty) = &outline.success else {
            continue;
        };
        let event = &webhook.event;
        let texts = [webhook.description.as_ref(), webhook.summary.as_ref()];
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

/// Returns the Rust name of an event. If several events have the same name, all of them also spell out their
/// separators. Otherwise, a new event could silently take the name of an existing one.
fn name(event: &str, webhooks: &[Told<'_>]) -> Ident {
    let name = names::pascal(event);
    let events = webhooks.iter().map(|(webhook, _)| &webhook.event);
    if events.filter(|other| names::pascal(other) == name).count() < 2 {
        return name;
    }
    let spelled = event.replace('-', "-dash-").replace('_', "-underscore-");
    names::pascal(&spelled.replace('.', "-dot-"))
}
