//! Makes the generated types forward compatible. Additions to the API cause no errors at run time, and they do not
//! break users' code at compile time.

mod alternatives;
mod by_name;
mod conversions;
pub(crate) mod copies;
mod decimals;
mod fields;
mod nulls;
mod objects;

use std::collections::BTreeSet;

use quote::{ToTokens as _, quote};
use syn::parse_quote;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Fields, Ident, ImplItem, Item, ItemEnum, ItemImpl, ItemMod, Lit, Type};

use crate::docs::{self, Docs};
use crate::syntax::{derives, has_setting, implements, without_derive};
use crate::{Error, requests, schemas};

pub(crate) use decimals::{DECIMAL_TYPE, holds as holds_decimals, is_decimal};
pub(crate) use fields::{Default, default_of, is_always_written, is_converted, renamed};

/// The name of the variant for values that are not in the document.
pub(crate) const UNKNOWN: &str = "UnknownValue";

/// The result of rewriting `mod types`.
pub(crate) struct Types {
    pub(crate) module: ItemMod,
    /// Names of all types.
    pub(crate) names: Vec<Ident>,
    /// Names of the types that have a builder.
    pub(crate) builders: BTreeSet<String>,
}

/// Rewrites `mod types`, and adds builders for the types that `sent` refers to. All other types occur only in
/// responses.
pub(crate) fn rewrite(mut module: ItemMod, sent: &[Type]) -> Result<Types, Error> {
    let mark: Attribute = parse_quote!(#[non_exhaustive]);
    let mut names = Vec::new();
    let (mut opened, mut readers) = (Vec::new(), Vec::new());
    let Some((_, items)) = &mut module.content else {
        return Err(Error::unknown_output("a module `types` without content"));
    };
    // Remove progenitor's builders and their constructors.
    items.retain(|item| match item {
        Item::Mod(inner) => inner.ident != "builder",
        Item::Impl(block) => block.trait_.is_some() || !constructs_builder(block),
        _ => true,
    });
    schemas::renew(items);
    conversions::tell_apart(items);
    let reached = requests::reached(items, sent);
    let nulls = nulls::Nulls::of(items);
    for item in items.iter_mut() {
        Prose.visit_item_mut(item);
        let (attributes, name) = match item {
            Item::Struct(one) => {
                let sent = reached.contains(&one.ident.to_string());
                fields::rewrite(&mut one.fields, sent.then_some(&nulls));
                (&mut one.attrs, &one.ident)
            }
            Item::Enum(one) => {
                if open(one)? {
                    opened.push(one.ident.clone());
                }
                let sent = reached.contains(&one.ident.to_string()).then_some(&nulls);
                for variant in &mut one.variants {
                    if matches!(variant.fields, Fields::Named(_)) {
                        fields::rewrite(&mut variant.fields, sent);
                    }
                }
                alternatives::open(one);
                readers.extend(alternatives::rewrite(one));
                decimals::convert_variants(one);
                (&mut one.attrs, &one.ident)
            }
            _ => continue,
        };
        attributes.push(mark.clone());
        names.push(name.clone());
    }
    let of_opened = |block: &ItemImpl| {
        let syn::Type::Path(path) = &*block.self_ty else {
            return false;
        };
        opened.iter().any(|name| path.path.is_ident(name))
    };
    // `__rt::texts` generates these conversions from `FromStr`.
    items.retain(|item| {
        !matches!(item, Item::Impl(block) if of_opened(block) && implements(block, "TryFrom"))
    });
    for item in items.iter_mut() {
        if let Item::Impl(block) = item
            && of_opened(block)
        {
            show_unknown(block);
            tell_values(block);
        }
    }
    readers.extend(
        opened
            .iter()
            .map(|name| -> Item { parse_quote!(__rt::texts!(#name);) }),
    );
    for item in items.iter_mut() {
        readers.extend(objects::rewrite(item).or_else(|| by_name::rewrite(item)));
    }
    decimals::describe(items);
    items.extend(readers);
    let builders = add_builders(items, &names, &reached)?;
    Ok(Types {
        module,
        names,
        builders,
    })
}

fn constructs_builder(block: &ItemImpl) -> bool {
    block
        .items
        .iter()
        .any(|item| matches!(item, ImplItem::Fn(method) if method.sig.ident == "builder"))
}

fn add_builders(
    items: &mut Vec<Item>,
    all: &[Ident],
    reached: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    let (mut builders, mut constructors) = (Vec::new(), Vec::new());
    for item in items.iter() {
        if let Item::Struct(one) = item
            && reached.contains(&one.ident.to_string())
            && let Some((builder, constructor)) = requests::builder(one, all)
        {
            names.insert(one.ident.to_string());
            builders.push(builder);
            constructors.push(constructor);
        }
    }
    if !builders.is_empty() {
        let doc =
            Docs::ours("Builders for the types in requests, returned by their function `builder`.");
        let file: syn::File = syn::parse2(quote! {
            #(#constructors)*
            #doc
            pub mod partial {
                #(#builders)*
            }
        })
        .map_err(|error| Error::unknown_output(format_args!("a field that {error}")))?;
        items.extend(file.items);
    }
    Ok(names)
}

/// A visitor that sanitizes doc comments, so that text from the document is never compiled as an example.
pub(crate) struct Prose;

impl VisitMut for Prose {
    fn visit_attributes_mut(&mut self, node: &mut Vec<Attribute>) {
        let attributes = std::mem::take(node).into_iter();
        *node = attributes
            .flat_map(|attribute| match docs::text_of(&attribute) {
                Some(text) => Docs::of_document(&text).attributes(),
                None => vec![attribute],
            })
            .collect();
    }
}

/// Returns the names and types of the fields of the struct `name`, if it has named fields.
pub(crate) fn fields_of(module: &ItemMod, name: &Ident) -> Option<Vec<(Ident, Type)>> {
    let (_, items) = module.content.as_ref()?;
    let fields = items.iter().find_map(|item| match item {
        Item::Struct(one) if one.ident == *name => Some(&one.fields),
        _ => None,
    })?;
    let Fields::Named(fields) = fields else {
        return None;
    };
    let fields = fields.named.iter();
    fields
        .map(|field| Some((field.ident.clone()?, field.ty.clone())))
        .collect()
}

/// Adds a variant for unknown values to an enum of strings. Deserialization accepts unknown values. Conversion
/// from a string (`FromStr`, and therefore the builders) only accepts the values in the document.
fn open(one: &mut ItemEnum) -> Result<bool, Error> {
    // A variant with the same spelling as its value does not have a `rename` attribute. Enums of other types
    // are untagged.
    let mut variants = one.variants.iter();
    let texts = derives(&one.attrs, "Deserialize")
        && !has_setting(&one.attrs, "untagged")
        && variants.all(|variant| matches!(variant.fields, Fields::Unit));
    if !texts || one.variants.is_empty() {
        return Ok(false);
    }
    let name = Ident::new(UNKNOWN, one.ident.span());
    if one.variants.iter().any(|variant| variant.ident == name) {
        return Err(Error::new(
            format!(
                "`{}` has a value with the same name as the variant `{UNKNOWN}`",
                one.ident
            ),
            "rename the value with an action in openapi/overlays/generator.yaml",
        ));
    }
    one.variants.push(parse_quote! {
        /// A value that is not in the document, such as one that the API added later. It is serialized
        /// unchanged.
        #[serde(untagged)]
        #name(::std::string::String)
    });
    // `String` does not implement `Copy`.
    without_derive(&mut one.attrs, "Copy");
    without_derive(&mut one.attrs, "Deserialize");
    Ok(true)
}

/// Maximum number of values that an error message lists.
const TOLD: usize = 12;

/// Lists the valid values in the error for an invalid one, which typify reports as "invalid value". The message
/// does not contain the invalid value.
fn tell_values(block: &mut ItemImpl) {
    struct Last(String);
    impl VisitMut for Last {
        fn visit_expr_match_mut(&mut self, node: &mut syn::ExprMatch) {
            let values: Vec<String> = node
                .arms
                .iter()
                .filter_map(|arm| match &arm.pat {
                    syn::Pat::Lit(syn::ExprLit {
                        lit: Lit::Str(text),
                        ..
                    }) => Some(text.value()),
                    _ => None,
                })
                .collect();
            let name = &self.0;
            let which = if values.len() > TOLD {
                format!("one of the {} values in the document", values.len())
            } else {
                format!("one of {}", format!("{values:?}").trim_matches(['[', ']']))
            };
            let told = format!(
                "invalid value for `types::{name}`: expected {which}; to send another value, use \
                 `types::{name}::{UNKNOWN}(…)`"
            );
            if let Some(last) = node.arms.last_mut()
                && matches!(last.pat, syn::Pat::Wild(_))
            {
                *last.body = parse_quote!(::std::result::Result::Err(#told.into()));
            }
        }
    }
    if implements(block, "FromStr") {
        let mut last = Last(block.self_ty.to_token_stream().to_string());
        last.visit_item_impl_mut(block);
    }
}

/// Adds a match arm for the unknown value to `Display`, which matches all variants.
fn show_unknown(block: &mut ItemImpl) {
    struct Arms;
    impl syn::visit_mut::VisitMut for Arms {
        fn visit_expr_match_mut(&mut self, node: &mut syn::ExprMatch) {
            node.arms
                .push(parse_quote!(Self::UnknownValue(ref text) => f.write_str(text),));
        }
    }
    let displays = implements(block, "Display");
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item
            && displays
        {
            syn::visit_mut::VisitMut::visit_impl_item_fn_mut(&mut Arms, method);
        }
    }
}
