//! Builders for the types in requests. Setters are chainable and accept any convertible value, and `build`
//! reports all problems in a single error. Types that occur only in responses have no builders.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Field, Fields, Ident, Item, ItemStruct, Type, parse_quote};

use crate::docs::{Docs, Words};
use crate::names::free;
use crate::outline::{argument, last_is};
use crate::setters::{each_of, one_of};
use crate::syntax::{fields, type_name};
use crate::{docs, reserved, types};

/// Returns the names of the types in `roots`, and of all types that they refer to, directly or indirectly.
pub(crate) fn reached(items: &[Item], roots: &[Type]) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_ident(&mut self, node: &'ast Ident) {
            self.0.insert(node.to_string());
        }
    }
    let mut found = Names(BTreeSet::new());
    for root in roots {
        found.visit_type(root);
    }
    let mut done = BTreeSet::new();
    loop {
        let next: Vec<&Item> = items
            .iter()
            .filter(|item| {
                let name = type_name(item).map(ToString::to_string);
                name.is_some_and(|name| found.0.contains(&name) && done.insert(name))
            })
            .collect();
        if next.is_empty() {
            return done;
        }
        for field in next.into_iter().flat_map(fields) {
            found.visit_field(field);
        }
    }
}

/// Returns the builder for `one`, which belongs in the module `types::partial`, and its constructor. Returns
/// `None` if the type has no named fields.
pub(crate) fn builder(one: &ItemStruct, names: &[Ident]) -> Option<(TokenStream, TokenStream)> {
    // Builders have the same names as their types, so other types need a path.
    let mut one = one.clone();
    Outside(names).visit_fields_mut(&mut one.fields);
    let Fields::Named(fields) = &one.fields else {
        return None;
    };
    let name = &one.ident;
    let mut taken = reserved::taken(reserved::OF_VALUES);
    // Name the setters first, so that `clear_…` never takes the name of another field's setter.
    let made: Vec<Made> = fields.named.iter().filter_map(Made::of).collect();
    let setters: Vec<Ident> = made.iter().map(|one| free(one.field, &mut taken)).collect();
    let slots = made.iter().enumerate().map(|(at, one)| {
        let (slot, ty) = (slot(at), one.ty);
        quote!(#slot: ::std::option::Option<#ty>)
    });
    let methods = made
        .iter()
        .zip(&setters)
        .enumerate()
        .map(|(at, (one, setter))| {
            let clear = one
                .null()
                .is_some()
                .then(|| free(&format_ident!("clear_{}", setter), &mut taken));
            one.methods(&slot(at), setter, clear.zip(one.null()))
        });
    let methods: Vec<TokenStream> = methods.collect();
    let values = made
        .iter()
        .enumerate()
        .map(|(at, one)| one.value(&slot(at)));
    let required = made.iter().enumerate().filter(|(_, one)| one.required());
    let required: Vec<(Ident, String, String)> = required
        .map(|(at, one)| (slot(at), one.field.to_string(), setters[at].to_string()))
        .collect();
    let required_slots: Vec<&Ident> = required.iter().map(|(slot, ..)| slot).collect();
    let requirements = required.iter().map(
        |(slot, name, setter)| quote!(self.problems.require(#name, #setter, self.#slot.is_some());),
    );
    let doc = Docs::sentence(
        "A builder for [`{}`](super::{}). Setters that take this type accept the builder as well.",
        [Words::name(name), Words::name(name)],
    );
    let new = Docs::sentence(
        "Returns a builder for `{}` with no fields set.",
        [Words::name(name)],
    );
    Some((
        quote! {
            #doc
            #[derive(Clone, Debug, Default)]
            #[must_use = "a builder does nothing until it is passed to a call or built"]
            pub struct #name { #(#slots,)* problems: __rt::Problems }
            impl #name {
                #(#methods)*
                /// Builds the value. The error names each missing or invalid field.
                pub fn build(mut self) -> ::std::result::Result<super::#name, super::error::ConversionError> {
                    #(#requirements)*
                    match (self.problems.end(), #(self.#required_slots,)*) {
                        (::std::result::Result::Ok(()), #(::std::option::Option::Some(#required_slots),)*) => {
                            ::std::result::Result::Ok(super::#name { #(#values),* })
                        }
                        (problems, ..) => {
                            ::std::result::Result::Err(problems.err().unwrap_or_default().into())
                        }
                    }
                }
            }
            __rt::built!(#name);
        },
        quote! {
            impl #name {
                #new
                pub fn builder() -> partial::#name { ::std::default::Default::default() }
            }
        },
    ))
}

/// A visitor that prefixes types with `super::`, for use in the module `partial`.
struct Outside<'a>(&'a [Ident]);

impl VisitMut for Outside<'_> {
    fn visit_path_mut(&mut self, node: &mut syn::Path) {
        visit_mut::visit_path_mut(self, node);
        if let Some(only) = node.segments.first()
            && node.segments.len() == 1
            && self.0.contains(&only.ident)
        {
            *node = parse_quote!(super::#node);
        }
    }
}

fn slot(index: usize) -> Ident {
    format_ident!("slot_{}", index)
}

/// A field of a builder, with the properties that determine its setter.
struct Made<'a> {
    field: &'a Ident,
    ty: &'a Type,
    /// The type without `Option`, `Nullable` and `Box`.
    inner: &'a Type,
    default: types::Default,
    /// Whether the field is always serialized, as null if it is `None`.
    written: bool,
    docs: Vec<&'a syn::Attribute>,
}

