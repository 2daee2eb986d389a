//! The final pass, which redirects references to other crates through the module `__rt`. Code that includes the
//! generated source imports this module from `trackstar_api`. Its crate does not need any other dependency and
//! may rename this one.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, ExprLit, ExprPath, File, Ident, ItemMod, Lit, LitStr, Meta, Path, PathSegment,
    QSelf, Token, TypePath, parse_quote,
};

use crate::Settings;
use crate::syntax::{ends_with, implements};

/// The module for references to other crates.
const RUNTIME: &str = "__rt";

/// Crates that the module re-exports.
const CRATES: [&str; 4] = ["httpmock", "schemars", "serde", "serde_json"];

/// Rewrites a generated file.
pub(crate) fn attach(file: &mut File, settings: &Settings) {
    let mut pass = Attach {
        gated: settings.gated,
    };
    pass.visit_file_mut(file);
}

struct Attach {
    gated: bool,
}

impl VisitMut for Attach {
    // syn stores the length of the trait's path in `<T as Trait>::item`, which `__rt` makes one segment longer.
    fn visit_expr_path_mut(&mut self, node: &mut ExprPath) {
        lengthened(node.qself.as_mut(), &node.path);
        visit_mut::visit_expr_path_mut(self, node);
    }

    fn visit_type_path_mut(&mut self, node: &mut TypePath) {
        lengthened(node.qself.as_mut(), &node.path);
        visit_mut::visit_type_path_mut(self, node);
    }

    fn visit_path_mut(&mut self, node: &mut Path) {
        through_runtime(node);
        visit_mut::visit_path_mut(self, node);
    }

    fn visit_item_mod_mut(&mut self, node: &mut ItemMod) {
        visit_mut::visit_item_mod_mut(self, node);
        if let Some((_, items)) = &mut node.content {
            items.insert(
                0,
                parse_quote!(
                    use super::__rt;
                ),
            );
        }
    }

    fn visit_attributes_mut(&mut self, node: &mut Vec<Attribute>) {
        let mut added = Vec::new();
        for attribute in node.iter_mut() {
            if attribute.path().is_ident("derive") {
                added.extend(self.derive(attribute));
            } else if attribute.path().is_ident("serde") {
                settings_through_runtime(attribute);
            }
        }
        node.retain(|attribute| !is_empty_derive(attribute));
        // After the derives, because a helper attribute must not precede the derive that introduces it.
        node.extend(added);
    }

    fn visit_item_impl_mut(&mut self, node: &mut syn::ItemImpl) {
        if implements(node, "JsonSchema") && self.gated {
            node.attrs.push(gate("schemars"));
        }
        visit_mut::visit_item_impl_mut(self, node);
    }
}

