//! Names and attributes of generated items.

use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Ident, Item, ItemImpl, Meta, Path, Token, parse_quote};

/// Returns the name of a struct or an enum.
pub(crate) fn type_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(one) => Some(&one.ident),
        Item::Enum(one) => Some(&one.ident),
        _ => None,
    }
}

/// Returns the fields of a struct, or those of all variants of an enum.
pub(crate) fn fields(item: &Item) -> Vec<&Field> {
    match item {
        Item::Struct(one) => one.fields.iter().collect(),
        Item::Enum(one) => one.variants.iter().flat_map(|it| &it.fields).collect(),
        _ => Vec::new(),
    }
}

/// Returns true if the last segment of a path is `name`.
pub(crate) fn ends_with(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// Returns true if the block implements the trait `name`.
pub(crate) fn implements(block: &ItemImpl, name: &str) -> bool {
    let path = block.trait_.as_ref().map(|(path, _)| path);
    path.is_some_and(|path| ends_with(path, name))
}

/// Returns true if one of the attributes derives the trait `name`.
pub(crate) fn derives(attributes: &[Attribute], name: &str) -> bool {
    let mut derived = attributes.iter().flat_map(derived);
    derived.any(|path| ends_with(&path, name))
}

/// Removes the trait `name` from the derived traits.
pub(crate) fn without_derive(attributes: &mut [Attribute], name: &str) {
    let derive = |attribute: &&mut Attribute| attribute.path().is_ident("derive");
    for attribute in attributes.iter_mut().filter(derive) {
        let kept = derived(attribute).into_iter();
        let kept = kept.filter(|path| !ends_with(path, name));
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
}

/// Returns the traits in `#[derive(…)]`.
pub(crate) fn derived(attribute: &Attribute) -> Vec<Path> {
    type Paths = Punctuated<Path, Token![,]>;
    if !attribute.path().is_ident("derive") {
        return Vec::new();
    }
    let paths = attribute.parse_args_with(Paths::parse_terminated);
    paths.into_iter().flatten().collect()
}

/// Returns true if one of the attributes is `#[serde(…)]` with the setting `name`.
pub(crate) fn has_setting(attributes: &[Attribute], name: &str) -> bool {
    let mut settings = attributes.iter().flat_map(settings);
    settings.any(|setting| setting.path().is_ident(name))
}

/// Returns the contents of `#[serde(…)]`.
pub(crate) fn settings(attribute: &Attribute) -> Vec<Meta> {
    type Metas = Punctuated<Meta, Token![,]>;
    if !attribute.path().is_ident("serde") {
        return Vec::new();
    }
    let metas = attribute.parse_args_with(Metas::parse_terminated);
    metas.into_iter().flatten().collect()
}