impl<'a> Made<'a> {
    fn of(field: &'a Field) -> Option<Self> {
        let ty = &field.ty;
        let wrapped = ["Option", "Nullable", "Box"].iter();
        let inner = wrapped.fold(ty, |ty, name| argument(ty, name, 0).unwrap_or(ty));
        Some(Self {
            field: field.ident.as_ref()?,
            ty,
            inner,
            default: types::default_of(field),
            written: types::is_always_written(field),
            docs: docs::of(&field.attrs),
        })
    }

    fn nullable(&self) -> bool {
        argument(self.ty, "Nullable", 0).is_some()
    }

    fn is_wrapped_twice(&self) -> bool {
        let outer = ["Option", "Nullable"].iter();
        let mut within = outer.filter_map(|name| argument(self.ty, name, 0));
        within.any(|within| argument(within, "Box", 0).is_some())
    }

    /// Converts an expression of the inner type to the type of the field.
    fn wrap(&self, value: TokenStream) -> TokenStream {
        let outer = |ty: &Type, value: TokenStream| {
            if argument(ty, "Box", 0).is_some() {
                quote!(::std::boxed::Box::new(#value))
            } else {
                value
            }
        };
        if let Some(inner) = argument(self.ty, "Option", 0) {
            let value = outer(inner, value);
            quote!(::std::option::Option::Some(#value))
        } else if let Some(inner) = argument(self.ty, "Nullable", 0) {
            let value = outer(inner, value);
            quote!(__rt::Nullable::Value(#value))
        } else {
            outer(self.ty, value)
        }
    }

    /// Returns the value that is serialized as null, if the field has one.
    fn null(&self) -> Option<TokenStream> {
        if self.nullable() {
            Some(quote!(__rt::Nullable::Null))
        } else {
            let null = self.written && argument(self.ty, "Option", 0).is_some();
            null.then(|| quote!(::std::option::Option::None))
        }
    }

    fn methods(
        &self,
        slot: &Ident,
        setter: &Ident,
        clear: Option<(Ident, TokenStream)>,
    ) -> TokenStream {
        let (docs, name, inner) = (&self.docs, self.field.to_string(), self.inner);
        let wrapped = self.wrap(quote!(value));
        let (generics, bound, convert) = match (argument(inner, "Vec", 0), map_of(inner)) {
            (Some(item), _) => (None, each_of(item), quote!(each::<#item, _>)),
            (None, Some(value)) => (
                Some(quote!(<K: ::std::convert::Into<::std::string::String>, T: #value>)),
                quote!(::std::iter::IntoIterator<Item = (K, T)>),
                quote!(pairs),
            ),
            (None, None) => (None, one_of(inner), quote!(one::<#inner, _>)),
        };
        let set = if let Some(item) = argument(inner, "Vec", 0) {
            quote!(set_each::<#item, _, _>)
        } else {
            quote!(set::<#inner, _, _>)
        };
        // `From` is implemented for each wrapper type, but not for a combination of two.
        let set = if generics.is_none() && !self.is_wrapped_twice() {
            quote!(self.problems.#set(#name, value, &mut self.#slot);)
        } else {
            quote! {
                if let ::std::option::Option::Some(value) = self.problems.#convert(#name, value) {
                    self.#slot = ::std::option::Option::Some(#wrapped);
                }
            }
        };
        let clear = clear.map(|(clear, null)| {
            quote! {
                /// Sends `null`, which clears the value.
                pub fn #clear(mut self) -> Self {
                    self.problems.clear(#name);
                    self.#slot = ::std::option::Option::Some(#null);
                    self
                }
            }
        });
        quote! {
            #(#docs)*
            pub fn #setter #generics(mut self, value: impl #bound) -> Self {
                #set
                self
            }
            #clear
        }
    }

    /// Returns true if `build` fails when the field is not set. This includes required nullable fields: a
    /// forgotten setter must not send null.
    fn required(&self) -> bool {
        let optional = argument(self.ty, "Option", 0).is_some() && !self.written || self.nullable();
        !optional && matches!(self.default, types::Default::None)
    }

    /// Returns the initializer of the field, which takes the value from its slot.
    fn value(&self, slot: &Ident) -> TokenStream {
        let field = self.field;
        match &self.default {
            _ if self.required() => quote!(#field: #slot),
            types::Default::Function(path) => quote! {
                #field: self.#slot.unwrap_or_else(|| super::#path())
            },
            types::Default::Standard | types::Default::None => {
                quote!(#field: self.#slot.unwrap_or_default())
            }
        }
    }
}

/// Returns the bound for the values of a map, or `None` if the type is not a map with string keys.
fn map_of(ty: &Type) -> Option<TokenStream> {
    let text = |ty: &Type| last_is(ty, "String");
    let maps = ["BTreeMap", "Map"];
    let map = maps
        .iter()
        .find(|map| argument(ty, map, 0).is_some_and(text))?;
    argument(ty, map, 1).map(one_of)
}
