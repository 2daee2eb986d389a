//! Types for which null is a valid value: nullable components, and those that accept any JSON.
//!
//! An optional field of such a type is an `Option` and treats null like an absent field. In requests, null
//! clears a field, and an absent field leaves it unchanged.

use std::collections::BTreeSet;

use syn::{Fields, Item, Type};

use crate::outline::{argument, last, last_is};
use crate::syntax::has_setting;

/// The names of types that accept null.
pub(super) struct Nulls(BTreeSet<String>);

impl Nulls {
    pub(super) fn of(items: &[Item]) -> Self {
        let mut nulls = Self(BTreeSet::new());
        // Repeat, because a type can contain one that is declared later.
        loop {
            let known = nulls.0.len();
            for item in items {
                let (name, reads) = match item {
                    Item::Struct(one) => (&one.ident, nulls.in_fields(&one.fields)),
                    Item::Enum(one) if has_setting(&one.attrs, "untagged") => {
                        let mut variants = one.variants.iter();
                        let reads = variants.any(|variant| {
                            matches!(variant.fields, Fields::Unit)
                                || nulls.in_fields(&variant.fields)
                        });
                        (&one.ident, reads)
                    }
                    _ => continue,
                };
                if reads {
                    nulls.0.insert(name.to_string());
                }
            }
            if nulls.0.len() == known {
                return nulls;
            }
        }
    }

    fn in_fields(&self, fields: &Fields) -> bool {
        match fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                self.contains(&fields.unnamed[0].ty)
            }
            _ => false,
        }
    }

    /// Returns true if `ty` accepts null.
    pub(super) fn contains(&self, ty: &Type) -> bool {
        if let Some(inner) = argument(ty, "Box", 0) {
            return self.contains(inner);
        }
        ["Option", "Nullable", "Value"]
            .iter()
            .any(|name| last_is(ty, name))
            || last(ty).is_some_and(|name| self.0.contains(&name.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_of_nullable_types_read_null() {
        let file: syn::File = syn::parse_quote! {
            struct Alias(Boxed);
            struct Boxed(::std::boxed::Box<Count>);
            struct Count(pub ::std::option::Option<i64>);
            struct Any(pub __rt::serde_json::Value);
            #[serde(untagged)]
            enum Either { One(String), Other(Count) }
            #[serde(untagged)]
            enum OrNull { Null, One(String) }
            #[serde(tag = "kind")]
            enum Tagged { One(Count) }
            enum Texts { One, Other }
            struct Text(pub String);
            struct Object { count: Count }
        };
        let nulls = Nulls::of(&file.items);
        let names: Vec<&str> = nulls.0.iter().map(String::as_str).collect();
        assert_eq!(
            names,
            ["Alias", "Any", "Boxed", "Count", "Either", "OrNull"]
        );
    }
}
