//! Deserialization of untagged enums.
//!
//! Serde selects the first variant that deserializes. If the variants require few properties, it may select the
//! wrong one and lose the properties that this variant lacks. The generated code instead selects the variant that
//! preserves the most properties.

use quote::quote;
use syn::{Fields, Ident, Item, ItemEnum, parse_quote};

use super::fields::is_converted;
use crate::syntax::{has_setting, without_derive};

/// Replaces the derived `Deserialize` implementation of an untagged enum. Returns `None` for other enums, and if a
/// variant is not a newtype variant.
pub(crate) fn rewrite(one: &mut ItemEnum) -> Option<Item> {
    if !has_setting(&one.attrs, "untagged") || one.variants.len() < 2 {
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
                let denied = has_setting(&one.attrs, "deny_unknown_fields");
                let deny = denied.then(|| quote!(#[serde(deny_unknown_fields)]));
                quote!(|value| {
                    #[derive(__rt::serde::Deserialize)]
                    #deny
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
    without_derive(&mut one.attrs, "Deserialize");
    Some(item)
}

/// Adds a variant for future alternatives to a tagged enum.
pub(crate) fn open(one: &mut ItemEnum) {
    let tagged = has_setting(&one.attrs, "tag");
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
