//! The pass over progenitor's syntax tree: what it keeps, drops, and where operations end up.
//!
//! | progenitor's | becomes |
//! | --- | --- |
//! | `mod types` | kept; its types are `#[non_exhaustive]`, so that a property which upstream adds is no breaking change |
//! | `struct Client`, its constructors, `ClientInfo`, hook assertion, prelude | dropped: hand-written code stands in their place |
//! | one method an operation on `Client` | a method of `crate::Connection`, or of `crate::Client` where the key alone is needed |
//! | `mod builder` | kept; its `send` goes through `crate::transport` (see [`crate::send`]) |

use std::collections::BTreeMap;

use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{File, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, parse_quote};

use crate::operations::Operations;
use crate::{Error, Settings, docs, leftovers, send, types};

/// Which hand-written type an operation is a method of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Receiver {
    Client,
    Connection,
}

impl Receiver {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Connection => "Connection",
        }
    }
}

/// Rewrites the whole file.
pub(crate) fn rewrite(
    file: File,
    operations: &Operations,
    settings: &Settings,
) -> Result<File, Error> {
    let parts = Parts::take(file)?;
    let (mut types, mut builder) = (parts.types, parts.builder);
    let receivers = rewrite_builders(&mut builder, operations)?;
    let names = types::rewrite(&mut types)?;
    let schemas = settings.schemars.then(|| schemas(&names));

    let mut methods: BTreeMap<Receiver, Vec<ImplItemFn>> = BTreeMap::new();
    for mut method in parts.methods {
        let builder_name = builder_of(&method)?;
        let receiver = *receivers.get(&builder_name.to_string()).ok_or_else(|| {
            Error::unknown_output(format_args!("no builder for `{}`", method.sig.ident))
        })?;
        method.block = parse_quote!({ builder::#builder_name::new(self.caller()) });
        docs::operation_method(&mut method, receiver);
        methods.entry(receiver).or_default().push(method);
    }
    let impls = methods.into_iter().map(|(receiver, methods)| {
        let name = format_ident!("{}", receiver.name());
        quote! { impl crate::#name { #(#methods)* } }
    });
    let file: File = syn::parse2(quote! { #types #schemas #(#impls)* #builder })
        .map_err(|error| Error::unknown_output(format_args!("a module that {error}")))?;
    leftovers::refuse(&file)?;
    Ok(file)
}

/// The items of progenitor's file that are kept.
struct Parts {
    types: ItemMod,
    builder: ItemMod,
    methods: Vec<ImplItemFn>,
}

impl Parts {
    fn take(file: File) -> Result<Self, Error> {
        let (mut types, mut builder, mut methods) = (None, None, Vec::new());
        for item in file.items {
            match item {
                Item::Mod(module) if module.ident == "types" => types = Some(module),
                Item::Mod(module) if module.ident == "builder" => builder = Some(module),
                Item::Impl(block) if block.trait_.is_none() && is_client(&block) => {
                    methods.extend(operation_methods(block)?);
                }
                Item::Impl(block) if block.trait_.is_some() && is_client(&block) => {}
                Item::Struct(client) if client.ident == "Client" => {}
                Item::Mod(module) if module.ident == "prelude" => {}
                // The imports of the run-time half, and the assertion that hooks are implemented.
                Item::Use(_) | Item::Const(_) => {}
                other => {
                    let text = quote!(#other).to_string();
                    let start: String = text.chars().take(80).collect();
                    return Err(Error::unknown_output(format_args!("the item `{start}`")));
                }
            }
        }
        match (types, builder) {
            (Some(types), Some(builder)) => Ok(Self {
                types,
                builder,
                methods,
            }),
            _ => Err(Error::unknown_output(
                "no module `types` or no module `builder`",
            )),
        }
    }
}

fn is_client(block: &ItemImpl) -> bool {
    matches!(&*block.self_ty, syn::Type::Path(path) if path.path.is_ident("Client"))
}

/// The methods of `impl Client` that are operations: those that take `&self`. The others are
/// constructors, which unwrap and set a timeout nobody asked for.
fn operation_methods(block: ItemImpl) -> Result<Vec<ImplItemFn>, Error> {
    let mut methods = Vec::new();
    for item in block.items {
        match item {
            ImplItem::Fn(method) if method.sig.receiver().is_some() => methods.push(method),
            ImplItem::Fn(_) => {}
            _ => {
                return Err(Error::unknown_output(
                    "an item other than a method in `impl Client`",
                ));
            }
        }
    }
    Ok(methods)
}

/// The name in `builder::DeleteConnection<'_>`, the answer of an operation's method.
fn builder_of(method: &ImplItemFn) -> Result<Ident, Error> {
    if let syn::ReturnType::Type(_, answer) = &method.sig.output
        && let syn::Type::Path(path) = &**answer
        && let Some(last) = path.path.segments.last()
        && path.path.segments.len() == 2
    {
        return Ok(last.ident.clone());
    }
    Err(Error::unknown_output(format_args!(
        "a method `{}` that answers no builder",
        method.sig.ident
    )))
}

/// Rewrites `mod builder` and answers, for each builder, whose method it belongs to.
fn rewrite_builders(
    module: &mut ItemMod,
    operations: &Operations,
) -> Result<BTreeMap<String, Receiver>, Error> {
    let Some((_, items)) = &mut module.content else {
        return Err(Error::unknown_output("a module `builder` without content"));
    };
    items.retain(|item| !matches!(item, Item::Use(_)));
    let mut receivers = BTreeMap::new();
    for item in items.iter_mut() {
        let Item::Impl(block) = item else { continue };
        let name = match &*block.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        let name = name.ok_or_else(|| Error::unknown_output("an impl of no named builder"))?;
        for item in &mut block.items {
            let ImplItem::Fn(method) = item else { continue };
            if method.sig.ident == "new" {
                // Builders come from the methods of `Client` and `Connection` alone.
                method.vis = parse_quote!(pub(crate));
            } else if method.sig.ident == "send" {
                let receiver = send::rewrite(method, operations)?;
                receivers.insert(name.clone(), receiver);
            }
        }
    }
    for item in items.iter_mut() {
        if let Item::Struct(builder) = item
            && let Some(receiver) = receivers.get(&builder.ident.to_string())
        {
            docs::builder_struct(&mut builder.attrs, *receiver);
            builder
                .attrs
                .push(parse_quote!(#[must_use = "an operation does nothing until `send`"]));
        }
    }
    CallerTypes.visit_item_mod_mut(module);
    if let Some((_, items)) = &mut module.content {
        items.insert(
            0,
            parse_quote!(
                use super::types;
            ),
        );
    }
    Ok(receivers)
}

/// `super::Client` in the builders' fields and constructors is the crate's own handle.
struct CallerTypes;

impl VisitMut for CallerTypes {
    fn visit_type_path_mut(&mut self, node: &mut syn::TypePath) {
        let segments = &node.path.segments;
        if segments.len() == 2 && segments[0].ident == "super" && segments[1].ident == "Client" {
            *node = parse_quote!(crate::transport::Caller);
        }
        visit_mut::visit_type_path_mut(self, node);
    }
}

/// A function that answers the JSON Schema of every type, so that a test can hold each against the
/// document without a line per type.
fn schemas(names: &[Ident]) -> proc_macro2::TokenStream {
    let texts = names.iter().map(Ident::to_string);
    let doc = docs::SCHEMAS;
    quote! {
        #[doc = #doc]
        pub fn schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
            ::std::vec![#((#texts, ::schemars::schema_for!(types::#names))),*]
        }
    }
}
