//! Conversion of names from the document to Rust identifiers, for items that progenitor does not name.

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::Span;
use quote::format_ident;
use syn::Ident;

/// Returns a valid identifier in snake case for any text.
pub(crate) fn snake(text: &str) -> Ident {
    let mut name = text.to_snake_case();
    name.retain(|letter| letter == '_' || unicode_ident::is_xid_continue(letter));
    if !name.starts_with(|letter: char| letter == '_' || unicode_ident::is_xid_start(letter)) {
        name.insert_str(0, "part_");
    }
    if syn::parse_str::<Ident>(&name).is_err() {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

/// Returns the name that progenitor gives to the type of a component.
pub(crate) fn pascal(text: &str) -> Ident {
    let plain = text.replace('\'', "");
    let plain = plain.replace(|letter| !unicode_ident::is_xid_continue(letter), "-");
    let mut name = plain.to_pascal_case();
    if !name.starts_with(unicode_ident::is_xid_start) {
        name.insert(0, 'X');
    }
    if syn::parse_str::<Ident>(&name).is_err() {
        name.push('_');
    }
    Ident::new(&name, Span::call_site())
}

/// Returns `name`, with underscores appended until it is not in `taken`. Adds the result to `taken`.
pub(crate) fn free(name: &Ident, taken: &mut Vec<String>) -> Ident {
    let mut name = name.clone();
    while taken.iter().any(|other| name == other) {
        name = format_ident!("{}_", name);
    }
    taken.push(name.to_string());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_a_valid_name() {
        for (text, name) in [
            ("fileName", "file_name"),
            ("file-name", "file_name"),
            ("type", "type_"),
            ("self", "self_"),
            ("2nd", "part_2nd"),
            ("größe", "größe"),
            ("", "part_"),
            ("🦀", "part_"),
        ] {
            assert_eq!(snake(text), name, "{text}");
        }
    }

    #[test]
    fn names_types_like_the_generator() {
        for (text, name) in [
            ("CreateOrder--Staci_(AMWare)--", "CreateOrderStaciAmWare"),
            ("3pl's", "X3pls"),
            ("self", "Self_"),
            ("", "X"),
        ] {
            assert_eq!(pascal(text), name, "{text}");
        }
    }
}
