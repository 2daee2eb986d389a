//! Rewrites progenitor's syntax tree.
//!
//! | input from progenitor | output |
//! | --- | --- |
//! | `mod types` | kept, with `#[non_exhaustive]`, so that a new property is not a breaking change |
//! | `struct Client`, its constructors, `ClientInfo`, hook assertion, prelude | replaced by handwritten code |
//! | one method per operation on `Client` | a trait method on `Connection`, or on `Client` if the API key is enough |
//! | `mod builder` | parsed for names and types ([`crate::outline`]), then replaced ([`crate::emit`]) |
//! | `mod types::builder` | removed. Types used in requests get new builders in `mod types::partial` ([`crate::requests`]) |

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{File, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, Type};
use trackstar_openapi::Prepared;

use crate::docs::{Docs, Words};
use crate::emit::Emitted;
use crate::operations::Operations;
use crate::outline::{self, Outline};
use crate::variants::{self, Shared};
use crate::{
    Error, Settings, docs, dynamic, example, mock, names, pages, reserved, runtime, schemas, types,
    webhooks,
};

/// The handwritten type that has an operation as a method.
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

    fn ident(self) -> Ident {
        format_ident!("{}", self.name())
    }

    /// Returns the name of the trait whose methods are the operations.
    pub(crate) fn operations(self) -> Ident {
        format_ident!("{}Operations", self.name())
    }

    fn needs(self) -> &'static str {
        match self {
            Self::Client => " that need only the API key.",
            Self::Connection => " that need an access token.",
        }
    }
}

