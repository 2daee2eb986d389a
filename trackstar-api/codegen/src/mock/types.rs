//! Argument types of mock methods. As in progenitor, `Copy` types are passed by value and all others by
//! reference.

use quote::format_ident;
use syn::{Fields, Ident, Item, Lifetime, Type, parse_quote};

use crate::names::snake;
use crate::outline::{argument, is_number, last, last_is};
use crate::types::UNKNOWN;

/// Returns the argument type for a value of type `ty`.
pub(super) fn given(ty: &Type, lifetime: Option<&Lifetime>, items: &[Item]) -> Type {
    if let Some(inner) = argument(ty, "Option", 0) {
        let inner = given(inner, lifetime, items);
        return match argument(&inner, "Option", 0) {
            Some(_) => inner,
            None => parse_quote!(Option<#inner>),
        };
    }
    if last_is(ty, "String") {
        return parse_quote!(& #lifetime str);
    }
    let copied = |name: &Ident| name == "bool" || is_number(name) || is_of_units(name, items);
    if last(ty).is_some_and(copied) {
        return ty.clone();
    }
    parse_quote!(& #lifetime #ty)
}

/// Returns true if the type is an enum of unit variants, ignoring the variant for unknown values.
fn is_of_units(name: &Ident, items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Enum(one) if one.ident == *name => {
            let mut variants = one.variants.iter();
            variants.all(|it| matches!(it.fields, Fields::Unit) || it.ident == UNKNOWN)
        }
        _ => false,
    })
}

/// Returns the name of the method that responds with `status`, derived from its reason phrase.
pub(super) fn reason(status: u16) -> Ident {
    let known = http::StatusCode::from_u16(status).ok();
    match known.and_then(|known| known.canonical_reason()) {
        Some(reason) => snake(reason),
        None => format_ident!("status_{status}"),
    }
}
