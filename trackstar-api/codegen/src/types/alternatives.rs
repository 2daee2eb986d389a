//! Deserialization of untagged enums.
//!
//! Serde selects the first variant that deserializes. If the variants require few properties, it may select the
//! wrong one and lose the properties that this variant lacks. The generated code instead selects the variant that
//! preserves the most properties.

use quote::quote;
use syn::{Fields, Ident, Item, ItemEnum, parse_quote};

use super::fields::is_converted;

/// Replaces the derived `Deserialize` implementation of an untagged enum. Returns `None` for other enums, and if a
/// variant is not a newtype variant.
pub(crate) fn rewrite(one: &mut ItemEnum) -> Option<Item> {
    if !is_untagged(one) || one.variants.len() < 2 {
        return None;
    }
    let name = &one.ident;
    let mut readers = Vec::new();
    for variant in &one.variants {
        let ident = &variant.ident;
        readers.push(match &variant.fields {
            Fields::Unit => quote!(|value| value.is_null().then_some(#name::#ident)),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 && fields.unnamed[0].attrs.is_empty() => {
                let ty = &fields.unnamed[0].ty;
                if is_converted(ty) {
                    readers.push(quote!(|value| __rt::lenient::converted::<_, #ty>(value).ok().map(#name::#ident)));
                    continue;
                }
                quote!(|value| <#ty as __rt::serde::Deserialize>::deserialize(value).ok().map(#name::#ident))
            }
            Fields::Named(fields) => {
                let fields = &fields.named;
                let names: Vec<_> = fields.iter().map(|field| &field.ident).collect();
                let denied = one.attrs.iter().filter(|it| {
                    it.path().is_ident("serde") && quote!(#it).to_string().contains("deny_unknown_fields")
                });
                let deny = denied.map(|_| quote!(#[serde(deny_unknown_fields)]));
                quote!(|value| {
                    #[derive(__rt::serde::Deserialize)]
                    #(#deny)*
                    struct Alternative { #fields }
                    let read = <Alternative as __rt::serde::Deserialize>::deserialize(
                        __rt::ByName(value),
                    ).ok()?;
                    ::std::option::Option::Some(#name::#ident { #(#names: read.#names),* })
                })
            }
            Fields::Unnamed(_) => return None,
        });
    }
    let text = name.to_string();
    let item = parse_quote! {
        impl<'de> __rt::serde::Deserialize<'de> for #name {
            fn deserialize<D: __rt::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                __rt::untagged::read(deserializer, #text, &[#(#readers),*])
            }
        }
    };
    for attribute in &mut one.attrs {
        if attribute.path().is_ident("derive") {
            without_deserialize(attribute);
        }
    }
    Some(item)
}

/// Returns true if only the content of the value determines the variant.
pub(super) fn is_untagged(one: &ItemEnum) -> bool {
    one.attrs.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("serde")
            && list.is_ok_and(|list| {
                list.tokens
                    .to_string()
                    .split(',')
                    .any(|it| it.trim() == "untagged")
            })
    })
}

/// Adds a variant for future alternatives to a tagged enum.
pub(crate) fn open(one: &mut ItemEnum) {
    let tagged = one.attrs.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("serde")
            && list.is_ok_and(|list| list.tokens.to_string().starts_with("tag "))
    });
    let name = Ident::new(super::UNKNOWN, one.ident.span());
    if !tagged || one.variants.iter().any(|variant| variant.ident == name) {
        return;
    }
    one.variants.push(parse_quote! {
        /// An alternative that is not in the document, such as one that the API added later. It is
        /// serialized unchanged.
        #[serde(untagged)]
        #name(__rt::serde_json::Value)
    });
}

type Paths = syn::punctuated::Punctuated<syn::Path, syn::Token![,]>;

fn is_deserialize(path: &syn::Path) -> bool {
    let last = path.segments.last();
    last.is_some_and(|last| last.ident == "Deserialize")
}

/// Returns true if the attribute derives `Deserialize`.
pub(super) fn derives_deserialize(attribute: &syn::Attribute) -> bool {
    let paths = attribute.parse_args_with(Paths::parse_terminated);
    attribute.path().is_ident("derive") && paths.is_ok_and(|paths| paths.iter().any(is_deserialize))
}

/// Removes `Deserialize` from the derived traits.
pub(super) fn without_deserialize(attribute: &mut syn::Attribute) {
    if let Ok(paths) = attribute.parse_args_with(Paths::parse_terminated) {
        let kept = paths.into_iter().filter(|path| !is_deserialize(path));
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
}