/// Rewrites the file. Returns the result and the operations that were omitted.
pub(crate) fn rewrite(
    file: File,
    operations: &Operations<'_>,
    (prepared, document): (&Prepared, &Value),
    settings: &Settings,
) -> Result<(File, Vec<String>), Error> {
    let variants = variants::of(prepared);
    let parts = Parts::take(file)?;
    let outlines = outline::read(parts.builder)?;
    outline::verify(&outlines, document)?;
    let sent = outlines.iter().flat_map(Outline::sent).cloned();
    let sent: Vec<Type> = sent
        .chain(variants.iter().flat_map(Shared::types))
        .collect();
    let mut types = types::rewrite(parts.types, &sent)?;
    types::copies::add(&mut types, prepared.copies());

    let mut pages = BTreeMap::new();
    let (mut all, mut left_out) = (Vec::new(), Vec::new());
    for outline in &outlines {
        let mut one = Emitted::new(outline, operations, settings.gated)?;
        if one.uploads() && !settings.uploads {
            left_out.push(one);
            continue;
        }
        one.body_builder = outline.body_name().filter(|name| {
            let name = name.to_string();
            types.builders.contains(&name)
        });
        if let Some((index, name, page)) = pages::page(&one, &types.module) {
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
    let uncalled: Vec<&Ident> = left_out.iter().map(|one| &one.outline.builder).collect();
    called.retain(|(builder, _)| !uncalled.contains(&builder));
    let (traits, builders) = methods(called, &all, items, settings)?;
    let events = settings.webhooks;
    let events = events.then(|| webhooks::module(prepared.webhooks(), &types.names));
    let events = events.transpose()?;
    let event = settings.webhooks.then(|| {
        let gate = settings.gated.then(|| runtime::gate("webhooks"));
        quote!(#gate pub use webhooks::Event;)
    });
    let dynamic = settings.dynamic.then(|| dynamic::module(&all));
    let mocks = settings.mock.then(|| mock::module(&all, items, settings));
    // In the order in which they appear in the file.
    let modules = [("dynamic", dynamic), ("webhooks", events), ("mock", mocks)];
    let modules = modules.into_iter().filter_map(|(feature, module)| {
        let gate = settings.gated.then(|| runtime::gate(feature));
        module.map(|module| quote!(#gate #module))
    });
    let delivered = if settings.gated {
        let called = all.iter().map(|one| one.outline).flat_map(Outline::types);
        let called = called
            .cloned()
            .chain(variants.iter().flat_map(Shared::types));
        webhooks::uncalled(items, &called.collect::<Vec<_>>())
    } else {
        BTreeSet::new()
    };
    let schemas = settings.schemars.then(|| {
        let gate = settings.gated.then(|| runtime::gate("schemars"));
        let function = schemas::function(&types.names, &delivered, settings.gated);
        quote!(#gate #function)
    });
    let mut types = types.module;
    webhooks::gate_types(&mut types, &delivered);
    let mut file = syn::parse2(quote! {
        #types
        #schemas
        #traits
        #event
        /// The traits with the operations. Import them with `use …::prelude::*;`.
        pub mod prelude {
            pub use super::{ClientOperations as _, ConnectionOperations as _};
            pub use __rt::prelude::*;
        }
        /// Builders for calls, returned by the operation methods.
        pub mod builder {
            use super::types;
            #builders
        }
        #(#modules)*
    })
    .map_err(|error| Error::unknown_output(format_args!("a module that {error}")))?;
    runtime::attach(&mut file, settings);
    let left_out = left_out.iter().map(|one| one.outline.id.clone());
    Ok((file, left_out.collect()))
}

/// Returns the traits whose methods are the operations, and the builders that these methods return.
fn methods(
    methods: Vec<(Ident, ImplItemFn)>,
    all: &[Emitted<'_>],
    types: &[Item],
    settings: &Settings,
) -> Result<(TokenStream, TokenStream), Error> {
    // Grouped by tag, so that the documentation lists related operations together.
    let mut declared: BTreeMap<(Receiver, String), Vec<TokenStream>> = BTreeMap::new();
    let mut asserted: BTreeMap<Receiver, Vec<TokenStream>> = BTreeMap::new();
    let mut builders = Vec::new();
    let mut taken = reserved::taken(reserved::OF_RECEIVERS);
    for (builder, method) in methods {
        let one = all.iter().find(|one| one.outline.builder == builder);
        let one = one.ok_or_else(|| {
            Error::unknown_output(format_args!("no builder for `{}`", method.sig.ident))
        })?;
        let name = names::free(&method.sig.ident, &mut taken);
        let example = example::of(one, &name, types, settings);
        let path = one.path_parameters();
        let doc = docs::operation_method(one.operation, one.page_token.is_some(), &path, &example);
        builders.push(one.builder(&name));
        let gate = one.gate();
        let about = one.operation.tags.join(" / ");
        let arguments: Vec<&Ident> = path.iter().map(|one| &one.name).collect();
        let bounds = path.iter().map(|one| one.bound());
        let of_trait = declared.entry((one.receiver(), about)).or_default();
        of_trait.push(quote! {
            #doc
            #gate
            fn #name(&self, #(#arguments: impl #bounds),*) -> builder::#builder {
                builder::#builder::new(__rt::HasContext::context(self)) #(.#arguments(#arguments))*
            }
        });
        let asserted = asserted.entry(one.receiver()).or_default();
        let types = path.iter().map(|one| &one.ty);
        asserted.push(quote! {
            #gate
            let _: builder::#builder = it.#name(#(__rt::argument::<#types>()),*);
        });
    }
    let traits = [Receiver::Client, Receiver::Connection].map(|receiver| {
        let (of, name) = (receiver.ident(), receiver.operations());
        let doc = Docs::sentence(
            "Operations on [`{}`](__rt::{}){}",
            [
                Words::ours(receiver.name()),
                Words::ours(receiver.name()),
                Words::ours(receiver.needs()),
            ],
        );
        let methods = declared.iter().filter(|((on, _), _)| *on == receiver);
        let methods = methods.flat_map(|(_, methods)| methods);
        let asserted = asserted.get(&receiver).map_or([].as_slice(), Vec::as_slice);
        quote! {
            #doc
            pub trait #name: __rt::HasContext {
                #(#methods)*
            }
            impl #name for __rt::#of {}
            // A method of the type itself would be called in place of the operation.
            const _: fn(&__rt::#of) = |it| { #(#asserted)* };
        }
    });
    Ok((quote!(#(#traits)*), quote!(#(#builders)*)))
}

/// The parts of progenitor's file that are kept.
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
                // Imports of progenitor's runtime crate, and the assertion that hooks are implemented.
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
            _ => Err(Error::unknown_output("no module `types` or `builder`")),
        }
    }
}

fn is_client(block: &ItemImpl) -> bool {
    matches!(&*block.self_ty, syn::Type::Path(path) if path.path.is_ident("Client"))
}

/// Returns the methods of `impl Client` that are operations, which are those with `&self`. The others are
/// constructors, which call `unwrap` and set a timeout that the user did not choose.
fn operation_methods(block: ItemImpl) -> Result<Vec<ImplItemFn>, Error> {
    let mut methods = Vec::new();
    for item in block.items {
        match item {
            ImplItem::Fn(method) if method.sig.receiver().is_some() => methods.push(method),
            ImplItem::Fn(_) => {}
            _ => {
                return Err(Error::unknown_output(
                    "an item in `impl Client` that is not a method",
                ));
            }
        }
    }
    Ok(methods)
}

/// Returns `DeleteConnection` if the method returns `builder::DeleteConnection<'_>`.
fn builder_of(method: &ImplItemFn) -> Result<Ident, Error> {
    if let syn::ReturnType::Type(_, answer) = &method.sig.output
        && let syn::Type::Path(path) = &**answer
        && let Some(last) = path.path.segments.last()
        && path.path.segments.len() == 2
    {
        return Ok(last.ident.clone());
    }
    Err(Error::unknown_output(format_args!(
        "a method `{}` that does not return a builder",
        method.sig.ident
    )))
}
