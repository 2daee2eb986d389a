//! The fields of generated structs: how each is read, and left out when it is written.

use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Field, Fields, Lit, Meta, Path, Token, Type, parse_quote};

use crate::outline::{argument, last_is};

/// What a field is when it is absent.
pub(crate) enum Default {
    None,
    /// That of its type.
    Standard,
    Function(Path),
}

/// What serde makes of the absence of `field`.
pub(crate) fn default_of(field: &Field) -> Default {
    for meta in field.attrs.iter().flat_map(metas) {
        match &meta {
            Meta::Path(path) if path.is_ident("default") || path.is_ident("flatten") => {
                return Default::Standard;
            }
            Meta::NameValue(pair) if pair.path.is_ident("default") => {
                if let Expr::Lit(literal) = &pair.value
                    && let Lit::Str(text) = &literal.lit
                    && let Ok(path) = text.parse()
                {
                    return Default::Function(path);
                }
            }
            _ => {}
        }
    }
    Default::None
}

/// The settings in `#[serde(…)]`.
fn metas(attribute: &Attribute) -> Vec<Meta> {
    type Metas = Punctuated<Meta, Token![,]>;
    if !attribute.path().is_ident("serde") {
        return Vec::new();
    }
    let metas = attribute.parse_args_with(Metas::parse_terminated);
    metas.into_iter().flatten().collect()
}

/// Makes every field one that is read tolerantly, and every field that can be null one that can be
/// sent as null.
pub(crate) fn rewrite(fields: &mut Fields) {
    for field in fields.iter_mut() {
        if let Some(nullable) = argument(&field.ty, "Option", 0)
            && argument(nullable, "Nullable", 0).is_some()
        {
            field.ty = nullable.clone();
            set(
                field,
                &[
                    ("default", None),
                    ("skip_serializing_if", Some("crate::Nullable::is_unset")),
                ],
            );
        } else {
            read_tolerantly(field);
        }
    }
}

fn read_tolerantly(field: &mut Field) {
    // The reader that typify gives to what can be null and has to be there, for without one its
    // absence would be null: any reader does as much.
    let must_be_there = field.attrs.iter().flat_map(metas).any(|meta| {
        let Meta::NameValue(pair) = &meta else {
            return false;
        };
        pair.path.is_ident("deserialize_with")
            && matches!(&pair.value, Expr::Lit(literal)
                if matches!(&literal.lit, Lit::Str(text)
                    if text.value() == "::std::option::Option::deserialize"))
    });
    let known = field.attrs.iter().flat_map(metas).any(|meta| {
        ["deserialize_with", "with", "flatten"]
            .iter()
            .any(|name| meta.path().is_ident(name))
    });
    if known && !must_be_there {
        return;
    }
    let optional = argument(&field.ty, "Option", 0).is_some();
    // A default other than the type's own is for a field that is absent, and null is not.
    let defaults = matches!(default_of(field), Default::Standard) && !optional;
    let reader = match (holds_integers(&field.ty), defaults) {
        (true, true) => "crate::tolerant::integers_or_default",
        (true, false) => "crate::tolerant::integers",
        (false, true) => "crate::tolerant::or_default",
        (false, false) => return,
    };
    let mut settings = vec![("deserialize_with", Some(reader))];
    if optional && !must_be_there {
        // With a reader of its own, serde no longer knows that absence is none.
        settings.push(("default", None));
    }
    set(field, &settings);
}

/// Whether the type is made of integers that the crate reads however they are written.
fn holds_integers(ty: &Type) -> bool {
    const INTEGERS: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
    if INTEGERS.iter().any(|name| last_is(ty, name)) {
        return true;
    }
    let inner = ["Option", "Vec"]
        .iter()
        .find_map(|name| argument(ty, name, 0));
    inner
        .or_else(|| argument(ty, "BTreeMap", 1))
        .is_some_and(holds_integers)
}

/// Adds settings to `#[serde(…)]`, in place of those of the same name.
fn set(field: &mut Field, settings: &[(&str, Option<&str>)]) {
    let mut kept: Vec<Meta> = field.attrs.iter().flat_map(metas).collect();
    kept.retain(|meta| !settings.iter().any(|(name, _)| meta.path().is_ident(name)));
    for (name, value) in settings {
        let name = quote::format_ident!("{}", name);
        let value = value.map(|value| quote!(= #value));
        let meta = quote!(#name #value);
        kept.push(parse_quote!(#meta));
    }
    field
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    field.attrs.push(parse_quote!(#[serde(#(#kept),*)]));
}
