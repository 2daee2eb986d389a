//! What the command line has to know of the generated types: the properties of a body, the values of
//! an enum, and which types hold a secret.

use syn::visit::Visit;
use syn::{Attribute, Fields, Ident, Item, Type};

use crate::docs;
use crate::outline::{argument, last};
use crate::requests;
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