impl Attach {
    /// Redirects the derived traits through the module. Returns attributes that set the crate path for their
    /// macros.
    fn derive(&self, attribute: &mut Attribute) -> Vec<Attribute> {
        type Paths = Punctuated<Path, Token![,]>;
        let Ok(mut paths) = attribute.parse_args_with(Paths::parse_terminated) else {
            return Vec::new();
        };
        paths.iter_mut().for_each(through_runtime);
        let of = |name: &str| {
            paths.iter().any(|path| {
                let second = path.segments.iter().nth(1);
                path.segments[0].ident == RUNTIME && second.is_some_and(|it| it.ident == name)
            })
        };
        let (serde, schemars) = (of("serde"), of("schemars"));
        let mut added: Vec<Attribute> = Vec::new();
        if serde {
            added.push(parse_quote!(#[serde(crate = "__rt::serde")]));
        }
        if schemars && self.gated {
            let others = paths.into_iter();
            let others = others.filter(|path| !ends_with(path, "JsonSchema"));
            paths = others.collect();
            added.push(parse_quote! {
                #[cfg_attr(
                    feature = "schemars",
                    derive(__rt::schemars::JsonSchema),
                    schemars(crate = "__rt::schemars")
                )]
            });
        } else if schemars {
            added.push(parse_quote!(#[schemars(crate = "__rt::schemars")]));
        }
        *attribute = parse_quote!(#[derive(#paths)]);
        added
    }
}

fn is_empty_derive(attribute: &Attribute) -> bool {
    attribute.path().is_ident("derive")
        && attribute
            .meta
            .require_list()
            .is_ok_and(|list| list.tokens.is_empty())
}

fn lengthened(start: Option<&mut QSelf>, path: &Path) {
    if let Some(start) = start
        && start.position > 0
        && is_of_crate(path)
    {
        start.position += 1;
    }
}

/// Returns true if the path begins with a crate that the module re-exports.
fn is_of_crate(path: &Path) -> bool {
    let first = path.segments.first();
    path.leading_colon.is_some()
        && first.is_some_and(|first| CRATES.iter().any(|name| first.ident == name))
}

/// Replaces `::serde::…` with `__rt::serde::…`, and `::trackstar_api::…` with `__rt::…`.
fn through_runtime(path: &mut Path) {
    let runtime = Ident::new(RUNTIME, Span::call_site());
    if is_of_crate(path) {
        path.segments.insert(0, PathSegment::from(runtime));
        path.leading_colon = None;
    } else if let Some(first) = path.segments.first_mut()
        && first.ident == "trackstar_api"
    {
        first.ident = runtime;
        path.leading_colon = None;
    }
}

/// Redirects the paths in string values of serde attributes.
fn settings_through_runtime(attribute: &mut Attribute) {
    type Metas = Punctuated<Meta, Token![,]>;
    let Ok(mut settings) = attribute.parse_args_with(Metas::parse_terminated) else {
        return;
    };
    for setting in &mut settings {
        if let Meta::NameValue(pair) = setting
            && [
                "default",
                "deserialize_with",
                "serialize_with",
                "skip_serializing_if",
                "with",
            ]
            .iter()
            .any(|name| pair.path.is_ident(name))
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &mut pair.value
            && let Ok(mut path) = syn::parse_str::<Path>(&text.value())
            && path.leading_colon.is_some()
        {
            through_runtime(&mut path);
            let written = path.to_token_stream().to_string().replace(' ', "");
            *text = LitStr::new(&written, text.span());
        }
    }
    *attribute = parse_quote!(#[serde(#settings)]);
}

/// Returns the attribute that makes an item depend on a feature of the client.
pub(crate) fn gate(feature: &str) -> Attribute {
    parse_quote!(#[cfg(feature = #feature)])
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn attached(text: &str, gated: bool) -> String {
        let mut file = syn::parse_file(text).expect("Rust");
        let mut pass = Attach { gated };
        pass.visit_file_mut(&mut file);
        quote!(#file).to_string().replace(' ', "")
    }

    #[test]
    fn other_crates_are_referenced_through_the_runtime() {
        let text = "mod types {
            #[derive(::serde::Serialize, Clone)]
            #[serde(skip_serializing_if = \"::serde_json::Map::is_empty\", rename = \"::a\")]
            struct A { value: ::serde_json::Value, own: ::trackstar_api::Nullable<::std::string::String> }
        }";
        assert_eq!(
            attached(text, false),
            "modtypes{usesuper::__rt;#[derive(__rt::serde::Serialize,Clone)]\
             #[serde(skip_serializing_if=\"__rt::serde_json::Map::is_empty\",rename=\"::a\")]\
             #[serde(crate=\"__rt::serde\")]structA{value:__rt::serde_json::Value,\
             own:__rt::Nullable<::std::string::String>}}"
        );
    }

    #[test]
    fn rewrites_traits_in_qualified_paths() {
        let text = "fn a() { <D::Error as ::serde::de::Error>::custom(1) }";
        let expected = "fna(){<D::Erroras__rt::serde::de::Error>::custom(1)}";
        assert_eq!(attached(text, false), expected);
    }

    #[test]
    fn record_gates_schemas_by_their_feature() {
        let text = "#[derive(::schemars::JsonSchema, Clone)] struct A;
            impl ::schemars::JsonSchema for B {}";
        assert_eq!(
            attached(text, true),
            "#[derive(Clone)]#[cfg_attr(feature=\"schemars\",derive(__rt::schemars::JsonSchema),\
             schemars(crate=\"__rt::schemars\"))]structA;\
             #[cfg(feature=\"schemars\")]impl__rt::schemars::JsonSchemaforB{}"
        );
        assert_eq!(
            attached(text, false),
            "#[derive(__rt::schemars::JsonSchema,Clone)]#[schemars(crate=\"__rt::schemars\")]\
             structA;impl__rt::schemars::JsonSchemaforB{}"
        );
    }
}
