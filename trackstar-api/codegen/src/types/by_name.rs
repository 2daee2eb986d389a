//! Deserialization of types with named fields, which must not accept a list instead of an object.
//!
//! serde's derive accepts a list of the field values for a struct. The generated code derives `Deserialize` for
//! a copy of the type (`remote`), and calls it with a deserializer that never returns a list
//! (`crate::by_name`).

use quote::{format_ident, quote};
use syn::{Attribute, Field, Fields, Ident, Item, ItemEnum, Variant, Visibility, parse_quote};

use crate::syntax::{derives, has_setting, settings, without_derive};

/// Replaces the derived `Deserialize` of a type with named fields. Returns `None` for other types, which never
/// accept a list.
pub(crate) fn rewrite(item: &mut Item) -> Option<Item> {
    // serde only accepts an object for a struct with a flattened field.
    let has_rest = matches!(item, Item::Struct(one) if one.fields.iter().any(is_rest));
    let (name, attributes) = match item {
        Item::Struct(one) if matches!(one.fields, Fields::Named(_)) => (&one.ident, &mut one.attrs),
        Item::Enum(one) if has_objects(one) => (&one.ident, &mut one.attrs),
        _ => return None,
    };
    if !derives(attributes, "Deserialize") || has_rest {
        return None;
    }
    without_derive(attributes, "Deserialize");
    let name = name.clone();
    let item = stand_in(item, &name)?;
    Some(parse_quote! {
        const _: () = {
            #item

            impl<'de> __rt::serde::Deserialize<'de> for #name {
                fn deserialize<D: __rt::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    __ByName::deserialize(__rt::ByName(deserializer))
                }
            }
        };
    })
}

fn is_rest(field: &Field) -> bool {
    field
        .ident
        .as_ref()
        .is_some_and(|name| super::renamed(&field.attrs, name).is_none())
}

/// Returns true if serde would accept a list for the enum. This is the case if it has a tag or a variant with
/// named fields.
fn has_objects(one: &ItemEnum) -> bool {
    let named = |variant: &Variant| matches!(variant.fields, Fields::Named(_));
    !has_setting(&one.attrs, "untagged")
        && (has_setting(&one.attrs, "tag") || one.variants.iter().any(named))
}

/// Returns a type with the same fields, whose `Deserialize` creates a value of `name`.
fn stand_in(item: &Item, name: &Ident) -> Option<Item> {
    let ident = format_ident!("__ByName");
    let of = name.to_string();
    let own: Vec<&Attribute> = match item {
        Item::Struct(one) => serde_of(&one.attrs).collect(),
        Item::Enum(one) => serde_of(&one.attrs).collect(),
        _ => return None,
    };
    let attributes = quote! {
        #[derive(__rt::serde::Deserialize)]
        #[serde(remote = #of)]
        #(#own)*
    };
    match item {
        Item::Struct(one) => {
            let fields = one.fields.iter().map(plain);
            Some(parse_quote!(#attributes struct #ident { #(#fields),* }))
        }
        Item::Enum(one) => {
            let variants = one.variants.iter().map(|variant| {
                let mut variant = variant.clone();
                variant.attrs.retain(|it| it.path().is_ident("serde"));
                for field in &mut variant.fields {
                    *field = plain(field);
                }
                variant
            });
            Some(parse_quote!(#attributes enum #ident { #(#variants),* }))
        }
        _ => None,
    }
}

fn serde_of(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|it| it.path().is_ident("serde"))
}

/// Removes visibility, doc comments and serialization attributes from a field.
fn plain(field: &Field) -> Field {
    let mut field = field.clone();
    field.vis = Visibility::Inherited;
    field.attrs = field.attrs.iter().filter_map(about_reading).collect();
    field
}

/// Returns an attribute of serde without the settings about serialization.
fn about_reading(attribute: &Attribute) -> Option<Attribute> {
    let mut kept = settings(attribute);
    kept.retain(|meta| !meta.path().is_ident("skip_serializing_if"));
    (!kept.is_empty()).then(|| parse_quote!(#[serde(#(#kept),*)]))
}
