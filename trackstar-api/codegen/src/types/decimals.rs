//! Fields and variants that contain decimals. They are numbers on the wire, which `rust_decimal` itself does not
//! guarantee.

use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Field, Fields, Item, ItemEnum, Path, Type, parse_quote};

use super::fields::{CONVERTED, inner};
use crate::syntax::derives;

/// Path of the type.
pub(crate) const DECIMAL_TYPE: &str = "__rt::Decimal";

/// The function that serializes a field with decimals.
pub(super) const WRITE: &str = "__rt::decimal::write";

/// Returns true if `ty` is a decimal, and not a type of the document with this name.
pub(crate) fn is_decimal(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if is_path(&path.path))
}

fn is_path(path: &Path) -> bool {
    let names: Vec<String> = path
        .segments
        .iter()
        .map(|it| it.ident.to_string())
        .collect();
    names.join("::") == DECIMAL_TYPE
}

/// Returns true if the type consists of decimals.
pub(crate) fn holds(ty: &Type) -> bool {
    is_decimal(ty) || inner(ty).is_some_and(holds)
}

/// Adds the conversion to numbers to the variants of an enum that have no other attributes.
pub(super) fn convert_variants(one: &mut ItemEnum) {
    for variant in &mut one.variants {
        if let Fields::Unnamed(fields) = &mut variant.fields
            && fields.unnamed.len() == 1
            && holds(&fields.unnamed[0].ty)
        {
            fields.unnamed[0].attrs.push(parse_quote! {
                #[serde(deserialize_with = #CONVERTED, serialize_with = #WRITE)]
            });
        }
    }
}

/// Describes decimals as numbers in the JSON Schemas of types that derive `JsonSchema`.
pub(super) fn describe(items: &mut Vec<Item>) {
    let mut found = false;
    for item in items.iter_mut() {
        let (attributes, fields): (_, Vec<&mut Field>) = match item {
            Item::Struct(one) => (&one.attrs, one.fields.iter_mut().collect()),
            Item::Enum(one) => {
                let variants = one.variants.iter_mut();
                let fields = variants.flat_map(|variant| variant.fields.iter_mut());
                (&one.attrs, fields.collect())
            }
            _ => continue,
        };
        if !derives(attributes, "JsonSchema") {
            continue;
        }
        for field in fields.into_iter().filter(|field| holds(&field.ty)) {
            let mut described = field.ty.clone();
            Numbers.visit_type_mut(&mut described);
            let described = quote!(#described).to_string().replace(' ', "");
            field
                .attrs
                .push(parse_quote!(#[schemars(with = #described)]));
            found = true;
        }
    }
    if found {
        // The derived code serializes default values, and names serde without the path that it is given.
        items.insert(
            0,
            parse_quote!(
                use __rt::serde;
            ),
        );
    }
}

/// A visitor that replaces decimals with `f64`.
struct Numbers;

impl VisitMut for Numbers {
    fn visit_path_mut(&mut self, node: &mut Path) {
        if is_path(node) {
            *node = parse_quote!(f64);
        }
        visit_mut::visit_path_mut(self, node);
    }
}
