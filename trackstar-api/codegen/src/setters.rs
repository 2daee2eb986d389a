//! Argument types of setters, which accept any value that converts to the type of the field.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use trackstar_openapi::model::{Part, PartType};

/// Returns the type of a body part that is not a file.
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

/// Returns the bound for a value that converts to `ty`.
pub(crate) fn one_of(ty: &Type) -> TokenStream {
    quote!(__rt::Converts<#ty>)
}

/// Returns the bound for a list of values that convert to `item`.
pub(crate) fn each_of(item: &Type) -> TokenStream {
    let one = one_of(item);
    quote!(::std::iter::IntoIterator<Item: #one>)
}
