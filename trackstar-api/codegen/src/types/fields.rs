//! The fields of generated structs: how each is read, and left out when it is written.

use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Field, Fields, Lit, Meta, Path, Token, Type, parse_quote};

use super::nulls::Nulls;
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
            meta if meta.path().is_ident("default") => {
                if let Some(path) = text(meta).and_then(|text| syn::parse_str(&text).ok()) {
                    return Default::Function(path);
                }
            }
            _ => {}
        }
    }
    Default::None
}

/// Whether `field` is written whatever its value is: it has to be there.
pub(crate) fn is_always_written(field: &Field) -> bool {
    let mut metas = field.attrs.iter().flat_map(metas);
    metas.all(|meta| {
        let left_out = ["skip_serializing_if", "flatten"];
        !left_out.iter().any(|name| meta.path().is_ident(name))
    })
}

/// The name on the wire of a field or a variant; `None` for a field that is spread among the others.
pub(crate) fn renamed(attributes: &[Attribute], name: &syn::Ident) -> Option<String> {
    let metas: Vec<Meta> = attributes.iter().flat_map(metas).collect();
    if metas.iter().any(|meta| meta.path().is_ident("flatten")) {
        return None;
    }
    let rename = metas.iter().find(|meta| meta.path().is_ident("rename"));
    rename
        .and_then(text)
        .or_else(|| Some(name.to_string().trim_start_matches("r#").to_owned()))
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

/// Makes every field one that is read tolerantly. Of what is sent (where `sent` has the types that
/// read null), a list that is empty is not one that is left out, and a field that can be null can be
/// sent as null.
pub(super) fn rewrite(fields: &mut Fields, sent: Option<&Nulls>) {
    for field in fields.iter_mut() {
        take_out_of_box(field);
        if sent.is_some() {
            tell_empty_from_absent(field);
        }
        if let Some(nullable) = nullable(field, sent) {
            let mut settings = vec![
                ("default", None),
                ("skip_serializing_if", Some("__rt::Nullable::is_unset")),
            ];
            if holds_integers(&nullable) {
                settings.push(("deserialize_with", Some("__rt::tolerant::integers")));
            }
            field.ty = nullable;
            set(field, &settings);
        } else {
            read_tolerantly(field);
        }
    }
}

/// Where types hold each other in a circle the generator puts a box around a whole field, and does not
/// see any more that the field can be left out.
fn take_out_of_box(field: &mut Field) {
    // The conversions of a type around one value name the type of that.
    if field.ident.is_none() {
        return;
    }
    let boxed = argument(&field.ty, "Box", 0).and_then(|inner| argument(inner, "Option", 0));
    let Some(inner) = boxed.cloned() else { return };
    field.ty = parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
    if matches!(default_of(field), Default::Standard) {
        let none = Some("::std::option::Option::is_none");
        set(field, &[("default", None), ("skip_serializing_if", none)]);
    }
}

/// The generator leaves out what is empty, which in an update would leave a list as it is instead
/// of clearing it.
fn tell_empty_from_absent(field: &mut Field) {
    let skipped = field.attrs.iter().flat_map(metas).any(|meta| {
        meta.path().is_ident("skip_serializing_if")
            && text(&meta).is_some_and(|text| text.ends_with("::is_empty"))
    });
    if skipped {
        let ty = &field.ty;
        field.ty = parse_quote!(::std::option::Option<#ty>);
        let none = Some("::std::option::Option::is_none");
        set(field, &[("default", None), ("skip_serializing_if", none)]);
    }
}

/// The type of a field of three states: absent, null and a value.
fn nullable(field: &Field, sent: Option<&Nulls>) -> Option<Type> {
    let inner = argument(&field.ty, "Option", 0)?;
    if argument(inner, "Nullable", 0).is_some() {
        return Some(inner.clone());
    }
    // Not where it has to be there: there is no absence to tell null from.
    let left_out = field
        .attrs
        .iter()
        .flat_map(metas)
        .any(|meta| meta.path().is_ident("skip_serializing_if"));
    let takes_null = left_out && sent?.contains(inner);
    takes_null.then(|| parse_quote!(__rt::Nullable<#inner>))
}

/// The text that a setting is set to.
fn text(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(syn::MetaNameValue {
            value:
                Expr::Lit(syn::ExprLit {
                    lit: Lit::Str(text),
                    ..
                }),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

fn read_tolerantly(field: &mut Field) {
    // The reader that typify gives to what can be null and has to be there, for without one its
    // absence would be null: any reader does as much.
    let must_be_there = field.attrs.iter().flat_map(metas).any(|meta| {
        meta.path().is_ident("deserialize_with")
            && text(&meta).as_deref() == Some("::std::option::Option::deserialize")
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
        (true, true) => "__rt::tolerant::integers_or_default",
        (true, false) => "__rt::tolerant::integers",
        (false, true) => "__rt::tolerant::or_default",
        (false, false) => return,
    };
    let mut settings = vec![("deserialize_with", Some(reader))];
    // What has no name is never absent.
    if optional && !must_be_there && field.ident.is_some() {
        // With a reader of its own, serde no longer knows that absence is none.
        settings.push(("default", None));
    }
    set(field, &settings);
}

/// Whether the type is made of integers that the crate reads however they are written.
pub(crate) fn holds_integers(ty: &Type) -> bool {
    const INTEGERS: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
    if INTEGERS.iter().any(|name| last_is(ty, name)) {
        return true;
    }
    let inner = ["Option", "Nullable", "Vec"]
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
