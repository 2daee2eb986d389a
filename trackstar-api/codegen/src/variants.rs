//! Conversions for request bodies with many variants. Each variant has a type that converts to a shared type,
//! so that setters accept both.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type, parse_quote};
use trackstar_openapi::Prepared;
use trackstar_openapi::pointer::schema_name;

use crate::names;

/// A schema that combines several variants, and the variants that have separate types.
pub(crate) struct Shared {
    name: Ident,
    variants: Vec<Ident>,
}

/// Returns the components whose variants the preparation kept.
pub(crate) fn of(prepared: &Prepared) -> Vec<Shared> {
    let shared = prepared.variants().iter().filter_map(|(union, variants)| {
        Some(Shared {
            // Unions within a component have no type of their own.
            name: names::pascal(&schema_name(union)?),
            variants: variants.iter().map(|name| names::pascal(name)).collect(),
        })
    });
    shared.collect()
}

impl Shared {
    /// Returns the types of the variants, which are used in requests.
    pub(crate) fn types(&self) -> impl Iterator<Item = Type> {
        self.variants.iter().map(|name| parse_quote!(types::#name))
    }

    /// Returns the conversions for the module of the types. Variants that are not in `types` are skipped.
    pub(crate) fn conversions(&self, types: &[Ident]) -> TokenStream {
        let shared = &self.name;
        if !types.contains(shared) {
            return TokenStream::new();
        }
        let known = self
            .variants
            .iter()
            .filter(|name| types.contains(name) && *name != shared);
        let conversions = known.map(|variant| {
            quote! {
                impl ::std::convert::TryFrom<#variant> for #shared {
                    type Error = self::error::ConversionError;
                    fn try_from(value: #variant) -> ::std::result::Result<Self, Self::Error> {
                        __rt::widen(&value).map_err(::std::convert::From::from)
                    }
                }
                impl ::std::convert::TryFrom<builder::#variant> for #shared {
                    type Error = self::error::ConversionError;
                    fn try_from(value: builder::#variant) -> ::std::result::Result<Self, Self::Error> {
                        value.build()?.try_into()
                    }
                }
            }
        });
        quote!(#(#conversions)*)
    }
}
