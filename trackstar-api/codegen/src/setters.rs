//! What setters take: whatever converts into the type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use crate::operations::Part;

/// The type of a part of a body that is no file.
pub(crate) fn part_type(part: &Part) -> Type {
    match part.kind.as_str() {
        "integer" if part.secret => syn::parse_quote!(__rt::Sensitive<i64>),
        "number" if part.secret => syn::parse_quote!(__rt::Sensitive<f64>),
        "json" if part.secret => syn::parse_quote!(__rt::Sensitive<__rt::serde_json::Value>),
        "string" if part.secret => syn::parse_quote!(__rt::Sensitive),
        "integer" => syn::parse_quote!(i64),
        "number" => syn::parse_quote!(f64),
        "boolean" => syn::parse_quote!(bool),
        "json" => syn::parse_quote!(__rt::serde_json::Value),
        _ => syn::parse_quote!(::std::string::String),
    }
}

/// What a setter takes for one value of `ty`.
pub(crate) fn one_of(ty: &Type) -> TokenStream {
    quote!(::std::convert::TryInto<#ty, Error: ::std::fmt::Display>)
}

/// What a setter takes for a list of `item`.
pub(crate) fn each_of(item: &Type) -> TokenStream {
    let one = one_of(item);
    quote!(::std::iter::IntoIterator<Item: #one>)
}
