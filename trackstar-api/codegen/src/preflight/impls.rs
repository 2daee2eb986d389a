//! Detection of traits that are implemented twice for a type.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens as _;
use syn::{Item, PathArguments};

use super::Finding;
use crate::syntax::derived;

pub(super) fn check(items: &[Item], findings: &mut Vec<Finding>) {
    // Grouped by type, to compare derived implementations with explicit ones.
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in items {
        let (name, attributes) = match item {
            Item::Struct(one) => (&one.ident, &one.attrs),
            Item::Enum(one) => (&one.ident, &one.attrs),
            _ => continue,
        };
        let derived = attributes.iter().flat_map(derived);
        let derived = derived.filter_map(|path| Some(path.segments.last()?.ident.to_string()));
        all.entry(name.to_string()).or_default().extend(derived);
    }
    let mut twice = |all: &mut BTreeMap<String, BTreeSet<String>>, of: &str, name: String| {
        let implemented = all.entry(of.to_owned()).or_default();
        // `From` implies `TryFrom`.
        let tried = name
            .strip_prefix("TryFrom")
            .map(|rest| format!("From{rest}"));
        let infallible = tried.is_some_and(|name| implemented.contains(&name));
        if infallible || !implemented.insert(name.clone()) {
            findings.push(Finding {
                about: of.to_owned(),
                message: format!("`{name}` would be implemented twice for `{of}`"),
                advice: "make the types of the alternatives distinct, or keep only one of them, with an overlay action",
            });
        }
    };
    for tried in [false, true] {
        for item in items {
            if let Item::Impl(block) = item
                && let Some((path, _)) = &block.trait_
                && let Some(last) = path.segments.last()
                && (last.ident == "TryFrom") == tried
            {
                // The lifetime of `Deserialize` does not make it a different trait.
                let arguments = match &last.arguments {
                    PathArguments::AngleBracketed(_) if last.ident == "Deserialize" => {
                        String::new()
                    }
                    arguments => format!(" {}", arguments.to_token_stream()),
                };
                let name = format!("{}{arguments}", last.ident);
                let of = block.self_ty.to_token_stream().to_string();
                twice(&mut all, &of, name.trim_end().to_owned());
            }
        }
    }
}
