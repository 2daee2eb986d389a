//! What setters take: whatever converts into the type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use trackstar_openapi::model::{Part, PartType};

/// The type of a part of a body that is no file.
pub(crate) fn part_type(part: &Part) -> Type {
    match part.holds {
        PartType::Integer if part.secret => syn::parse_quote!(__rt::Sensitive<i64>),
        PartType::Number if part.secret => syn::parse_quote!(__rt::Sensitive<f64>),
        PartType::Json if part.secret => {
            syn::parse_quote!(__rt::Sensitive<__rt::serde_json::Value>)
        }
        PartType::String | PartType::Bytes if part.secret => syn::parse_quote!(__rt::Sensitive),
        PartType::Integer => syn::parse_quote!(i64),
        PartType::Number => syn::parse_quote!(f64),
        PartType::Boolean => syn::parse_quote!(bool),
        PartType::Json => syn::parse_quote!(__rt::serde_json::Value),
        PartType::String | PartType::Bytes => syn::parse_quote!(::std::string::String),
    }
}

/// What a setter takes for one value of `ty`.
pub(crate) fn one_of(ty: &Type) -> TokenStream {
    quote!(__rt::Converts<#ty>)
}

/// What a setter takes for a list of `item`.
pub(crate) fn each_of(item: &Type) -> TokenStream {
    let one = one_of(item);
    quote!(::std::iter::IntoIterator<Item: #one>)
}
