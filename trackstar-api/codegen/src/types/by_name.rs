//! The readers of types with named fields, which take no list in the place of an object.
//!
//! serde's derived reader of a struct also takes a list, field by field. It is kept, as that of a
//! stand-in (`remote`), behind a deserializer that hands out no list (`crate::by_name`).

use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Field, Fields, Ident, Item, ItemEnum, Meta, Token, Variant, Visibility, parse_quote,
};

use super::alternatives::{derives_deserialize, without_deserialize};

/// Takes `Deserialize` from the derived traits of a type with named fields, and implements it. Returns
/// `None` for other types, which no list is read as.
pub(crate) fn rewrite(item: &mut Item) -> Option<Item> {
    // serde's reader of a struct with a field for the other properties takes objects only.
    let has_rest = matches!(item, Item::Struct(one) if one.fields.iter().any(is_rest));
    let (name, attributes) = match item {
        Item::Struct(one) if matches!(one.fields, Fields::Named(_)) => (&one.ident, &mut one.attrs),
        Item::Enum(one) if has_objects(one) => (&one.ident, &mut one.attrs),
        _ => return None,
    };
    if !attributes.iter().any(derives_deserialize) || has_rest {
        return None;
    }
    attributes
        .iter_mut()
        .filter(|it| it.path().is_ident("derive"))
        .for_each(without_deserialize);
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

/// Whether a list could be read as the enum: its tag, or the fields of a variant, stand in an object.
fn has_objects(one: &ItemEnum) -> bool {
    let settings = |name: &str| {
        one.attrs.iter().any(|attribute| {
            attribute.path().is_ident("serde")
                && attribute.meta.require_list().is_ok_and(|list| {
                    let settings = list.tokens.to_string();
                    settings.split(',').any(|it| it.trim().starts_with(name))
                })
        })
    };
    let named = |variant: &Variant| matches!(variant.fields, Fields::Named(_));
    !settings("untagged") && (settings("tag ") || one.variants.iter().any(named))
}

/// A type of the same fields, whose derived reader makes a `name`.
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

/// Returns the field without prose and without what is about writing it, and private.
fn plain(field: &Field) -> Field {
    let mut field = field.clone();
    field.vis = Visibility::Inherited;
    let attributes = std::mem::take(&mut field.attrs).into_iter();
    let settings = attributes.filter(|it| it.path().is_ident("serde"));
    field.attrs = settings.filter_map(about_reading).collect();
    field
}

fn about_reading(attribute: Attribute) -> Option<Attribute> {
    type Metas = Punctuated<Meta, Token![,]>;
    let Ok(metas) = attribute.parse_args_with(Metas::parse_terminated) else {
        return Some(attribute);
    };
    let metas = metas.into_iter();
    let kept: Vec<Meta> = metas
        .filter(|meta| !meta.path().is_ident("skip_serializing_if"))
        .collect();
    (!kept.is_empty()).then(|| parse_quote!(#[serde(#(#kept),*)]))
}
