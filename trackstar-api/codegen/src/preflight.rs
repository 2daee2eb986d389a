//! Final checks of the generated code. They reject a document whose code would not compile, and report the
//! location in the document.
//!
//! The compiler could only report a line in a generated file.

mod culprit;
mod impls;
mod names;
mod places;
mod shapes;
mod sizes;

use std::collections::BTreeMap;

use serde_json::Value;
use syn::{File, Item, ItemMod};

use crate::error::{Error, Reason};
use crate::prose;
pub(crate) use culprit::culprit;
use places::Places;

/// A problem with a generated item.
struct Finding {
    /// Name of the affected type or method.
    about: String,
    message: String,
    advice: &'static str,
}

const RENAME: &str = "rename one of them with an overlay action";

/// Checks the code generated from a document.
///
/// # Errors
///
/// Returns an error that lists the location of each problem that would cause a compiler error.
pub(crate) fn check(
    file: &File,
    document: &Value,
    origins: &BTreeMap<String, String>,
) -> Result<(), Error> {
    let mut findings = Vec::new();
    module(&file.items, &mut findings);
    if findings.is_empty() {
        return Ok(());
    }
    let places = Places::of(document, origins);
    let told = findings.into_iter().map(|finding| {
        let pointer = places.of_type(&finding.about);
        Reason {
            position: None,
            pointer: Some(prose::visible(pointer)),
            message: prose::visible(&finding.message),
            advice: finding.advice.to_owned(),
        }
    });
    let mut reasons: Vec<Reason> = told.collect();
    reasons.dedup();
    Err(Error::all(reasons))
}

fn module(items: &[Item], findings: &mut Vec<Finding>) {
    names::check(items, findings);
    impls::check(items, findings);
    shapes::check(items, findings);
    sizes::check(items, findings);
    for item in items {
        if let Item::Mod(ItemMod {
            content: Some((_, items)),
            ..
        }) = item
        {
            module(items, findings);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(text: &str) -> String {
        let file = syn::parse_file(text).expect("Rust");
        let document = json!({"components": {"schemas": {"order-line": {}, "order": {}}}});
        match check(&file, &document, &BTreeMap::new()) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn accepts_valid_code() {
        let text = "
            pub mod types {
                #[derive(Clone)]
                pub struct Order { pub next: ::std::boxed::Box<Order>, pub kind: Kind, #[serde(flatten)] pub extra: ::serde_json::Map<String, ::serde_json::Value> }
                pub enum Kind { A, B(::std::vec::Vec<Order>) }
                #[serde(transparent)]
                pub struct Count(#[serde(deserialize_with = \"x\")] pub ::std::option::Option<i64>);
                impl From<Order> for Kind { fn from(value: Order) -> Self { Kind::A } }
                impl TryFrom<&str> for Kind {}
                pub mod partial { pub struct Order { pub kind: super::Kind } }
            }";
        assert_eq!(refused(text), "");
    }

    #[test]
    fn reports_each_problem_at_its_schema() {
        for (text, expected) in [
            (
                "struct OrderLine; enum OrderLine { A }",
                "at /components/schemas/order-line: two types would be named `OrderLine`",
            ),
            (
                "struct Order { a: u8, r#a: u8 }",
                "at /components/schemas/order: two fields of `Order` would be named `a`",
            ),
            (
                "enum OrderKind { A, A }",
                "at /components/schemas/order: two variants of `OrderKind` would be named `A`",
            ),
            (
                "enum OrderKind { A { a: u8, a: u8 } }",
                "at /components/schemas/order: two fields of `OrderKind::A` would be named `a`",
            ),
            (
                "struct Order; impl Order { fn a() {} } impl Order { fn a() {} }",
                "at /components/schemas/order: two methods of `Order` would be named `a`",
            ),
            (
                "struct Order; impl Order { fn a(b: u8, b: u8) {} }",
                "at /components/schemas/order: two arguments of `a` would be named `b`",
            ),
            (
                "enum Order {}",
                "at /components/schemas/order: no value would be valid for `Order`",
            ),
            (
                "struct Order { #[serde(flatten)] a: Option<String> }",
                "at /components/schemas/order: `a` of `Order` would be flattened, but is not an object",
            ),
            (
                "struct Order { #[serde(flatten)] a: OrderLine } struct OrderLine(Vec<u8>);",
                "at /components/schemas/order: `a` of `Order` would be flattened, but is not an object",
            ),
            (
                "#[serde(transparent)] struct Order(#[serde(default)] u8);",
                "at /components/schemas/order: `Order` would have a default for a value that is never missing",
            ),
            (
                "struct Order; impl From<A> for Order {} impl From<A> for Order {}",
                "at /components/schemas/order: `From < A >` would be implemented twice for `Order`",
            ),
            (
                "struct Order; impl From<A> for Order {} impl TryFrom<A> for Order {}",
                "at /components/schemas/order: `TryFrom < A >` would be implemented twice for `Order`",
            ),
            (
                "#[derive(Clone, ::serde::Deserialize)] struct Order; impl<'de> ::serde::Deserialize<'de> for Order {}",
                "at /components/schemas/order: `Deserialize` would be implemented twice for `Order`",
            ),
            (
                "struct Order { line: Option<OrderLine> } struct OrderLine(Order);",
                "at /components/schemas/order: `Order` would contain itself",
            ),
            (
                "#[derive(Copy)] enum Order { A(String) }",
                "at /components/schemas/order: `Order` would implement `Copy`, but contains a type that does not",
            ),
            (
                "#[doc=\"a\\rb\"] struct Order;",
                "at /components/schemas/order: the documentation of `Order` contains a control character",
            ),
            (
                "struct Order { a: ::chrono::DateTime<::chrono::Utc> }",
                "at /components/schemas/order: `Order` would refer to the undefined type `::chrono::DateTime<::chrono::Utc>`",
            ),
            (
                "mod types { struct Order { a: Missing } }",
                "at /components/schemas/order: `Order` would refer to the undefined type `Missing`",
            ),
        ] {
            let refused = refused(text);
            assert!(refused.starts_with(expected), "{text}\n{refused}");
            assert!(refused.contains("; "), "{refused}");
        }
    }
}
