//! The pass over progenitor's syntax tree: what it keeps, drops, and where operations end up.
//!
//! | progenitor's | becomes |
//! | --- | --- |
//! | `mod types` | kept; its types are `#[non_exhaustive]`, so that a property which upstream adds is no breaking change |
//! | `struct Client`, its constructors, `ClientInfo`, hook assertion, prelude | dropped: hand-written code stands in their place |
//! | one method an operation on `Client` | a method of `crate::Connection`, or of `crate::Client` where the key alone is needed |
//! | `mod builder` | read for names and types ([`crate::outline`]), then written anew ([`crate::emit`]) |
//! | `mod types::builder` | dropped; types that are sent get builders of ours ([`crate::requests`]) |

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{File, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, Type};

use crate::docs::{Docs, Words};
use crate::emit::Emitted;
use crate::operations::Operations;
use crate::outline::{self, Outline};
use crate::variants::{self, Shared};
use crate::{
    Error, Settings, cli, docs, dynamic, example, mock, names, pages, schemas, types, webhooks,
};

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

/// The methods that `Client` and `Connection` have whatever the document says, those of traits whose
/// place an operation would take among them.
const RESERVED: &[&str] = &[
    "base_url",
    "builder",
    "call",
    "call_all",
    "call_all_blocking",
    "call_blocking",
    "caller",
    "client",
    "clone",
    "connection",
    "label",
    "new",
    "read_only",
    "request",
];

/// Rewrites the whole file.
pub(crate) fn rewrite(
    file: File,
    operations: &Operations,
    document: &Value,
    settings: &Settings,
) -> Result<File, Error> {
    let variants = variants::read(document);
    let parts = Parts::take(file)?;
    let outlines = outline::read(parts.builder)?;
    let sent = outlines.iter().flat_map(Outline::sent).cloned();
    let sent: Vec<Type> = sent
        .chain(variants.iter().flat_map(Shared::types))
        .collect();
    let mut types = types::rewrite(parts.types, &sent)?;

    let mut pages = BTreeMap::new();
    let (mut all, mut told) = (Vec::new(), Vec::new());
    for outline in &outlines {
        let mut one = Emitted::new(outline, operations.get(&outline.id)?)?;
        if one.operation.webhook.is_some() {
            told.push(one);
            continue;
        }
        one.body_builder = outline.body_name().filter(|name| {
            let name = name.to_string();
            types.builders.contains(&name)
        });
        if let Some((index, name, page)) = pages::page(&one, &types.module, settings) {
            one.page_token = Some(index);
            pages.insert(name, page);
        }
        all.push(one);
    }
    if let Some((_, items)) = &mut types.module.content {
        let conversions = variants.iter().map(|one| one.conversions(&types.names));
        items.extend(pages.into_values().chain(conversions).map(Item::Verbatim));
    }
    let items = types.module.content.as_ref();
    let items = items.map_or([].as_slice(), |(_, items)| items);
    let called = parts
        .methods
        .into_iter()
        .map(|method| Ok((builder_of(&method)?, method)));
    let mut called = called.collect::<Result<Vec<_>, Error>>()?;
    called.retain(|(builder, _)| told.iter().all(|one| one.outline.builder != *builder));
    let (impls, builders) = methods(called, &all, items)?;
    let events = settings.webhooks.then(|| webhooks::module(&told));
    let dynamic = dynamic::module(&all);
    let cli = settings.cli.then(|| cli::module(&all, items, document));
    let schemas = settings.schemars.then(|| schemas::function(&types.names));
    let mocks = settings.mock.then(|| mock::module(&all, items));
    let types = types.module;
    syn::parse2(quote! {
        #types
        #schemas
        #impls
        /// The calls of operations: what `Client` and `Connection` answer, to be filled and sent.
        pub mod builder {
            use super::types;
            #builders
        }
        #dynamic
        #events
        #mocks
        #cli
    })
    .map_err(|error| Error::unknown_output(format_args!("a module that {error}")))
}

/// The methods of `Client` and `Connection`, a block for what they are about, and the builders that
/// they answer.
fn methods(
    methods: Vec<(Ident, ImplItemFn)>,
    all: &[Emitted<'_>],
    types: &[Item],
) -> Result<(TokenStream, TokenStream), Error> {
    let mut blocks: BTreeMap<(Receiver, String), Vec<TokenStream>> = BTreeMap::new();
    let mut builders = Vec::new();
    let mut taken: Vec<String> = RESERVED.iter().map(ToString::to_string).collect();
    for (builder, method) in methods {
        let one = all.iter().find(|one| one.outline.builder == builder);
        let one = one.ok_or_else(|| {
            Error::unknown_output(format_args!("no builder for `{}`", method.sig.ident))
        })?;
        let name = names::free(&method.sig.ident, &mut taken);
        let example = example::of(one, &name, types);
        let doc = docs::operation_method(one.operation, one.page_token.is_some(), &example);
        builders.push(one.builder(&name));
        let gate = one.gate();
        let about = one.operation.tags.join(" / ");
        blocks
            .entry((one.receiver(), about))
            .or_default()
            .push(quote! {
                #doc
                #gate
                pub fn #name(&self) -> builder::#builder {
                    builder::#builder::new(self.caller())
                }
            });
    }
    let impls = blocks.into_iter().map(|((receiver, about), methods)| {
        let name = format_ident!("{}", receiver.name());
        let doc =
            (!about.is_empty()).then(|| Docs::sentence("Operations: {}", [Words::plain(&about)]));
        quote! { #doc impl crate::#name { #(#methods)* } }
    });
    Ok((quote!(#(#impls)*), quote!(#(#builders)*)))
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
