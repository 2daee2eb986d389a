//! What the command line has to know of the generated types: the properties of a body, the values of
//! an enum, and which hold a secret.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::{Attribute, Fields, Ident, Item, Type};

use crate::docs;
use crate::outline::{argument, last};
use crate::types::renamed;

/// A property of a body.
pub(super) struct Field {
    pub(super) name: Ident,
    /// The name on the wire.
    pub(super) wire: String,
    /// Without the option around it.
    pub(super) ty: Type,
    pub(super) doc: Option<String>,
}

/// The properties of the struct `name`; none for what is no struct of named fields.
pub(super) fn of(types: &[Item], name: &Ident) -> Vec<Field> {
    let found = types.iter().find_map(|item| match item {
        Item::Struct(one) if one.ident == *name => Some(&one.fields),
        _ => None,
    });
    let Some(Fields::Named(fields)) = found else {
        return Vec::new();
    };
    let fields = fields.named.iter().filter_map(|field| {
        let name = field.ident.clone()?;
        let wire = renamed(&field.attrs, &name)?;
        let ty = argument(&field.ty, "Option", 0).unwrap_or(&field.ty);
        Some(Field {
            name,
            wire,
            ty: ty.clone(),
            doc: doc(&field.attrs),
        })
    });
    fields.collect()
}

fn doc(attributes: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attributes.iter().filter_map(docs::text_of).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The values of a type that is an enum of texts.
pub(super) fn values(types: &[Item], ty: &Type) -> Vec<String> {
    let name = last(ty);
    let found = types.iter().find_map(|item| match item {
        Item::Enum(one) if Some(&one.ident) == name => Some(one),
        _ => None,
    });
    let Some(found) = found else {
        return Vec::new();
    };
    let known = |variant: &&syn::Variant| matches!(variant.fields, Fields::Unit);
    let all = found.variants.len();
    let values: Vec<String> = found
        .variants
        .iter()
        .filter(known)
        .filter_map(|variant| renamed(&variant.attrs, &variant.ident))
        .collect();
    // But for the variant of unknown values, which holds a text.
    if values.len() + 1 == all {
        values
    } else {
        Vec::new()
    }
}

/// Whether a type holds a secret of ours.
pub(super) fn is_secret(ty: &Type) -> bool {
    let text = ty.to_token_stream().to_string();
    text.split([' ', ':', '<', '>'])
        .any(|word| word == "Sensitive")
}

/// The names on the wire of all properties that hold a secret.
pub(super) fn secrets(types: &[Item]) -> BTreeSet<String> {
    let structs = types.iter().filter_map(|item| match item {
        Item::Struct(one) => Some(one),
        _ => None,
    });
    let fields = structs.flat_map(|one| of(types, &one.ident));
    let secret = fields.filter(|field| is_secret(&field.ty));
    secret.map(|field| field.wire).collect()
}
