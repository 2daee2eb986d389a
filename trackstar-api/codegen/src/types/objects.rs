//! Deserialization of structs from objects, by the macro `__rt::object!`.
//!
//! serde's derive would also accept a list of the field values, and takes the compiler several times as long.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Field, Fields, Ident, Item, ItemStruct, Type, parse_quote};

use super::fields::{self, Default};
use crate::outline::{argument, last_is};
use crate::syntax::{derives, has_setting, settings, without_derive};

/// Number of fields that the macro supports.
const MOST: usize = 128;

/// Replaces the derived `Deserialize` of a struct with named fields. Returns `None` for other types, and if the
/// macro does not support a field.
pub(crate) fn rewrite(item: &mut Item) -> Option<Item> {
    let Item::Struct(one) = item else { return None };
    let object = Object::of(one)?;
    without_derive(&mut one.attrs, "Deserialize");
    Some(object.invocation())
}

/// The arguments of the macro.
struct Object {
    name: Ident,
    unknown: TokenStream,
    groups: [Vec<TokenStream>; 4],
}

/// The groups of fields, by the value of an absent field.
#[derive(Clone, Copy)]
enum Group {
    /// An error.
    Required,
    /// Null, or an error if the type does not accept null.
    Present,
    /// The default of the type.
    Optional,
    /// The result of a function.
    Default,
}

impl Object {
    fn of(one: &ItemStruct) -> Option<Self> {
        let Fields::Named(named) = &one.fields else {
            return None;
        };
        if !derives(&one.attrs, "Deserialize") || named.named.len() > MOST {
            return None;
        }
        let mut rest = None;
        let mut read = Vec::new();
        for field in &named.named {
            let name = field.ident.as_ref()?;
            let Some(key) = super::renamed(&field.attrs, name) else {
                if rest.is_some() || !is_any_object(&field.ty) {
                    return None;
                }
                rest = Some(name);
                continue;
            };
            let (group, rule) = rule(field)?;
            read.push((group, quote!(#key #name #rule;)));
        }
        let strict = has_setting(&one.attrs, "deny_unknown_fields");
        let unknown = match rest {
            Some(rest) => quote!(keep_unknown #rest),
            None if strict => quote!(deny_unknown),
            None => quote!(skip_unknown),
        };
        let mut groups = [const { Vec::new() }; 4];
        for (group, tokens) in read {
            groups[group as usize].push(tokens);
        }
        Some(Self {
            name: one.ident.clone(),
            unknown,
            groups,
        })
    }

    fn invocation(self) -> Item {
        let Self {
            name,
            unknown,
            groups,
        } = self;
        let mut index = 0;
        let groups = groups.map(|fields| {
            let fields = fields.into_iter().map(|field| {
                let at = Literal::usize_unsuffixed(index);
                index += 1;
                quote!(#at #field)
            });
            fields.collect::<TokenStream>()
        });
        let [required, present, optional, default] = groups;
        parse_quote! {
            __rt::object! {
                #name #unknown;
                required { #required }
                present { #present }
                optional { #optional }
                default { #default }
            }
        }
    }
}

/// Returns true for the type that keeps the fields that the document does not name.
fn is_any_object(ty: &Type) -> bool {
    argument(ty, "Map", 1).is_some_and(|value| last_is(value, "Value"))
}

/// Returns the group of a field, and the method that reads it.
fn rule(field: &Field) -> Option<(Group, TokenStream)> {
    let metas = field.attrs.iter().flat_map(settings);
    let known = [
        "default",
        "deserialize_with",
        "rename",
        "serialize_with",
        "skip_serializing_if",
    ];
    let mut reader = None;
    for meta in metas {
        if !known.iter().any(|name| meta.path().is_ident(name)) {
            return None;
        }
        if meta.path().is_ident("deserialize_with") {
            reader = Some(fields::text(&meta)?);
        }
    }
    let method = match reader.as_deref() {
        None | Some("::std::option::Option::deserialize") => quote!(read),
        Some("__rt::lenient::or_default") => quote!(or_default),
        Some(fields::CONVERTED) => quote!(converted),
        Some(fields::CONVERTED_OR_DEFAULT) => quote!(converted_or_default),
        Some(_) => return None,
    };
    Some(match super::default_of(field) {
        Default::Standard => (Group::Optional, method),
        Default::Function(path) => (Group::Default, quote!(#method #path)),
        Default::None if reader.is_some() => (Group::Required, method),
        Default::None => (Group::Present, method),
    })
}
