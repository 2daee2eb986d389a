//! Converts names to the case that the generator uses.
//!
//! This follows typify 0.8 and progenitor 0.15 exactly. A simpler comparison would report collisions
//! between valid names.

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// Name of the variant that the client adds to every enum.
pub(super) const UNKNOWN: &str = "UnknownValue";

/// Names from Rust's prelude that the generated code uses. No type may have them.
pub(super) const HIDDEN: [&str; 4] = ["Err", "None", "Ok", "Some"];

/// Returns the name of a type or a variant.
pub(super) fn pascal(name: &str) -> String {
    // This is the only keyword that begins with a capital.
    if is_pascal(name) && name != "Self" {
        return name.to_owned();
    }
    sanitize(name, str::to_pascal_case)
}

/// Returns true if a name of ASCII letters and digits needs no conversion. Most names of large documents
/// do not, and the conversion is slow.
fn is_pascal(name: &str) -> bool {
    // A digit belongs to the word of the letter before it.
    let mut after_capital = false;
    for (index, byte) in name.bytes().enumerate() {
        match byte {
            b'A'..=b'Z' if !after_capital => after_capital = true,
            b'a'..=b'z' if index > 0 => after_capital = false,
            b'0'..=b'9' if index > 0 => {}
            _ => return false,
        }
    }
    !name.is_empty()
}

/// Returns a key that is equal for types with colliding names.
///
/// The name of a variant derives from the name of its type, and the conversion is not idempotent: `A_B`
/// becomes the type `AB`, and `AB` becomes the type `Ab`.
pub(super) fn distinct(name: &str) -> String {
    pascal(&pascal(name))
}

/// Returns the name of a method, a field or an argument.
pub(super) fn snake(name: &str) -> String {
    sanitize(name, str::to_snake_case)
}

fn sanitize(name: &str, case: fn(&str) -> String) -> String {
    let cased = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ if name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) =>
        {
            case(name)
        }
        _ => case(&name.replace('\'', "").replace(|c| !is_xid_continue(c), "-")),
    };
    let cased = match cased.chars().next() {
        None => case("x"),
        Some(first) if is_xid_start(first) => cased,
        Some(_) => format!("{}{cased}", case("x")),
    };
    if is_keyword(&cased) {
        format!("{cased}_")
    } else {
        cased
    }
}

/// Returns the names of the variants of an enum, or `None` if two of them are equal.
pub(super) fn variants<'a>(values: impl Iterator<Item = &'a str> + Clone) -> Option<Vec<String>> {
    // If the plain names collide, the characters that the conversion removes are replaced by letters.
    let spelled = |c: char| c == '_' || !is_xid_continue(c);
    let plain = values.clone().map(pascal);
    let long = values.map(|value| pascal(&value.replace(spelled, "X")));
    unique(plain.collect()).or_else(|| unique(long.collect()))
}

fn unique(names: Vec<String>) -> Option<Vec<String>> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    let twice = sorted.windows(2).any(|pair| pair[0] == pair[1]);
    (!twice).then_some(names)
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
        "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
        "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv",
        "pub", "ref", "return", "Self", "self", "static", "struct", "super", "trait", "true",
        "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    // Most names are longer.
    name.len() <= "abstract".len() && KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_names_like_the_generator() {
        assert_eq!(snake("listOrders"), "list_orders");
        assert_eq!(snake("created_date[gte]"), "created_date_gte");
        assert_eq!(snake("type"), "type_");
        assert_eq!(snake("3d"), "x3d");
        assert_eq!(pascal("it's fine"), "ItsFine");
        assert_eq!(pascal(""), "X");
        assert_eq!(pascal("\u{1f600}"), "X");
        assert_eq!(pascal("-1"), "minus1");
        assert_eq!(pascal("self"), "Self_");
    }

    #[test]
    fn pascal_names_are_unchanged_by_heck() {
        let mut names = vec![String::new()];
        for _ in 0..6 {
            let longer = names
                .iter()
                .flat_map(|name| ["A", "B", "a", "1"].map(|letter| format!("{name}{letter}")));
            names = longer.collect();
            for name in names.iter().filter(|name| is_pascal(name)) {
                assert_eq!(*name, name.to_pascal_case());
            }
        }
    }

    #[test]
    fn only_indistinguishable_names_collide() {
        let names = |values: &[&str]| variants(values.iter().copied());
        assert_eq!(
            names(&["a", "b"]),
            Some(vec!["A".to_owned(), "B".to_owned()])
        );
        // Distinguished by the characters that the conversion would remove.
        assert!(names(&["a b", "ab", "a-b-"]).is_some());
        assert!(names(&["a", "A"]).is_none());
        assert!(names(&["a b", "a-b"]).is_none());
    }
}
