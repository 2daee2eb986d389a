//! Deserialization of fields, and the conditions under which serialization skips them.

use quote::quote;
use syn::{Attribute, Expr, Field, Fields, Lit, Meta, Path, Type, parse_quote};

use super::decimals;
use super::nulls::Nulls;
use crate::outline::{argument, last_is};
use crate::syntax::{has_setting, settings};

/// The value of a field that is absent.
pub(crate) enum Default {
    None,
    /// The default of the type.
    Standard,
    Function(Path),
}

/// Returns the value that serde uses if `field` is absent.
pub(crate) fn default_of(field: &Field) -> Default {
    for meta in field.attrs.iter().flat_map(settings) {
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

/// Returns true if `field` is serialized regardless of its value, because it is required.
pub(crate) fn is_always_written(field: &Field) -> bool {
    let mut left_out = ["skip_serializing_if", "flatten"].into_iter();
    !left_out.any(|name| has_setting(&field.attrs, name))
}

/// Returns the serialized name of a field or variant, or `None` for a flattened field.
pub(crate) fn renamed(attributes: &[Attribute], name: &syn::Ident) -> Option<String> {
    if has_setting(attributes, "flatten") {
        return None;
    }
    let mut settings = attributes.iter().flat_map(settings);
    let rename = settings.find(|meta| meta.path().is_ident("rename"));
    rename
        .and_then(|meta| text(&meta))
        .or_else(|| Some(name.to_string().trim_start_matches("r#").to_owned()))
}

/// Makes the deserialization of all fields lenient. For a type that is used in requests, `sent` contains the
/// types that accept null. The fields of such a type distinguish an empty list from an absent one, and nullable
/// fields can be set to null.
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
            if is_converted(&nullable) {
                settings.extend(conversion(&nullable, false));
            }
            field.ty = nullable;
            set(field, &settings);
        } else {
            read_tolerantly(field);
        }
    }
}

/// Moves `Option` outside of `Box`. In recursive types, the generator boxes the whole field and then ignores
/// that it is optional.
fn take_out_of_box(field: &mut Field) {
    // The conversions of a tuple struct refer to the type of its field.
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

/// Makes an empty collection distinct from an absent one. By default, the generator skips empty collections. An
/// update would then leave a list unchanged instead of clearing it.
fn tell_empty_from_absent(field: &mut Field) {
    let skipped = field.attrs.iter().flat_map(settings).any(|meta| {
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

/// Returns the type of a field that can be absent, null or a value.
fn nullable(field: &Field, sent: Option<&Nulls>) -> Option<Type> {
    let inner = argument(&field.ty, "Option", 0)?;
    if argument(inner, "Nullable", 0).is_some() {
        return Some(inner.clone());
    }
    // A required field cannot be absent, so null needs no distinction.
    let left_out = has_setting(&field.attrs, "skip_serializing_if");
    let takes_null = left_out && sent?.contains(inner);
    takes_null.then(|| parse_quote!(__rt::Nullable<#inner>))
}

/// Returns the string value of a serde attribute.
pub(super) fn text(meta: &Meta) -> Option<String> {
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
    // typify adds this function to required nullable fields, because serde would otherwise treat an absent
    // field as null. Any `deserialize_with` has this effect, so it can be replaced.
    let must_be_there = field.attrs.iter().flat_map(settings).any(|meta| {
        meta.path().is_ident("deserialize_with")
            && text(&meta).as_deref() == Some("::std::option::Option::deserialize")
    });
    let mut readers = ["deserialize_with", "with", "flatten"].into_iter();
    let known = readers.any(|name| has_setting(&field.attrs, name));
    if known && !must_be_there {
        if decimals::holds(&field.ty) {
            set(field, &conversion(&field.ty, false));
        }
        return;
    }
    let optional = argument(&field.ty, "Option", 0).is_some();
    // A custom default only applies if the field is absent, but not if it is null.
    let defaults = matches!(default_of(field), Default::Standard) && !optional;
    let mut settings = if is_converted(&field.ty) {
        conversion(&field.ty, defaults)
    } else if defaults {
        vec![("deserialize_with", Some("__rt::lenient::or_default"))]
    } else {
        return;
    };
    // Unnamed fields are never absent.
    if optional && !must_be_there && field.ident.is_some() {
        // With `deserialize_with`, serde no longer treats an absent field as `None`.
        settings.push(("default", None));
    }
    set(field, &settings);
}

/// Returns true if the type consists of integers, which the crate accepts in any notation.
fn holds_integers(ty: &Type) -> bool {
    const INTEGERS: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
    if INTEGERS.iter().any(|name| last_is(ty, name)) {
        return true;
    }
    inner(ty).is_some_and(holds_integers)
}

/// Returns true if serde reads or writes the type differently than the API.
pub(crate) fn is_converted(ty: &Type) -> bool {
    holds_integers(ty) || decimals::holds(ty)
}

/// Returns the type of the values that an optional value, a list or a map consists of.
pub(super) fn inner(ty: &Type) -> Option<&Type> {
    let lists = ["Option", "Nullable", "Vec"].iter();
    let mut inner = lists.filter_map(|name| argument(ty, name, 0));
    inner.next().or_else(|| argument(ty, "BTreeMap", 1))
}

type Setting = (&'static str, Option<&'static str>);

/// The function that deserializes a field of a converted type.
pub(super) const CONVERTED: &str = "__rt::lenient::converted";

/// The same function for a field with a default, which null is read as.
pub(super) const CONVERTED_OR_DEFAULT: &str = "__rt::lenient::converted_or_default";

/// Returns the attributes of a field of a converted type. If `defaults` is set, null is read like an absent
/// field.
fn conversion(ty: &Type, defaults: bool) -> Vec<Setting> {
    let reader = if defaults {
        CONVERTED_OR_DEFAULT
    } else {
        CONVERTED
    };
    let mut settings = vec![("deserialize_with", Some(reader))];
    if decimals::holds(ty) {
        settings.push(("serialize_with", Some(decimals::WRITE)));
    }
    settings
}

/// Adds entries to `#[serde(…)]`, and replaces those with the same names.
fn set(field: &mut Field, entries: &[(&str, Option<&str>)]) {
    let mut kept: Vec<Meta> = field.attrs.iter().flat_map(settings).collect();
    kept.retain(|meta| !entries.iter().any(|(name, _)| meta.path().is_ident(name)));
    for (name, value) in entries {
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
