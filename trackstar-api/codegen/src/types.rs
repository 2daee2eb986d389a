//! The pass over the generated types: what upstream adds later must not fail a call, nor break the
//! code of users when they compile it again.

use progenitor::{GenerationSettings, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use syn::{Attribute, Fields, Ident, ImplItem, Item, ItemEnum, ItemImpl, ItemMod, parse_quote};

use crate::Error;

/// The variant of an open enum that keeps a value which the document does not know.
const UNKNOWN: &str = "UnknownValue";

/// Formats of texts that are types of their own, and those that stay texts: an id is a name and
/// not a number, and what a server sends is not to fail on its spelling.
pub(crate) fn conversions(settings: &mut GenerationSettings) {
    let text = "::std::string::String";
    for (format, name) in [
        ("date-time", "crate::DateTime"),
        ("date", text),
        ("uuid", text),
        ("ip", text),
        ("ipv4", text),
        ("ipv6", text),
    ] {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        settings.with_conversion(schema, name, impls.into_iter());
    }
}

/// Rewrites `mod types` and answers the names of its types. Those of its inner modules are left:
/// builders have private fields, and the error is not the document's.
pub(crate) fn rewrite(module: &mut ItemMod) -> Result<Vec<Ident>, Error> {
    let mark: Attribute = parse_quote!(#[non_exhaustive]);
    let mut names = Vec::new();
    let mut opened = Vec::new();
    let Some((_, items)) = &mut module.content else {
        return Err(Error::unknown_output("a module `types` without content"));
    };
    for item in items.iter_mut() {
        let (attributes, name) = match item {
            Item::Struct(one) => (&mut one.attrs, &one.ident),
            Item::Enum(one) => {
                if open(one)? {
                    opened.push(one.ident.clone());
                }
                (&mut one.attrs, &one.ident)
            }
            _ => continue,
        };
        attributes.push(mark.clone());
        names.push(name.clone());
    }
    for item in items {
        if let Item::Impl(block) = item
            && let syn::Type::Path(path) = &*block.self_ty
            && opened.iter().any(|name| path.path.is_ident(name))
        {
            show_unknown(block);
        }
    }
    Ok(names)
}

/// Adds the variant for unknown values to an enum of texts. Reading accepts what it does not know;
/// converting from a text (`FromStr`, and with it the builders) stays as strict as the document.
fn open(one: &mut ItemEnum) -> Result<bool, Error> {
    let texts = one.variants.iter().all(|variant| {
        matches!(variant.fields, Fields::Unit)
            && variant.attrs.iter().any(|it| it.path().is_ident("serde"))
    });
    if !texts || one.variants.is_empty() {
        return Ok(false);
    }
    let name = Ident::new(UNKNOWN, one.ident.span());
    if one.variants.iter().any(|variant| variant.ident == name) {
        return Err(Error::new(
            format!(
                "`{}` has a value that is named like the variant {UNKNOWN}",
                one.ident
            ),
            "rename the value with an action in openapi/overlays/generator.yaml",
        ));
    }
    one.variants.push(parse_quote! {
        /// A value that the document does not know: the API has added it since. It is written as
        /// it was read.
        #[serde(untagged)]
        #name(::std::string::String)
    });
    for attribute in &mut one.attrs {
        if attribute.path().is_ident("derive") {
            without_copy(attribute);
        }
    }
    Ok(true)
}

/// A text cannot be copied.
fn without_copy(attribute: &mut Attribute) {
    type Paths = syn::punctuated::Punctuated<syn::Path, syn::Token![,]>;
    if let Ok(paths) = attribute.parse_args_with(Paths::parse_terminated) {
        let kept = paths.into_iter().filter(|path| !path.is_ident("Copy"));
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
}

/// Adds the arm for the unknown value where all variants are matched: in `Display`.
fn show_unknown(block: &mut ItemImpl) {
    struct Arms;
    impl syn::visit_mut::VisitMut for Arms {
        fn visit_expr_match_mut(&mut self, node: &mut syn::ExprMatch) {
            node.arms
                .push(parse_quote!(Self::UnknownValue(ref text) => f.write_str(text),));
        }
    }
    let displays = block.trait_.as_ref().is_some_and(|(path, _)| {
        path.segments
            .last()
            .is_some_and(|last| last.ident == "Display")
    });
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item
            && displays
        {
            syn::visit_mut::VisitMut::visit_impl_item_fn_mut(&mut Arms, method);
        }
    }
}
