//! The JSON Schemas of the generated types, for the feature `schemars`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};
use syn::{ExprMethodCall, ExprPath, Ident, Item, ItemImpl, LitStr, Type, parse_quote};

use crate::syntax::implements;
use crate::{docs, outline, runtime};

/// Returns a function that lists the JSON Schema of each type, so that a test can compare them with the
/// document without one line per type. The types in `delivered` depend on the feature `webhooks`.
pub(crate) fn function(names: &[Ident], delivered: &BTreeSet<String>, gated: bool) -> TokenStream {
    let all = names.iter().map(|name| {
        let text = name.to_string();
        let gate = delivered.contains(&text).then(|| runtime::gate("webhooks"));
        quote!(#gate (#text, __rt::schemars::schema_for!(types::#name)))
    });
    let doc = docs::schemas(gated);
    quote! {
        #doc
        pub fn schemas() -> ::std::vec::Vec<(&'static str, __rt::schemars::Schema)> {
            ::std::vec::Vec::from([#(#all),*])
        }
    }
}

/// Replaces the implementations of `JsonSchema` for types with a fixed set of values. typify writes these
/// implementations for an older version of schemars than its derives.
pub(crate) fn renew(items: &mut [Item]) {
    for item in items {
        if let Item::Impl(block) = item
            && implements(block, "JsonSchema")
            && let Some(renewed) = renewed(block)
        {
            *item = renewed;
        }
    }
}

fn renewed(block: &ItemImpl) -> Option<Item> {
    let mut found = Found::default();
    found.visit_item_impl(block);
    let (ty, inner, values) = (&block.self_ty, found.inner?, found.values);
    let name = outline::last(ty)?.to_string();
    let values = quote! {
        [#(#values),*].map(|text| __rt::serde_json::from_str(text).unwrap_or_default()).into()
    };
    let (keyword, value) = if found.denied {
        ("not", quote!(__rt::serde_json::json!({ "enum": values })))
    } else {
        ("enum", quote!(values))
    };
    Some(parse_quote! {
        impl __rt::schemars::JsonSchema for #ty {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(#name)
            }

            fn json_schema(generator: &mut __rt::schemars::SchemaGenerator) -> __rt::schemars::Schema {
                let values: ::std::vec::Vec<__rt::serde_json::Value> = #values;
                let mut schema = <#inner as __rt::schemars::JsonSchema>::json_schema(generator);
                schema.insert(#keyword.into(), (#value).into());
                schema
            }
        }
    })
}

/// The contents of such a schema: the type of the values, and the values that it allows or denies.
#[derive(Default)]
struct Found {
    inner: Option<Type>,
    values: Vec<LitStr>,
    denied: bool,
}

impl<'ast> Visit<'ast> for Found {
    fn visit_expr_path(&mut self, node: &'ast ExprPath) {
        if let Some(of) = &node.qself
            && self.inner.is_none()
        {
            self.inner = Some((*of.ty).clone());
        }
        visit::visit_expr_path(self, node);
    }

    fn visit_lit_str(&mut self, node: &'ast LitStr) {
        self.values.push(node.clone());
    }

    fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
        self.denied |= node.method == "subschemas";
        // Skip the type name, which is also a string literal.
        if node.method != "to_string" {
            visit::visit_expr_method_call(self, node);
        }
    }
}
