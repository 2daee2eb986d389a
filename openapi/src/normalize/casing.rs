//! Names in the casing that the generator gives them.
//!
//! This follows typify 0.8 and progenitor 0.15 to the letter: a test for collisions that is
//! simpler than theirs rejects names that are good.

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// The variant that the client adds to every enum.
pub(super) const UNKNOWN: &str = "UnknownValue";

/// Names of Rust that the generated code uses as they are, so that no type can have them.
pub(super) const HIDDEN: [&str; 4] = ["Err", "None", "Ok", "Some"];

/// The name of a type or a variant.
pub(super) fn pascal(name: &str) -> String {
    if is_pascal(name) && !is_keyword(name) {
        return name.to_owned();
    }
    sanitize(name, str::to_pascal_case)
}

/// Returns true if casing leaves a name of ASCII letters and digits as it is. Most names of large
/// documents are such names, and casing is slow.
fn is_pascal(name: &str) -> bool {
    // Casing puts a digit into the word of the letter before it.
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

/// What tells types apart. The name of a variant is made of that of its type, and casing twice is not
/// casing once: `A_B` is the type `AB`, and `AB` the type `Ab`.
pub(super) fn distinct(name: &str) -> String {
    pascal(&pascal(name))
}

/// The name of a method, a field or an argument.
pub(super) fn snake(name: &str) -> String {
    sanitize(name, str::to_snake_case)
}

fn sanitize(name: &str, case: fn(&str) -> String) -> String {
    let cased = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
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

/// The names of the variants of an enum; `None` where two of them are the same.
pub(super) fn variants<'a>(values: impl Iterator<Item = &'a str> + Clone) -> Option<Vec<String>> {
    // Where the plain names collide, the characters that the casing elides become letters.
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
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cased_as_the_generator_does() {
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
    fn pascal_names_stay_as_heck_would_leave_them() {
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
    fn only_names_that_nothing_tells_apart_collide() {
        let names = |values: &[&str]| variants(values.iter().copied());
        assert_eq!(
            names(&["a", "b"]),
            Some(vec!["A".to_owned(), "B".to_owned()])
        );
        // Told apart by the characters that the casing would elide.
        assert!(names(&["a b", "ab", "a-b-"]).is_some());
        assert!(names(&["a", "A"]).is_none());
        assert!(names(&["a b", "a-b"]).is_none());
    }
}
