//! Aliases for components that duplicate another one. They share one type, so that code that uses either name
//! continues to compile.

use std::collections::BTreeMap;

use syn::{Ident, Item, parse_quote};

use super::Types;
use crate::docs::{Docs, Words};
use crate::names;

/// Adds an alias for each copy and for its builder.
pub(crate) fn add(types: &mut Types, copies: &BTreeMap<String, String>) {
    let pairs = copies.iter();
    let pairs: Vec<(Ident, Ident)> = pairs
        .map(|(copy, original)| (names::pascal(copy), names::pascal(original)))
        .filter(|(copy, original)| types.names.contains(original) && !types.names.contains(copy))
        .collect();
    let Some((_, items)) = &mut types.module.content else {
        return;
    };
    for item in items.iter_mut() {
        if let Item::Mod(module) = item
            && module.ident == "partial"
            && let Some((_, builders)) = &mut module.content
        {
            let built = pairs.iter().filter(|(_, original)| {
                let name = original.to_string();
                types.builders.contains(&name)
            });
            builders.extend(built.map(alias));
        }
    }
    items.extend(pairs.iter().map(alias));
}

fn alias((copy, original): &(Ident, Ident)) -> Item {
    let doc = Docs::sentence(
        "An alias of [`{}`]({}), because the document contains the type twice.",
        [Words::name(original), Words::name(original)],
    );
    parse_quote!(#doc pub type #copy = #original;)
}
