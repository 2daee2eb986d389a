//! Detection of duplicate names and of undefined types.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, FnArg, Ident, ImplItem, Item, Pat};

use super::{Finding, RENAME};
use crate::{docs, syntax};

pub(super) fn check(items: &[Item], findings: &mut Vec<Finding>) {
    let types = items.iter().filter_map(type_name);
    for name in twice(types.clone()) {
        findings.push(Finding {
            about: name.clone(),
            message: format!("two types would be named `{name}`"),
            advice: RENAME,
        });
    }
    let known: BTreeSet<String> = types.map(plain).collect();
    let mut methods: BTreeMap<String, Vec<&Ident>> = BTreeMap::new();
    for item in items {
        match item {
            Item::Struct(one) => {
                let name = one.ident.to_string();
                fields(&name, &name, &one.fields, findings);
                documentation(&name, &one.attrs, findings);
            }
            Item::Enum(one) => {
                let name = one.ident.to_string();
                for variant in twice(one.variants.iter().map(|variant| &variant.ident)) {
                    findings.push(Finding {
                        about: name.clone(),
                        message: format!("two variants of `{name}` would be named `{variant}`"),
                        advice: RENAME,
                    });
                }
                for variant in &one.variants {
                    let shown = format!("{name}::{}", variant.ident);
                    fields(&name, &shown, &variant.fields, findings);
                    documentation(&name, &variant.attrs, findings);
                }
                documentation(&name, &one.attrs, findings);
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let of = block.self_ty.to_token_stream().to_string();
                for item in &block.items {
                    if let ImplItem::Fn(method) = item {
                        methods
                            .entry(of.clone())
                            .or_default()
                            .push(&method.sig.ident);
                        arguments(&of, method, findings);
                        documentation(&method.sig.ident.to_string(), &method.attrs, findings);
                    }
                }
            }
            _ => {}
        }
        held(item, &known, findings);
    }
    for (of, names) in methods {
        for name in twice(names.into_iter()) {
            let shared = of.contains("::");
            findings.push(Finding {
                // Methods of the clients correspond to operations, so report them by name.
                about: if shared { name.clone() } else { of.clone() },
                message: format!("two methods of `{of}` would be named `{name}`"),
                advice: RENAME,
            });
        }
    }
}

fn type_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(one) => Some(&one.ident),
        Item::Enum(one) => Some(&one.ident),
        Item::Mod(one) => Some(&one.ident),
        Item::Type(one) => Some(&one.ident),
        Item::Trait(one) => Some(&one.ident),
        _ => None,
    }
}

/// Returns the name without `r#`. A raw identifier is equal to the plain one.
fn plain(name: &Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

fn twice<'a>(names: impl Iterator<Item = &'a Ident>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    names
        .map(plain)
        .filter(|name| !seen.insert(name.clone()))
        .collect()
}

fn fields(about: &str, shown: &str, fields: &Fields, findings: &mut Vec<Finding>) {
    for field in twice(fields.iter().filter_map(|field| field.ident.as_ref())) {
        findings.push(Finding {
            about: about.to_owned(),
            message: format!("two fields of `{shown}` would be named `{field}`"),
            advice: RENAME,
        });
    }
    for field in fields {
        documentation(about, &field.attrs, findings);
    }
}

fn arguments(of: &str, method: &syn::ImplItemFn, findings: &mut Vec<Finding>) {
    let names = method
        .sig
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pattern) => Some(&pattern.ident),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
    for name in twice(names) {
        findings.push(Finding {
            about: of.to_owned(),
            message: format!(
                "two arguments of `{}` would be named `{name}`",
                method.sig.ident
            ),
            advice: RENAME,
        });
    }
}

/// Returns true for characters that rustc rejects in documentation.
fn is_refused(letter: char) -> bool {
    letter == '\r' || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn documentation(about: &str, attributes: &[Attribute], findings: &mut Vec<Finding>) {
    let mut texts = attributes.iter().filter_map(docs::text_of);
    if texts.any(|text| text.contains(is_refused)) {
        findings.push(Finding {
            about: about.to_owned(),
            message: format!("the documentation of `{about}` contains a control character"),
            advice: "remove it from the description with an overlay action",
        });
    }
}

/// Types that are in scope without an import.
const PRELUDE: [&str; 19] = [
    "Self", "String", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize",
    "str", "u128", "u16", "u32", "u64", "u8", "usize",
];

/// Reports types that the module does not define. Types of other modules are written with their paths.
fn held(item: &Item, known: &BTreeSet<String>, findings: &mut Vec<Finding>) {
    /// Crates that generated code may refer to.
    const CRATES: [&str; 6] = [
        "httpmock",
        "schemars",
        "serde",
        "serde_json",
        "std",
        "trackstar_api",
    ];
    struct Unknown<'k>(&'k BTreeSet<String>, Vec<String>);
    impl<'ast> Visit<'ast> for Unknown<'_> {
        fn visit_type_path(&mut self, node: &'ast syn::TypePath) {
            if let Some(name) = node.path.get_ident().map(plain)
                && !PRELUDE.contains(&name.as_str())
                && !self.0.contains(&name)
            {
                self.1.push(name);
            }
            let first = node
                .path
                .segments
                .first()
                .map(|first| first.ident.to_string());
            if let Some(first) = first
                && node.path.leading_colon.is_some()
                && !CRATES.contains(&first.as_str())
            {
                self.1
                    .push(node.path.to_token_stream().to_string().replace(' ', ""));
            }
            visit::visit_type_path(self, node);
        }
    }
    let mut unknown = Unknown(known, Vec::new());
    for field in syntax::fields(item) {
        unknown.visit_type(&field.ty);
    }
    let about = syntax::type_name(item).map_or_else(String::new, ToString::to_string);
    for name in unknown.1 {
        findings.push(Finding {
            about: about.clone(),
            message: format!("`{about}` would refer to the undefined type `{name}`"),
            advice: "inline the schema, or correct its reference, with an overlay action",
        });
    }
}
