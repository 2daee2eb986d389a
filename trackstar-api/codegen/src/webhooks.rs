//! The enum of webhook events.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::visit::{self, Visit};
use syn::{Expr, Ident, Item, ItemConst, ItemImpl, ItemMod, Path, Stmt, Type, parse_quote};
use trackstar_openapi::model::Webhook;
use trackstar_openapi::pointer::schema_name;
use trackstar_openapi::reference;

use crate::docs::{self, Docs};
use crate::syntax::type_name;
use crate::{Error, names, requests, runtime};

/// A variant of the generated enum.
struct Variant<'a> {
    event: &'a str,
    name: Ident,
    doc: Docs,
    ty: Type,
}

/// Returns the generated module `webhooks`. `types` contains the names of all types.
pub(crate) fn module(webhooks: &[Webhook], types: &[Ident]) -> Result<TokenStream, Error> {
    let variants = variants(webhooks, types)?;
    let declared = variants.iter().map(|one| {
        let Variant { name, doc, ty, .. } = one;
        quote!(#doc #name(::std::boxed::Box<#ty>),)
    });
    let read = variants.iter().map(|one| {
        let Variant { event, name, .. } = one;
        let value = quote!(::std::boxed::Box::new(value));
        quote!(#event => __rt::repair::value(payload).map(|value| Self::#name(#value)),)
    });
    let named = variants.iter().map(|one| {
        let Variant { event, name, .. } = one;
        quote!(Self::#name(_) => #event,)
    });
    let events = variants.iter().map(|one| one.event);
    Ok(quote! {
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
    })
}

/// Returns the names of the types that neither requests nor responses use. `called` contains the types of
/// requests and responses.
pub(crate) fn uncalled(items: &[Item], called: &[Type]) -> BTreeSet<String> {
    let called = requests::reached(items, called);
    let names = items.iter().filter_map(type_name);
    let names = names.map(ToString::to_string);
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

fn variants<'a>(webhooks: &'a [Webhook], types: &[Ident]) -> Result<Vec<Variant<'a>>, Error> {
    let mut taken = vec!["Unknown".to_owned()];
    let variants = webhooks.iter().map(|webhook| {
        let event = &webhook.event;
        let texts = [webhook.description.as_ref(), webhook.summary.as_ref()];
        Ok(Variant {
            event,
            name: names::free(&name(event, webhooks), &mut taken),
            doc: docs::event(event, texts),
            ty: payload(webhook, types)?,
        })
    });
    variants.collect()
}

/// Returns the type of a payload, which is that of a component, possibly nullable.
fn payload(webhook: &Webhook, types: &[Ident]) -> Result<Type, Error> {
    let schema = &webhook.schema;
    let target = reference::of(schema.pointer("/allOf/0").unwrap_or(schema));
    let target = target.and_then(reference::target);
    let name = target.and_then(|target| Some(names::pascal(&schema_name(&target)?)));
    let name = name.filter(|name| types.contains(name)).ok_or_else(|| {
        let event = &webhook.event;
        Error::unknown_output(format_args!(
            "no type for the payload of the webhook `{event}`"
        ))
    })?;
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        Ok(parse_quote!(::std::option::Option<types::#name>))
    } else {
        Ok(parse_quote!(types::#name))
    }
}

/// Returns the Rust name of an event. If several events have the same name, all of them also spell out their
/// separators. Otherwise, a new event could silently take the name of an existing one.
fn name(event: &str, webhooks: &[Webhook]) -> Ident {
    let name = names::pascal(event);
    let events = webhooks.iter().map(|webhook| &webhook.event);
    if events.filter(|other| names::pascal(other) == name).count() < 2 {
        return name;
    }
    let spelled = event.replace('-', "-dash-").replace('_', "-underscore-");
    names::pascal(&spelled.replace('.', "-dot-"))
}
