//! Resolution of conflicts between conversions, which typify generates independently.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::visit_mut::VisitMut;
use syn::{Item, ItemImpl, Path, parse_quote};

use crate::outline::last;
use crate::syntax::type_name;

/// Removes conflicting conversions. `From<T>` is kept in favor of `TryFrom<T>`, which it implies. If there is
/// more than one `From<T>`, all are removed, because the variant to create would be ambiguous.
pub(super) fn tell_apart(items: &mut Vec<Item>) {
    name_rusts_own_text(items);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut twice: BTreeSet<String> = BTreeSet::new();
    for key in items.iter().filter_map(from) {
        if !seen.insert(key.clone()) {
            twice.insert(key);
        }
    }
    items.retain(|item| match item {
        Item::Impl(block) => {
            let infallible = from(item);
            let tried = conversion(block, "TryFrom");
            infallible.is_none_or(|key| !twice.contains(&key))
                && tried.is_none_or(|key| !seen.contains(&key))
        }
        _ => true,
    });
}

fn from(item: &Item) -> Option<String> {
    match item {
        Item::Impl(block) => conversion(block, "From"),
        _ => None,
    }
}

/// Returns a key with the source and target types if the block implements the trait `name`.
fn conversion(block: &ItemImpl, name: &str) -> Option<String> {
    let (path, _) = block.trait_.as_ref()?;
    let last = path.segments.last().filter(|last| last.ident == name)?;
    let (of, to) = (&last.arguments, &block.self_ty);
    Some(format!("{} {}", of.to_token_stream(), to.to_token_stream()))
}

/// Replaces `String` with its full path. typify writes `TryFrom<String>`, which a generated type named `String`
/// would shadow.
fn name_rusts_own_text(items: &mut [Item]) {
    struct Texts;
    impl VisitMut for Texts {
        fn visit_path_mut(&mut self, node: &mut Path) {
            if node.is_ident("String") {
                *node = parse_quote!(::std::string::String);
            }
            syn::visit_mut::visit_path_mut(self, node);
        }
    }
    let hidden = items
        .iter()
        .filter_map(type_name)
        .any(|name| name == "String");
    for item in items.iter_mut().filter(|_| hidden) {
        if let Item::Impl(block) = item
            && conversion(block, "TryFrom").is_some()
        {
            let own = last(&block.self_ty).is_some_and(|name| name == "String");
            let to = block.self_ty.clone();
            Texts.visit_item_impl_mut(block);
            if own {
                block.self_ty = to;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_apart(text: &str) -> String {
        let mut file = syn::parse_file(text).expect("Rust");
        tell_apart(&mut file.items);
        prettyplease::unparse(&file)
    }

    #[test]
    fn keeps_one_of_conflicting_conversions() {
        let text = "impl From<A> for E {}\nimpl From<A> for E {}\nimpl From<B> for E {}\n\
                    impl TryFrom<B> for E {}\nimpl TryFrom<C> for E {}\n";
        assert_eq!(
            told_apart(text),
            "impl From<B> for E {}\nimpl TryFrom<C> for E {}\n"
        );
    }

    #[test]
    fn type_named_string_does_not_shadow_string() {
        let text =
            "struct String(u8);\nimpl TryFrom<String> for String {}\nimpl From<String> for E {}\n";
        let expected = "struct String(u8);\nimpl TryFrom<::std::string::String> for String {}\n\
                        impl From<String> for E {}\n";
        assert_eq!(told_apart(text), expected);
    }
}
