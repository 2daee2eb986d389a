//! Detection of paginated lists from the parameters and responses of operations.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ItemMod, Type};
use trackstar_openapi::model::ParameterLocation;

use crate::emit::Emitted;
use crate::outline::{self, Success};
use crate::types;

/// Query parameter that selects a page of a list.
const PAGE_TOKEN: &str = "page_token";

/// Response property that contains the token of the next page.
const NEXT_TOKEN: &str = "next_token";

/// Returns the index of the page token among the parameters, the type of a page, and the implementation of
/// `Page` for that type. Returns `None` if the operation is not a paginated list.
pub(crate) fn page(one: &Emitted<'_>, types: &ItemMod) -> Option<(usize, String, TokenStream)> {
    let index = one.setters.iter().position(|setter| {
        setter.parameter.location == ParameterLocation::Query && setter.parameter.name == PAGE_TOKEN
    })?;
    let Success::Typed(answer) = &one.outline.success else {
        return None;
    };
    let name = outline::last(answer)?;
    let fields = types::fields_of(types, name)?;
    let page = implementation(name, &fields)?;
    (one.operation.method == "GET" && !one.uploads()).then(|| (index, name.to_string(), page))
}

/// Returns the implementation of `Page` for the module of the types, or `None` if the type is not a page.
fn implementation(ty: &Ident, fields: &[(Ident, Type)]) -> Option<TokenStream> {
    let field = |name: &str| fields.iter().find(|(field, _)| field == name);
    let list = |ty: &Type| {
        let inner = outline::argument(ty, "Option", 0).unwrap_or(ty);
        outline::argument(inner, "Vec", 0).cloned()
    };
    let (token, token_type) = field(NEXT_TOKEN)?;
    let token = match outline::argument(token_type, "Option", 0) {
        Some(inner) if is_text(inner) => quote!(self.#token.as_deref()),
        None if is_text(token_type) => quote!(::std::option::Option::Some(self.#token.as_str())),
        _ => return None,
    };
    let lists: Vec<_> = fields.iter().filter(|(_, ty)| list(ty).is_some()).collect();
    let (data, data_type) = match lists.as_slice() {
        [only] => *only,
        several => several.iter().find(|(name, _)| name == "data")?,
    };
    let item = list(data_type)?;
    let (items, into_items) = if outline::argument(data_type, "Option", 0).is_some() {
        (
            quote!(self.#data.as_deref().unwrap_or_default()),
            quote!(self.#data.unwrap_or_default()),
        )
    } else {
        (quote!(&self.#data), quote!(self.#data))
    };
    Some(quote! {
        impl __rt::Page for #ty {
            type Item = #item;
            fn items(&self) -> &[Self::Item] { #items }
            fn into_items(self) -> ::std::vec::Vec<Self::Item> { #into_items }
            fn next_token(&self) -> ::std::option::Option<&str> { #token }
        }
    })
}

fn is_text(ty: &Type) -> bool {
    outline::last_is(ty, "String")
}
