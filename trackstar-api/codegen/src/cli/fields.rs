//! What the command line has to know of the generated types: the properties of a body, the values of
//! an enum, and which types hold a secret.

use std::collections::BTreeSet;

use syn::visit::Visit;
use syn::{Attribute, Fields, Ident, Item, Type};

use crate::docs;
use crate::outline::{argument, is_number, last, last_is};
use crate::requests;
use crate::types::{Default, default_of, is_always_written, renamed};

/// A property of a body.
pub(super) struct Field {
    pub(super) name: Ident,
    /// The name on the wire.
    pub(super) wire: String,
    /// Without the option around it.
    pub(super) ty: Type,
    /// Whether a body has to have it.
    pub(super) required: bool,
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
            required: is_always_written(field) && matches!(default_of(field), Default::None),
            doc: doc(&field.attrs),
        })
    });
    fields.collect()
}

fn doc(attributes: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attributes.iter().filter_map(docs::text_of).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The types that read one text.
pub(super) struct Texts(BTreeSet<String>);

impl Texts {
    pub(super) fn of(types: &[Item]) -> Self {
        let reads_text = |item: &Item| match item {
            Item::Impl(block) => {
                let (path, _) = block.trait_.as_ref()?;
                let from_str = path.segments.last()?.ident == "FromStr";
                last(&block.self_ty)
                    .filter(|_| from_str)
                    .map(ToString::to_string)
            }
            _ => None,
        };
        Self(types.iter().filter_map(reads_text).collect())
    }

    /// Whether a value of the type is given as one text.
    pub(super) fn contains(&self, ty: &Type) -> bool {
        const SCALARS: &[&str] = &["DateTime", "Sensitive", "String", "bool"];
        let Some(name) = last(ty) else { return false };
        // A secret of any JSON is no text.
        if argument(ty, "Sensitive", 0).is_some_and(|inner| last_is(inner, "Value")) {
            return false;
        }
        SCALARS.iter().any(|scalar| name == scalar)
            || is_number(name)
            || self.0.contains(&name.to_string())
    }
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

/// Returns true if a value of the type may hold a secret of ours, anywhere within.
pub(super) fn is_secret(types: &[Item], ty: &Type) -> bool {
    struct Secret(bool);
    impl<'ast> Visit<'ast> for Secret {
        fn visit_ident(&mut self, node: &'ast Ident) {
            self.0 |= node == "Sensitive";
        }
    }
    let reached = requests::reached(types, std::slice::from_ref(ty));
    let mut secret = Secret(false);
    secret.visit_type(ty);
    for item in types {
        match item {
            Item::Struct(one) if reached.contains(&one.ident.to_string()) => {
                secret.visit_fields(&one.fields);
            }
            Item::Enum(one) if reached.contains(&one.ident.to_string()) => {
                for variant in &one.variants {
                    secret.visit_fields(&variant.fields);
                }
            }
            _ => {}
        }
    }
    secret.0
}
